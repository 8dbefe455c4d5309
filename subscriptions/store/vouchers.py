"""Voucher codes and their redemptions.

Invariants: a code is stored and looked up in upper case; a customer redeems a code once; a code is locked
while its redemptions are counted, so that the last one goes to exactly one.
"""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from subscriptions.entities.vouchers import Redemption, Voucher, VoucherKind
from subscriptions.model.catalogue import Interval
from subscriptions.policy.invoicing import spend
from subscriptions.store import tables as t
from subscriptions.store.write import insert_if_absent


def find(db: Connection, code: str, *, lock: bool = False) -> Voucher | None:
    """The voucher of this code, however it was typed."""
    query = select(t.vouchers).where(t.vouchers.c.code == code.strip().upper())
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return _voucher(row) if row else None


def catalogue(db: Connection) -> tuple[Voucher, ...]:
    """All codes there are."""
    return tuple(
        _voucher(row) for row in db.execute(select(t.vouchers).order_by(t.vouchers.c.code))
    )


def add(db: Connection, voucher: Voucher) -> bool:
    """Store a code unless it is there; says whether it was new."""
    values = {**asdict(voucher), "kind": voucher.kind.value, "code": voucher.code.upper()}
    return insert_if_absent(db, t.vouchers, values)


def redeemed(db: Connection, code: str) -> int:
    """How often a code was redeemed over all customers; lock the code before relying on it."""
    r = t.voucher_redemptions
    query = select(func.count()).select_from(r).where(r.c.voucher == code)
    return int(db.execute(query).scalar_one())


def redemption(db: Connection, code: str, customer: str) -> Redemption | None:
    """The redemption of a code by a customer."""
    r = t.voucher_redemptions
    found = _redemptions(db, r.c.voucher == code.strip().upper(), r.c.customer == customer)
    return found[0] if found else None


def of_customer(db: Connection, customer: str) -> tuple[Redemption, ...]:
    """All redemptions of a customer, oldest first, used up ones included."""
    return _redemptions(db, t.voucher_redemptions.c.customer == customer)


def active(db: Connection, subscription: str) -> tuple[Redemption, ...]:
    """The redemptions that still take something off a contract, oldest first."""
    r = t.voucher_redemptions
    return _redemptions(db, r.c.subscription == subscription, r.c.periods_left > 0)


def redeem(db: Connection, redemption: Redemption) -> None:
    """Store a new redemption."""
    db.execute(
        insert(t.voucher_redemptions).values(
            voucher=redemption.voucher.code,
            customer=redemption.customer,
            subscription=redemption.subscription,
            at=redemption.at,
            periods_left=redemption.periods_left,
            reference=redemption.reference,
        )
    )


def use(db: Connection, redemption: Redemption, interval: Interval) -> Redemption:
    """Take one period of this length off a redemption, when its invoice is made; the contract is locked."""
    after = spend(redemption, interval)
    r = t.voucher_redemptions
    db.execute(
        update(r)
        .where(r.c.voucher == after.voucher.code, r.c.customer == after.customer)
        .values(periods_left=after.periods_left)
    )
    return after


def _redemptions(db: Connection, *conditions: Any) -> tuple[Redemption, ...]:
    r = t.voucher_redemptions
    query = (
        select(t.vouchers, r.c.customer, r.c.subscription, r.c.at, r.c.periods_left, r.c.reference)
        .join_from(r, t.vouchers, r.c.voucher == t.vouchers.c.code)
        .where(*conditions)
        .order_by(r.c.at, r.c.voucher)
    )
    return tuple(_redemption(row) for row in db.execute(query))


def _voucher(row: Row[Any]) -> Voucher:
    return Voucher(
        code=row.code,
        kind=VoucherKind(row.kind),
        value=row.value,
        valid_from=row.valid_from,
        periods=row.periods,
        product=row.product,
        plan=row.plan,
        valid_until=row.valid_until,
        most=row.most,
        public=row.public,
    )


def _redemption(row: Row[Any]) -> Redemption:
    return Redemption(
        voucher=_voucher(row),
        customer=row.customer,
        subscription=row.subscription,
        at=row.at,
        periods_left=row.periods_left,
        reference=row.reference,
    )
