"""Where somebody stands: reminders, the next step and why, what may be used, and blocks that should not be."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, update

from subscriptions import Subscriptions
from subscriptions.entities.dunning import ActionKind, DunningAction, DunningCase, dunning_to
from subscriptions.entities.holds import HoldKind
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.contracts import Entitlement, SubscriptionState
from subscriptions.model.dunning import (
    AccessReason,
    AgainstPolicy,
    DunningState,
    Reminder,
    RestingHold,
)
from subscriptions.model.payments import WayOut
from subscriptions.store import dunning
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions import making_payments as making
from tests.integration.subscriptions.making_payments import TODAY, WHY
from tests.integration.subscriptions.people import NOW, bot_for

ANNA, MARCUS, JULIA, LUKAS = (bot_for(f"K-{n}") for n in (1001, 1002, 1003, 1008))


def test_nothing_is_asked_of_who_paid(business: Subscriptions) -> None:
    status = business.payments.dunning_status(MARCUS)
    assert (status.due, status.state, status.reminders, status.ways) == (Money(0), None, (), ())


def test_a_reminder_is_explained_with_the_next_step_and_why(
    business: Subscriptions, engine: Engine
) -> None:
    case = making.dunning_case(engine, "K-1001", DunningState.REMINDED)
    status = business.payments.dunning_status(ANNA)
    assert (status.due, status.fee, status.state) == (Money(1199), Money(0), DunningState.REMINDED)
    assert status.reminders == (Reminder(case.opened_at, "friendly"),)
    assert (status.next_step, status.next_at, status.why) == ("message", case.next_at, WHY)
    assert status.ways[:2] == (WayOut.PAY_NOW, WayOut.PROMISE)
    assert WayOut.INSTALMENTS not in status.ways
    assert status.ways[-1] is WayOut.PERSON


def test_a_hold_is_told_with_its_end(business: Subscriptions, engine: Engine) -> None:
    until = NOW + timedelta(days=10)
    making.hold(engine, "K-1001", HoldKind.CLAIMS_PAID, until=until)
    assert business.payments.dunning_status(ANNA).holds == (
        RestingHold("claims_paid", None, date(2026, 12, 1), None),
    )


def test_after_a_promise_the_status_says_so(business: Subscriptions, engine: Engine) -> None:
    making.dunning_case(engine, "K-1001", DunningState.REMINDED)
    business.payments.promise(ANNA, TODAY, key="k")
    status = business.payments.dunning_status(ANNA)
    assert (status.state, status.next_step) == (DunningState.PROMISE, None)
    assert status.why is not None
    assert "promised" in status.why.en
    assert WayOut.PROMISE not in status.ways


def test_a_customer_has_one_open_case(engine: Engine) -> None:
    case = making.dunning_case(engine, "K-1001", DunningState.REMINDED)
    second = DunningCase("D-2", "K-1001", DunningState.NEW, NOW)
    with writing(engine) as db, pytest.raises(SubscriptionError) as refused:
        dunning.add(db, second)
    assert refused.value.code is Code.ILLEGAL_STEP
    with writing(engine) as db:
        dunning.store(db, dunning_to(case, DunningState.CLOSED, NOW))
        dunning.add(db, second)
        assert dunning.open_of(db, "K-1001") == second


def test_actions_of_a_case_are_kept_in_order(engine: Engine) -> None:
    case = making.dunning_case(engine, "K-1001", DunningState.REMINDED)
    retry = DunningAction(case.id, 2, NOW, ActionKind.RETRY, "S.2", facts={"invoice": "R"})
    with writing(engine) as db:
        dunning.act(db, case, retry)
        assert [a.kind for a in dunning.actions_of(db, case.id)] == ["message", "retry"]
        assert dunning.actions_of(db, case.id)[1] == retry
    with writing(engine) as db, pytest.raises(SubscriptionError):
        dunning.act(db, case, retry)


def test_who_is_past_due_may_use_everything(business: Subscriptions) -> None:
    (access,) = business.payments.access_status(ANNA)
    assert (access.entitlement, access.reason) == (Entitlement.FULL, AccessReason.RUNNING)
    assert (access.open, access.against_policy, access.reopens) == (Money(1199), None, ())
    assert access.since is None  # no step of it is on record


def test_a_block_is_explained_with_what_opens_it(business: Subscriptions, engine: Engine) -> None:
    making.suspended(engine, "K-1008", NOW - timedelta(days=2))
    (access,) = business.payments.access_status(LUKAS)
    assert (access.entitlement, access.reason) == (Entitlement.LIMITED, AccessReason.UNPAID)
    assert access.since == TODAY - timedelta(days=2)
    assert access.reopens == (WayOut.PAY_NOW, WayOut.OTHER_METHOD, WayOut.PERSON)
    assert access.against_policy is None


def hold_all(engine: Engine) -> None:
    making.hold(engine, "K-1008", HoldKind.HARDSHIP)


def hold_one(engine: Engine) -> None:
    making.hold(engine, "K-1008", HoldKind.DISPUTE, invoice="RE-1008-0006")


def disputed(engine: Engine) -> None:
    with writing(engine) as db:
        where = t.invoices.c.number == "RE-1008-0006"
        db.execute(update(t.invoices).where(where).values(disputed=True))


def paid(engine: Engine) -> None:
    making.received(engine, "K-1008", 3000, invoice="RE-1008-0006")


def nearly_paid(engine: Engine) -> None:
    making.received(engine, "K-1008", 2701, invoice="RE-1008-0006")


def loyal(engine: Engine) -> None:
    with writing(engine) as db:
        where = t.customers.c.number == "K-1008"
        db.execute(update(t.customers).where(where).values(since=TODAY - timedelta(days=800)))


@pytest.mark.parametrize(
    ("make", "against"),
    [
        (hold_all, AgainstPolicy.ON_HOLD),
        (hold_one, AgainstPolicy.ON_HOLD),
        (disputed, AgainstPolicy.DISPUTED),
        (paid, AgainstPolicy.PAID),
        (nearly_paid, AgainstPolicy.TRIVIAL),
        (loyal, AgainstPolicy.LOYAL),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_block_against_policy_calls_for_a_person(
    business: Subscriptions, engine: Engine, make: object, against: AgainstPolicy
) -> None:
    making.suspended(engine, "K-1008")
    assert callable(make)
    make(engine)
    (access,) = business.payments.access_status(LUKAS)
    assert (access.against_policy, access.reopens) == (against, (WayOut.PERSON,))
    assert "ein Mensch" in access.words.de


def test_each_contract_is_told_and_those_that_are_over_only_alone(
    business: Subscriptions, engine: Engine
) -> None:
    making.second_contract(engine, "K-1001", SubscriptionState.SUSPENDED)
    found = {a.subscription: a for a in business.payments.access_status(ANNA)}
    assert set(found) == {"S-1001", "S-2-K-1001"}
    blocked = found["S-2-K-1001"]
    assert (blocked.open, blocked.against_policy) == (Money(0), AgainstPolicy.PAID)
    with writing(engine) as db:
        where = t.subscriptions.c.id == "S-2-K-1001"
        db.execute(update(t.subscriptions).where(where).values(state="ended"))
    assert [a.subscription for a in business.payments.access_status(ANNA)] == ["S-1001"]
    with writing(engine) as db:
        db.execute(update(t.subscriptions).values(state="ended"))
    (over, *more) = business.payments.access_status(ANNA)
    assert (over.reason, over.entitlement, more) == (AccessReason.OVER, Entitlement.NONE, [])
