"""All use cases of cases and calls, each with the level it needs."""

from datetime import datetime

from subscriptions.cases import asking, calling, settling, telling
from subscriptions.model.base import Caller
from subscriptions.model.cases import (
    CallbackReceipt,
    CaseReceipt,
    CaseStatus,
    ConcernKind,
    OrderHelp,
)
from subscriptions.store.backing import Backing


class Cases:
    """Telling us something, asking what became of it, being called (level 0); and the work of the desk."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

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
        """Take a complaint, an idea or praise from anybody.

        `about` is a topic or a reference of ours; `urgent`: a lawyer, the press or an authority was named.
        Raises TEXT_MISSING, TEXT_TOO_LONG.
        """
        said = telling.Said(text, kind, about, urgent)
        return telling.complain(self._backing, caller, said, key)

    def order_help(self, caller: Caller, text: str = "", *, key: str) -> OrderHelp:
        """Look for an order that did not go through or was never confirmed.

        Whoever is not identified gets the same answer after the same work whatever they typed (TEXT_MISSING
        when they typed nothing). What was paid or begun without a contract becomes a case.
        """
        return telling.order_help(self._backing, caller, text, key)

    def status(self, caller: Caller, number: str | None = None) -> tuple[CaseStatus, ...]:
        """How a case stands, or the last cases of an identified caller, the newest first.

        Raises CASE_UNKNOWN for a number that there is not, IDENTITY_NEEDED without a number from nobody.
        """
        return asking.status(self._backing, caller, number)

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
        """Promise a call between two moments of one day, about a case or a new one; None: the number on file.

        Raises CALLBACK_OUTSIDE_HOURS, PHONE_INVALID (also when none is on file), CASE_UNKNOWN. A call that was
        promised before about the same case is replaced; a closed case is opened again.
        """
        wish = calling.Wish(phone, from_at, until_at, case)
        return calling.call_back(self._backing, caller, wish, key)

    def promised_call(self, callback: str) -> CallbackReceipt:
        """How a promised call stands; its id is the proof. Raises NOT_FOUND."""
        return asking.promised_call(self._backing, callback)

    def withdraw_call_back(self, caller: Caller, callback: str, *, key: str) -> CallbackReceipt:
        """Take the wish for a call back; the id of the call is the proof. Raises NOT_FOUND, ILLEGAL_STEP."""
        return calling.withdraw(self._backing, caller, callback, key)

    def keep_call_back(self, caller: Caller, callback: str, *, key: str) -> CallbackReceipt:
        """A person at the desk called. Raises IDENTITY_NEEDED, NOT_FOUND, ILLEGAL_STEP when it was broken."""
        return calling.keep(self._backing, caller, callback, key)

    def break_missed_call_backs(self) -> int:
        """Mark the promised calls that nobody made, and apologise; for a job. Returns how many."""
        return calling.break_missed(self._backing)

    def assign(self, caller: Caller, number: str, owner: str | None, *, key: str) -> CaseStatus:
        """Give a case to a person at the desk (their login), or back to all. Agents only; CASE_UNKNOWN."""
        return settling.assign(self._backing, caller, number, owner, key=key)

    def wait_for_subscriber(self, caller: Caller, number: str, *, key: str) -> CaseStatus:
        """It is the subscriber's turn: our promise rests. Agents only; CASE_UNKNOWN, ILLEGAL_STEP."""
        return settling.wait(self._backing, caller, number, key=key)

    def close_case(self, caller: Caller, number: str, outcome: str, *, key: str) -> CaseStatus:
        """Close a case with what came of it; promised calls about it are withdrawn.

        Agents only; CASE_UNKNOWN, ILLEGAL_STEP when it is closed, TEXT_MISSING, TEXT_TOO_LONG.
        """
        return settling.close(self._backing, caller, number, outcome, key=key)

    def reopen(self, caller: Caller, number: str, *, key: str) -> CaseStatus:
        """Open a waiting or closed case again, with a new promised time.

        By the desk, or by its subscriber (level 1); CASE_UNKNOWN, ILLEGAL_STEP when it is open.
        """
        return settling.reopen(self._backing, caller, number, key=key)
