"""The 360° view: right per customer, few queries, masked, and every view in the audit."""

import dataclasses
import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, event, insert

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.payments import FailureClass
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
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


EVERYBODY = [f"K-{number}" for number in range(1001, 1067)]


@pytest.mark.parametrize("number", ["K-1001", "K-1031", "K-1040", "K-1043", "K-1064"])
def test_at_most_ten_statements_with_the_audit(business: Subscriptions, number: str) -> None:
    asked: list[str] = []

    def record(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(business._engine, "before_cursor_execute", record)
    business.overview.of(AGENT, number)
    statements = [said for said in asked if not said.startswith("BEGIN")]
    assert len(statements) <= 10, statements
    assert [said.split()[0] for said in statements][-3:] == ["SELECT", "INSERT", "UPDATE"]
    before = len(asked)
    business.overview.of(AGENT, "K-1002")
    assert len(asked) <= 2 * before


def test_it_says_about_money_what_the_answers_say(business: Subscriptions) -> None:
    for number in EVERYBODY:
        view, caller = business.overview.of(AGENT, number), bot_for(number)
        assert view.money.balance == business.billing.balance(caller), number
        said = business.payments.why_failed(caller)
        seen = view.money.failure
        assert (seen is None) == (said is None), number
        if seen is not None and said is not None:
            assert (seen.invoice, seen.amount, seen.kind) == (said.invoice, said.amount, said.kind)
            assert (seen.retry_allowed, seen.needs_person) == (
                said.retry_allowed,
                said.needs_person,
            )


def test_it_says_about_contracts_what_the_answers_say(business: Subscriptions) -> None:
    for number in EVERYBODY:
        view = business.overview.of(AGENT, number)
        for told in business.plans.status(bot_for(number)):
            line = next(one for one in view.contracts if one.id == told.subscription)
            assert (line.price, line.total, line.state) == (told.price, told.total, told.state)
            assert (line.addons, line.pause, line.notice) == (told.addons, told.pause, told.notice)


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("K-1013", "overcharged"),
        ("K-1020", "login_locked"),
        ("K-1021", "compromised_login"),
        ("K-1030", "overcharged"),
        ("K-1032", "overcharged"),
        ("K-1033", None),  # sold by a partner
        ("K-1034", None),  # deceased: a hold
        ("K-1035", "issues_missing_twice"),
        ("K-1044", None),  # promised
        ("K-1046", None),  # a hold and a case
        ("K-1047", None),  # hardship
        ("K-1048", None),  # a dispute
        ("K-1050", "price_change_announced"),
        ("K-1051", None),  # wants less contact
        ("K-1057", "cancelled_smaller_plan_exists"),
        ("K-1060", None),  # a complaint
        ("K-1061", "promise_missed"),
        ("K-1064", "method_exhausted"),
    ],
)
def test_the_next_action_fits_the_story(
    business: Subscriptions, number: str, rule: str | None
) -> None:
    action = business.overview.of(AGENT, number).next_action
    assert (action.rule if action else None) == rule


def test_two_contracts_of_one_person(business: Subscriptions) -> None:
    view = business.overview.of(AGENT, "K-1031")
    assert {line.plan.product for line in view.contracts} == {"streaming", "press"}
    assert {line.method for line in view.contracts} == {"Visa •••• 3131", "IBAN •••• 3131"}
    assert len(view.money.balance.debits) == 2
    assert len(view.money.methods) == 2


def test_a_case_of_dunning_with_its_next_step_and_why(business: Subscriptions) -> None:
    view = business.overview.of(AGENT, "K-1064")
    dunning = view.money.dunning
    assert dunning is not None
    assert (dunning.state, dunning.next_step) == ("grace", "message_firm")
    assert dunning.why is not None
    assert "Warnung" in dunning.why.de
    assert [a.rule for a in dunning.actions][:2] == ["standard_second_touch", "soft_bank_7_days"]
    assert [link.amount for link in view.money.links] == [Money(3000)]
    assert view.caps.payment == 2


def test_what_is_printed_and_delivered(business: Subscriptions) -> None:
    away = business.overview.of(AGENT, "K-1036").contracts[0].delivery
    missing = business.overview.of(AGENT, "K-1035").contracts[0].delivery
    assert away is not None
    assert missing is not None
    assert away.next_on == date(2026, 11, 23)
    assert [(s.kind, s.running) for s in away.suspensions] == [("interrupt", False)]
    assert (missing.problems, missing.suspensions) == (2, ())
    assert business.overview.of(AGENT, "K-1006").contracts[0].delivery is None


def test_devices_add_ons_and_vouchers(business: Subscriptions) -> None:
    full = business.overview.of(AGENT, "K-1019").contracts[0].devices
    assert (full.count, full.limit) == (5, 5)
    paul = business.overview.of(AGENT, "K-1029")
    assert [(a.addon.code, a.quantity) for a in paul.contracts[0].addons] == [
        ("stream-profile", 2),
        ("stream-sports", 1),
    ]
    assert paul.contracts[0].total.minor > paul.contracts[0].price.minor
    assert [p.kind for p in paul.purchases] == ["addon", "addon"]
    carlos = business.overview.of(AGENT, "K-1025").contracts[0]
    assert [(v.code, v.left) for v in carlos.vouchers] == [("WILLKOMMEN20", 2)]


def test_cases_and_calls_that_were_missed(business: Subscriptions) -> None:
    view = business.overview.of(AGENT, "K-1061")
    assert [(c.kind, c.missed) for c in view.cases] == [("complaint", True)]
    assert [c.missed for c in view.callbacks] == [True]
    assert view.caps.benefit == 0
    assert view.risk is not None
    assert view.risk.level == "high"
    assert [c.missed for c in business.overview.of(AGENT, "K-1060").cases] == [False]


def test_use_is_told_in_aggregates(business: Subscriptions) -> None:
    view = business.overview.of(AGENT, "K-1026")
    assert (view.use.trend, len(view.use.months)) == ("falling", 13)
    assert view.risk is not None
    assert [reason.en for reason in view.risk.reasons] == ["Uses it less and less."]
    assert business.overview.of(AGENT, "K-1029").use.trend == "steady"
    assert business.overview.of(AGENT, "K-1001").use.trend == "unknown"


def test_an_objection_to_profiling_hides_the_risk(business: Subscriptions, engine: Engine) -> None:
    with writing(engine) as db:
        values = {
            "reference": "E-1",
            "customer": "K-1026",
            "kind": "profiling",
            "text": "",
            "at": NOW,
        }
        db.execute(insert(t.objections).values(values))
    assert business.overview.of(AGENT, "K-1026").risk is None


def test_nothing_personal_is_told_in_full(business: Subscriptions, engine: Engine) -> None:
    known = {row["number"]: row for row in rows(engine, t.customers)}
    texts = [row["text"] for row in rows(engine, t.cases)]
    for number in EVERYBODY:
        view = dataclasses.asdict(business.overview.of(AGENT, number))
        said = json.dumps(view, default=str, ensure_ascii=False)
        assert known[number]["email"] not in said
        assert known[number]["phone"] is None or known[number]["phone"] not in said
        assert [text for text in texts if text in said] == []


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
