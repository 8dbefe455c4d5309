"""The use cases about open money, each in the module of its family."""

from datetime import date

from subscriptions.model.base import Caller
from subscriptions.model.dunning import AccessStatus, DunningStatus
from subscriptions.model.payments import (
    ClaimReceipt,
    Failure,
    HoldReceipt,
    InstalmentReceipt,
    InstalmentTerms,
    Paid,
    PayLink,
    PayLinkState,
    PromiseReceipt,
    PromiseTerms,
    RetryOutcome,
)
from subscriptions.payments import arrangements, failed, links, objections, retrying, standing
from subscriptions.store.backing import Backing


class Payments:
    """Open money. Level 1, but for hardship and for whoever holds the token of a pay link (level 0)."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def why_failed(self, caller: Caller) -> Failure | None:
        """The newest failure that is still unpaid with the `others`, or None when nothing failed."""
        return failed.why_failed(self._backing, caller)

    def retry(
        self, caller: Caller, invoice: str, *, key: str, on: date | None = None
    ) -> RetryOutcome:
        """Try an unpaid invoice again, now or on a day within 28 days, once for the key.

        A try that is planned already is moved, or made now. Raises NOT_FOUND, NOTHING_DUE, ACCOUNT_ON_HOLD,
        RETRY_FORBIDDEN, RETRY_CAP_REACHED (domain paper, section 3), DATE_IN_PAST, DATE_TOO_FAR,
        PROVIDER_DOWN when nobody answers. A decline is an outcome, not an error.
        """
        return retrying.retry(self._backing, caller, invoice, key=key, on=on)

    def pay_link(
        self, caller: Caller, invoices: tuple[str, ...] | None = None, *, key: str
    ) -> PayLink:
        """One link for these invoices, for the next instalment, or for all that is open.

        Raises NOT_FOUND, NOTHING_DUE, PROVIDER_DOWN, ACCOUNT_ON_HOLD while only a person may act (RISK, STOP_ALL).
        """
        return links.pay_link(self._backing, caller, invoices, key=key)

    def pay_link_of(self, token: str) -> PayLinkState:
        """What the holder of a link may know; TOKEN_INVALID. Level 0: the token is the proof."""
        return links.pay_link_of(self._backing, token)

    def pay_page_of(self, token: str) -> str:
        """The page to pay on, for the holder of a link.

        Raises TOKEN_INVALID, LINK_EXPIRED, NOTHING_DUE when it is paid, PROVIDER_DOWN.
        """
        return links.pay_page_of(self._backing, token)

    def promise_terms(self, caller: Caller) -> PromiseTerms:
        """What a promise would be about and until when it may run; raises as `promise` does, changes nothing."""
        return arrangements.promise_terms(self._backing, caller)

    def promise(self, caller: Caller, on: date, *, key: str) -> PromiseReceipt:
        """Promise to pay what is due by a day; free, collection rests until then.

        Raises ACCOUNT_ON_HOLD while only a person may act, NOTHING_DUE, PROMISE_OPEN, PROMISE_BROKEN, PROMISE_CAP,
        DATE_IN_PAST, PROMISE_TOO_LATE.
        """
        return arrangements.promise(self._backing, caller, on, key=key)

    def instalment_terms(self, caller: Caller) -> InstalmentTerms:
        """Whether, in how many parts, when and how much; raises ACCOUNT_ON_HOLD while only a person may act."""
        return arrangements.instalment_terms(self._backing, caller)

    def agree_instalments(self, caller: Caller, parts: int, *, key: str) -> InstalmentReceipt:
        """Pay what is due in parts; raises ACCOUNT_ON_HOLD, INSTALMENTS_OFF, NOTHING_DUE, INSTALMENTS_LIMIT."""
        return arrangements.agree_instalments(self._backing, caller, parts, key=key)

    def claim_paid(self, caller: Caller, said: Paid | None = None, *, key: str) -> ClaimReceipt:
        """Look for a payment that the customer says they made; if it is not there, collection rests.

        Raises ALREADY_HELD (until) while an earlier claim is looked into, TEXT_TOO_LONG.
        """
        return objections.claim_paid(self._backing, caller, said or Paid(), key=key)

    def dispute(self, caller: Caller, invoice: str | None, text: str, *, key: str) -> HoldReceipt:
        """The customer says that an invoice, or all that is open, is not owed: it rests, a person looks.

        Raises NOT_FOUND.
        """
        return objections.dispute(self._backing, caller, invoice, text, key=key)

    def hardship(self, caller: Caller, text: str, *, key: str) -> HoldReceipt:
        """Somebody cannot pay: collection rests, a person looks. Level 0, never refused."""
        return objections.hardship(self._backing, caller, text, key=key)

    def dunning_status(self, caller: Caller) -> DunningStatus:
        """What is due, which reminders went out, what comes next and why; the fee is always 0."""
        return standing.dunning_status(self._backing, caller)

    def access_status(self, caller: Caller) -> tuple[AccessStatus, ...]:
        """What may be used of each contract and why; of those that are over only the last, if none runs."""
        return standing.access_status(self._backing, caller)
