"""Searching conversations: what is asked, what a hit is, and the words that stand for a conversation.

Invariants: every word asked for is the beginning of a word of the conversation; case numbers, names and customer numbers are words
like others; what an excerpt shows is in the log; the newest conversations come first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from handoff.contract import Locale
from handoff.conversations.model import Author, Controller, Conversation, Event
from handoff.desk.audit import Entry
from handoff.desk.masking import looked_over
from handoff.desk.work.words import words_of

PAGE = 20
MOST_WORDS = 8
LONGEST_WORD = 40
MOST_KEPT = 5000
"""Different words kept of one conversation; the newest are dropped beyond it."""

_AROUND = 60
_SAID = frozenset({"message", "note"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty means: does not matter. `before`: the last conversation of the page before.

    `agent`: chats of this agent; `mentions`: chats in whose notes this agent is named; `subscriber`: of this customer.
    """

    words: tuple[str, ...] = ()
    controllers: tuple[Controller, ...] = ()
    skill: str | None = None
    locale: Locale | None = None
    label: str | None = None
    agent: str | None = None
    mentions: str | None = None
    subscriber: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation that was found, and where: the place in its log and the words around, if it was there."""

    conversation: Conversation
    seq: int | None
    excerpt: str


class SearchStore(Protocol):
    """Where conversations are looked for."""

    async def search(self, wanted: Wanted, *, limit: int = PAGE) -> list[Hit]:
        """The newest first. Raises UNKNOWN_CONVERSATION for a `before` that does not exist."""
        ...

    async def latest_of(self, subscribers: Sequence[str]) -> dict[str, str]:
        """The newest conversation of each of these subscribers who has one."""
        ...

    async def read_mentions(self, conversation: str, agent: str) -> bool:
        """The agent has the conversation open: their mentions in it are read; whether there was an unread one."""
        ...

    async def told(self, entry: Entry) -> None:
        """Write down that somebody searched."""
        ...


def asked(text: str) -> tuple[str, ...]:
    """The words to look for: folded, each once, few and short enough to be words."""
    found = dict.fromkeys(word[:LONGEST_WORD] for word in words_of(text))
    return tuple(found)[:MOST_WORDS]


def words_kept(known: Iterable[str], conversation: Conversation, texts: Iterable[str]) -> str:
    """The different words of a conversation in one line, with its name and number; `known`: from before."""
    found = dict.fromkeys(known)
    its = (conversation.name, conversation.subscriber_id, conversation.case_number)
    for text in (*(text or "" for text in its), *texts):
        found |= dict.fromkeys(word[:LONGEST_WORD] for word in words_of(text))
    return " ".join(list(found)[:MOST_KEPT])


def best_place(events: Sequence[Event], words: Sequence[str]) -> tuple[int | None, str]:
    """The newest of the messages and notes that hold most of the words, rather people's than the bot's, and an excerpt of it."""
    best: tuple[int, bool, int, str] | None = None
    for event in events:
        text = event.body["text"] if event.kind in _SAID else ""
        found = (len(_held(text, words)), event.author is not Author.BOT, event.seq, text)
        if found[0] and (best is None or found > best):
            best = found
    if best is None:
        return None, ""
    return best[2], excerpt(looked_over(best[3]), words)


def excerpt(text: str, words: Sequence[str]) -> str:
    """The text around the first word that is looked for, whole words, on one line."""
    plain = " ".join(text.split())
    places = _places(plain, words)
    at = places[0] if places else 0
    start = plain.rfind(" ", 0, max(0, at - _AROUND)) + 1 if at > _AROUND else 0
    cut = plain[start : start + 2 * _AROUND]
    if start + len(cut) < len(plain):
        cut = f"{cut.rpartition(' ')[0] or cut} …"
    return f"… {cut}" if start else cut


def _held(text: str, words: Sequence[str]) -> set[str]:
    there = words_of(text)
    return {word for word in words if any(one.startswith(word) for one in there)}


def _places(text: str, words: Sequence[str]) -> list[int]:
    """Where a word of the text begins with one that is looked for; words are parted by blanks here."""
    found, at = [], 0
    for piece in text.split(" "):
        if _held(piece, words):
            found.append(at)
        at += len(piece) + 1
    return found
