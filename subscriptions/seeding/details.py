"""What a story adds row by row (`also`): holds, cases, promises, deliveries and all that is told once.

Invariants: the data name tables and columns of the store; whose row it is, its days and its references are
filled in here, the same on every run.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Date, Table

from subscriptions.seeding.days import Days
from subscriptions.seeding.stories import digits
from subscriptions.store.bulk import table
from subscriptions.store.tables import UtcMoment


@dataclass(frozen=True, slots=True)
class Place:
    """What the rows of a story may refer to: the customer, the first contract, its days, the invoices."""

    customer: str
    subscription: str
    days: Days
    invoices: tuple[str, ...] = ()

    def words(self, mark: str) -> Mapping[str, str]:
        """What stands for `{n}`, `{last}`, `{before}`, `{hex}` and `{hash}` in a row; `mark` tells rows apart."""
        digest = sha256(f"{self.customer}/{mark}".encode()).hexdigest()
        known = ("", "", *self.invoices)
        return {
            "n": digits(self.customer),
            "last": known[-1],
            "before": known[-2],
            "hex": digest[:8].upper(),
            "hash": digest,
        }


def details(given: Mapping[str, Any], place: Place) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a story, each with the name of its table. Raises KeyError for an unknown table or column."""
    for name, rows in given.items():
        target = table(name)
        for position, row in enumerate(rows):
            yield name, _row(target, row, place, f"{name}/{position}")


def dated(target: Table, row: Mapping[str, Any], days: Days) -> dict[str, Any]:
    """A row of the data with its days and moments."""
    return {name: _value(target.c[name], value, days) for name, value in row.items()}


def _row(target: Table, row: Mapping[str, Any], place: Place, mark: str) -> dict[str, Any]:
    words = place.words(mark)
    whose = {"customer": place.customer, "subscription": place.subscription}
    filled = {name: _filled(value, words) for name, value in row.items()}
    own = {name: value for name, value in whose.items() if name in target.c and name not in row}
    return {**own, **dated(target, filled, place.days)}


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format(**words) if "{" in value else value
    if isinstance(value, list):
        return [_filled(item, words) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, words) for key, item in value.items()}
    return value


def _value(column: Column[Any], value: Any, days: Days) -> Any:
    if value is None or isinstance(value, date):
        return value
    if isinstance(column.type, UtcMoment):
        return days.moment(value)
    return days.day(value) if isinstance(column.type, Date) else value
