"""How contracts end, and what may follow: declarations, withdrawals, offers, a death in the family.

May import `store` and what lies below it, no other noun. Invariants: a declaration needs no level and never
fails (§§ 312k, 356a BGB), its receipt comes before anything else; nothing ends a contract for cause but a person;
at most one offer follows, and never one to somebody in trouble. Start at `declaring`.
"""

from datetime import date

from subscriptions.cancellation import declaring
from subscriptions.model.base import Caller
from subscriptions.model.cancellation import CancellationReceipt
from subscriptions.store.backing import Backing

__all__ = ["Cancellation"]


class Cancellation:
    """Everything about the end of a contract. The level that each method needs is said there."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def declare(
        self,
        caller: Caller,
        text: str,
        *,
        key: str,
        subscription: str | None = None,
        wished: date | None = None,
    ) -> CancellationReceipt:
        """Receive a declaration to cancel and confirm it; level 0, nothing but KEY_REUSED is ever raised.

        `wished` is honoured when it is later than the earliest possible end.
        """
        said = declaring.Said(text, subscription, wished)
        return declaring.declare(self._backing, caller, said, key)
