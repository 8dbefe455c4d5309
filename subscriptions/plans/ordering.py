"""Collecting what is due now for an order: the order takes effect when the money came, or is surely on its way.

Invariants: until then its invoice is a draft, which nobody is asked to pay; an order that was paid for takes effect
whoever brings the news, also days later; one that was not leaves nothing behind; what was paid for and cannot take
effect any more goes to a person.
"""

from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import Connection
from typing_extensions import override

from subscriptions.asking import (
    By,
    Charges,
    Handed,
    Settled,
    begin_attempt,
    book,
    for_a_person,
)
from subscriptions.entities.addons import BookedAddon
from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.contracts import Subscription, schedule_change
from subscriptions.entities.invoices import (
    Invoice,
    InvoiceLifecycle,
    InvoiceStatus,
    invoice_to,
)
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.catalogue import ChangeReceipt, Quote
from subscriptions.plans.offers import QUOTE, facts_of
from subscriptions.policy.calendar import business_date
from subscriptions.policy.changes import take_plan
from subscriptions.policy.failures import classify
from subscriptions.policy.settling import steps_to
from subscriptions.provider import ChargeAnswer, Charged, ChargeRequest, scheduled
from subscriptions.store import addons, attempts, contracts, invoices, methods, requests
from subscriptions.store.cases import reference
from subscriptions.store.write import Done, Notice, Order

RECEIPT: TypeAdapter[ChangeReceipt] = TypeAdapter(ChangeReceipt)
_MONEY = frozenset({AttemptState.SUBMITTED, AttemptState.SUCCEEDED})


@dataclass(frozen=True, slots=True)
class Bought:
    """A contract, locked, and the quote that is carried out for it."""

    contract: Subscription
    stored: requests.StoredQuote
    offer: Quote


def hand(db: Connection, bought: Bought, order: Order) -> Handed | None:
    """Write down what is due now, and that it is about to be collected.

    None when nothing on file may be debited: then the invoice is final and stays open.
    """
    contract, offer = bought.contract, bought.offer
    today = business_date(order.at)
    invoice = Invoice(
        number=invoices.next_number(db, contract.customer),
        customer=contract.customer,
        subscription=contract.id,
        issued_on=today,
        due_on=today,
        total=offer.due_now,
        status=InvoiceStatus.OPEN,
        lines=offer.lines,
        account=contract.account,
        kind="addon" if offer.addon else "change",
    )
    method = methods.usable(db, contract.method, on=today, at=order.at)
    if method is None:
        invoices.add(db, invoice)
        return None
    draft = replace(invoice, lifecycle=InvoiceLifecycle.DRAFT)
    invoices.add(db, draft)
    # Its own reference, not the invoice's: a draft that is taken back gives its number to the next invoice.
    attempt = scheduled(
        ChargeRequest(reference("O", size=8), method, draft.total),
        invoice=draft.number,
        number=1,
        at=order.at,
        decided_by=order.caller.actor,
    )
    begin_attempt(db, draft, attempt)
    requests.tried(db, bought.stored, attempt.reference)
    return Handed(attempt.reference, lambda db: take_back(db, draft, attempt))


def take_back(db: Connection, draft: Invoice, attempt: Attempt) -> None:
    """Nothing was collected: attempt and draft go, the quote may be used again as long as it holds."""
    stored = requests.quote_of(db, attempt.reference)
    if stored is not None:
        requests.tried(db, stored, None)
    attempts.remove(db, attempt)
    invoices.remove(db, draft)


def declined(question: Charged, answer: ChargeAnswer) -> SubscriptionError | None:
    """A decline undoes everything."""
    if answer.state is not AttemptState.FAILED:
        return None
    kind = classify(question.request.method.kind, answer.raw_code)
    return SubscriptionError(Code.PAYMENT_DECLINED, kind=kind.value)


