"""Cases: opened by many use cases, kept until a person has settled them.

Invariants: the number is short, unguessable and never looks like a card; the text was masked by the caller
of `open_case`, which masks it once more.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.cases import Case, CaseState
from subscriptions.policy.limits import Limits
from subscriptions.policy.masking import mask_cards
from subscriptions.store import tables as t


@dataclass(frozen=True, slots=True)
class Concern:
    """What a case is about: the intent it came from, the skill that settles it, words and facts."""

    kind: str
    skill: str
    text: str = ""
    facts: Mapping[str, str | int | None] = field(default_factory=dict)


def reference(letter: str, size: int = 4) -> str:
    """A new reference that a person can spell: `B-7F3A90C1`; `size` in bytes."""
    return f"{letter}-{secrets.token_hex(size).upper()}"


def open_case(
    db: Connection, customer: str | None, concern: Concern, *, at: datetime, limits: Limits
) -> Case:
    """Store a new case with the 48-hour clock of the domain paper (R10)."""
    case = Case(
        number=reference("F", 6),  # long, because it alone opens the state of a case
        customer=customer,
        kind=concern.kind,
        skill=concern.skill,
        state=CaseState.OPEN,
        opened_at=at,
        promised_at=at + timedelta(hours=limits.case_hours),
        text=mask_cards(concern.text)[: limits.text_most],
        facts=dict(concern.facts),
    )
    db.execute(insert(t.cases).values({**asdict(case), "state": case.state.value}))
    return case


def find(db: Connection, number: str, *, lock: bool = False) -> Case | None:
    """The case of this number."""
    query = select(t.cases).where(t.cases.c.number == number)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return _case(row) if row else None


def of_customer(db: Connection, customer: str, limit: int = 10) -> tuple[Case, ...]:
    """The newest cases of a customer, newest first."""
    query = select(t.cases).where(t.cases.c.customer == customer)
    query = query.order_by(t.cases.c.opened_at.desc(), t.cases.c.number).limit(limit)
    return tuple(_case(row) for row in db.execute(query))


def open_of_kind(db: Connection, customer: str, kind: str) -> Case | None:
    """The newest case of this kind that is not closed: what is asked for again belongs to it."""
    found = (c for c in of_customer(db, customer, 100) if c.kind == kind)
    return next((c for c in found if c.state is not CaseState.CLOSED), None)


def store(db: Connection, case: Case) -> None:
    """Store a case that made a step."""
    values = {**asdict(case), "state": case.state.value}
    db.execute(update(t.cases).where(t.cases.c.number == case.number).values(values))


def _case(row: Row[Any]) -> Case:
    values = dict(row._mapping)
    return Case(**{**values, "state": CaseState(values["state"])})
