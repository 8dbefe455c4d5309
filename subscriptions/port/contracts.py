"""Plans and the end of contracts, as callers see them."""

from datetime import date
from typing import Protocol

from subscriptions.model.base import Caller
from subscriptions.model.cancellation import (
    BereavementReceipt,
    BetterOffer,
    CancellationReceipt,
    CauseReason,
    CauseReceipt,
    EndingStatus,
    Offer,
    OfferAnswer,
    TakenBack,
    WithdrawalReceipt,
)
from subscriptions.model.catalogue import ChangeReceipt, Plan, Quote
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


class PlansPort(Protocol):
    """The catalogue is open to all; everything about the own contracts needs level 1."""

    def catalogue(self, product: str | None = None) -> tuple[Plan, ...]:
        """All plans that are sold, or those of a product, from small to big."""
        ...

    def compare(self, caller: Caller, product: str | None = None) -> tuple[ComparedPlan, ...]:
        """The plans side by side: of a product, else of the caller's products, else all; level 0."""
        ...

    def of(self, caller: Caller, subscription: str | None = None) -> Plan | None:
        """The plan of the running contract (of several the newest, or the named one), or None without one."""
        ...

    def status(self, caller: Caller) -> tuple[ContractStatus, ...]:
        """Every contract of the caller: those that run first, the newest first."""
        ...

    def quote(self, caller: Caller, plan_code: str, subscription: str | None = None) -> Quote:
        """A priced offer to change to a plan of the same product, stored and valid for 15 minutes or until midnight."""
        ...

    def quote_addon(
        self, caller: Caller, addon: str, quantity: int = 1, *, subscription: str | None = None
    ) -> Quote:
        """A priced offer to book pieces of an add-on from today on; ordered like a plan."""
        ...

    def order(self, caller: Caller, token: str, *, key: str) -> ChangeReceipt:
        """Carry out an UPGRADE or ADDON quote after the order button was pressed (§ 312j(3) BGB)."""
        ...

    def schedule_downgrade(self, caller: Caller, token: str, *, key: str) -> ChangeReceipt:
        """Schedule a DOWNGRADE quote for the end of the period, which a typed yes may confirm; errors as `order`."""
        ...

    def withdraw_pending(
        self, caller: Caller, *, key: str, subscription: str | None = None, addon: str | None = None
    ) -> KeptReceipt:
        """Call a pending change of the plan off, or with `addon` the removal of that add-on, before it takes effect."""
        ...

    def addons(self, caller: Caller, subscription: str | None = None) -> AddonsOf:
        """What can be booked beside the plan, and what is booked."""
        ...

    def remove_addon(
        self,
        caller: Caller,
        addon: str,
        *,
        key: str,
        quantity: int | None = None,
        subscription: str | None = None,
    ) -> AddonReceipt:
        """End an add-on (all pieces, or some) at the end of the period; open while something is owed, too."""
        ...

    def pause_quote(
        self,
        caller: Caller,
        months: int,
        from_on: date | None = None,
        *,
        subscription: str | None = None,
    ) -> PauseTerms:
        """What a pause would mean, to be confirmed with a typed yes: it costs nothing."""
        ...

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
        ...

    def resume(self, caller: Caller, *, key: str, subscription: str | None = None) -> ResumeReceipt:
        """End a running pause today, or call off one that has not begun; raises NOT_PAUSED."""
        ...


class CancellationPort(Protocol):
    """Everything about the end of a contract. The level that each method needs is said there."""

    def declare(
        self,
        caller: Caller,
        text: str,
        *,
        key: str,
        subscription: str | None = None,
        wished: date | None = None,
    ) -> CancellationReceipt:
        """Receive a declaration to cancel and confirm it; level 0, nothing but KEY_REUSED is ever raised."""
        ...

    def declare_for_cause(
        self,
        caller: Caller,
        text: str,
        *,
        reason: CauseReason,
        key: str,
        subscription: str | None = None,
    ) -> CauseReceipt:
        """Receive a declaration to end a contract at once, § 314 BGB; level 0, only KEY_REUSED is ever raised."""
        ...

    def withdraw(
        self, caller: Caller, text: str, *, key: str, subscription: str | None = None
    ) -> WithdrawalReceipt:
        """Receive a withdrawal from an order, § 356a BGB; level 0, only KEY_REUSED is ever raised."""
        ...

    def status(self, caller: Caller) -> tuple[EndingStatus, ...]:
        """Every cancellation and withdrawal of the caller, newest first; level 1."""
        ...

    def take_back(self, caller: Caller, *, key: str, subscription: str | None = None) -> TakenBack:
        """Undo a scheduled end that has not come yet; level 1."""
        ...

    def offer(self, caller: Caller, cancellation: str, *, key: str) -> Offer | None:
        """The one offer that may follow a cancellation, None when none fits or none is allowed; level 1."""
        ...

    def answer_offer(self, caller: Caller, offer: str, *, accept: bool, key: str) -> OfferAnswer:
        """Accept an offer, which takes the cancellation back, or decline it, which does nothing else; level 1."""
        ...

    def better_offer(
        self, caller: Caller, *, subscription: str | None = None
    ) -> BetterOffer | None:
        """What would cost the caller less, at most one, None while a case or a hold stands; level 1."""
        ...

    def report_death(
        self,
        caller: Caller,
        text: str,
        *,
        key: str,
        number: str | None = None,
        guardian: bool = False,
    ) -> BereavementReceipt:
        """A death, or a guardian from now on; level 0, only KEY_REUSED is ever raised."""
        ...
