"""How contracts end, and what may follow: declarations, withdrawals, offers, a death in the family.

May import `store` and what lies below it, no other noun. Invariants: a declaration needs no level and never
fails (§§ 312k, 356a BGB), its receipt comes before anything else; nothing ends a contract for cause but a person;
at most one offer follows, and never one to somebody in trouble. Start at `declaring`.
"""

from datetime import date

from subscriptions.cancellation import (
    bereavement,
    cause,
    declaring,
    keeping,
    offering,
    terms,
    withdrawing,
)
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

    def declare_for_cause(
        self,
        caller: Caller,
        text: str,
        *,
        reason: CauseReason,
        key: str,
        subscription: str | None = None,
    ) -> CauseReceipt:
        """Receive a declaration to end a contract at once, § 314 BGB; level 0, only KEY_REUSED is ever raised.

        A person decides; nothing has ended when the receipt is given.
        """
        said = (text, subscription)
        return cause.declare_for_cause(self._backing, caller, said, reason=reason, key=key)

    def withdraw(
        self, caller: Caller, text: str, *, key: str, subscription: str | None = None
    ) -> WithdrawalReceipt:
        """Receive a withdrawal from an order, § 356a BGB; level 0, only KEY_REUSED is ever raised.

        Within 14 days of the order the contract is undone, `refund` goes back, and `awaited` once its debit has arrived;
        else a person looks at it.
        """
        return withdrawing.withdraw_from(self._backing, caller, (text, subscription), key)

    def status(self, caller: Caller) -> tuple[EndingStatus, ...]:
        """Every cancellation and withdrawal of the caller, newest first; level 1."""
        return keeping.status(self._backing, caller)

    def take_back(self, caller: Caller, *, key: str, subscription: str | None = None) -> TakenBack:
        """Undo a scheduled end that has not come yet; level 1.

        Raises NOTHING_TO_TAKE_BACK (also for declarations for cause), WHICH_CONTRACT.
        """
        return keeping.take_back(self._backing, caller, subscription, key=key)

    def offer(self, caller: Caller, cancellation: str, *, key: str) -> Offer | None:
        """The one offer that may follow a cancellation, None when none fits or none is allowed; level 1.

        Raises NOT_FOUND, and OFFER_ONLY_ONCE when there was one for this cancellation.
        """
        return offering.offer(self._backing, caller, cancellation, key=key)

    def answer_offer(self, caller: Caller, offer: str, *, accept: bool, key: str) -> OfferAnswer:
        """Accept an offer, which takes the cancellation back, or decline it, which does nothing else; level 1.

        Raises NOT_FOUND, OFFER_GONE.
        """
        return offering.answer_offer(self._backing, caller, offer, accept=accept, key=key)

    def better_offer(
        self, caller: Caller, *, subscription: str | None = None
    ) -> BetterOffer | None:
        """What would cost the caller less, at most one, None while a case or a hold stands; level 1.

        Raises CONTRACT_MISSING, WHICH_CONTRACT, NOT_FOUND.
        """
        return terms.better_offer(self._backing, caller, subscription)

    def report_death(
        self,
        caller: Caller,
        text: str,
        *,
        key: str,
        number: str | None = None,
        guardian: bool = False,
    ) -> BereavementReceipt:
        """A death, or a guardian from now on; level 0, only KEY_REUSED is ever raised.

        `number` is what the reporter gave; the receipt never says whether it exists.
        """
        reported = bereavement.Reported(text, number, guardian)
        return bereavement.report(self._backing, caller, reported, key)
