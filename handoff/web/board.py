"""The console's list as this process knows it, and what is new in it since any moment. Nothing is read or sent here.

Invariants: whoever replays the frames of `since`, from any cursor on, has the list as it is; a cursor that the board does not
know, or no longer, gets the whole list; what an agent would not see change is not sent again.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from handoff.conversations.model import Controller, Inbox, InboxRow, Routed
from handoff.desk.masking import looked_over
from handoff.protocol import InboxFrame, QueueRow

PAGE = 200
"""Rows in one frame."""

REMEMBERED = 1000
"""How many conversations that left the list are remembered for those who were away."""

PEOPLE = (Controller.QUEUE, Controller.AGENT)
_FIRST = {controller: place for place, controller in enumerate(("queue", "agent", "bot", "closed"))}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def queue_row(row: InboxRow) -> QueueRow:
    """A row as the console gets it."""
    its = row.conversation
    return QueueRow.model_validate(
        {
            "conversation": its.id,
            "controller": its.controller.value,
            "epoch": its.epoch,
            "last": its.last_seq,
            "name": its.name or "",
            "subscriber_id": its.subscriber_id,
            "level": its.level,
            "proven_at": _iso(its.proven_at),
            "locale": its.locale,
            "snippet": looked_over(row.snippet),
            "reason": its.reason,
            "skill": its.skill,
            "waiting_since": _iso(its.waiting_since),
            "agent": its.agent,
            "agent_name": row.agent_name,
            "case_number": its.case_number,
            "updated_at": its.updated_at.isoformat(),
            "labels": list(row.marks.labels),
            "mentioned": list(row.marks.mentioned),
            **(_routed(row.routed) if row.routed else {}),
        }
    )


def _routed(its: Routed) -> dict[str, object]:
    offer = {
        "agent": its.offered_to,
        "agent_name": its.offered_name,
        "until": _iso(its.offered_until),
    }
    return {
        "deadline": its.deadline.isoformat(),
        "offer": offer if its.offered_to else None,
        "why": "" if its.offered_to else its.why,
        "team": its.team,
        "wanted": its.wanted,
    }


@dataclass(frozen=True, slots=True)
class _Kept:
    """A row as it was read and as it is shown, and when the latter last changed."""

    row: InboxRow
    shown: QueueRow
    version: int


class Board:
    """Rows by conversation, in the order of their last change."""

    def __init__(self) -> None:
        self._name = secrets.token_hex(4)
        self._version = 0
        self._rows: dict[str, _Kept] = {}
        self._gone: dict[str, int] = {}
        self._forgotten = 0
        self._totals = dict.fromkeys((Controller.BOT, Controller.CLOSED), 0)
        self._available = 0

    @property
    def cursor(self) -> str:
        """Where somebody stands who knows everything."""
        return f"{self._name}:{self._version}"

    def tell(self, found: Inbox, *, only: Collection[str] | None = None) -> bool:
        """Take what the database says of the whole list, or of `only` these; whether anything is new to an agent.

        Of some, those with the bot and closed ones count only when they are listed already: the whole list has the newest.
        """
        version = self._version + 1
        rows = {row.conversation.id: row for row in found.rows}
        absent = (self._rows if only is None else set(only)) - rows.keys()
        new = [self._put(row, version) for row in rows.values() if only is None or self._lists(row)]
        new += [self._drop(conversation, version) for conversation in absent]
        totals = self._totals | found.totals
        if (totals, found.available) != (self._totals, self._available):
            self._totals, self._available = totals, found.available
            new.append(True)
        if any(new):
            self._version = version
        return any(new)

    def _lists(self, row: InboxRow) -> bool:
        return row.conversation.controller in PEOPLE or row.conversation.id in self._rows

    def _put(self, row: InboxRow, version: int) -> bool:
        """Keep the row; whether an agent sees a difference."""
        conversation = row.conversation.id
        before = self._rows.get(conversation)
        if before is not None and before.row == row:
            return False
        shown = queue_row(row)
        if before is not None and before.shown == shown:
            self._rows[conversation] = _Kept(row, shown, before.version)
            return False
        self._rows.pop(conversation, None)
        self._rows[conversation] = _Kept(row, shown, version)
        self._gone.pop(conversation, None)
        return True

    def _drop(self, conversation: str, version: int) -> bool:
        if self._rows.pop(conversation, None) is None:
            return False
        self._gone[conversation] = version
        if len(self._gone) > REMEMBERED:
            self._forgotten = self._gone.pop(next(iter(self._gone)))
        return True

    def since(self, cursor: str | None) -> list[InboxFrame]:
        """What is new since the cursor, at least one frame; a long list in several."""
        seen = self._seen(cursor)
        if seen is None:
            rows = sorted(
                (k.shown for k in self._rows.values()), key=lambda r: _FIRST[r.controller]
            )
        else:
            rows = self._changed(seen)
        gone = [c for c, version in self._gone.items() if seen is not None and version > seen]
        pages = [rows[start : start + PAGE] for start in range(0, len(rows), PAGE)] or [[]]
        return [
            InboxFrame(
                whole=seen is None and place == 0,
                rows=page,
                gone=gone if place == 0 else [],
                bot=self._totals[Controller.BOT],
                closed=self._totals[Controller.CLOSED],
                agents_available=self._available,
                cursor=self.cursor if place == len(pages) - 1 else None,
            )
            for place, page in enumerate(pages)
        ]

    def _seen(self, cursor: str | None) -> int | None:
        """The version of a cursor of this board; None when only the whole list helps."""
        name, _, version = (cursor or "").partition(":")
        if name != self._name or not version.isdecimal():
            return None
        return seen if self._forgotten <= (seen := int(version)) <= self._version else None

    def _changed(self, seen: int) -> list[QueueRow]:
        found = []
        for kept in reversed(self._rows.values()):
            if kept.version <= seen:
                break
            found.append(kept.shown)
        return found
