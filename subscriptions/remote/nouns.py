"""The use cases that the remote system serves, by noun; all others are not offered.

Invariants: the caller's level is checked before anything is asked; a write has its key, its audit entry and
its receipt in the local database, and the remote system is asked inside that write.
"""

from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.contracts import can_end
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Money
from subscriptions.model.billing import Balance, Charge, InvoiceSummary
from subscriptions.model.cancellation import CancellationReceipt, DeclarationOutcome
from subscriptions.model.catalogue import Plan
from subscriptions.model.identity import Profile
from subscriptions.model.payments import Failure, RetryOutcome
from subscriptions.policy import ledger
from subscriptions.policy.access import identified
from subscriptions.policy.failures import decide_retry, failure_of
from subscriptions.policy.masking import mask_cards
from subscriptions.provider import outcome_of
from subscriptions.remote import reads
from subscriptions.remote.books import Noun
from subscriptions.store import audit, cases, contracts
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Order, write_once


class RemoteBilling(Noun):
    """Charges and the balance."""

    def explain_charge(self, caller: Caller, invoice: str | None = None) -> Charge:
        """One invoice itemised, the latest by default; raises NOT_FOUND."""
        books = self._books(self._number(caller))
        wanted = [i for i in books.invoices if invoice in {None, i.number}]
        if not wanted:
            raise SubscriptionError(Code.NOT_FOUND)
        found = wanted[-1]
        return Charge(
            invoice=found.number,
            issued_on=found.issued_on,
            due_on=found.due_on,
            total=found.total,
            status=found.status.value,
            method="",
            lines=found.lines,
            overdue=found in books.unpaid and ledger.is_overdue(found, self._today()),
            unpaid=books.open[found.number],
        )

    def invoices(self, caller: Caller, year: int | None = None) -> tuple[InvoiceSummary, ...]:
        """The invoices, newest first, of a year if one is given."""
        books = self._books(self._number(caller))
        return tuple(
            InvoiceSummary(
                number=i.number,
                issued_on=i.issued_on,
                due_on=i.due_on,
                total=i.total,
                status=i.status.value,
                lifecycle=i.lifecycle.value,
                overdue=i in books.unpaid and ledger.is_overdue(i, self._today()),
                disputed=False,
                kind=i.kind,
                subscription=i.subscription,
            )
            for i in reversed(books.invoices)
            if year in {None, i.issued_on.year}
        )

    def balance(self, caller: Caller) -> Balance:
        """What is open; the next debit is only told when the remote system has written its invoice."""
        books = self._books(self._number(caller))
        today = self._today()
        currency = books.account.currency
        overdue = [i for i in books.unpaid if ledger.is_overdue(i, today)]
        coming = [i for i in books.unpaid if i not in overdue]
        return Balance(
            open=Money(sum(books.open[i.number].minor for i in books.unpaid), currency),
            overdue=Money(sum(books.open[i.number].minor for i in overdue), currency),
            next_on=coming[0].due_on if coming else None,
            next_amount=books.open[coming[0].number] if coming else None,
            method=None,
        )


class RemotePayments(Noun):
    """Failed payments."""

    def why_failed(self, caller: Caller) -> Failure | None:
        """The newest failure that is still unpaid, or None."""
        books = self._books(self._number(caller))
        for invoice in reversed(books.unpaid):
            tried = books.attempts[invoice.number]
            failure = failure_of(invoice, tried, None, self._today())
            if failure is not None:
                return failure
        return None

    def retry(
        self, caller: Caller, invoice: str, *, key: str, on: date | None = None
    ) -> RetryOutcome:
        """Have the remote system collect an invoice again; a date is not offered.

        Raises NOT_FOUND, NOTHING_DUE, RETRY_FORBIDDEN, RETRY_CAP_REACHED, STORE_UNAVAILABLE.
        """
        number = self._number(caller)
        if on is not None:
            raise SubscriptionError(Code.NOT_OFFERED)
        now = self._backing.clock()
        order = Order("payments.retry", caller, number, key, {"invoice": invoice}, now)
        return write_once(
            self._backing.engine, order, RetryOutcome, lambda _: self._retry(order, invoice)
        )

    def _retry(self, order: Order, number: str) -> Done[RetryOutcome]:
        customer = order.owner or ""
        books = self._books(customer)
        if number not in books.ids:
            raise SubscriptionError(Code.NOT_FOUND)
        tried = books.attempts[number]
        decision = decide_retry(tried, method_updated_on=None, today=self._today())
        if decision.refusal is not None:
            raise SubscriptionError(decision.refusal)
        self._reader.collect(books.account, books.ids[number], books.open[number], order)
        after = self._books(customer)
        made = after.attempts[number][len(tried) :]
        if not made:  # accepted, and nothing to show for it: a person has to look
            raise SubscriptionError(Code.STORE_UNAVAILABLE)
        outcome = outcome_of(made[-1])
        facts: audit.Facts = {
            "invoice": number,
            "attempt": outcome.reference,
            "ok": outcome.succeeded,
        }
        return Done(outcome, customer, facts)


