"""What is sold and what a subscriber has of it: plans, add-ons, contracts' status, changes and pauses.

May import `store` and what lies below it, no other noun. Invariants: whatever costs money is bought with a stored
quote, which belongs to one contract, ends with its day at the latest and works once, whatever key is used; what is
due now is invoiced and collected at once or nothing changes at all; one plan change pends at a time; while something
is owed only what lowers the price and a pause stay open. Start at `offers`, then `orders`.
"""

from datetime import date

from subscriptions.model.base import Caller
from subscriptions.model.catalogue import ChangeKind, ChangeReceipt, Plan, Quote
from subscriptions.model.plans import (
    AddonReceipt,
    AddonsOf,
    ComparedPlan,
    ContractStatus,
    KeptReceipt,
    PauseReceipt,
    PauseTerms,
    ResumeReceipt,
)
from subscriptions.plans import bookings, offers, orders, pausing, reading, undoing
from subscriptions.policy.pauses import Wish
from subscriptions.store.backing import Backing

__all__ = ["Plans"]


class Plans:
    """The catalogue is open to all; everything about the own contracts needs level 1.

    `subscription` names one of several running contracts; without it a caller who has several is asked
    (WHICH_CONTRACT). Every method about one contract raises CONTRACT_MISSING without any, and NOT_FOUND for one
    that is somebody else's or over.
    """

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def catalogue(self, product: str | None = None) -> tuple[Plan, ...]:
        """All plans that are sold, or those of a product, from small to big."""
        return reading.catalogue(self._backing, product)

    def compare(self, caller: Caller, product: str | None = None) -> tuple[ComparedPlan, ...]:
        """The plans side by side: of a product, else of the caller's products, else all; level 0.

        For an identified caller each plan says how it differs from the own one. Raises PLAN_UNKNOWN.
        """
        return reading.compare(self._backing, caller, product)

    def of(self, caller: Caller, subscription: str | None = None) -> Plan | None:
        """The plan of the running contract (of several the newest, or the named one), or None without one."""
        return reading.plan_of(self._backing, caller, subscription)

    def status(self, caller: Caller) -> tuple[ContractStatus, ...]:
        """Every contract of the caller: those that run first, the newest first."""
        return reading.status(self._backing, caller)

    def quote(self, caller: Caller, plan_code: str, subscription: str | None = None) -> Quote:
        """A priced offer to change to a plan of the same product, stored and valid for 15 minutes or until midnight.

        Raises PLAN_UNKNOWN, PLAN_NOT_AN_UPGRADE (it is the current plan), CHANGE_PENDING, PAST_DUE, FIXED_TERM,
        SOLD_BY_PARTNER, PAID_BY_OTHER, ACCOUNT_ON_HOLD, ILLEGAL_STEP.
        """
        return offers.quote_plan(self._backing, caller, plan_code, subscription)

    def quote_addon(
        self, caller: Caller, addon: str, quantity: int = 1, *, subscription: str | None = None
    ) -> Quote:
        """A priced offer to book pieces of an add-on from today on; ordered like a plan.

        Raises ADDON_UNKNOWN (also: of another product), ADDON_LIMIT, BAD_INPUT (no pieces), and as `quote`.
        """
        return offers.quote_addon(self._backing, caller, (addon, quantity), subscription)

    def order(self, caller: Caller, token: str, *, key: str) -> ChangeReceipt:
        """Carry out an UPGRADE or ADDON quote after the order button was pressed (§ 312j(3) BGB).

        Raises QUOTE_FOREIGN, QUOTE_EXPIRED, PLAN_NOT_AN_UPGRADE, PAYMENT_DECLINED, PROVIDER_DOWN, and what the
        quote could have raised; then nothing has changed.
        """
        return orders.use(self._backing, caller, (token, orders.ORDERED), key)

    def schedule_downgrade(self, caller: Caller, token: str, *, key: str) -> ChangeReceipt:
        """Schedule a DOWNGRADE quote for the end of the period, which a typed yes may confirm; errors as `order`."""
        return orders.use(self._backing, caller, (token, frozenset({ChangeKind.DOWNGRADE})), key)

    def withdraw_pending(
        self,
        caller: Caller,
        *,
        key: str,
        subscription: str | None = None,
        addon: str | None = None,
    ) -> KeptReceipt:
        """Call a pending change of the plan off, or with `addon` the removal of that add-on, before it takes effect.

        Raises NOTHING_PENDING, ADDON_UNKNOWN.
        """
        return undoing.withdraw_pending(self._backing, caller, (subscription, addon), key)

    def addons(self, caller: Caller, subscription: str | None = None) -> AddonsOf:
        """What can be booked beside the plan, and what is booked."""
        return bookings.addons_of(self._backing, caller, subscription)

    def remove_addon(
        self,
        caller: Caller,
        addon: str,
        *,
        key: str,
        quantity: int | None = None,
        subscription: str | None = None,
    ) -> AddonReceipt:
        """End an add-on (all pieces, or some) at the end of the period; open while something is owed, too.

        Raises ADDON_UNKNOWN, ADDON_NOT_BOOKED, BAD_INPUT (more pieces than there are).
        """
        wish = bookings.Wish(addon, quantity, subscription)
        return bookings.remove(self._backing, caller, wish, key)

    def pause_quote(
        self,
        caller: Caller,
        months: int,
        from_on: date | None = None,
        *,
        subscription: str | None = None,
    ) -> PauseTerms:
        """What a pause would mean, to be confirmed with a typed yes: it costs nothing.

        It begins at the end of the period, or with the first period on or after `from_on`; at once for who owes
        something. Raises PAUSE_TOO_LONG, PAUSE_TOO_OFTEN, BAD_INPUT (no months), DATE_IN_PAST, DATE_TOO_FAR,
        CHANGE_PENDING (the end is scheduled), SOLD_BY_PARTNER, PAID_BY_OTHER, ILLEGAL_STEP.
        """
        wish = Wish(months, from_on)
        return pausing.pause_quote(self._backing, caller, wish, subscription)

    def pause(
        self,
        caller: Caller,
        months: int,
        from_on: date | None = None,
        *,
        key: str,
        subscription: str | None = None,
    ) -> PauseReceipt:
        """Pause the contract as `pause_quote` says, with its errors; billing stops too."""
        return pausing.pause(self._backing, caller, (Wish(months, from_on), subscription), key)

    def resume(self, caller: Caller, *, key: str, subscription: str | None = None) -> ResumeReceipt:
        """End a running pause today, or call off one that has not begun; raises NOT_PAUSED."""
        return pausing.resume(self._backing, caller, subscription, key)
