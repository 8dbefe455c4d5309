"""Retries on a day: planned, announced, moved, called off, made; and what a payment brings back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, update

from subscriptions import Connections, Subscriptions
from subscriptions.entities.attempts import Attempt
from subscriptions.entities.holds import HoldKind
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.dunning import DunningState
from subscriptions.model.payments import FailureClass, PlannedOutcome, RetryOutcome, WayOut
from subscriptions.payments import run_planned
from subscriptions.policy.limits import Limits
from subscriptions.store import attempts
from subscriptions.store import tables as t
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions import making_payments as making
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_payments import TODAY, planned, theirs
from tests.integration.subscriptions.people import CountingProvider, SetClock, bot_for

ANNA, JULIA, GERDA = bot_for("K-1001"), bot_for("K-1003"), bot_for("K-1005")
CARD, SEPA = "RE-1001-0025", "RE-1003-0012"
PAY_DAY = TODAY + timedelta(days=10)  # a Tuesday


@pytest.fixture
def backing(engine: Engine, clock: SetClock, provider: CountingProvider) -> Backing:
    """What the day's run stands on."""
    return Backing(engine, clock, provider, Connections().outbox, Limits())


def due(engine: Engine, on: date) -> tuple[Attempt, ...]:
    """The planned tries whose day has come."""
    with reading(engine) as db:
        found = attempts.attempts_due(db, on, 100)
    return tuple(attempt for attempt in found if attempt.invoice in {CARD, SEPA})


def run(backing: Backing) -> list[PlannedOutcome]:
    """The day's run, as far as planned tries go."""
    today = backing.clock().date()
    return [run_planned(backing, attempt) for attempt in due(backing.engine, today)]


def plan(
    business: Subscriptions, on: date = PAY_DAY, *, key: str = "k", invoice: str = CARD
) -> RetryOutcome:
    return business.payments.retry(JULIA if invoice == SEPA else ANNA, invoice, key=key, on=on)


