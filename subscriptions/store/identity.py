"""Codes, logins, subscriber numbers from print, devices.

Invariants: whoever is looked for, known or not, is looked for by the same statements; what takes a step is locked.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.identity import (
    AccessNumber,
    CodeState,
    Device,
    Login,
    LoginState,
    OneTimeCode,
)
from subscriptions.entities.parties import Customer
from subscriptions.store import tables as t
from subscriptions.store.write import insert_if_absent


def whom(db: Connection, typed: str) -> Customer | None:
    """The customer behind an e-mail address (lower case) or a number, locked: one code at a time."""
    c = t.customers.c
    wanted = c.email == typed if "@" in typed else c.number == typed.upper()
    query = select(t.customers).where(wanted, c.erased_at.is_(None))
    # Others may go on referring to the customer meanwhile.
    row = db.execute(query.with_for_update(key_share=True)).one_or_none()
    return Customer(**row._mapping) if row else None


def add_code(db: Connection, code: OneTimeCode) -> None:
    """Store a code that was sent, or the decoy of one that was not."""
    db.execute(insert(t.one_time_codes).values({**asdict(code), "state": code.state.value}))


def codes_since(db: Connection, address_hash: str, since: datetime) -> tuple[OneTimeCode, ...]:
    """The codes asked for at this address since then."""
    c = t.one_time_codes.c
    query = select(t.one_time_codes).where(c.address_hash == address_hash, c.sent_at > since)
    return tuple(_code(row) for row in db.execute(query))


def replace_codes(db: Connection, by: OneTimeCode, *, ends: bool) -> None:
    """End the open codes of the same address and purpose; without `ends` the same statement finds none."""
    c = t.one_time_codes.c
    db.execute(
        update(t.one_time_codes)
        .where(c.address_hash == by.address_hash, c.purpose == by.purpose)
        .where(c.state == (CodeState.OPEN.value if ends else "none"))
        .values(state=CodeState.REPLACED.value, ended_at=by.sent_at)
    )


def code(db: Connection, code_id: str) -> OneTimeCode | None:
    """A code by its id, locked."""
    query = select(t.one_time_codes).where(t.one_time_codes.c.id == code_id).with_for_update()
    row = db.execute(query).one_or_none()
    return _code(row) if row else None


def store_code(db: Connection, code: OneTimeCode) -> None:
    """Store a code after a try."""
    db.execute(
        update(t.one_time_codes)
        .where(t.one_time_codes.c.id == code.id)
        .values(tries=code.tries, state=code.state.value, ended_at=code.ended_at)
    )


def login(db: Connection, customer: str, *, lock: bool = False) -> Login:
    """The login of a customer; a free one when nothing is known about it."""
    query = select(t.logins).where(t.logins.c.customer == customer)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        return Login(customer)
    state = LoginState(row.lock_reason) if row.locked_at else LoginState.FREE
    return Login(customer, row.failed_tries, row.locked_at, state, row.last_login_at)


def store_login(db: Connection, login: Login) -> None:
    """Store a login that took a step."""
    values: Mapping[str, Any] = {
        "customer": login.customer,
        "failed_tries": login.failed_tries,
        "locked_at": login.locked_at,
        "lock_reason": None if login.state is LoginState.FREE else login.state.value,
        "last_login_at": login.last_login_at,
    }
    if not insert_if_absent(db, t.logins, values):
        db.execute(update(t.logins).where(t.logins.c.customer == login.customer).values(values))


@dataclass(frozen=True, slots=True)
class LiveReset:
    """A reset link that opens something."""

    token_hash: str
    customer: str


def live_reset(db: Connection, token_hash: str, now: datetime) -> LiveReset | None:
    """The reset behind a link that is live, unused and not over, locked."""
    r = t.password_resets.c
    query = select(r.token_hash, r.customer).where(
        r.token_hash == token_hash, r.live, r.used_at.is_(None), r.expires_at > now
    )
    row = db.execute(query.where(r.customer.is_not(None)).with_for_update()).one_or_none()
    return LiveReset(row.token_hash, row.customer) if row else None


def use_resets(db: Connection, customer: str, at: datetime) -> None:
    """End this and every other reset link of a customer: a password was set."""
    r = t.password_resets.c
    unused = update(t.password_resets).where(r.customer == customer, r.used_at.is_(None))
    db.execute(unused.values(used_at=at))


def end_openings(db: Connection, customer: str, at: datetime) -> None:
    """End every link and code that still opens the account: they may be in a mailbox that is not the customer's."""
    use_resets(db, customer, at)
    c = t.one_time_codes.c
    still_open = update(t.one_time_codes).where(
        c.customer == customer, c.state == CodeState.OPEN.value
    )
    db.execute(still_open.values(state=CodeState.REPLACED.value, ended_at=at))


def access_number(db: Connection, number: str, postcode: str) -> AccessNumber | None:
    """The subscriber number from print with this postcode, locked: one statement for either being wrong."""
    a = t.access_numbers.c
    query = select(t.access_numbers).where(a.number == number, a.postcode == postcode)
    row = db.execute(query.with_for_update()).one_or_none()
    return AccessNumber(**row._mapping) if row else None


def store_access(db: Connection, access: AccessNumber) -> None:
    """Store a subscriber number that was linked."""
    db.execute(
        update(t.access_numbers)
        .where(t.access_numbers.c.number == access.number)
        .values(linked_to=access.linked_to, linked_at=access.linked_at)
    )


def devices(db: Connection, customer: str, *, lock: bool = False) -> tuple[Device, ...]:
    """The devices that are signed in, the last used first."""
    d = t.devices.c
    query = select(t.devices).where(d.customer == customer, d.signed_out_at.is_(None))
    query = query.order_by(d.last_seen_at.desc(), d.id)
    rows = db.execute(query.with_for_update() if lock else query)
    return tuple(Device(**row._mapping) for row in rows)


def sign_out(db: Connection, gone: tuple[Device, ...], at: datetime) -> None:
    """Note that these devices are signed out."""
    ids = [device.id for device in gone]
    db.execute(update(t.devices).where(t.devices.c.id.in_(ids)).values(signed_out_at=at))


def _code(row: Row[Any]) -> OneTimeCode:
    values = dict(row._mapping)
    return OneTimeCode(**{**values, "state": CodeState(values["state"])})
