"""A promise to pay by a date, and its steps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step
from subscriptions.model.base import Money


class PromiseState(StrEnum):
    """Proposed by us, confirmed by the customer, then kept or broken for good."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Promise:
    """Invoices that the customer pays by `due_on`."""

    id: str
    customer: str
    amount: Money
    invoices: tuple[str, ...]
    due_on: date
    state: PromiseState
    made_at: datetime


_P = PromiseState
PROMISE_STEPS: Mapping[PromiseState, frozenset[PromiseState]] = {
    _P.PROPOSED: frozenset({_P.CONFIRMED}),
    _P.CONFIRMED: frozenset({_P.KEPT, _P.BROKEN}),
    _P.KEPT: frozenset(),
    _P.BROKEN: frozenset(),
}


def promise_to(promise: Promise, new: PromiseState) -> Promise:
    """The next state of a promise."""
    if new not in PROMISE_STEPS[promise.state]:
        raise illegal_step("promise", promise.state, new)
    return replace(promise, state=new)
