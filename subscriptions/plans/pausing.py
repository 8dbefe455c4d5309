"""Pausing a contract for some months and taking it up again; billing stops meanwhile.

Invariants: a pause costs nothing and loses nothing that is paid for; there is never more than one ahead; for who owes
something it begins at once, and what is owed stays owed.
"""

from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.pauses import Pause, PauseState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.plans import PauseReceipt, PauseTerms, ResumeReceipt
from subscriptions.plans.standing import pays_self
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date, current_period
from subscriptions.policy.changes import allow_own
from subscriptions.policy.limits import Limits
from subscriptions.policy.pauses import (
    Wish,
    allow_another,
    allow_pause,
    allow_wish,
    debit_after,
    planned,
    prolonged,
    span,
)
from subscriptions.rolling import bring_up_to_date
from subscriptions.store import arrears, contracts, pauses
from subscriptions.store.backing import Backing
from subscriptions.store.cases import reference
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once


def pause_quote(
    backing: Backing, caller: Caller, wish: Wish, subscription: str | None
) -> PauseTerms:
    """The terms of a pause that may be asked for now."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    bring_up_to_date(backing, number, now)  # no pause skips a period that has begun
    with reading(backing.engine) as db:
        contract = contracts.running(db, number, subscription)
        return _terms(db, contract, wish, today=business_date(now), limits=backing.limits)


def pause(
    backing: Backing, caller: Caller, asked: tuple[Wish, str | None], key: str
) -> PauseReceipt:
    """Schedule a pause, or begin it when its day is today."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    bring_up_to_date(backing, number, now)
    wish, subscription = asked
    wanted = wish.from_on.isoformat() if wish.from_on else None
    body = {"months": wish.months, "from_on": wanted, "subscription": subscription}
    order = Order("plans.pause", caller, number, key, body, now)

    def act(db: Connection) -> Done[PauseReceipt]:
        contract = contracts.running(db, number, subscription, lock=True)
        today = business_date(now)
        terms = _terms(db, contract, wish, today=today, limits=backing.limits)
        new = Pause(
            id=reference("PA"),
            subscription=contract.id,
            from_on=terms.from_on,
            until_on=terms.until_on,
            state=PauseState.SCHEDULED,
            asked_at=now,
        )
        pauses.add(db, new)
        facts = {"from": terms.from_on.isoformat(), "until": terms.until_on.isoformat()}
        at_once = terms.from_on <= today
        if at_once:
            pauses.begin(db, new, pauses.Step(contract, terms.plan.interval, caller.actor, now))
        else:
            happened = contracts.Happened("pause_scheduled", caller.actor, now, facts)
            contracts.note_event(db, contract, happened)
        receipt = PauseReceipt(terms, at_once, new.id, now)
        template = "paused" if at_once else "pause_scheduled"
        told = {"reference": new.id, **facts}
        return Done(receipt, number, told, (Notice("contract", template, told),))

    return write_once(backing.engine, order, PauseReceipt, act)


def resume(backing: Backing, caller: Caller, subscription: str | None, key: str) -> ResumeReceipt:
    """End the running pause today, or withdraw the scheduled one."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    body = {"subscription": subscription}
    order = Order("plans.resume", caller, number, key, body, now)

    def act(db: Connection) -> Done[ResumeReceipt]:
        contract = contracts.running(db, number, subscription, lock=True)
        found = planned(pauses.of(db, contract.id))
        if found is None:
            raise SubscriptionError(Code.NOT_PAUSED)
        plan = contracts.plan(db, contract.plan)
        step = pauses.Step(contract, plan.interval, caller.actor, now)
        after, debit = _end(db, found, step, backing.limits)
        running = found.state is PauseState.RUNNING
        receipt = ResumeReceipt(
            subscription=contract.id,
            plan=plan,
            state=after.state,
            was_running=running,
            next_debit_on=debit,
            reference=found.id,
            at=now,
            fixed_until=after.fixed_until,
        )
        facts = {"reference": found.id, "next_debit_on": debit.isoformat()}
        template = "resumed" if running else "pause_withdrawn"
        return Done(receipt, number, facts, (Notice("contract", template, facts),))

    return write_once(backing.engine, order, ResumeReceipt, act)


def _end(
    db: Connection, found: Pause, step: pauses.Step, limits: Limits
) -> tuple[Subscription, date]:
    """End or withdraw a pause; returns the contract and the day of its next debit."""
    contract, today = step.contract, business_date(step.at)
    if found.state is PauseState.RUNNING:
        still_owed = arrears.owes(db, contract.id)
        after = pauses.finish(db, found, step, limits, on=today, owes=still_owed)
        return after, max(after.period.end, today)
    pauses.withdraw(db, found, step)
    period = current_period(contract.period, step.interval, contract.anchor_day, today)
    return contract, period.end


def _terms(
    db: Connection, contract: Subscription, wish: Wish, *, today: date, limits: Limits
) -> PauseTerms:
    """What the pause would be, or what stands against it."""
    allow_own(contract, pays_self=pays_self(db, contract))
    allow_pause(contract)
    allow_wish(wish, today, limits)
    plan = contracts.plan(db, contract.plan)
    days = span(contract, plan.interval, wish, today, owes=arrears.owes(db, contract.id))
    allow_another(days.start, pauses.of(db, contract.id), limits)
    return PauseTerms(
        subscription=contract.id,
        plan=plan,
        months=wish.months,
        from_on=days.start,
        until_on=days.end,
        next_debit_on=debit_after(contract, plan.interval, days),
        fixed_until=prolonged(contract, days, limits),
    )
