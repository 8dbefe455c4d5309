"""When somebody says they paid, owe nothing, or cannot pay: look first, then let it rest and call a person.

Invariants: hardship is never refused and needs no login; a dispute stops everything about its invoice at once
(§§ 286, 288 BGB); saying the same again gives the first case, not a second one; words are kept without card
numbers; nothing that somebody wrote ends in the audit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from subscriptions.entities.holds import Hold, HoldKind
from subscriptions.entities.invoices import Invoice
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Words
from subscriptions.model.payments import ClaimReceipt, HoldReceipt, Paid
from subscriptions.policy import claims, words
from subscriptions.policy.access import identified, require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.masking import mask_cards
from subscriptions.store import (
    cases,
    collection,
    customers,
    holds,
    invoices,
    receipts,
)
from subscriptions.store.backing import Backing
from subscriptions.store.cases import Concern, reference
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Notice, Order, write_once

_LOOK_BACK = timedelta(days=180)
_CLAIMED = Words(
    "Es soll schon bezahlt sein; wir sehen nach, so lange ruht alles.",
    "You say it is paid; we are looking, and until then everything rests.",
)
_DISPUTED = Words(
    "Der Forderung ist widersprochen; ein Mensch prüft das, so lange ruht sie.",
    "You say the claim is wrong; a person checks that, and until then it rests.",
)
_HARD = Words(
    "Zahlen geht gerade nicht; ein Mensch sucht mit nach einem Weg, so lange ruht alles.",
    "You cannot pay at the moment; a person talks to you, and until then everything rests.",
)


def claim_paid(backing: Backing, caller: Caller, said: Paid, *, key: str) -> ClaimReceipt:
    """Look for a payment that the customer says they made; see `Payments.claim_paid`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    said = replace(said, text=words.kept(said.text, backing.limits.text_most))
    order = Order("payments.claim_paid", caller, number, key, _body(said), now)

    def act(db: Connection) -> Done[ClaimReceipt]:
        customers.by_number(db, number, lock=True)
        _refuse_second(db, number, now)
        books = claims.Books(
            invoices.unpaid(db, number),
            invoices.processing(db, number),
            receipts.of_customer(db, number, now - _LOOK_BACK),
        )
        return _claimed(db, backing, order, (said, claims.look(books, said)))

    return write_once(backing.engine, order, ClaimReceipt, act)


