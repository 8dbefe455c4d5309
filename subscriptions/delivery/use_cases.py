"""All use cases of the printed issue, each with the level it needs."""

from datetime import date

from subscriptions.delivery import looking, problems, suspending
from subscriptions.model.base import Caller
from subscriptions.model.delivery import (
    Deliveries,
    Outage,
    ProblemKind,
    ProblemOffer,
    ProblemReceipt,
    Remedy,
    SuspensionKind,
    SuspensionQuote,
    SuspensionReceipt,
)
from subscriptions.model.profile import NewAddress
from subscriptions.store.backing import Backing


class PrintedDelivery:
    """Issues, interruptions and redirections (level 1), and outages (level 0).

    `subscription` names one of several contracts; without it WHICH_CONTRACT is raised when several run.
    A contract without print is NO_DELIVERY.
    """

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def deliveries(self, caller: Caller, subscription: str | None = None) -> Deliveries:
        """The issues of the last weeks with what became of them, and the next one."""
        return looking.deliveries(self._backing, caller, subscription)

    def suspensions(
        self, caller: Caller, subscription: str | None = None
    ) -> tuple[SuspensionReceipt, ...]:
        """The interruptions and redirections that run or will run, the next one first."""
        return looking.suspensions(self._backing, caller, subscription)

    def outages(self, product: str | None = None) -> tuple[Outage, ...]:
        """What is disturbed or will be worked on within two weeks, of one product or of all; level 0."""
        return looking.outages(self._backing, product)

    def problem_offer(
        self, caller: Caller, issue_on: date, subscription: str | None = None
    ) -> ProblemOffer:
        """What a report of this issue would bring; raises as `report_problem` does, changes nothing."""
        return problems.offer(self._backing, caller, issue_on, subscription)

    def report_problem(
        self,
        caller: Caller,
        issue_on: date,
        kind: ProblemKind,
        wish: Remedy,
        *,
        key: str,
        subscription: str | None = None,
    ) -> ProblemReceipt:
        """Report an issue as missing, late or damaged, and have it sent again or taken off the next invoice.

        Raises ISSUE_UNKNOWN when none was due to arrive then, REPORTED_ALREADY with the number of the
        first report. The third report within 30 days opens a case of its own.
        """
        problem = problems.Problem(issue_on, kind, wish, subscription)
        return problems.report(self._backing, caller, problem, key)

    def note_redeliveries(self) -> int:
        """Settle the reports whose other copy was sent before today; for a job, once a day. Returns how many."""
        return problems.note_redeliveries(self._backing)

    def suspension_quote(
        self,
        caller: Caller,
        from_on: date,
        until_on: date,
        kind: SuspensionKind = SuspensionKind.INTERRUPT,
        *,
        address: NewAddress | None = None,
        subscription: str | None = None,
    ) -> SuspensionQuote:
        """What `suspend`, or with an address `redirect`, would mean; raises as they do, changes nothing."""
        wish = suspending.Wish(from_on, until_on, kind, subscription, address)
        return suspending.quote(self._backing, caller, wish)

    def suspend(
        self,
        caller: Caller,
        from_on: date,
        until_on: date,
        kind: SuspensionKind = SuspensionKind.INTERRUPT,
        *,
        key: str,
        subscription: str | None = None,
    ) -> SuspensionReceipt:
        """Let the issues of these days (both included) rest, or give them to a charity.

        Interrupted issues are taken off the next invoice after the last day. Raises DATE_TOO_SOON with the
        earliest day, SUSPENSION_TOO_LONG, SUSPENSION_OVERLAPS, and BAD_INPUT when no issue is printed then.
        """
        wish = suspending.Wish(from_on, until_on, kind, subscription)
        return suspending.suspend(self._backing, caller, wish, key)

    def redirect(
        self,
        caller: Caller,
        from_on: date,
        until_on: date,
        address: NewAddress,
        *,
        key: str,
        subscription: str | None = None,
    ) -> SuspensionReceipt:
        """Send the issues of these days (both included) to another address.

        Only the place of `address` counts. Refused like `suspend`; besides ADDRESS_INVALID with the field, and
        ADDRESS_ABROAD.
        """
        wish = suspending.Wish(from_on, until_on, SuspensionKind.REDIRECT, subscription, address)
        return suspending.suspend(self._backing, caller, wish, key)

    def withdraw_suspension(self, caller: Caller, reference: str, *, key: str) -> SuspensionReceipt:
        """Take an interruption or redirection back; one that has begun ends as soon as it can.

        Raises NOT_FOUND, and DATE_TOO_SOON when it ends by itself before that.
        """
        return suspending.withdraw(self._backing, caller, reference, key)
