"""A small world for the day's run: a handful of contracts, everything else is over; and a clock that moves."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, update

from subscriptions.daily import Daily
from subscriptions.entities.contracts import Period, Subscription, schedule_change, schedule_end
from subscriptions.entities.pauses import Pause, PauseState
from subscriptions.entities.vouchers import Redemption
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.daily import DailyReport
from subscriptions.policy.limits import Limits
from subscriptions.provider import PaymentProvider
from subscriptions.store import contracts, pauses, vouchers
from subscriptions.store import tables as t
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import NOW, SetClock

FIRST = date(2026, 11, 21)
_MADE = contracts.Happened("made", "test", NOW)


@dataclass
class Days:
    """The day's run of a world, and its clock."""

    engine: Engine
    clock: SetClock
    provider: PaymentProvider
    limits: Limits = field(default_factory=Limits)

    def run(self, on: date | None = None, limit: int | None = None) -> DailyReport:
        """One run, on a day (at half past ten in the evening, UTC: in summer that is tomorrow here)."""
        if on is not None:
            self.clock.now = datetime.combine(on, time(22, 30), tzinfo=NOW.tzinfo)
        backing = Backing(self.engine, self.clock, self.provider, limits=self.limits)
        return Daily(backing).run(limit)


def until(last: date, step: int) -> Iterator[date]:
    """Every `step` days from the first day on, and the last one."""
    day = FIRST
    while day < last:
        yield day
        day += timedelta(days=step)
    yield last


def keep_only(engine: Engine, *numbers: str) -> None:
    """Let nobody else have anything that could be due."""
    with writing(engine) as db:
        s, i, a = t.subscriptions, t.invoices, t.attempts
        others = s.c.customer.not_in(numbers)
        db.execute(update(s).where(others).values(state="ended", ends_on=FIRST))
        db.execute(update(i).where(i.c.status != "paid").values(status="paid"))
        db.execute(
            update(a).where(a.c.state.in_(["scheduled", "submitted"])).values(state="called_off")
        )
        db.execute(update(t.promises).values(state="kept"))
        db.execute(update(t.payment_requests).values(state="paid"))
        db.execute(update(t.holds).values(released_at=NOW))
        db.execute(update(t.retention_offers).values(answer="declined"))


def give(engine: Engine, number: str, start: date, end: date, **values: Any) -> Subscription:
    """Give the contract of a customer an active period and other values; returns it."""
    with writing(engine) as db:
        contract = contracts.all_of(db, number, lock=True)[0]
        active = replace(
            contract,
            state=SubscriptionState.ACTIVE,
            period=Period(start, end),
            anchor_day=start.day,
            pending_plan=None,
            pending_from=None,
        )
        changed = replace(active, **values)
        contracts.store(db, changed, _MADE)
    return changed


def change_to(engine: Engine, contract: Subscription, plan: str) -> None:
    """Let another plan begin with the next period."""
    with writing(engine) as db:
        waiting = schedule_change(contract, plan, contract.period.end)
        contracts.store(db, waiting, _MADE)


def end_on(engine: Engine, contract: Subscription, day: date) -> None:
    """Let the contract be cancelled for a day."""
    with writing(engine) as db:
        contracts.store(db, schedule_end(contract, day), _MADE)


def pause(engine: Engine, contract: Subscription, from_on: date, until_on: date) -> None:
    """Let the contract have a pause ahead."""
    with writing(engine) as db:
        state = PauseState.SCHEDULED
        pauses.add(db, Pause(f"U-{contract.id}", contract.id, from_on, until_on, state, NOW))


def redeem(engine: Engine, contract: Subscription, code: str) -> None:
    """Let the customer have redeemed a voucher."""
    with writing(engine) as db:
        voucher = vouchers.find(db, code)
        assert voucher is not None
        left = voucher.units
        vouchers.redeem(db, Redemption(voucher, contract.customer, contract.id, NOW, left, "G-1"))


def billed(engine: Engine, number: str) -> list[tuple[str, str, int]]:
    """First day, last day after it and cents of every invoice since the first day of the test."""
    with reading(engine) as db:
        contract = contracts.all_of(db, number)[0]
    found = []
    for invoice in rows(engine, t.invoices, customer=number):
        if invoice["issued_on"] >= FIRST and invoice["subscription"] == contract.id:
            (line, *_) = rows(engine, t.invoice_lines, invoice=invoice["number"], kind="plan")
            spans = (str(line["period_start"]), str(line["period_end"]), invoice["total_minor"])
            found.append(spans)
    return sorted(found)


def stored(engine: Engine, number: str) -> Subscription:
    """The contract of a customer."""
    with reading(engine) as db:
        return contracts.all_of(db, number)[0]