def dispute(
    backing: Backing, caller: Caller, invoice: str | None, text: str, *, key: str
) -> HoldReceipt:
    """The customer says that an invoice, or all that is open, is not owed; see `Payments.dispute`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    kept = mask_cards(text)[: backing.limits.text_most]
    body = {"invoice": invoice, "text": hashed(kept)}
    order = Order("payments.dispute", caller, number, key, body, now)

    def act(db: Connection) -> Done[HoldReceipt]:
        customers.by_number(db, number, lock=True)
        about = _about(db, number, invoice)
        earlier = _earlier(db, order, HoldKind.DISPUTE, [each.number for each in about])
        if earlier is not None:
            return earlier
        for each in about:
            invoices.mark_disputed(db, each)
        concern = Concern("dispute_claim", "CMP", kept, {"invoice": invoice})
        placing = _Placing(HoldKind.DISPUTE, concern, _DISPUTED, "dispute_received", invoice)
        return _rest(db, backing, order, placing)

    return write_once(backing.engine, order, HoldReceipt, act)


def hardship(backing: Backing, caller: Caller, text: str, *, key: str) -> HoldReceipt:
    """Somebody cannot pay; see `Payments.hardship`."""
    now = backing.clock()
    kept = mask_cards(text)[: backing.limits.text_most]
    owner = identified(caller)
    order = Order("payments.hardship", caller, owner, key, {"text": hashed(kept)}, now)
    concern = Concern("financial_hardship", "COL", kept)

    def act(db: Connection) -> Done[HoldReceipt]:
        if owner is None or not customers.exists(db, owner):
            case = cases.open_case(db, None, concern, at=now, limits=backing.limits)
            receipt = HoldReceipt(case.number, case.promised_at, resting=False)
            return Done(receipt, None, {"case": case.number, "matched": False})
        customers.by_number(db, owner, lock=True)
        earlier = _earlier(db, order, HoldKind.HARDSHIP)
        placing = _Placing(HoldKind.HARDSHIP, concern, _HARD, "hardship_received")
        return earlier or _rest(db, backing, order, placing)

    return write_once(backing.engine, order, HoldReceipt, act)


@dataclass(frozen=True, slots=True)
class _Placing:
    """A hold that is about to be placed with its case; `days` None: until a person ends it."""

    kind: HoldKind
    concern: Concern
    why: Words
    template: str
    invoice: str | None = None
    days: int | None = None


def _rest(db: Connection, backing: Backing, order: Order, placing: _Placing) -> Done[HoldReceipt]:
    """Open the case, place the hold, tell the customer."""
    customer = order.owner or ""
    case = cases.open_case(db, customer, placing.concern, at=order.at, limits=backing.limits)
    until = None if placing.days is None else order.at + timedelta(days=placing.days)
    hold = Hold(
        id=reference("H"),
        customer=customer,
        kind=placing.kind,
        placed_at=order.at,
        invoice=placing.invoice,
        until_at=until,
        case_number=case.number,
    )
    collection.place_hold(db, hold, placing.why)
    facts = {"case": case.number, "hold": hold.id, "kind": placing.kind.value}
    notice = Notice("requested", placing.template, {"case": case.number})
    receipt = HoldReceipt(case.number, case.promised_at, resting=True, invoice=placing.invoice)
    return Done(receipt, customer, facts, (notice,))


def _earlier(
    db: Connection, order: Order, kind: HoldKind, about: Sequence[str] = ()
) -> Done[HoldReceipt] | None:
    """The receipt of a hold of this kind that stands already and covers the same: all, or each of these invoices."""
    customer = order.owner or ""
    standing = [h for h in holds.standing(db, customer, order.at) if h.kind is kind]
    covered = {hold.invoice for hold in standing if hold.case_number}
    for hold in standing:
        same = hold.invoice is None or (hold.invoice in about and covered.issuperset(about))
        case = cases.find(db, hold.case_number) if hold.case_number else None
        if same and case is not None:
            receipt = HoldReceipt(
                case.number, case.promised_at, resting=True, invoice=hold.invoice, repeated=True
            )
            return Done(receipt, customer, {"case": case.number, "repeated": True})
    return None


def _about(db: Connection, customer: str, number: str | None) -> Sequence[Invoice]:
    """The locked invoices that are disputed: the named one, else all that are open."""
    if number is None:
        return invoices.unpaid(db, customer, lock=True)
    invoice = invoices.find(db, customer, number, lock=True)
    if invoice is None:
        raise SubscriptionError(Code.NOT_FOUND, invoice=number)
    return (invoice,)


def _refuse_second(db: Connection, customer: str, now: datetime) -> None:
    for hold in holds.standing(db, customer, now):
        if hold.kind is HoldKind.CLAIMS_PAID and hold.until_at is not None:
            raise SubscriptionError(Code.ALREADY_HELD, until=business_date(hold.until_at))


def _claimed(
    db: Connection, backing: Backing, order: Order, looked: tuple[Paid, claims.Answer]
) -> Done[ClaimReceipt]:
    """Tell what was found; let collection rest when that does not settle it."""
    said, answer = looked
    payment = answer.payment
    about = payment.invoice if payment else answer.invoice.number if answer.invoice else None
    receipt = ClaimReceipt(
        found=answer.found,
        amount=claims.money_of(answer),
        received_on=business_date(payment.received_at) if payment else None,
        invoice=about,
    )
    if answer.settles:
        return Done(receipt, order.owner, {"found": answer.found.value})
    days = backing.limits.claim_hold_days
    facts = _body(said) | {"found": answer.found.value}
    facts["payment"] = payment.reference if payment else None
    del facts["text"]
    concern = Concern("already_paid", "COL", said.text, facts)
    placing = _Placing(HoldKind.CLAIMS_PAID, concern, _CLAIMED, "claim_received", days=days)
    done = _rest(db, backing, order, placing)
    until = business_date(order.at + timedelta(days=days))
    receipt = replace(receipt, case=done.result.case, rests_until=until)
    return Done(receipt, order.owner, {**done.facts, "found": answer.found.value}, done.notices)


def _body(said: Paid) -> dict[str, str | int | None]:
    """What was said as plain values; the words only as a hash."""
    return {
        "paid_on": said.on.isoformat() if said.on else None,
        "amount_minor": said.amount.minor if said.amount else None,
        "by": said.by.value if said.by else None,
        "text": hashed(said.text),
    }
