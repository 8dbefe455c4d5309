"""Accounts: who pays. A customer without one gets their own when it is first needed."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, select, update

from subscriptions.entities.parties import Account
from subscriptions.store import tables as t
from subscriptions.store.write import insert_if_absent


def account_id(customer: str) -> str:
    """`A-1001` is the account of customer K-1001."""
    return f"A-{customer.removeprefix('K-')}"


def of_holder(db: Connection, customer: str, *, lock: bool = False) -> Account:
    """The account that a customer holds; made when there is none yet (call it inside a write)."""
    query = select(t.accounts).where(t.accounts.c.holder == customer).order_by(t.accounts.c.id)
    found = db.execute(query.with_for_update() if lock else query).first()
    if found is not None:
        return _account(found)
    new = Account(account_id(customer), customer)
    insert_if_absent(db, t.accounts, asdict(new))
    db.execute(update(t.customers).where(t.customers.c.number == customer).values(account=new.id))
    return new


def find(db: Connection, customer: str) -> Account | None:
    """The account that a customer holds, or None when none was needed yet."""
    query = select(t.accounts).where(t.accounts.c.holder == customer).order_by(t.accounts.c.id)
    row = db.execute(query).first()
    return _account(row) if row else None


def store(db: Connection, account: Account) -> None:
    """Store an account that changed."""
    db.execute(update(t.accounts).where(t.accounts.c.id == account.id).values(asdict(account)))


def _account(row: Row[Any]) -> Account:
    return Account(**row._mapping)
