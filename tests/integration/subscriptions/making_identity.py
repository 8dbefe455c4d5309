"""Logins, devices and labels for the tests of identity, put into the database past the use cases."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, update

from subscriptions.entities.identity import Login, LoginState
from subscriptions.store import identity
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.people import NOW

LABEL, POSTCODE = "AB-778899", "25813"


def locked_login(
    engine: Engine, customer: str, state: LoginState = LoginState.TRIES, at: datetime = NOW
) -> None:
    """A login that is locked."""
    with writing(engine) as db:
        identity.store_login(db, Login(customer, 5, at, state))


def signed_in(engine: Engine, customer: str, *names: str) -> tuple[str, ...]:
    """Devices that are signed in, the first used last; returns their ids."""
    ids = tuple(f"DV-{customer}-{name}" for name in names)
    with writing(engine) as db:
        for hours, (device, name) in enumerate(zip(ids, names, strict=True)):
            db.execute(
                insert(t.devices).values(
                    id=device,
                    customer=customer,
                    name=name,
                    kind="tv",
                    first_seen_at=NOW - timedelta(days=90),
                    last_seen_at=NOW - timedelta(hours=hours),
                )
            )
    return ids


def label(engine: Engine, contract: str, *, linked_to: str | None = None) -> None:
    """A subscriber number on the label of a printed issue."""
    with writing(engine) as db:
        db.execute(
            insert(t.access_numbers).values(
                number=LABEL,
                subscription=contract,
                postcode=POSTCODE,
                linked_to=linked_to,
                linked_at=NOW - timedelta(days=30) if linked_to else None,
            )
        )


def prints(engine: Engine, plan: str) -> None:
    """Make a plan of the catalogue one that brings a printed issue."""
    with writing(engine) as db:
        db.execute(update(t.plans).where(t.plans.c.code == plan).values(print_delivery=True))


def with_phone(engine: Engine, customer: str, phone: str = "+4915112345678") -> None:
    """Give a customer a phone number."""
    with writing(engine) as db:
        db.execute(update(t.customers).where(t.customers.c.number == customer).values(phone=phone))
