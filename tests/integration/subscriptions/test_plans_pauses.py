"""Pausing and resuming: from the period end, at once as a way out, and nothing that was paid for is lost."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.pauses import PauseState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.limits import Limits
from subscriptions.policy.pauses import pauses_due
from subscriptions.store import contracts, pauses
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_plans import (
    ANNA,
    BEN,
    TODAY,
    cancel,
    change,
    contract_of,
    events,
    pauses_of,
    second_contract,
)
from tests.integration.subscriptions.people import AGENT, SetClock

S = SubscriptionState
PERIOD_END = date(2026, 12, 6)


def daily(engine: Engine, day: date) -> None:
    """What the daily run does with pauses: those that are due begin or are over."""
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    with writing(engine) as db:
        due = pauses_due(pauses.due(db, day), day)
        for pause in (*due.starting, *due.ending):
            (contract,) = contracts.by_ids(db, [pause.subscription])
            interval = contracts.plan(db, contract.plan).interval
            step = pauses.Step(contract, interval, "schedule", at)
            if pause in due.starting:
                pauses.begin(db, pause, step)
            else:
                pauses.finish(db, pause, step, Limits(), on=pause.until_on, owes=False)


def test_a_pause_begins_with_the_next_period(business: Subscriptions, engine: Engine) -> None:
    terms = business.plans.pause_quote(BEN, 2)
    assert (terms.from_on, terms.until_on) == (PERIOD_END, date(2027, 2, 6))
    assert terms.next_debit_on == terms.until_on
    receipt = business.plans.pause(BEN, 2, key="k")
    assert business.plans.pause(BEN, 2, key="k") == receipt
    assert (receipt.terms, receipt.running) == (terms, False)
    assert pauses_of(engine, "K-1004") == [(PauseState.SCHEDULED, PERIOD_END, date(2027, 2, 6))]
    assert contract_of(engine, "K-1004").state is S.ACTIVE
    assert events(engine, "K-1004") == [("pause_scheduled", "active")]
    assert [c["template"] for c in rows(engine, t.contacts, customer="K-1004")] == [
        "pause_scheduled"
    ]
    assert len([e for e in rows(engine, t.audit) if e["action"] == "plans.pause"]) == 1


def test_a_pause_runs_and_ends_by_the_day(business: Subscriptions, engine: Engine) -> None:
    business.plans.pause(BEN, 1, key="k")
    daily(engine, date(2026, 12, 5))
    assert contract_of(engine, "K-1004").state is S.ACTIVE
    daily(engine, PERIOD_END)
    daily(engine, PERIOD_END)
    assert contract_of(engine, "K-1004").state is S.PAUSED
    daily(engine, date(2027, 1, 5))
    assert contract_of(engine, "K-1004").state is S.PAUSED
    daily(engine, date(2027, 1, 8))  # two days late: the contract goes on from its day
    after = contract_of(engine, "K-1004")
    assert (after.state, after.period.end, after.anchor_day) == (S.ACTIVE, date(2027, 1, 6), 6)
    assert events(engine, "K-1004") == [
        ("pause_scheduled", "active"),
        ("paused", "paused"),
        ("resumed", "active"),
    ]


def test_who_owes_something_pauses_at_once_and_keeps_the_paid_days(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    before = contract_of(engine, "K-1001")
    receipt = business.plans.pause(ANNA, 1, key="k")
    assert receipt.running
    assert (receipt.terms.from_on, receipt.terms.until_on) == (TODAY, date(2026, 12, 21))
    paused = contract_of(engine, "K-1001")
    assert (paused.state, paused.period) == (S.PAUSED, before.period)
    clock.now = datetime(2026, 12, 1, 10, tzinfo=UTC)
    resumed = business.plans.resume(ANNA, key="r")
    # Ten days of pause: the period ends ten days later, and what is owed is still owed.
    after = contract_of(engine, "K-1001")
    assert (resumed.was_running, resumed.state, after.state) == (True, S.PAST_DUE, S.PAST_DUE)
    assert (after.period.end - before.period.end).days == 10
    assert after.period.days == before.period.days
    assert resumed.next_debit_on == after.period.end
    assert pauses_of(engine, "K-1001") == [(PauseState.OVER, TODAY, date(2026, 12, 1))]
    assert [kind for kind, _ in events(engine, "K-1001")] == ["paused", "resumed"]


def test_a_debt_on_one_contract_does_not_hurry_the_pause_of_another(
    business: Subscriptions, engine: Engine
) -> None:
    other = second_contract(engine, "K-1001", "learn-start")
    assert business.plans.pause_quote(ANNA, 1, subscription=other).from_on == date(2026, 12, 1)
    assert business.plans.pause_quote(ANNA, 1, subscription="S-1001").from_on == TODAY


def test_a_wished_day_means_the_next_period_after_it(business: Subscriptions) -> None:
    terms = business.plans.pause_quote(BEN, 1, date(2027, 1, 10))
    assert (terms.from_on, terms.until_on) == (date(2027, 2, 6), date(2027, 3, 6))
    assert business.plans.pause_quote(BEN, 1, PERIOD_END).from_on == PERIOD_END
    assert business.plans.pause_quote(BEN, 1, TODAY).from_on == PERIOD_END


def test_a_scheduled_pause_is_called_off(business: Subscriptions, engine: Engine) -> None:
    business.plans.pause(BEN, 3, key="k")
    receipt = business.plans.resume(BEN, key="r")
    assert business.plans.resume(BEN, key="r") == receipt
    assert (receipt.was_running, receipt.state) == (False, S.ACTIVE)
    assert receipt.next_debit_on == PERIOD_END
    assert pauses_of(engine, "K-1004")[0][0] is PauseState.WITHDRAWN
    # It never began, so it does not count.
    assert business.plans.pause_quote(BEN, 3).from_on == PERIOD_END
    with pytest.raises(SubscriptionError) as refused:
        business.plans.resume(BEN, key="again")
    assert refused.value.code is Code.NOT_PAUSED


def test_who_cancels_before_the_pause_begins_does_not_pause(
    business: Subscriptions, engine: Engine
) -> None:
    business.plans.pause(BEN, 1, key="k")
    cancel(engine)
    daily(engine, PERIOD_END)
    assert pauses_of(engine, "K-1004")[0][0] is PauseState.WITHDRAWN
    assert contract_of(engine, "K-1004").state is S.CANCEL_SCHEDULED


def test_who_leaves_during_the_pause_is_not_taken_back_by_its_end(
    business: Subscriptions, engine: Engine
) -> None:
    business.plans.pause(BEN, 1, key="k")
    daily(engine, PERIOD_END)
    cancel(engine, on=date(2027, 3, 6))
    daily(engine, date(2027, 1, 6))
    assert pauses_of(engine, "K-1004")[0][0] is PauseState.OVER
    assert contract_of(engine, "K-1004").state is S.CANCEL_SCHEDULED


def test_while_paused_nothing_is_changed(business: Subscriptions, engine: Engine) -> None:
    business.plans.pause(BEN, 1, key="k")
    daily(engine, PERIOD_END)
    with pytest.raises(SubscriptionError) as refused:
        business.plans.quote(BEN, "learn-pro")
    assert refused.value.code is Code.ILLEGAL_STEP


def test_of_several_contracts_only_the_named_one_pauses(
    business: Subscriptions, engine: Engine
) -> None:
    stream = second_contract(engine)
    with pytest.raises(SubscriptionError) as refused:
        business.plans.pause(BEN, 1, key="k")
    assert refused.value.code is Code.WHICH_CONTRACT
    receipt = business.plans.pause(BEN, 1, subscription=stream, key="k")
    assert receipt.terms.plan.code == "stream-basic"
    assert pauses_of(engine, "K-1004") == []
    assert business.plans.resume(BEN, subscription=stream, key="r").subscription == stream


def test_a_pause_prolongs_the_minimum_term_and_everybody_is_told(
    business: Subscriptions, engine: Engine
) -> None:
    change(engine, "K-1004", fixed_until=date(2027, 4, 6))
    longer = date(2027, 6, 6)
    receipt = business.plans.pause(BEN, 2, key="k")
    assert receipt.terms.fixed_until == longer
    (status,) = business.plans.status(BEN)
    assert (status.fixed_until, status.pause and status.pause.fixed_until) == (
        date(2027, 4, 6),
        longer,
    )
    (shown, *_) = business.overview.of(AGENT, "K-1004").contracts
    assert shown.pause == status.pause
    daily(engine, PERIOD_END)
    daily(engine, date(2027, 2, 6))
    assert contract_of(engine, "K-1004").fixed_until == longer


def test_a_pause_that_ends_early_prolongs_the_term_by_the_days_it_lasted(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    change(engine, "K-1004", fixed_until=date(2027, 4, 6))
    business.plans.pause(BEN, 2, key="k")
    daily(engine, PERIOD_END)
    clock.now = datetime(2026, 12, 16, 10, tzinfo=UTC)
    receipt = business.plans.resume(BEN, key="r")
    assert receipt.fixed_until == date(2027, 4, 16)
    assert contract_of(engine, "K-1004").fixed_until == date(2027, 4, 16)


def test_a_pause_that_is_called_off_prolongs_nothing(
    business: Subscriptions, engine: Engine
) -> None:
    change(engine, "K-1004", fixed_until=date(2027, 4, 6))
    business.plans.pause(BEN, 2, key="k")
    assert business.plans.resume(BEN, key="r").fixed_until == date(2027, 4, 6)
