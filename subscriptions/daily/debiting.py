"""Planning the first debit of every open invoice, with its announcement.

Invariants: one planned debit for an invoice; none while a hold, a dispute, a promise, instalments or a pause let
collection rest; none with a way to pay that may not be used; what rests now is planned when the rest is over.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from subscriptions.daily.batches import Run, Step
from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.methods import MethodKind, PaymentMethod
from subscriptions.model.base import Money
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.collecting import is_collectable, rests
from subscriptions.policy.instalments import is_running
from subscriptions.policy.ledger import outstanding
from subscriptions.policy.promises import open_promise
from subscriptions.rolling import ACTOR
from subscriptions.rolling.dates import (
    Debit,
    announcement,
    is_announced,
    possible_day,
    usable_method,
)
from subscriptions.store import (
    attempts,
    audit,
    contracts,
    due,
    holds,
    instalments,
    invoices,
    promises,
    refunds,
)
from subscriptions.store.due import Item, Page
from subscriptions.store.write import add_notice


def plan_debit(db: Connection, run: Run, item: Item) -> Iterable[audit.Entry]:
    """Plan the debit of an open invoice, unless something lets it rest."""
    invoice = invoices.find(db, item.customer, item.reference, lock=True)
    if invoice is None or _rests(db, run, invoice):
        return
    (contract,) = contracts.by_ids(db, [invoice.subscription])
    amount = _open(db, invoice)
    if contract.state is SubscriptionState.PAUSED or amount.minor <= 0:
        return
    wanted = max(invoice.due_on, run.today)
    method = usable_method(db, run, contract, wanted)
    if method is None:
        return
    debit = Debit(contract, _start(invoice), amount)
    on = possible_day(db, run, (debit, method), wanted)
    attempt = _attempt(db, run, (invoice, method), (amount, on))
    attempts.plan(db, attempt)
    if method.kind is MethodKind.SEPA and not is_announced(db, debit):
        add_notice(db, invoice.customer, announcement(debit, on, invoice.number), run.at)
    facts = {"invoice": invoice.number, "attempt": attempt.reference, "on": on.isoformat()}
    yield run.entry("debit_planned", invoice.customer, facts)


def _rests(db: Connection, run: Run, invoice: Invoice) -> bool:
    customer = invoice.customer
    if not is_collectable(invoice) or rests(invoice, holds.standing(db, customer, run.at)):
        return True
    promised = open_promise(promises.of_customer(db, customer)) is not None
    return promised or is_running(instalments.latest(db, customer))


def _open(db: Connection, invoice: Invoice) -> Money:
    settled = refunds.settled(db, [invoice.number]).get(invoice.number, 0)
    return Money(outstanding(invoice, settled), invoice.total.currency)


def _start(invoice: Invoice) -> date:
    """The first day that an invoice is about; it names its announcement."""
    return min((line.period_start for line in invoice.lines), default=invoice.issued_on)


def _attempt(
    db: Connection, run: Run, what: tuple[Invoice, PaymentMethod], when: tuple[Money, date]
) -> Attempt:
    invoice, method = what
    amount, on = when
    number = len(invoices.attempts_of(db, invoice.number)) + 1
    return Attempt(
        reference=f"{invoice.number}-{number}",
        invoice=invoice.number,
        number=number,
        method=method.id,
        kind=method.kind,
        amount=amount,
        state=AttemptState.SCHEDULED,
        raw_code=None,
        at=run.at,
        decided_by=ACTOR,
        due_on=on,
    )


def _due(db: Connection, run: Run, page: Page) -> list[Item]:
    return list(due.debits(db, page))


STEP = Step("debits planned", _due, plan_debit)