def test_a_card_retry_is_planned_and_nothing_is_collected_yet(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    outcome = plan(business)
    assert (outcome.succeeded, outcome.final, outcome.scheduled_on) == (False, False, PAY_DAY)
    assert provider.references == []
    found = planned(engine, CARD)
    assert [(a["reference"], a["due_on"], a["decided_by"]) for a in found] == [
        ("RE-1001-0025-3", PAY_DAY, "bot")
    ]
    (entry,) = theirs(engine, t.audit)
    assert (entry["action"], entry["customer"]) == ("payments.retry", "K-1001")
    (contact,) = theirs(engine, t.contacts)
    assert (contact["reason"], contact["template"]) == ("payment", "retry_planned")
    failure = business.payments.why_failed(ANNA)
    assert failure is not None
    assert (failure.scheduled_on, failure.kind) == (PAY_DAY, FailureClass.SOFT_FUNDS)
    assert failure.retries_left == 3  # nothing was used up yet


def test_a_direct_debit_is_announced_with_amount_and_day(
    business: Subscriptions, engine: Engine
) -> None:
    sunday = TODAY + timedelta(days=8)
    outcome = plan(business, sunday, invoice=SEPA)
    monday = sunday + timedelta(days=1)
    assert outcome.scheduled_on == monday  # banks rest on Sundays
    (contact,) = theirs(engine, t.contacts, "K-1003")
    assert contact["template"] == "debit_announced"
    assert contact["facts"] == {
        "invoice": SEPA,
        "amount_minor": 1990,
        "currency": "EUR",
        "on": monday.isoformat(),
    }


def test_a_direct_debit_now_is_announced_too(business: Subscriptions, engine: Engine) -> None:
    business.payments.retry(JULIA, SEPA, key="k")
    (contact,) = theirs(engine, t.contacts, "K-1003")
    assert (contact["template"], contact["facts"]["on"]) == ("debit_announced", "2026-11-21")


def test_the_same_key_plans_once_and_another_day_moves_the_plan(
    business: Subscriptions, engine: Engine
) -> None:
    first = plan(business)
    assert plan(business) == first
    moved = plan(business, PAY_DAY + timedelta(days=1), key="later")
    assert moved.reference == first.reference
    (found,) = planned(engine, CARD)
    assert found["due_on"] == PAY_DAY + timedelta(days=1)
    assert len(theirs(engine, t.audit)) == 2


def test_today_is_now(business: Subscriptions, provider: CountingProvider) -> None:
    outcome = plan(business, TODAY)
    assert (outcome.succeeded, outcome.scheduled_on) == (True, None)
    assert provider.references == ["RE-1001-0025-3"]


def test_trying_now_makes_the_planned_try(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    plan(business)
    outcome = business.payments.retry(ANNA, CARD, key="now")
    assert (outcome.succeeded, outcome.reference) == (True, "RE-1001-0025-3")
    assert planned(engine, CARD) == []
    (made,) = rows(engine, t.attempts, reference="RE-1001-0025-3")
    assert (made["state"], made["due_on"]) == ("succeeded", PAY_DAY)
    (payment,) = rows(engine, t.payments, invoice=CARD)
    assert (payment["amount_minor"], payment["source"]) == (1199, "debit")
    (invoice,) = rows(engine, t.invoices, number=CARD)
    assert (invoice["status"], invoice["paid_at"] is not None) == ("paid", True)


def test_on_its_day_a_planned_try_is_made_once(
    business: Subscriptions, engine: Engine, backing: Backing, clock: SetClock
) -> None:
    plan(business)
    assert due(engine, PAY_DAY - timedelta(days=1)) == ()
    (attempt,) = due(engine, PAY_DAY)
    clock.forward(timedelta(days=10))
    (first,) = run(backing)
    assert (first.made, first.reason) == (True, "due")
    assert first.outcome is not None
    assert first.outcome.succeeded
    assert run_planned(backing, attempt) == first
    assert run(backing) == []
    assert len(theirs(engine, t.audit)) == 2
    assert [c["template"] for c in theirs(engine, t.contacts)] == [
        "retry_planned",
        "payment_retried",
    ]
    assert business.billing.explain_charge(ANNA).status == "paid"
    assert theirs(engine, t.subscriptions)[0]["state"] == "active"


def test_a_planned_direct_debit_is_submitted(
    business: Subscriptions, engine: Engine, backing: Backing, clock: SetClock
) -> None:
    plan(business, invoice=SEPA)
    clock.forward(timedelta(days=10))
    (made,) = run(backing)
    assert made.outcome is not None
    assert (made.outcome.succeeded, made.outcome.final) == (True, False)
    assert rows(engine, t.invoices, number=SEPA)[0]["status"] == "processing"


def test_a_provider_that_is_down_leaves_the_try_planned(
    business: Subscriptions,
    engine: Engine,
    backing: Backing,
    clock: SetClock,
    provider: CountingProvider,
) -> None:
    plan(business)
    clock.forward(timedelta(days=10))
    provider.down = True
    with pytest.raises(SubscriptionError) as refused:
        run(backing)
    assert refused.value.code is Code.PROVIDER_DOWN
    provider.down = False
    clock.forward(timedelta(days=1))
    assert [made.made for made in run(backing)] == [True]


def test_a_hold_calls_off_what_is_planned_and_none_is_made_later(
    business: Subscriptions, engine: Engine, backing: Backing, clock: SetClock
) -> None:
    plan(business)
    (attempt,) = due(engine, PAY_DAY)
    business.payments.hardship(ANNA, "I lost my job", key="h")
    assert due(engine, PAY_DAY) == ()
    (called_off,) = rows(engine, t.attempts, reference=attempt.reference)
    assert called_off["state"] == "called_off"
    clock.forward(timedelta(days=10))
    outcome = run_planned(backing, attempt)
    assert (outcome.made, outcome.reason) == (False, "gone")


def test_a_hold_of_any_kind_stops_a_try_on_its_day(
    business: Subscriptions,
    engine: Engine,
    backing: Backing,
    clock: SetClock,
    provider: CountingProvider,
) -> None:
    plan(business)
    making.hold(engine, "K-1001", HoldKind.FRAUD)
    clock.forward(timedelta(days=10))
    (outcome,) = run(backing)
    assert (outcome.made, outcome.reason) == (False, "account_on_hold")
    assert provider.references == []
    assert due(engine, PAY_DAY) == ()


def test_after_a_called_off_try_the_next_one_has_a_new_reference(
    business: Subscriptions, provider: CountingProvider
) -> None:
    plan(business)
    business.payments.promise(ANNA, TODAY + timedelta(days=3), key="p")
    assert business.payments.retry(ANNA, CARD, key="now").reference == "RE-1001-0025-4"
    assert provider.references == ["RE-1001-0025-4"]


def test_a_debit_that_is_wanted_beside_a_promise_is_made(
    business: Subscriptions, backing: Backing, clock: SetClock
) -> None:
    business.payments.promise(ANNA, TODAY + timedelta(days=12), key="p")
    plan(business)
    clock.forward(timedelta(days=10))
    assert [made.made for made in run(backing)] == [True]


@pytest.mark.parametrize(("actor", "made"), [("schedule", False), ("bot", True)])
def test_in_a_pause_only_what_somebody_asked_for_is_debited(
    business: Subscriptions,
    engine: Engine,
    backing: Backing,
    clock: SetClock,
    provider: CountingProvider,
    actor: str,
    made: bool,
) -> None:
    plan(business)
    with writing(engine) as db:
        of_it = t.attempts.c.state == "scheduled"
        db.execute(update(t.attempts).where(of_it).values(decided_by=actor))
    business.plans.pause(ANNA, 1, key="pause")  # who owes pauses at once
    assert theirs(engine, t.subscriptions)[0]["state"] == "paused"
    clock.forward(timedelta(days=10))
    (outcome,) = run(backing)
    assert (outcome.made, outcome.reason) == (made, "due" if made else "paused")
    assert bool(provider.references) is made
    assert planned(engine, CARD) == []


def test_each_contract_recovers_when_nothing_of_it_has_failed(
    business: Subscriptions, engine: Engine
) -> None:
    second = making.second_contract(engine, "K-1001")
    making.invoice(engine, "K-1001", "RE-1001-X", subscription=second.id)

    def states() -> dict[str, str]:
        return {c["id"]: c["state"] for c in theirs(engine, t.subscriptions)}

    business.payments.retry(ANNA, CARD, key="k")
    assert states() == {"S-1001": "active", second.id: "past_due"}


def test_a_new_method_is_charged_instead_of_the_one_that_failed(
    business: Subscriptions, engine: Engine
) -> None:
    failure = business.payments.why_failed(GERDA)
    assert failure is not None
    assert not failure.retry_allowed
    making.new_method(engine, "K-1005")
    failure = business.payments.why_failed(GERDA)
    assert failure is not None
    assert (failure.retry_allowed, failure.method) == (True, "IBAN •••• 7712")
    assert business.payments.retry(GERDA, failure.invoice, key="k").succeeded
    assert rows(engine, t.attempts, invoice=failure.invoice)[-1]["method"] == "P-2-K-1005"


def test_only_what_is_still_open_is_collected(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    making.received(engine, "K-1001", 199, invoice=CARD)
    failure = business.payments.why_failed(ANNA)
    assert failure is not None
    assert failure.amount == Money(1000)
    assert business.payments.retry(ANNA, CARD, key="k").amount == Money(1000)
    assert sorted(p["amount_minor"] for p in rows(engine, t.payments, invoice=CARD)) == [199, 1000]


def test_all_open_failures_are_listed_newest_first(business: Subscriptions, engine: Engine) -> None:
    older = making.invoice(engine, "K-1001", "RE-1001-X")
    making.attempt(engine, older, "stolen_card")
    failure = business.payments.why_failed(ANNA)
    assert failure is not None
    assert (failure.invoice, [f.invoice for f in failure.others]) == (CARD, ["RE-1001-X"])
    (other,) = failure.others
    assert (other.kind, other.raw_code) == (FailureClass.HARD_METHOD, "declined")
    assert WayOut.RETRY not in other.ways
    assert "stolen" not in str(failure)


def test_a_failure_says_what_happened_and_what_to_do(business: Subscriptions) -> None:
    failure = business.payments.why_failed(JULIA)
    assert failure is not None
    assert failure.reason is not None
    assert "Datenschutz" in failure.reason.de
    assert failure.todo is not None
    assert failure.todo.en.startswith("Is the account we have still right?")
    assert failure.ways == (
        WayOut.RETRY,
        WayOut.OTHER_ACCOUNT,
        WayOut.PROMISE,
        WayOut.OTHER_METHOD,
        WayOut.PAY_NOW,
    )
    business.payments.promise(JULIA, TODAY, key="p")
    again = business.payments.why_failed(JULIA)
    assert again is not None
    assert WayOut.PROMISE not in again.ways


def test_a_payment_closes_the_dunning_case(business: Subscriptions, engine: Engine) -> None:
    making.dunning_case(engine, "K-1001", DunningState.REMINDED)
    business.payments.retry(ANNA, CARD, key="k")
    (case,) = theirs(engine, t.dunning_cases)
    assert (case["state"], case["closed_at"] is not None) == ("closed", True)


def test_a_debit_under_way_does_not_close_it_yet(business: Subscriptions, engine: Engine) -> None:
    making.dunning_case(engine, "K-1003", DunningState.REMINDED)
    business.payments.retry(JULIA, SEPA, key="k")
    assert theirs(engine, t.dunning_cases, "K-1003")[0]["state"] == "reminded"
