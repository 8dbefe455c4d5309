"""Carrying out a quote: an upgrade or an add-on at once and paid for, everything else at the end of the period.

Invariants: a quote works once and gives its first receipt again, whatever key is used; what is due now is invoiced
and collected, and a decline undoes everything.
"""

from collections.abc import Collection

from pydantic import TypeAdapter
from sqlalchemy import Connection

from subscriptions.entities.addons import BookedAddon
from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.contracts import Subscription, schedule_change
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.catalogue import ChangeKind, ChangeReceipt, Quote
from subscriptions.plans.offers import QUOTE, allow_pieces, facts_of
from subscriptions.plans.standing import allow
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.changes import take_plan
from subscriptions.policy.failures import classify
from subscriptions.provider import ChargeRequest, collect
from subscriptions.store import addons, contracts, invoices, methods, receipts, requests
from subscriptions.store.backing import Backing
from subscriptions.store.cases import reference
from subscriptions.store.write import Done, Notice, Order, write_once

ORDERED = frozenset({ChangeKind.UPGRADE, ChangeKind.ADDON})
_RECEIPT: TypeAdapter[ChangeReceipt] = TypeAdapter(ChangeReceipt)


def use(
    backing: Backing, caller: Caller, meant: tuple[str, Collection[ChangeKind]], key: str
) -> ChangeReceipt:
    """Carry out the quote of a token, if it is of one of the kinds that this way allows."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    token, kinds = meant
    action = "plans.schedule_downgrade" if ChangeKind.DOWNGRADE in kinds else "plans.order"
    order = Order(action, caller, number, key, {"token": requests.hashed(token)}, now)

    def act(db: Connection) -> Done[ChangeReceipt]:
        stored, offer = _offer(db, number, token, kinds)
        if stored.receipt is not None:
            first = _RECEIPT.validate_python(stored.receipt)
            return Done(first, number, {"reference": first.reference, "repeated": True})
        contract = _unchanged(db, stored, offer, order)
        _allowed(backing, db, (contract, offer), order)
        if offer.due_now.minor > 0:
            _collect(backing, db, (contract, stored, offer), order)
        _carry_out(db, contract, offer, order)
        receipt = _receipt(offer, order)
        requests.use_quote(db, stored, _RECEIPT.dump_python(receipt, mode="json"))
        facts = {"reference": receipt.reference, **facts_of(offer)}
        return Done(receipt, number, facts, (Notice("contract", _event(offer), facts),))

    return write_once(backing.engine, order, ChangeReceipt, act)


def _offer(
    db: Connection, number: str, token: str, kinds: Collection[ChangeKind]
) -> tuple[requests.StoredQuote, Quote]:
    """The caller's own quote of a right kind, locked. An unknown token is a foreign one."""
    stored = requests.quote(db, token)
    if stored is None or stored.customer != number:
        raise SubscriptionError(Code.QUOTE_FOREIGN)
    offer = QUOTE.validate_python(stored.body)
    if offer.kind not in kinds:
        smaller = offer.kind is ChangeKind.DOWNGRADE
        wrong = Code.PLAN_NOT_AN_UPGRADE if smaller else Code.PLAN_NOT_A_DOWNGRADE
        raise SubscriptionError(wrong, plan=offer.new.code)
    return stored, offer


def _unchanged(
    db: Connection, stored: requests.StoredQuote, offer: Quote, order: Order
) -> Subscription:
    """The locked contract, as long as it is the one that was priced; else QUOTE_EXPIRED."""
    owned = contracts.all_of(db, stored.customer, lock=True)
    contract = next((c for c in owned if c.id == stored.subscription), None)
    if (
        contract is None
        or contracts.is_over(contract)
        or contract.plan != offer.old.code
        or order.at > stored.expires_at
    ):
        raise SubscriptionError(Code.QUOTE_EXPIRED)
    return contract


def _allowed(
    backing: Backing, db: Connection, meant: tuple[Subscription, Quote], order: Order
) -> None:
    """What held for the offer must still hold for the order."""
    contract, offer = meant
    if offer.addon is None:
        allow(db, contract, offer.kind, order.at)
    else:
        pieces = (offer.addon, offer.quantity)
        allow_pieces(db, contract, pieces, at=order.at, limits=backing.limits)


def _carry_out(db: Connection, contract: Subscription, offer: Quote, order: Order) -> None:
    """Change the contract as offered, and log it."""
    happened = contracts.Happened(_event(offer), order.caller.actor, order.at, facts_of(offer))
    today = business_date(order.at)
    if offer.addon is not None:
        piece = BookedAddon(reference("AO"), contract.id, offer.addon, offer.quantity, today)
        addons.book(db, piece)
        contracts.note_event(db, contract, happened)
    elif offer.effective_on <= today:
        contracts.store(db, take_plan(contract, offer.new, today), happened)
    else:
        pending = schedule_change(contract, offer.new.code, offer.effective_on)
        contracts.store(db, pending, happened)


def _collect(
    backing: Backing,
    db: Connection,
    bought: tuple[Subscription, requests.StoredQuote, Quote],
    order: Order,
) -> None:
    """Invoice what is due now and collect it; a decline undoes everything."""
    contract, stored, offer = bought
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
        invoices.add(db, invoice)  # nothing on file that may be debited: the invoice stays open
        return
    attempt = collect(
        backing.provider,
        ChargeRequest(f"order-{stored.token_hash[:24]}", method, invoice.total),
        invoice=invoice.number,
        number=1,
        at=order.at,
        decided_by=order.caller.actor,
    )
    if attempt.state is AttemptState.FAILED:
        kind = classify(attempt.kind, attempt.raw_code)
        raise SubscriptionError(Code.PAYMENT_DECLINED, kind=kind.value)
    invoices.add(db, invoice)
    receipts.record(db, invoice, attempt)


def _event(offer: Quote) -> str:
    return "addon_booked" if offer.addon else f"plan_{offer.kind.value}"


def _receipt(offer: Quote, order: Order) -> ChangeReceipt:
    return ChangeReceipt(
        kind=offer.kind,
        old=offer.old,
        new=offer.new,
        due_now=offer.due_now,
        effective_on=offer.effective_on,
        reference=reference("A"),
        at=order.at,
        subscription=offer.subscription,
        price=offer.price,
        addon=offer.addon,
        quantity=offer.quantity,
    )
