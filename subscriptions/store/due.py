"""What the day's run has to do, page by page: who is due, locked for whoever comes first.

Invariants: a page is ordered by its reference and begins after the last one seen, so that what cannot be done is
passed once and never stops the rest; rows that another transaction holds are left out (SQLite has one writer
anyway); contracts and debits of one customer are never worked on by two runs at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, String, and_, cast, exists, func, or_, select

from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.holds import HoldKind
from subscriptions.entities.instalments import InstalmentState
from subscriptions.entities.invoices import InvoiceLifecycle, InvoiceStatus
from subscriptions.entities.methods import MandateState, MethodKind
from subscriptions.entities.pauses import PauseState
from subscriptions.entities.promises import PromiseState
from subscriptions.model.contracts import SubscriptionState as S
from subscriptions.store import tables as t

ANNOUNCED = "debit_announced"  # the template of an announcement
_CAME_TO_NOTHING = [AttemptState.CALLED_OFF.value, AttemptState.NOT_SUBMITTED.value]
_ROLLING = [s.value for s in (S.TRIALING, S.ACTIVE, S.PAST_DUE, S.CANCEL_SCHEDULED, S.SUSPENDED)]
_PAUSABLE = [*_ROLLING, S.PAUSED.value]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to work on, and whose it is."""

    reference: str
    customer: str


@dataclass(frozen=True, slots=True)
class Page:
    """At most `size` items after the reference `after`."""

    after: str
    size: int


def contracts(db: Connection, today: date, page: Page) -> Sequence[Item]:
    """Contracts to which something happens by today: a period, a trial or a pause begins or ends, or they end."""
    s = t.subscriptions.c
    return _of_customers(db, s.id, _contracts(today), page)


def contracts_of(
    db: Connection, customer: str, today: date, *, lock: bool = False
) -> Sequence[Item]:
    """Those of one customer; with `lock` the customer is locked as in a page, but waited for and not passed."""
    s = t.subscriptions.c
    if lock:
        who = select(t.customers.c.number).where(t.customers.c.number == customer)
        db.execute(who.with_for_update(key_share=True))
    found = db.execute(_contracts(today).where(s.customer == customer))
    return [Item(row[0], row[1]) for row in found]


def _contracts(today: date) -> Select[Any]:
    s, p = t.subscriptions.c, t.pauses.c
    paused = exists().where(
        p.subscription == s.id,
        or_(
            and_(p.state == PauseState.SCHEDULED.value, p.from_on <= today),
            and_(p.state == PauseState.RUNNING.value, p.until_on <= today),
        ),
    )
    # A trial that ended long ago is not due again.
    trial = and_(s.trial_ends_on <= today, s.period_start < s.trial_ends_on)
    rolls = or_(s.period_end <= today, s.ends_on <= today, trial)
    due = or_(and_(s.state.in_(_ROLLING), rolls), and_(s.state.in_(_PAUSABLE), paused))
    return select(s.id, s.customer).where(due)


def renewals(db: Connection, after: date, until: date, page: Page) -> Sequence[Item]:
    """Contracts paid by direct debit whose next paid period begins after a day and until another one.

    Those whose period was announced already are left out, where that can be seen at once.
    """
    s, m, sent = t.subscriptions.c, t.payment_methods.c, t.contacts.c
    announced = exists().where(
        sent.customer == s.customer,
        sent.template == ANNOUNCED,
        sent.facts["subscription"].as_string() == s.id,
        sent.facts["period"].as_string() == cast(s.period_end, String),
    )
    trial = and_(s.trial_ends_on > after, s.trial_ends_on <= until)
    ends = and_(s.period_end > after, s.period_end <= until)
    query = (
        select(s.id, s.customer)
        .join(t.payment_methods, m.id == s.method)
        .where(s.state.in_(_ROLLING), m.kind == MethodKind.SEPA.value, or_(ends, trial), ~announced)
    )
    return _of_customers(db, s.id, query, page)


