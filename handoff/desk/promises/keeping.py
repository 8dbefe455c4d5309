"""How promises end that are kept in the business: calls at a chosen time, answers within the clock of a case.

Invariants: the business decides, whatever the clock says here; each promise is asked about alone, so that one that cannot be read
holds up no other; asked again, nothing changes.
"""

import asyncio

import structlog

from handoff.conversations.effects import Ending, Promise, PromiseKind
from handoff.desk.promises.ports import PromiseStore
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.cases import CallbackReceipt, CaseStatus
from subscriptions.port import Business

log = structlog.get_logger(__name__)

AT_ONCE = 200
_DESK = Caller(None, Level.ANONYMOUS, "schedule")
_GONE = frozenset({Code.NOT_FOUND, Code.CASE_UNKNOWN})


class Keeping:
    """Looks after promises whose act happens elsewhere."""

    def __init__(self, store: PromiseStore, business: Business) -> None:
        self._store, self._business = store, business

    async def look(self) -> int:
        """Ask the business about all that is owed, the earliest due first; returns how many ended or were broken."""
        ended = 0
        for promise in await self._store.firm(AT_ONCE):
            ending = await self._ending(promise)
            if ending is not None:
                ended += await self._end(promise, ending)
        return ended

    async def _ending(self, promise: Promise) -> Ending | None:
        try:
            return await asyncio.to_thread(self._asked, promise)
        except SubscriptionError as refused:
            if refused.code in _GONE:
                return Ending("withdrawn", reference=promise.reference, why="gone")
            log.info("promise_not_known", code=refused.code.value)
            return None

    def _asked(self, promise: Promise) -> Ending | None:
        reference = promise.reference or ""
        if promise.kind is PromiseKind.CALLBACK:
            return of_call(self._business.cases.promised_call(reference))
        (case,) = self._business.cases.status(_DESK, reference)
        return of_case(case)

    async def _end(self, promise: Promise, ending: Ending) -> bool:
        """A call that the business calls kept was in time, however late it was noted."""
        in_time = ending.how == "kept" and promise.kind is PromiseKind.CALLBACK
        now = await self._store.now()
        at = min(now, promise.due_at) if in_time else now
        return await self._store.end(promise.id, ending, at=at)


def of_call(call: CallbackReceipt) -> Ending | None:
    """How a promised call ended, if it did."""
    match call.state:
        case "kept":
            return Ending("kept", reference=call.id)
        case "broken":
            return Ending("unanswered", reference=call.id)
        case "withdrawn":
            return Ending("withdrawn", reference=call.id)
    return None


def of_case(case: CaseStatus) -> Ending | None:
    """How the promise of an answer stands: kept once it is the subscriber's turn or the case is closed."""
    if case.state != "open":
        return Ending("kept", reference=case.number)
    return Ending("broken", reference=case.number) if case.missed else None
