"""How one kind of action is foreseen and done; the kinds themselves stand in `giving`, `paying`, `contracts`, `account`.

Invariants: `foresee` changes nothing and raises what `act` would raise, as far as it can be known; `act` is asked with
the same key until it has an answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff.desk.approvals.action import Foreseen, Line, Outcome
from handoff.desk.words import Words, money
from subscriptions.model.base import Caller, Money
from subscriptions.port import Business


@dataclass(frozen=True, slots=True)
class Seen:
    """What will happen, and what the use case needs to do just that."""

    foreseen: Foreseen
    prepared: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """What was prepared, and the key under which it is done once."""

    prepared: Mapping[str, str]
    key: str


@dataclass(frozen=True, slots=True)
class Doing:
    """One kind; the wish is the kind's own model (`wishes`)."""

    foresee: Callable[[Business, Caller, Any], Seen]
    act: Callable[[Business, Caller, Any, Order], Outcome]


def line(de: str, en: str, value: Words) -> Line:
    """A line of what will happen."""
    return Line(label=Words(de=de, en=en), value=value)


def shown(amount: Money) -> Words:
    """An amount of the business in words."""
    return money(amount.minor, amount.currency)
