"""Colleagues named in private notes: `@maya` in the words of a note.

Invariants: pure; an address like `anna@example.org` names nobody; only logins of real agents become a mention, which the
store decides.
"""

import re

from handoff.conversations.model import Event

_MENTION = re.compile(r"(?<![\w.@+-])@([a-z0-9][a-z0-9._@-]{0,63})", re.IGNORECASE)
MOST_NAMED = 10


def named_in(text: str) -> tuple[str, ...]:
    """The logins a note names, lower case, each once, at most `MOST_NAMED`; a full stop behind one is no part of it."""
    found = [match[1].lower().rstrip("._-@") for match in _MENTION.finditer(text)]
    return tuple(dict.fromkeys(found))[:MOST_NAMED]


def namings(events: list[Event]) -> dict[int, tuple[str, ...]]:
    """Whom the notes among these events name now, by their place; also where a correction changed that. Deleted: nobody."""
    notes = {event.seq for event in events if event.kind == "note"}
    found = {event.seq: named_in(event.body["text"]) for event in events if event.kind == "note"}
    for event in events:
        if event.kind == "edit" and (event.agents_only or event.body["seq"] in notes):
            found[event.body["seq"]] = named_in(event.body["text"] or "")
    return found