def debits(db: Connection, page: Page) -> Sequence[Item]:
    """Open invoices that nobody tries, or plans, to collect; a try that reached nobody counts as none."""
    i, a = t.invoices.c, t.attempts.c
    tried = exists().where(a.invoice == i.number, a.state.not_in(_CAME_TO_NOTHING))
    query = select(i.number, i.customer).where(
        i.status == InvoiceStatus.OPEN.value,
        i.lifecycle == InvoiceLifecycle.FINAL.value,
        i.disputed.is_(False),
        i.total_minor > 0,
        ~tried,
    )
    return _of_customers(db, i.number, query, page)


def promises(db: Connection, due_before: date, page: Page) -> Sequence[Item]:
    """Promises whose day is over."""
    c = t.promises.c
    query = select(c.id, c.customer).where(
        c.state == PromiseState.CONFIRMED.value, c.due_on < due_before
    )
    return _locked(db, c.id, query, page)


def instalments(db: Connection, due_before: date, page: Page) -> Sequence[Item]:
    """Instalment plans with an open part whose day is over; the reference is that of the plan."""
    c = t.instalments.c
    query = (
        select(c.plan, func.min(c.customer))
        .where(c.state == InstalmentState.OPEN.value, c.due_on < due_before)
        .group_by(c.plan)
    )
    return _read(db, c.plan, query, page)


def claims(db: Connection, now: datetime, page: Page) -> Sequence[Item]:
    """Holds for "I have paid" whose days are over."""
    c = t.holds.c
    query = select(c.id, c.customer).where(
        c.kind == HoldKind.CLAIMS_PAID.value, c.released_at.is_(None), c.until_at <= now
    )
    return _locked(db, c.id, query, page)


def mandates(db: Connection, unused_since: date, page: Page) -> Sequence[Item]:
    """Usable mandates that nobody used since a day."""
    m, p = t.mandates.c, t.payment_methods.c
    query = (
        select(m.reference, p.customer)
        .join(t.payment_methods, p.id == m.method)
        .where(
            m.state.in_([MandateState.ACTIVE.value, MandateState.AMENDED.value]),
            func.coalesce(m.last_used_on, m.signed_on) < unused_since,
        )
    )
    return _locked(db, m.reference, query, page, of=t.mandates)


def offers(db: Connection, now: datetime, page: Page) -> Sequence[Item]:
    """Offers after cancellations that nobody answered in time."""
    c = t.retention_offers.c
    query = select(c.id, c.customer).where(c.answer.is_(None), c.expires_at <= now)
    return _locked(db, c.id, query, page)


def is_billed(db: Connection, subscription: str, start: date) -> bool:
    """Whether a period of a contract that begins on this day has its invoice; nothing is billed twice."""
    i, line = t.invoices.c, t.invoice_lines.c
    query = (
        select(i.number)
        .join(t.invoice_lines, line.invoice == i.number)
        .where(
            i.subscription == subscription,
            i.kind == "period",
            line.kind == "plan",
            line.period_start == start,
        )
    )
    return db.execute(query.limit(1)).first() is not None


def payer_of(db: Connection, customer: str, account: str | None) -> str:
    """Whose invoices a contract makes: those of the account's holder, else of the customer."""
    query = select(t.accounts.c.holder).where(t.accounts.c.id == account)
    holder = db.execute(query).scalar_one_or_none() if account is not None else None
    return customer if holder is None else str(holder)


def _of_customers(db: Connection, key: Any, query: Select[Any], page: Page) -> Sequence[Item]:
    """Items whose customers are locked, weakly enough for others to refer to them meanwhile."""
    c = t.customers.c
    customer = query.selected_columns[1]
    found = query.join(t.customers, c.number == customer)
    return _locked(db, key, found, page, of=t.customers)


def _locked(
    db: Connection, key: Any, query: Select[Any], page: Page, *, of: Any = None
) -> Sequence[Item]:
    return _read(db, key, query.with_for_update(skip_locked=True, key_share=True, of=of), page)


def _read(db: Connection, key: Any, query: Select[Any], page: Page) -> Sequence[Item]:
    rows = db.execute(query.where(key > page.after).order_by(key).limit(page.size))
    return [Item(row[0], row[1]) for row in rows]