def carry_out(db: Connection, bought: Bought, by: tuple[str, By]) -> tuple[ChangeReceipt, Notice]:
    """Change the contract as offered, and log it; `by` is who ordered, and who brings the news."""
    contract, offer = bought.contract, bought.offer
    actor, news = by
    happened = contracts.Happened(_event(offer), actor, news.at, facts_of(offer))
    today = business_date(news.at)
    if offer.addon is not None:
        piece = BookedAddon(reference("AO"), contract.id, offer.addon, offer.quantity, today)
        addons.book(db, piece)
        contracts.note_event(db, contract, happened)
    elif offer.effective_on <= today:
        contracts.store(db, take_plan(contract, offer.new, today), happened)
    else:
        pending = schedule_change(contract, offer.new.code, offer.effective_on)
        contracts.store(db, pending, happened)
    receipt = _receipt(offer, news)
    requests.use_quote(db, bought.stored, RECEIPT.dump_python(receipt, mode="json"))
    facts = {"reference": receipt.reference, **facts_of(offer)}
    return receipt, Notice("contract", _event(offer), facts)


class Orders(Charges):
    """Charges of drafts: what is due now for an order."""

    @override
    def settle(
        self, db: Connection, reference: str, answer: ChargeAnswer | None, by: By
    ) -> Settled | None:
        """Let the order take effect, or take it back."""
        found = self.locked(db, reference)
        if found is None:
            return None
        draft, attempt = found
        state = AttemptState.NOT_SUBMITTED if answer is None else answer.state
        facts = {"attempt": reference, "invoice": draft.number, "state": state.value}
        if answer is None or not _MONEY.intersection(steps_to(attempt, answer.state)):
            take_back(db, draft, attempt)
            return Settled(draft.customer, facts)
        invoices.store_lifecycle(db, final := replace(draft, lifecycle=InvoiceLifecycle.FINAL))
        under_way = invoice_to(final, InvoiceStatus.PROCESSING)
        invoices.store_status(db, under_way)
        collected = book(db, by, (under_way, attempt), answer)
        try:
            with db.begin_nested():
                bought = _bought(db, draft, attempt)
                receipt, notice = carry_out(db, bought, (attempt.decided_by or by.actor, by))
        except SubscriptionError:  # the contract went another way meanwhile
            case = for_a_person(db, by, draft.customer, collected)
            return Settled(draft.customer, {**facts, "case": case})
        receipt_facts = {"reference": receipt.reference, **facts_of(bought.offer)}
        return Settled(draft.customer, {**facts, **receipt_facts}, (notice,))


ORDERS = Orders(InvoiceLifecycle.DRAFT)


def ordered(db: Connection, attempt: str, settled: Settled | None) -> Done[ChangeReceipt]:
    """What became of an order, as it is stored."""
    stored = requests.quote_of(db, attempt)
    if stored is None or stored.receipt is None:
        raise SubscriptionError(Code.QUOTE_EXPIRED)
    receipt = RECEIPT.validate_python(stored.receipt)
    offer = QUOTE.validate_python(stored.body)
    facts = {"reference": receipt.reference, **facts_of(offer)}
    return Done(receipt, stored.customer, facts)


def _bought(db: Connection, draft: Invoice, attempt: Attempt) -> Bought:
    """What was ordered; QUOTE_EXPIRED when the contract is no longer the one that was priced."""
    stored = requests.quote_of(db, attempt.reference)
    if stored is None:
        raise SubscriptionError(Code.QUOTE_EXPIRED)
    offer = QUOTE.validate_python(stored.body)
    owned = contracts.all_of(db, draft.customer, lock=True)
    contract = next((c for c in owned if c.id == stored.subscription), None)
    if contract is None or not is_priced(contract, offer):
        raise SubscriptionError(Code.QUOTE_EXPIRED)
    return Bought(contract, stored, offer)


def is_priced(contract: Subscription, offer: Quote) -> bool:
    """Whether a contract is still the one that an offer was made for."""
    return not contracts.is_over(contract) and contract.plan == offer.old.code


def _event(offer: Quote) -> str:
    return "addon_booked" if offer.addon else f"plan_{offer.kind.value}"


def _receipt(offer: Quote, by: By) -> ChangeReceipt:
    return ChangeReceipt(
        kind=offer.kind,
        old=offer.old,
        new=offer.new,
        due_now=offer.due_now,
        effective_on=offer.effective_on,
        reference=reference("A"),
        at=by.at,
        subscription=offer.subscription,
        price=offer.price,
        addon=offer.addon,
        quantity=offer.quantity,
    )
