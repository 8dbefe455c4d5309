"""When a customer is debited next for what they pay."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.policy.debits import debit_on, next_start
from subscriptions.policy.pauses import planned
from subscriptions.store import contracts, pauses


def next_debit(
    db: Connection, found: Iterable[Subscription], debit_day: int | None, today: date
) -> date | None:
    """The first day on which a coming period of these contracts is debited; None when none is."""
    days = (_next(db, contract, debit_day, today) for contract in found)
    return min((day for day in days if day is not None), default=None)


def _next(
    db: Connection, contract: Subscription, debit_day: int | None, today: date
) -> date | None:
    plan = contracts.plan(db, contract.plan)
    pause = planned(pauses.of(db, contract.id))
    away = Period(pause.from_on, pause.until_on) if pause else None
    start = next_start(contract, plan.interval, today, away)
    return debit_on(start, debit_day) if start is not None else None