class RemotePlans(Noun):
    """The local catalogue and the plan that the remote system knows."""

    def catalogue(self, product: str | None = None) -> tuple[Plan, ...]:
        """All plans or those of a product, from small to big."""
        with reading(self._backing.engine) as db:
            return contracts.catalogue(db, product)

    def of(self, caller: Caller, subscription: str | None = None) -> Plan | None:
        """The plan of the running contract, the newest or the named one; None without one."""
        found = self._reader.contracts(self._reader.account(self._number(caller)))
        running = [
            c
            for c in found
            if c.state in {"ACTIVE", "PENDING"} and subscription in {None, c.subscription_id}
        ]
        return self._plan(running[0].plan_name) if running else None


class RemoteCancellation(Noun):
    """Declarations to cancel: received even when the remote system does not answer (§ 312k BGB)."""

    def declare(
        self,
        caller: Caller,
        text: str,
        *,
        key: str,
        subscription: str | None = None,
        wished: date | None = None,
    ) -> CancellationReceipt:
        """Receive a declaration and confirm it; what the remote system cannot do at once, a person does."""
        kept = mask_cards(text)[: self._backing.limits.text_most]
        day = wished.isoformat() if wished else None
        body = {"text": kept, "subscription": subscription, "wished": day}
        now = self._backing.clock()
        order = Order("cancellation.declare", caller, identified(caller), key, body, now)
        return write_once(
            self._backing.engine,
            order,
            CancellationReceipt,
            lambda db: self._declare(db, order, kept),
        )

    def _declare(self, db: Connection, order: Order, text: str) -> Done[CancellationReceipt]:
        plan, ends_on = None, None
        outcome = DeclarationOutcome.PERSON
        # A wished day or contract is a person's to honour: the remote system only knows the end of the term.
        simple = order.body["subscription"] is None and order.body["wished"] is None
        if order.owner is not None and simple:
            plan, ends_on, outcome = self._end(order.owner, order)
        case = None
        if outcome is DeclarationOutcome.PERSON:
            concern = cases.Concern("cancel_subscription", "RET", text, {"caller": order.owner})
            opened = cases.open_case(db, None, concern, at=order.at, limits=self._backing.limits)
            case = opened.number
        receipt = CancellationReceipt(
            reference=cases.reference("C"),
            received_at=order.at,
            matched=plan is not None,
            plan=plan,
            ends_on=ends_on,
            outcome=outcome,
            case=case,
        )
        return Done(receipt, order.owner, {"reference": receipt.reference, "case": case})

    def _end(
        self, number: str, order: Order
    ) -> tuple[Plan | None, date | None, DeclarationOutcome]:
        """End the only running contract with its term; whatever stands against it is a person's."""
        try:
            found = self._reader.contracts(self._reader.account(number))
            mine = [(c, self._plan(c.plan_name)) for c in found]
            ours = [(reads.contract(c, p, number, self._today()), p) for c, p in mine]
            running = [(c, p) for c, p in ours if can_end(c)]
            if len(running) != 1:
                return None, None, DeclarationOutcome.PERSON
            contract, plan = running[0]
            self._reader.cancel(contract.id, order)
        except SubscriptionError:
            return None, None, DeclarationOutcome.PERSON
        return plan, contract.period.end, DeclarationOutcome.SCHEDULED


class RemoteIdentity(Noun):
    """Who is addressed."""

    def profile(self, caller: Caller) -> Profile:
        """Number, name and language of the caller."""
        found = self._reader.account(self._number(caller))
        return Profile(found.external_key, found.name, reads.locale(found))

    def demo_customers(self) -> tuple[object, ...]:
        """There are none in an operator's own system."""
        return ()
