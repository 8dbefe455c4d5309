"""One made-up subscriber about to be made, and what their rows are called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, time
from random import Random
from typing import Any

from subscriptions.entities.addons import Addon
from subscriptions.model.catalogue import Plan

Row = dict[str, Any]
Named = Iterator[tuple[str, Row]]
"""Rows, each with the name of its table."""

DEBIT_AT = time(5, 30, tzinfo=UTC)
OFFICE = time(9, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sold:
    """A plan with its tax in percent."""

    plan: Plan
    tax: int


@dataclass(frozen=True, slots=True)
class Shop:
    """What can be bought."""

    plans: Sequence[Sold]
    addons: Sequence[Addon]


@dataclass(frozen=True, slots=True)
class One:
    """A subscriber about to be made; `start` and `end` are of the current period."""

    number: int
    draw: Random
    sold: Sold
    state: str
    kind: str
    start: date
    end: date
    began: date
    addon: Addon | None = None

    @property
    def customer(self) -> str:
        """The number of the customer."""
        return number_of(self.number)

    @property
    def method(self) -> str:
        """The id of the way to pay."""
        return f"P-{self.number}"

    @property
    def contract(self) -> str:
        """The id of the contract."""
        return f"S-{self.number}"

    @property
    def owes(self) -> bool:
        """Whether the current invoice failed."""
        return self.state in {"past_due", "suspended"}


def number_of(number: int) -> str:
    """`K-1000000`."""
    return f"K-{number}"
