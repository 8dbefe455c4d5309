"""Saved replies: what one is, how it is checked before it is kept, and what a store of them does.

Invariants: both languages are there; every variable is one of the list; the cues are only for finding it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.contract import Locale
from handoff.conversations.text import clean
from handoff.desk.work.placeholders import checked
from handoff.desk.work.wording import Kept

LONGEST_NAME, LONGEST_TEXT, LONGEST_CUES = 80, 2000, 2000
MOST_REPLIES = 500


class ReplyRefused(ValueError):
    """A saved reply lacks something, or it is too long; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Worded:
    """A saved reply as somebody wrote it. `cues`: sayings of customers whom it answers, one a line, in any language."""

    name_de: str
    name_en: str
    text_de: str
    text_en: str
    cues: str = ""

    def text(self, locale: Locale) -> str:
        """Its text in a language."""
        return self.text_de if locale == "de" else self.text_en


@dataclass(frozen=True, slots=True)
class SavedReply:
    """A saved reply as it is kept."""

    id: str
    words: Worded
    changed_at: datetime
    changed_by: str
    archived: bool = False


class ReplyStore(Protocol):
    """Where saved replies are kept; every change is audited in its transaction."""

    async def replies(self, *, archived: bool = False) -> list[SavedReply]:
        """Those in use, or with the archived ones, by name in German."""
        ...

    async def reply(self, id: str) -> SavedReply | None: ...  # noqa: A002

    async def put_reply(
        self,
        id: str,  # noqa: A002
        words: Worded,
        *,
        by: str,
        seen: Worded | None = None,
    ) -> Kept:
        """Add or replace, if it is still as it was `seen`; there are at most `MOST_REPLIES`."""
        ...

    async def archive_reply(self, id: str, *, on: bool, by: str) -> bool:  # noqa: A002
        """Put it aside or take it back; False when there is none."""
        ...

    async def drop_reply(self, id: str, *, by: str) -> bool:  # noqa: A002
        """Remove; False when there is none."""
        ...

    async def first_replies(self, replies: Sequence[tuple[str, Worded]]) -> None:
        """Keep these if there are none at all: the demo's."""
        ...


def worded(words: Worded) -> Worded:
    """As it may be kept. Raises `ReplyRefused` for what is missing or too long, `PlaceholderRefused` for a wrong variable."""
    return Worded(
        name_de=_checked("name_de", " ".join(words.name_de.split()), LONGEST_NAME),
        name_en=_checked("name_en", " ".join(words.name_en.split()), LONGEST_NAME),
        text_de=checked(_checked("text_de", words.text_de, LONGEST_TEXT)),
        text_en=checked(_checked("text_en", words.text_en, LONGEST_TEXT)),
        cues=_checked("cues", words.cues, LONGEST_CUES, least=0),
    )


def _checked(field: str, text: str, most: int, least: int = 1) -> str:
    kept = clean(text)
    if not least <= len(kept) <= most:
        raise ReplyRefused(field)
    return kept
