"""Finds out that the matter of a waiting subscriber is settled: the payment arrived, the account or the access is free again.

Invariants: what stood in the way is looked at once when the waiting begins; only when all of it that belongs to the case is gone
is the subscriber asked, once; what a person must look at in any case is not asked about.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Protocol

import structlog

from handoff.conversations.questions import Settling
from handoff.desk.promises.ports import AftercareStore, Matter
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.dunning import AccessReason
from subscriptions.port import Business

log = structlog.get_logger(__name__)

AT_ONCE = 100
_LOOKS = "schedule"
_BELONGS: Mapping[Settling, frozenset[str]] = {
    "payment": frozenset({"BIL", "COL", "CMP"}),
    "access": frozenset({"BIL", "COL", "TEC", "CMP"}),
    "login": frozenset({"TEC"}),
}
"""Whose matters each trouble is; security looks itself."""


class AskSettled(Protocol):
    """The step that asks (`Flow.ask_settled`)."""

    def __call__(
        self, conversation: str, *, case_number: str, what: Settling
    ) -> Awaitable[bool]: ...


class SettledMatters:
    """Looks at everybody who waits and is known."""

    def __init__(self, store: AftercareStore, business: Business, ask: AskSettled) -> None:
        self._store, self._business, self._ask = store, business, ask

    async def look(self) -> int:
        """One round; returns how many were asked."""
        asked = 0
        for matter in await self._store.matters(AT_ONCE):
            now = await self._troubles(matter)
            if now is None:
                continue
            await self._store.looked(matter, now)
            what = settled(matter, now)
            if what is not None:
                asked += await self._ask(
                    matter.conversation, case_number=matter.case_number, what=what
                )
        return asked

    async def _troubles(self, matter: Matter) -> frozenset[str] | None:
        """What stands in the way now; None when the business does not answer."""
        caller = Caller(matter.subscriber_id, Level.IDENTIFIED, _LOOKS)
        found: set[str] = set()
        for look in (self._payment, self._access, self._login):
            try:
                found |= await asyncio.to_thread(look, caller)
            except SubscriptionError as refused:
                if refused.code is Code.STORE_UNAVAILABLE:
                    return None
        return frozenset(trouble for trouble in found if _belongs(trouble, matter))

    def _payment(self, caller: Caller) -> set[str]:
        failure = self._business.payments.why_failed(caller)
        if failure is None:
            return set()
        return {f"payment:{each.invoice}" for each in (failure, *failure.others)}

    def _access(self, caller: Caller) -> set[str]:
        standing = self._business.payments.access_status(caller)
        return {
            f"access:{each.subscription}" for each in standing if each.reason is AccessReason.UNPAID
        }

    def _login(self, caller: Caller) -> set[str]:
        state = self._business.identity.login_status(caller).state
        return {f"login:{state}"} if state not in {None, "free"} else set()


def settled(matter: Matter, now: frozenset[str]) -> Settling | None:
    """What is settled of a matter that had something in the way, when nothing of it is left."""
    if not matter.troubles or matter.troubles & now:
        return None
    kinds: list[Settling] = ["payment", "access", "login"]
    return next(kind for kind in kinds if any(t.startswith(kind) for t in matter.troubles))


def _belongs(trouble: str, matter: Matter) -> bool:
    kind = trouble.partition(":")[0]
    return any(
        kind == name and (matter.skill is None or matter.skill in skills)
        for name, skills in _BELONGS.items()
    )
