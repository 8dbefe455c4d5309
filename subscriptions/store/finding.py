"""Customers by what an agent knows of them: number, e-mail address, number of an invoice, words of the name.

Invariants: PostgreSQL finds words by an index, SQLite folds each name; both find the same; whose data are erased is not found;
the order is that of the numbers, so that a page goes on behind the last number of the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql

from subscriptions.entities.parties import Customer
from subscriptions.policy.names import words_of
from subscriptions.store import tables as t
from subscriptions.store.tables.parties import NAME_WORDS


@dataclass(frozen=True, slots=True)
class Known:
    """A customer who was found, and the number of the invoice that led there, if one did."""

    customer: Customer
    invoice: str | None


def find(db: Connection, asked: str, *, after: str, most: int) -> list[Known]:
    """At most so many behind the number `after`, as `query` says."""
    found = [
        Customer(**row._mapping) for row in db.execute(query(db, asked, after=after, most=most))
    ]
    number = asked.upper()
    billed = _is_number(asked)
    return [
        Known(one, number if billed and not one.number.upper().startswith(number) else None)
        for one in found
    ]


def query(db: Connection, asked: str, *, after: str, most: int) -> Select[Any]:
    """With an `@` the beginning of an e-mail address; with a digit the beginning of a customer number, or a whole invoice
    number; else words that begin words of the name.
    """
    c = t.customers.c
    return (
        select(t.customers)
        .where(_fits(db, asked, asked.upper()), c.number > after, c.erased_at.is_(None))
        .order_by(c.number)
        .limit(most)
    )


def _is_number(asked: str) -> bool:
    return "@" not in asked and any(letter.isdigit() for letter in asked)


def _fits(db: Connection, asked: str, number: str) -> ColumnElement[bool]:
    c, i = t.customers.c, t.invoices.c
    if "@" in asked:
        return c.email.startswith(asked.lower(), autoescape=True)
    if _is_number(asked):
        billed = select(i.customer).where(i.number == number)
        return or_(c.number.startswith(number, autoescape=True), c.number.in_(billed))
    return _holds(db, words_of(asked))


def _holds(db: Connection, words: Sequence[str]) -> ColumnElement[bool]:
    """Words hold letters only, so nothing needs quoting."""
    if db.dialect.name == "postgresql":
        asked = " & ".join(f"'{word}':*" for word in words)
        return literal_column(NAME_WORDS).bool_op("@@")(
            cast(literal(asked, String), postgresql.TSQUERY)
        )
    # The connection's own function, see `store.engine`.
    kept = literal(" ") + func.folded(t.customers.c.name, type_=String)
    return and_(*(kept.like(f"% {word}%") for word in words))
