"""Takes the 360° view of each case that was handed over, once, and says later what has changed since.

Invariants: level-triggered: a case without a snapshot gets one, whoever died before; a subscriber whom the business
does not know gets an empty one, so that nobody asks for ever; one whose view cannot be made holds up no other, and is tried
again when the others were looked at; a view for a snapshot stands in the business's audit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog

from handoff.contract import Wire
from handoff.desk.snapshots.changes import Change, changes
from handoff.desk.subscribers import SubscriberDesk
from subscriptions.errors import Code, SubscriptionError

AT_ONCE = 20

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """An open case whose subscriber is known, without a snapshot."""

    case_number: str
    conversation: str
    subscriber: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The view as it was; None when the business did not know the subscriber."""

    case_number: str
    subscriber: str
    taken_at: datetime
    overview: dict[str, Any] | None


class SnapshotStore(Protocol):
    """Where snapshots are kept."""

    async def without(self, limit: int, *, behind: str = "") -> Sequence[Due]:
        """Open cases that have none, by number, those behind this one."""
        ...

    async def missing(self, conversation: str) -> Due | None:
        """The open case of this conversation, if it has none."""
        ...

    async def put(self, due: Due, overview: dict[str, Any] | None) -> None:
        """Keep it, unless there is one."""
        ...

    async def of(self, conversation: str) -> Snapshot | None:
        """That of the conversation's newest case."""
        ...


class Since(Wire):
    """What has changed since the handover: null while there is no snapshot of this case."""

    as_of: str
    changes: list[Change]


class Snapshots:
    """The views of handed over cases."""

    def __init__(self, store: SnapshotStore, subscribers: SubscriberDesk) -> None:
        self._store = store
        self._subscribers = subscribers
        self._behind = ""

    async def take(self) -> int:
        """Snapshots for cases that have none, going round; returns how many were taken."""
        due = await self._store.without(AT_ONCE, behind=self._behind)
        self._behind = due[-1].case_number if len(due) == AT_ONCE else ""
        return sum([await self._took(case) for case in due])

    async def _took(self, case: Due) -> bool:
        try:
            await self._store.put(case, await self._view(case.subscriber))
        except Exception as error:  # noqa: BLE001  # one that breaks must not hold up the others
            log.warning("snapshot_broke", case=case.case_number, error=type(error).__name__)
            return False
        return True

    async def since(self, conversation: str, subscriber: str, now: dict[str, Any]) -> Since | None:
        """What is otherwise in the view `now` than when the conversation's newest case was handed over."""
        snapshot = await self._store.of(conversation)
        if snapshot is None and (due := await self._store.missing(conversation)) is not None:
            # Whoever looks before the job came looks at the handover itself.
            await self._store.put(due, now)
            snapshot = await self._store.of(conversation)
        if snapshot is None or snapshot.overview is None or snapshot.subscriber != subscriber:
            return None
        return Since(as_of=str(snapshot.overview["as_of"]), changes=changes(snapshot.overview, now))

    async def _view(self, subscriber: str) -> dict[str, Any] | None:
        try:
            return await self._subscribers.as_handed_over(subscriber)
        except SubscriptionError as refused:
            if refused.code is not Code.NOT_FOUND:
                raise
            return None
