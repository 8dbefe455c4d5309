"""After RISK and STOP_ALL only a person is offered and only a person may act; other failures leave every way open."""

import pytest
from sqlalchemy import Engine, update

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.payments import WayOut
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions import making_payments as making
from tests.integration.subscriptions.looking import count
from tests.integration.subscriptions.people import NOW, bot_for

IVAN, ZANELE = "K-1022", "K-1042"  # RISK, STOP_ALL


@pytest.mark.parametrize("number", [IVAN, ZANELE])
def test_only_a_person_is_offered(business: Subscriptions, number: str) -> None:
    status = business.payments.dunning_status(bot_for(number))
    assert status.due.minor > 0
    assert status.ways == (WayOut.PERSON,)


@pytest.mark.parametrize("number", [IVAN, ZANELE])
def test_nobody_but_a_person_makes_a_link(
    business: Subscriptions, engine: Engine, number: str
) -> None:
    before = count(engine, t.payment_requests)
    with pytest.raises(SubscriptionError) as refused:
        business.payments.pay_link(bot_for(number), key="k")
    assert refused.value.code is Code.ACCOUNT_ON_HOLD
    assert count(engine, t.payment_requests) == before
    agent = Caller(number, Level.IDENTIFIED, "agent:maya")
    assert business.payments.pay_link(agent, key="k").amount.minor > 0


def test_what_is_blocked_is_opened_by_a_person_only(
    business: Subscriptions, engine: Engine
) -> None:
    making.suspended(engine, ZANELE, NOW)
    (access,) = business.payments.access_status(bot_for(ZANELE))
    assert access.reopens == (WayOut.PERSON,)


@pytest.mark.parametrize("code", ["AC04", "MD01", "MD06", "AM04", "MS03"])
def test_every_other_failure_may_be_paid_by_link(
    business: Subscriptions, engine: Engine, code: str
) -> None:
    """Another method is the very way out of a closed account, a missing mandate or a stopped debit."""
    with writing(engine) as db:
        theirs = t.attempts.c.raw_code == "MD07"
        db.execute(update(t.attempts).where(theirs).values(raw_code=code))
    caller = bot_for(ZANELE)
    assert business.payments.dunning_status(caller).ways[0] is WayOut.PAY_NOW
    assert business.payments.pay_link(caller, key="k").amount.minor > 0
