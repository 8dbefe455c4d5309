"""What a subscriber really meant, said by an agent where the bot was wrong; the studio learns from it.

Invariants: a label is about a message of the subscriber in the log, never about what a browser says was in it; the newest
label of a turn counts; exported as JSON lines, one label a line, oldest first.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from handoff.contract import Locale
from subscriptions.policy.masking import mask_personal

_INTENT = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Meant:
    """A subscriber's message at `seq`, what the bot had understood (None: unknown), and the right intent."""

    conversation: str
    seq: int
    text: str
    locale: Locale
    intent: str | None
    confidence: float | None
    right_intent: str


@dataclass(frozen=True, slots=True)
class TurnLabel:
    """A label as it is kept: who put it, when."""

    meant: Meant
    put_by: str
    put_at: datetime


class TurnLabelStore(Protocol):
    """Where the labels are kept; every change is audited in its transaction."""

    async def put_turn_label(self, meant: Meant, *, by: str) -> None:
        """Add, or replace the one of the same turn."""
        ...

    async def drop_turn_label(self, conversation: str, seq: int, *, by: str) -> bool:
        """Take it back; False when there is none."""
        ...

    async def turn_labels(self, conversation: str) -> list[TurnLabel]:
        """Those of one conversation, in the order of its log."""
        ...

    async def all_turn_labels(
        self, *, after: tuple[datetime, str, int] | None, limit: int
    ) -> list[TurnLabel]:
        """All of them, oldest first, behind this time, conversation and seq."""
        ...


def is_intent(name: str) -> bool:
    """Whether it can be the name of an intent."""
    return _INTENT.fullmatch(name) is not None


def json_lines(labels: Iterable[TurnLabel]) -> str:
    """The labels as the studio reads them, without what tells who wrote; times are ISO 8601 in UTC."""
    lines = (
        {
            **asdict(label.meant),
            "text": mask_personal(label.meant.text),
            "put_by": label.put_by,
            "put_at": label.put_at.isoformat(),
        }
        for label in labels
    )
    return "".join(f"{json.dumps(line, ensure_ascii=False, sort_keys=True)}\n" for line in lines)
