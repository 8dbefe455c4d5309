"""Delivery, cases and the 360° view, as callers see them."""

from datetime import date, datetime
from typing import Protocol

from subscriptions.model.base import Caller
from subscriptions.model.cases import (
    CallbackReceipt,
    CaseReceipt,
    CaseStatus,
    ConcernKind,
    OrderHelp,
)
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
from subscriptions.overview.values import Overview, People


class DeliveryPort(Protocol):
    """Issues, interruptions and redirections (level 1), and outages (level 0)."""

    def deliveries(self, caller: Caller, subscription: str | None = None) -> Deliveries:
        """The issues of the last weeks with what became of them, and the next one."""
        ...

    def suspensions(
        self, caller: Caller, subscription: str | None = None
    ) -> tuple[SuspensionReceipt, ...]:
        """The interruptions and redirections that run or will run, the next one first."""
        ...

    def outages(self, product: str | None = None) -> tuple[Outage, ...]:
        """What is disturbed or will be worked on within two weeks, of one product or of all; level 0."""
        ...

    def problem_offer(
        self, caller: Caller, issue_on: date, subscription: str | None = None
    ) -> ProblemOffer:
        """What a report of this issue would bring; raises as `report_problem` does, changes nothing."""
        ...

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
        """Report an issue as missing, late or damaged, and have it sent again or taken off the next invoice."""
        ...

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
        ...

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
        """Let the issues of these days (both included) rest, or give them to a charity."""
        ...

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
        """Send the issues of these days (both included) to another address."""
        ...

    def withdraw_suspension(self, caller: Caller, reference: str, *, key: str) -> SuspensionReceipt:
        """Take an interruption or redirection back; one that has begun ends as soon as it can."""
        ...


class CasesPort(Protocol):
    """Telling us something, asking what became of it, being called (level 0); and the work of the desk."""

    def complain(
        self,
        caller: Caller,
        text: str,
        kind: ConcernKind = ConcernKind.COMPLAINT,
        *,
        key: str,
        about: str | None = None,
        urgent: bool = False,
    ) -> CaseReceipt:
        """Take a complaint, an idea or praise from anybody."""
        ...

    def order_help(self, caller: Caller, text: str = "", *, key: str) -> OrderHelp:
        """Look for an order that did not go through or was never confirmed."""
        ...

    def status(self, caller: Caller, number: str | None = None) -> tuple[CaseStatus, ...]:
        """How a case stands, or the last cases of an identified caller, the newest first."""
        ...

    def call_back(
        self,
        caller: Caller,
        phone: str | None,
        from_at: datetime,
        until_at: datetime,
        *,
        key: str,
        case: str | None = None,
    ) -> CallbackReceipt:
        """Promise a call between two moments of one day, about a case or a new one; None: the number on file."""
        ...

    def promised_call(self, callback: str) -> CallbackReceipt:
        """How a promised call stands; its id is the proof. Raises NOT_FOUND."""
        ...

    def withdraw_call_back(self, caller: Caller, callback: str, *, key: str) -> CallbackReceipt:
        """Take the wish for a call back; the id of the call is the proof. Raises NOT_FOUND, ILLEGAL_STEP."""
        ...

    def keep_call_back(self, caller: Caller, callback: str, *, key: str) -> CallbackReceipt:
        """A person at the desk called. Raises IDENTITY_NEEDED, NOT_FOUND, ILLEGAL_STEP when it was broken."""
        ...

    def break_missed_call_backs(self) -> int:
        """Mark the promised calls that nobody made, and apologise; for a job. Returns how many."""
        ...

    def assign(self, caller: Caller, number: str, owner: str | None, *, key: str) -> CaseStatus:
        """Give a case to a person at the desk (their login), or back to all. Agents only; CASE_UNKNOWN."""
        ...

    def wait_for_subscriber(self, caller: Caller, number: str, *, key: str) -> CaseStatus:
        """It is the subscriber's turn: our promise rests. Agents only; CASE_UNKNOWN, ILLEGAL_STEP."""
        ...

    def close_case(self, caller: Caller, number: str, outcome: str, *, key: str) -> CaseStatus:
        """Close a case with what came of it; promised calls about it are withdrawn."""
        ...

    def reopen(self, caller: Caller, number: str, *, key: str) -> CaseStatus:
        """Open a waiting or closed case again, with a new promised time."""
        ...


class OverviewPort(Protocol):
    """The 360° view as a use case."""

    def of(self, caller: Caller, number: str) -> Overview:
        """The view of a customer, for an agent, or for the customer at level 1; else NOT_FOUND."""
        ...

    def find(self, caller: Caller, words: str, after: str = "") -> People:
        """Customers by number, e-mail address, invoice or name; agents only. Raises IDENTITY_NEEDED, BAD_INPUT."""
        ...
