"""Ways to pay, their mandates, and the links on which new ones are left.

Invariants: a bank account or card is stored as a masked label and the provider's token only; a contract that
takes another way to pay takes the tries that are planned for its open invoices with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from subscriptions.entities.attempts import AttemptState, is_made
from subscriptions.entities.contracts import Subscription
from subscriptions.entities.methods import Mandate, MandateState, MethodKind, PaymentMethod
from subscriptions.entities.setup_links import SetupLink, SetupState
from subscriptions.policy.debits import method_problem
from subscriptions.provider import RegisteredMethod
from subscriptions.store import accounts, contracts, customers, invoices
from subscriptions.store import tables as t

_TRIED = timedelta(days=400)  # a year's contract was debited once in it


def of_customer(db: Connection, customer: str) -> tuple[PaymentMethod, ...]:
    """The ways to pay of a customer, the newest first."""
    m = t.payment_methods
    query = select(m.c.id).where(m.c.customer == customer)
    ids = db.execute(query.order_by(m.c.updated_on.desc(), m.c.id.desc())).scalars().all()
    found = (customers.method_of(db, each) for each in ids)
    return tuple(method for method in found if method is not None)


def usable(
    db: Connection, method_id: str | None, *, on: date, at: datetime
) -> PaymentMethod | None:
    """The way to pay of this id if it may be debited on a day; `at` is the moment of asking."""
    method = customers.method_of(db, method_id)
    if method is None:
        return None
    tried = invoices.attempts_since(db, method.customer, at - _TRIED)
    made = [a for a in tried if is_made(a) and a.method == method.id]
    mandate = customers.mandate_of(db, method.id)
    problem = method_problem(method, mandate, made[-1] if made else None, on)
    return method if problem is None else None


def take(
    db: Connection, customer: str, given: RegisteredMethod, *, on: date, at: datetime
) -> PaymentMethod:
    """Store a way to pay that the provider has registered."""
    query = select(func.count()).where(t.payment_methods.c.customer == customer)
    count = int(db.execute(query).scalar_one()) + 1
    method = PaymentMethod(
        id=f"P-{customer.removeprefix('K-')}-{count:02d}",
        customer=customer,
        kind=given.kind,
        label=given.label,
        expires_on=given.expires_on,
        updated_on=on,
        hint=given.hint,
        token=given.token,
        holder=given.holder,
        created_at=at,
    )
    customers.add_method(db, method, None)
    return method


def use(
    db: Connection,
    found: Iterable[Subscription],
    method: PaymentMethod,
    happened: contracts.Happened,
) -> None:
    """Locked contracts are paid with this method from now on, planned tries included."""
    for contract in found:
        contracts.store(db, replace(contract, method=method.id), happened)
        _replan(db, contract.id, method)


def payable(db: Connection, customer: str, *, lock: bool = False) -> tuple[Subscription, ...]:
    """The running contracts that this customer pays us for, gifts included, the newest first."""
    account = accounts.find(db, customer)
    found = contracts.paid_by(db, customer, account.id if account else None)
    mine = [c for c in found if not contracts.is_over(c) and c.channel != "partner"]
    if lock:
        owners = sorted({contract.customer for contract in mine})
        fresh = {c.id: c for owner in owners for c in contracts.all_of(db, owner, lock=True)}
        mine = [fresh[contract.id] for contract in mine]
    return tuple(mine)


def moving(
    db: Connection, found: Sequence[Subscription], kind: MethodKind
) -> tuple[Subscription, ...]:
    """Of these contracts those that a new way to pay is meant for: the ones paid so already, else all."""
    alike = [c for c in found if _kind_of(db, c) is kind]
    return tuple(alike or found)


def _kind_of(db: Connection, contract: Subscription) -> MethodKind | None:
    method = customers.method_of(db, contract.method)
    return method.kind if method else None


def close(db: Connection, method: PaymentMethod) -> None:
    """A way to pay may not be used any more."""
    where = t.payment_methods.c.id == method.id
    db.execute(update(t.payment_methods).where(where).values(active=False))


def is_used(db: Connection, method: str) -> bool:
    """Whether a contract that runs is paid with it."""
    query = select(t.subscriptions.c.id).where(t.subscriptions.c.method == method)
    return db.execute(query.limit(1)).first() is not None


def call_off(db: Connection, method: str) -> int:
    """Call off the planned tries with a way to pay; returns how many there were."""
    where = (t.attempts.c.method == method) & (t.attempts.c.state == AttemptState.SCHEDULED.value)
    statement = update(t.attempts).where(where).values(state=AttemptState.CALLED_OFF.value)
    return len(db.execute(statement.returning(t.attempts.c.reference)).all())


# --------------------------------------------------------------------------------------------- mandates


def mandates_of(db: Connection, customer: str, *, lock: bool = False) -> tuple[Mandate, ...]:
    """All mandates of a customer, the newest first."""
    query = (
        select(t.mandates)
        .join(t.payment_methods, t.payment_methods.c.id == t.mandates.c.method)
        .where(t.payment_methods.c.customer == customer)
        .order_by(t.mandates.c.signed_on.desc(), t.mandates.c.reference.desc())
    )
    rows = db.execute(query.with_for_update(of=t.mandates) if lock else query)
    return tuple(_mandate(row) for row in rows)


def add_mandate(db: Connection, mandate: Mandate) -> None:
    """Store a new mandate."""
    db.execute(insert(t.mandates).values({**asdict(mandate), "state": mandate.state.value}))


def store_mandate(db: Connection, mandate: Mandate) -> None:
    """Store a mandate that made a step."""
    values = {**asdict(mandate), "state": mandate.state.value}
    db.execute(update(t.mandates).where(t.mandates.c.reference == mandate.reference).values(values))


def expiring_on(db: Connection, days: Iterable[date]) -> tuple[PaymentMethod, ...]:
    """Cards in use whose last day is one of these, by id."""
    m = t.payment_methods.c
    used = select(t.subscriptions.c.method).where(t.subscriptions.c.method == m.id).exists()
    query = select(m.id).where(
        m.kind == MethodKind.CARD.value, m.active, m.expires_on.in_(list(days)), used
    )
    found = (customers.method_of(db, each) for each in db.execute(query.order_by(m.id)).scalars())
    return tuple(method for method in found if method is not None)


# ------------------------------------------------------------------------------------------ setup links


def add_link(db: Connection, link: SetupLink) -> None:
    """Store a new link."""
    db.execute(insert(t.setup_links).values({**asdict(link), "state": link.state.value}))


def link_of(db: Connection, token_hash: str) -> SetupLink | None:
    """The link of this hash, locked."""
    return _link(db, t.setup_links.c.token_hash == token_hash, lock=True)


def link_on(db: Connection, page: str, *, lock: bool = False) -> SetupLink | None:
    """The link to the page that the provider knows under this reference."""
    return _link(db, t.setup_links.c.provider_reference == page, lock=lock)


def store_link(db: Connection, link: SetupLink) -> None:
    """Store a link that made a step."""
    where = t.setup_links.c.token_hash == link.token_hash
    db.execute(update(t.setup_links).where(where).values(state=link.state.value))


def _link(db: Connection, condition: ColumnElement[bool], *, lock: bool) -> SetupLink | None:
    query = select(t.setup_links).where(condition)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return SetupLink(**{**row._mapping, "state": SetupState(row.state)}) if row else None


def _mandate(row: Row[Any]) -> Mandate:
    values = dict(row._mapping)
    return Mandate(**{**values, "state": MandateState(values["state"])})


def _replan(db: Connection, contract: str, method: PaymentMethod) -> None:
    """Planned tries of the contract's invoices take the new way to pay."""
    numbers = select(t.invoices.c.number).where(t.invoices.c.subscription == contract)
    db.execute(
        update(t.attempts)
        .where(
            t.attempts.c.invoice.in_(numbers),
            t.attempts.c.state == AttemptState.SCHEDULED.value,
        )
        .values(method=method.id, kind=method.kind.value)
    )
