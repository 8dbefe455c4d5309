"""Arrangements about open money: a promise to pay by a day, or instalments.

Invariants: free; what is arranged is what was due on the day of the arrangement, without disputed invoices;
while an arrangement runs, collection rests and planned debits are called off; one of each at a time.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from subscriptions.entities.instalments import Instalment, InstalmentState
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.methods import MethodKind
from subscriptions.entities.promises import Promise, PromiseState, promise_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money, Words
from subscriptions.model.dunning import DunningState
from subscriptions.model.payments import (
    InstalmentReceipt,
    InstalmentTerms,
    PromiseReceipt,
    PromiseTerms,
)
from subscriptions.payments.sealing import refuse_sealed
from subscriptions.policy import instalments as parts_policy
from subscriptions.policy import promises as promise_policy
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.collecting import is_due
from subscriptions.policy.ledger import outstanding
from subscriptions.store import (
    collection,
    contracts,
    customers,
    instalments,
    invoices,
    promises,
    refunds,
)
from subscriptions.store.backing import Backing
from subscriptions.store.cases import reference
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once

_PROMISED = Words(
    "Zugesagt ist, bis zu einem Tag zu zahlen; so lange ruht alles.",
    "You promised to pay by a day; until then everything rests.",
)
_IN_PARTS = Words(
    "Vereinbart sind Raten; so lange ruht alles.",
    "You pay in instalments; until then everything rests.",
)


def promise_terms(backing: Backing, caller: Caller) -> PromiseTerms:
    """What a promise made today would be about, and the last day it may name; see `Payments.promise_terms`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    today = business_date(now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        due, amount = _promisable(db, backing, caller, today)
    numbers = tuple(invoice.number for invoice in due)
    last = promise_policy.last_day(today, backing.limits)
    return PromiseTerms(amount, numbers, backing.limits.promise_days, last)


def promise(backing: Backing, caller: Caller, on: date, *, key: str) -> PromiseReceipt:
    """Promise to pay what is due by a day; see `Payments.promise`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    order = Order("payments.promise", caller, number, key, {"on": on.isoformat()}, now)
    today = business_date(now)

    def act(db: Connection) -> Done[PromiseReceipt]:
        customers.by_number(db, number, lock=True)
        due, amount = _promisable(db, backing, caller, today, lock=True)
        promise_policy.check_day(on, today, backing.limits)
        return _promised(db, order, _confirmed(number, amount, due, on=on, at=now))

    return write_once(backing.engine, order, PromiseReceipt, act)


def _promisable(
    db: Connection, backing: Backing, caller: Caller, today: date, *, lock: bool = False
) -> tuple[Sequence[Invoice], Money]:
    """What is due of somebody who may promise to pay it; NOTHING_DUE, or why they may not."""
    due, amount = _due(db, caller, today, lock=lock)
    if amount.minor <= 0:
        raise SubscriptionError(Code.NOTHING_DUE)
    made = promises.of_customer(db, str(caller.subscriber))
    promise_policy.check_maker(made, today, backing.limits)
    return due, amount


def instalment_terms(backing: Backing, caller: Caller) -> InstalmentTerms:
    """Whether, in how many parts, when and how much."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    today = business_date(now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        _, amount = _due(db, caller, today)
        running = _has_plan(db, number)
    return parts_policy.terms(amount, today, backing.limits, running=running)


def agree_instalments(
    backing: Backing, caller: Caller, parts: int, *, key: str
) -> InstalmentReceipt:
    """Pay what is due in parts; see `Payments.agree_instalments`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    order = Order("payments.agree_instalments", caller, number, key, {"parts": parts}, now)
    today = business_date(now)

    def act(db: Connection) -> Done[InstalmentReceipt]:
        customers.by_number(db, number, lock=True)
        due, amount = _due(db, caller, today, lock=True)
        parts_policy.check(amount, backing.limits, running=_has_plan(db, number))
        agreed = parts_policy.plan(amount, parts, today, backing.limits)
        numbers = tuple(invoice.number for invoice in due)
        receipt = InstalmentReceipt(reference("T"), amount, agreed, numbers)
        instalments.add(db, _parts_of(receipt, number, now))
        collection.rest(db, number, state=DunningState.PLAN, at=now, why=_IN_PARTS)
        about = {"plan": receipt.reference, "currency": amount.currency}
        sizes = {"parts": parts, "amount_minor": amount.minor}
        notice = Notice("payment", "instalments_agreed", {**about, **sizes})
        return Done(receipt, number, {**about, **sizes}, (notice,))

    return write_once(backing.engine, order, InstalmentReceipt, act)


def _due(
    db: Connection, caller: Caller, today: date, *, lock: bool = False
) -> tuple[Sequence[Invoice], Money]:
    """The invoices that should be paid now, oldest first, and what is open of them; ACCOUNT_ON_HOLD."""
    unpaid = invoices.unpaid(db, str(caller.subscriber), lock=lock)
    refuse_sealed(db, caller, unpaid)
    due = [invoice for invoice in unpaid if is_due(invoice, today)]
    settled = refunds.settled(db, [invoice.number for invoice in due])
    total = sum(outstanding(i, settled.get(i.number, 0)) for i in due)
    return due, Money(total, due[0].total.currency if due else "EUR")


def _has_plan(db: Connection, customer: str) -> bool:
    parts = instalments.latest(db, customer)
    return any(part.state is not InstalmentState.PAID for part in parts)


def _confirmed(
    customer: str, amount: Money, due: Sequence[Invoice], *, on: date, at: datetime
) -> Promise:
    """The promise the customer has said yes to."""
    numbers = tuple(invoice.number for invoice in due)
    proposed = Promise(
        reference("V"), customer, amount, numbers, on, PromiseState.PROPOSED, made_at=at
    )
    return promise_to(proposed, PromiseState.CONFIRMED)


def _promised(db: Connection, order: Order, made: Promise) -> Done[PromiseReceipt]:
    promises.add(db, made)
    collection.rest(db, made.customer, state=DunningState.PROMISE, at=order.at, why=_PROMISED)
    until = promise_policy.counts_until(made.due_on, sepa=_pays_by_sepa(db, made.customer))
    receipt = PromiseReceipt(made.id, made.amount, made.invoices, made.due_on, until)
    facts: dict[str, str | int | None] = {
        "promise": made.id,
        "amount_minor": made.amount.minor,
        "currency": made.amount.currency,
        "on": made.due_on.isoformat(),
    }
    notice = Notice("payment", "promise_noted", facts)
    return Done(receipt, made.customer, facts, (notice,))


def _pays_by_sepa(db: Connection, customer: str) -> bool:
    """Whether money of this customer usually takes a direct debit's time."""
    methods = (customers.method_of(db, c.method) for c in contracts.all_of(db, customer))
    return any(m is not None and m.kind is MethodKind.SEPA for m in methods)


def _parts_of(receipt: InstalmentReceipt, customer: str, now: datetime) -> tuple[Instalment, ...]:
    return tuple(
        Instalment(
            plan=receipt.reference,
            number=index,
            customer=customer,
            amount=part.amount,
            due_on=part.due_on,
            state=InstalmentState.OPEN,
            invoices=receipt.invoices,
            agreed_at=now,
        )
        for index, part in enumerate(receipt.parts, start=1)
    )
