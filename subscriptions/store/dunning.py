"""Dunning cases and what was done in them.

Invariants: at most one case of a customer is not closed; actions are only added, numbered without gaps.
"""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.dunning import ActionKind, DunningAction, DunningCase, acted
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Words
from subscriptions.model.dunning import DunningState
from subscriptions.store import tables as t

_c, _a = t.dunning_cases.c, t.dunning_actions.c


def add(db: Connection, case: DunningCase) -> None:
    """Store a new case; ILLEGAL_STEP when another one is open. The customer must be locked."""
    if open_of(db, case.customer) is not None:
        raise SubscriptionError(Code.ILLEGAL_STEP, machine="dunning_case", old="open", new="new")
    db.execute(
        insert(t.dunning_cases).values(
            id=case.id, customer=case.customer, opened_at=case.opened_at, **_columns(case)
        )
    )


def store(db: Connection, case: DunningCase) -> None:
    """Store a case that made a step."""
    db.execute(update(t.dunning_cases).where(_c.id == case.id).values(**_columns(case)))


def open_of(db: Connection, customer: str, *, lock: bool = False) -> DunningCase | None:
    """The case of a customer that is not closed."""
    query = select(t.dunning_cases).where(
        _c.customer == customer, _c.state != DunningState.CLOSED.value
    )
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return _case(row) if row else None


def act(db: Connection, case: DunningCase, action: DunningAction) -> None:
    """Store the next action of a locked case; ILLEGAL_STEP when it may not be done now."""
    acted(case, actions_of(db, case.id), action)
    db.execute(
        insert(t.dunning_actions).values(
            case=action.case,
            seq=action.seq,
            at=action.at,
            kind=action.kind.value,
            tone=action.tone,
            rule=action.rule,
            facts=dict(action.facts),
        )
    )


def actions_of(db: Connection, case: str) -> tuple[DunningAction, ...]:
    """What was done in a case, in order."""
    query = select(t.dunning_actions).where(_a.case == case).order_by(_a.seq)
    return tuple(_action(row) for row in db.execute(query))


def _columns(case: DunningCase) -> dict[str, Any]:
    return {
        "state": case.state.value,
        "next_step": case.next_step,
        "next_at": case.next_at,
        "reason_de": case.why.de if case.why else None,
        "reason_en": case.why.en if case.why else None,
        "closed_at": case.closed_at,
    }


def _case(row: Row[Any]) -> DunningCase:
    why = Words(row.reason_de, row.reason_en) if row.reason_de and row.reason_en else None
    return DunningCase(
        id=row.id,
        customer=row.customer,
        state=DunningState(row.state),
        opened_at=row.opened_at,
        next_step=row.next_step,
        next_at=row.next_at,
        why=why,
        closed_at=row.closed_at,
    )


def _action(row: Row[Any]) -> DunningAction:
    return DunningAction(
        case=row.case,
        seq=row.seq,
        at=row.at,
        kind=ActionKind(row.kind),
        rule=row.rule,
        tone=row.tone,
        facts=dict(row.facts),
    )
