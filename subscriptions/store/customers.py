"""Customers, their ways to pay, and who they are in the demo.

Invariants: an e-mail address is looked up in lower case; nothing is written here but by seeding.
"""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, Row, insert, select

from subscriptions.entities.methods import Mandate, MandateState, MethodKind, PaymentMethod
from subscriptions.entities.parties import Customer
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.identity import DemoCustomer
from subscriptions.store import tables as t


def _customer(row: Row[tuple[object, ...]]) -> Customer:
    return Customer(**row._mapping)


def _method(row: Row[tuple[object, ...]]) -> PaymentMethod:
    values = dict(row._mapping)
    return PaymentMethod(**{**values, "kind": MethodKind(values["kind"])})


def _mandate(row: Row[tuple[object, ...]]) -> Mandate:
    values = dict(row._mapping)
    return Mandate(**{**values, "state": MandateState(values["state"])})


def by_number(db: Connection, number: str, *, lock: bool = False) -> Customer:
    """The customer of this number; raises NOT_FOUND. Locked where a cap for each customer is checked."""
    query = select(t.customers).where(t.customers.c.number == number)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise SubscriptionError(Code.NOT_FOUND)
    return _customer(row)


def numbers(db: Connection, wanted: Iterable[str]) -> frozenset[str]:
    """Which of these numbers are taken."""
    query = select(t.customers.c.number).where(t.customers.c.number.in_(list(wanted)))
    return frozenset(db.execute(query).scalars())


def by_email(db: Connection, email: str) -> Customer | None:
    """The customer with this address, or nobody."""
    wanted = email.strip().lower()
    row = db.execute(select(t.customers).where(t.customers.c.email == wanted)).one_or_none()
    return _customer(row) if row else None


def method_of(db: Connection, method_id: str | None) -> PaymentMethod | None:
    """A way to pay by its id."""
    if method_id is None:
        return None
    query = select(t.payment_methods).where(t.payment_methods.c.id == method_id)
    row = db.execute(query).one_or_none()
    return _method(row) if row else None


def mandate_of(db: Connection, method_id: str) -> Mandate | None:
    """The latest SEPA mandate of a way to pay."""
    query = (
        select(t.mandates)
        .where(t.mandates.c.method == method_id)
        .order_by(t.mandates.c.signed_on.desc())
    )
    row = db.execute(query).first()
    if row is None:
        return None
    return _mandate(row)


def demo(db: Connection) -> tuple[DemoCustomer, ...]:
    """The customers of the demo data, by number."""
    s = t.subscriptions.c
    product = (  # of the first contract, by which the demo page groups people
        select(t.plans.c.product)
        .join(t.subscriptions, s.plan == t.plans.c.code)
        .where(s.customer == t.customers.c.number)
        .order_by(s.started_on, s.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(t.customers.c.number, t.customers.c.name, t.customers.c.locale)
        .add_columns(t.demo_customers.c.story_de, t.demo_customers.c.story_en)
        .add_columns(product.label("product"))
        .join_from(t.demo_customers, t.customers)
        .order_by(t.customers.c.number)
    )
    return tuple(DemoCustomer(**row._mapping) for row in db.execute(query))


def exists(db: Connection, number: str) -> bool:
    """Whether there is a customer of this number."""
    query = select(t.customers.c.number).where(t.customers.c.number == number)
    return db.execute(query).first() is not None


def add(db: Connection, customer: Customer, story: tuple[str, str] | None = None) -> None:
    """Store a customer; those of the demo have a story in German and English."""
    db.execute(insert(t.customers).values({**asdict(customer), "email": customer.email.lower()}))
    if story is not None:
        told = {"number": customer.number, "story_de": story[0], "story_en": story[1]}
        db.execute(insert(t.demo_customers).values(told))


def add_method(db: Connection, method: PaymentMethod, mandate: Mandate | None) -> None:
    """Store a way to pay and, for SEPA, its mandate."""
    db.execute(insert(t.payment_methods).values({**asdict(method), "kind": method.kind.value}))
    if mandate:
        db.execute(insert(t.mandates).values({**asdict(mandate), "state": mandate.state.value}))
