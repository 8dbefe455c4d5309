"""The 360° view: right per customer, few queries, masked, and every view in the audit."""

import dataclasses
import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, event

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.payments import FailureClass
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import AGENT, NOBODY, NOW, bot_for


def test_an_agent_sees_why_a_customer_is_here(business: Subscriptions) -> None:
    view = business.overview.of(AGENT, "K-1001")
    assert (view.header.name, view.header.email, view.as_of) == ("Anna Lindqvist", "a***@e…", NOW)
    (contract,) = view.contracts
    assert (contract.plan.code, contract.state, contract.entitlement) == (
        "stream-standard",
        "past_due",
        "full",
    )
    assert contract.renews_on == date(2026, 12, 15)
    assert view.money.balance.open == Money(1199)
    assert [(i.number, i.overdue) for i in view.money.unpaid] == [("RE-1001-0025", True)]
    assert [dot.result for dot in view.money.payments][:2] == ["failed", "paid"]
    assert [dot.result for dot in view.money.payments].count("late") == 1
    newest = view.money.attempts[0]
    assert (newest.at, newest.kind) == (
        datetime(2026, 11, 18, 5, 30, tzinfo=UTC),
        FailureClass.SOFT_FUNDS,
    )
    assert newest.reason_de == "Das Konto war nicht ausreichend gedeckt."
    assert newest.reason_en == "There were not enough funds."
    assert view.next_action is not None
    assert view.next_action.rule == "retry_permitted"


@pytest.mark.parametrize(
    ("number", "segment", "rule"),
    [
        ("K-1002", "loyal", "loyal_bigger_plan_exists"),
        ("K-1005", "loyal", "method_exhausted"),
        ("K-1006", "loyal", None),
        ("K-1007", "loyal", "method_exhausted"),
        ("K-1008", "standard", "failure_needs_person"),
    ],
)
def test_one_next_action_at_most(
    business: Subscriptions, number: str, segment: str, rule: str | None
) -> None:
    view = business.overview.of(AGENT, number)
    assert view.header.segment == segment
    assert (view.next_action.rule if view.next_action else None) == rule


def test_the_view_follows_what_was_done(business: Subscriptions) -> None:
    business.payments.retry(bot_for("K-1001"), "RE-1001-0025", key="k")
    business.cancellation.declare(bot_for("K-1006"), "Ich kündige", key="k")
    anna, tom = (business.overview.of(AGENT, number) for number in ("K-1001", "K-1006"))
    assert (anna.money.unpaid, anna.money.failure, anna.next_action) == ((), None, None)
    assert [c.template for c in anna.contacts] == ["payment_retried"]
    assert (tom.contracts[0].renews_on, tom.contracts[0].ends_on) == (None, date(2026, 12, 1))
    assert tom.next_action is not None
    assert tom.next_action.kind == "save_offer"


def test_a_sepa_customer_has_a_mandate(business: Subscriptions) -> None:
    method = business.overview.of(AGENT, "K-1003").money.method
    assert method is not None
    assert (method.kind, method.mandate, method.mandate_state) == ("sepa", "M-1003", "active")


def test_an_expired_card_is_marked(business: Subscriptions) -> None:
    method = business.overview.of(AGENT, "K-1007").money.method
    assert method is not None
    assert (method.expires_on, method.expired) == (date(2026, 10, 31), True)


def test_it_is_plain_data(business: Subscriptions) -> None:
    plain = dataclasses.asdict(business.overview.of(AGENT, "K-1001"))
    text = json.dumps(plain, default=lambda moment: moment.isoformat())
    assert json.loads(text)["money"]["balance"]["open"] == {"minor": 1199, "currency": "EUR"}
    assert "anna.lindqvist@" not in text


@pytest.mark.parametrize("number", ["K-1001", "K-1003", "K-1007"])
def test_at_most_ten_queries(business: Subscriptions, number: str) -> None:
    asked: list[str] = []

    def record(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(business._engine, "before_cursor_execute", record)
    business.overview.of(AGENT, number)
    selects = [statement for statement in asked if statement.startswith("SELECT")]
    assert len(selects) <= 10, selects


def test_every_view_is_in_the_audit(business: Subscriptions, engine: Engine) -> None:
    business.overview.of(AGENT, "K-1001")
    business.overview.of(bot_for("K-1002"), "K-1002")
    seen = [(e["actor"], e["action"], e["customer"]) for e in rows(engine, t.audit)]
    assert seen == [("agent:kim", "overview.view", "K-1001"), ("bot", "overview.view", "K-1002")]


def test_the_bot_sees_only_its_own_customer(business: Subscriptions, engine: Engine) -> None:
    for caller, number, code in (
        (bot_for("K-1002"), "K-1001", Code.NOT_FOUND),
        (NOBODY, "K-1001", Code.IDENTITY_NEEDED),
        (AGENT, "K-9999", Code.NOT_FOUND),
    ):
        with pytest.raises(SubscriptionError) as refused:
            business.overview.of(caller, number)
        assert refused.value.code is code
    assert rows(engine, t.audit) == []
