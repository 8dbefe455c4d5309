"""A part of an amount that is paid in instalments, and its steps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step
from subscriptions.model.base import Money


class InstalmentState(StrEnum):
    """Where one part stands; a part that was missed may still be paid."""

    OPEN = "open"
    PAID = "paid"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Instalment:
    """Part `number` (from 1) of a plan about some invoices."""

    plan: str
    number: int
    customer: str
    amount: Money
    due_on: date
    state: InstalmentState
    invoices: tuple[str, ...]
    agreed_at: datetime


_I = InstalmentState
INSTALMENT_STEPS: Mapping[InstalmentState, frozenset[InstalmentState]] = {
    _I.OPEN: frozenset({_I.PAID, _I.MISSED}),
    _I.MISSED: frozenset({_I.PAID}),
    _I.PAID: frozenset(),
}


def instalment_to(part: Instalment, new: InstalmentState) -> Instalment:
    """The next state of a part."""
    if new not in INSTALMENT_STEPS[part.state]:
        raise illegal_step("instalment", part.state, new)
    return replace(part, state=new)
