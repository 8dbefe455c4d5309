"""The one offer after a cancellation, its answer, and what would cost a subscriber less."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.entities.holds import HoldKind
from subscriptions.entities.pauses import PauseState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Money
from subscriptions.model.cancellation import BetterKind, CauseReason, OfferKind
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.privacy import ObjectionKind
from subscriptions.model.profile import PreferencesWish
from subscriptions.policy.limits import Limits
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.making_cancellation import cancelled, offered, open_case
from tests.integration.subscriptions.making_plans import (
    account,
    change,
    contract_of,
    earlier_pause,
    hold,
    pauses_of,
)
from tests.integration.subscriptions.people import SetClock, bot_for

MARCUS = bot_for("K-1002")  # stream-basic, the smallest plan, until 11 December
BEN = bot_for("K-1004")  # learn-start, the smallest plan
TOM = bot_for("K-1006")  # stream-premium, until 1 December
PRIYA = bot_for("K-1007")  # stream-standard-year, past due
S = SubscriptionState


def refused(call, *arguments, **named) -> Code:  # type: ignore[no-untyped-def]
    """The code with which a call is refused."""
    with pytest.raises(SubscriptionError) as error:
        call(*arguments, **named)
    return error.value.code


def test_a_smaller_plan_is_offered_and_accepted(business: Subscriptions, engine: Engine) -> None:
    offer = offered(business, TOM)
    assert (offer.kind, offer.months, offer.percent) == (OfferKind.SMALLER_PLAN, None, None)
    assert offer.plan is not None
    assert offer.plan.code == "stream-standard"
    assert offer.plan.name_de in offer.reason_de
    assert offer.plan.name_en in offer.reason_en
    answer = business.cancellation.answer_offer(TOM, offer.id, accept=True, key="a")
    assert (answer.accepted, answer.effective_on) == (True, date(2026, 12, 1))
    contract = contract_of(engine, "K-1006")
    assert (contract.state, contract.ends_on) == (S.ACTIVE, None)
    assert (contract.plan, contract.pending_plan) == ("stream-premium", "stream-standard")
    assert contract.pending_from == date(2026, 12, 1)
    assert rows(engine, t.retention_offers, id=offer.id)[0]["answer"] == "accepted"
    assert rows(engine, t.cancellations, customer="K-1006")[0]["taken_back_at"] is not None
    assert rows(engine, t.contacts, customer="K-1006", template="offer_accepted")
    assert business.cancellation.answer_offer(TOM, offer.id, accept=True, key="a") == answer


def test_who_has_the_smallest_plan_may_pause(business: Subscriptions, engine: Engine) -> None:
    offer = offered(business, MARCUS)
    assert (offer.kind, offer.months, offer.plan) == (OfferKind.PAUSE, 3, None)
    answer = business.cancellation.answer_offer(MARCUS, offer.id, accept=True, key="a")
    start = date(2026, 12, 11)
    assert answer.effective_on == start
    assert pauses_of(engine, "K-1002") == [(PauseState.SCHEDULED, start, date(2027, 3, 11))]
    assert contract_of(engine, "K-1002").state is S.ACTIVE


def test_who_paused_already_is_offered_a_discount(business: Subscriptions, engine: Engine) -> None:
    earlier_pause(engine, "K-1002", date(2026, 6, 1), date(2026, 7, 1))
    offer = offered(business, MARCUS)
    assert (offer.kind, offer.percent, offer.months) == (OfferKind.DISCOUNT, 20, 3)
    business.cancellation.answer_offer(MARCUS, offer.id, accept=True, key="a")
    (redeemed,) = rows(engine, t.voucher_redemptions, customer="K-1002")
    assert redeemed["periods_left"] == 3
    (voucher,) = rows(engine, t.vouchers, code=redeemed["voucher"])
    assert (voucher["kind"], voucher["value"], voucher["most"]) == ("percent", 20, 1)
    assert not voucher["public"]
    assert business.billing.balance(MARCUS).next_amount == Money(639)  # 7.99 less 1.60


def test_a_discount_of_a_yearly_plan_is_the_same_share_of_its_months(
    business: Subscriptions, engine: Engine
) -> None:
    earlier_pause(engine, "K-1007", date(2026, 6, 1), date(2026, 7, 1))
    offer = offered(business, PRIYA)
    assert offer.kind is OfferKind.DISCOUNT
    business.cancellation.answer_offer(PRIYA, offer.id, accept=True, key="a")
    (redeemed,) = rows(engine, t.voucher_redemptions, customer="K-1007")
    (voucher,) = rows(engine, t.vouchers, code=redeemed["voucher"])
    assert (voucher["kind"], voucher["value"]) == ("amount", 595)  # 20 % of 3 of 12 months


def test_declining_is_one_step_and_changes_nothing_else(
    business: Subscriptions, engine: Engine
) -> None:
    offer = offered(business, TOM)
    contract, sent = contract_of(engine, "K-1006"), len(rows(engine, t.contacts, customer="K-1006"))
    answer = business.cancellation.answer_offer(TOM, offer.id, accept=False, key="a")
    assert (answer.accepted, answer.effective_on) == (False, None)
    assert contract_of(engine, "K-1006") == contract
    assert len(rows(engine, t.contacts, customer="K-1006")) == sent
    answer_again = business.cancellation.answer_offer
    assert refused(answer_again, TOM, offer.id, accept=True, key="b") is Code.OFFER_GONE


def test_at_most_one_offer_for_a_cancellation_and_a_year(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    offer = offered(business, TOM)
    again = business.cancellation.offer(TOM, offer.cancellation, key="again")
    assert again == offer
    assert len(rows(engine, t.retention_offers, customer="K-1006")) == 1
    business.cancellation.answer_offer(TOM, offer.id, accept=False, key="a")
    more = business.cancellation.offer
    assert refused(more, TOM, offer.cancellation, key="more") is Code.OFFER_ONLY_ONCE
    business.cancellation.take_back(TOM, key="b")
    clock.now = datetime(2027, 3, 1, 10, tzinfo=clock.now.tzinfo)
    second = business.cancellation.declare(TOM, "Jetzt doch", key="k2").reference
    assert business.cancellation.offer(TOM, second, key="o2") is None
    business.cancellation.take_back(TOM, key="b2")
    clock.now = datetime(2027, 11, 22, 10, tzinfo=clock.now.tzinfo)
    third = business.cancellation.declare(TOM, "Endgültig", key="k3").reference
    assert business.cancellation.offer(TOM, third, key="o3") is not None


@pytest.mark.parametrize("kind", HoldKind)
def test_no_offer_while_a_hold_stands(
    business: Subscriptions, engine: Engine, kind: HoldKind
) -> None:
    hold(engine, "K-1006", kind)
    assert business.cancellation.offer(TOM, cancelled(business, TOM), key="o") is None
    assert business.cancellation.better_offer(TOM) is None


def test_no_offer_while_a_complaint_is_open_or_a_cause_was_declared(
    business: Subscriptions, engine: Engine
) -> None:
    open_case(engine, "K-1006")
    assert business.cancellation.offer(TOM, cancelled(business, TOM), key="o") is None
    business.cancellation.declare_for_cause(MARCUS, "Weg", reason=CauseReason.MOVED, key="c")
    assert business.cancellation.offer(MARCUS, cancelled(business, MARCUS), key="o") is None


@pytest.mark.parametrize("unwanted", ["objection", "less contact"])
def test_nothing_is_offered_unasked_to_who_does_not_want_it(
    business: Subscriptions, engine: Engine, unwanted: str
) -> None:
    if unwanted == "objection":
        business.privacy.object(TOM, ObjectionKind.ADVERTISING, key="ob")
    else:
        business.profile.change_preferences(TOM, PreferencesWish(less_contact=True), key="p")
    with writing(engine) as db:  # the objection's own case is settled
        db.execute(update(t.cases).values(state="closed"))
    assert business.cancellation.offer(TOM, cancelled(business, TOM), key="o") is None
    business.cancellation.take_back(TOM, key="b")
    assert business.cancellation.better_offer(TOM) is not None  # who asks gets an answer


@pytest.mark.parametrize(
    "values",
    [
        {"channel": "partner"},
        {"channel": "gift"},
    ],
)
def test_no_offer_for_what_others_sold_or_gave(
    business: Subscriptions, engine: Engine, values: dict[str, str]
) -> None:
    change(engine, "K-1006", **values)
    assert business.cancellation.offer(TOM, cancelled(business, TOM), key="o") is None


def test_no_offer_to_who_does_not_pay(business: Subscriptions, engine: Engine) -> None:
    change(engine, "K-1006", account=account(engine, "K-1001"))
    assert business.cancellation.better_offer(TOM) is None
    assert business.cancellation.offer(TOM, cancelled(business, TOM), key="o") is None


def test_no_smaller_plan_while_a_fixed_term_runs(business: Subscriptions, engine: Engine) -> None:
    change(engine, "K-1006", fixed_until=date(2027, 6, 1))
    assert offered(business, TOM).kind is OfferKind.PAUSE


def test_no_offer_is_a_result_too(engine: Engine, database_url: str, clock: SetClock) -> None:
    limits = Limits(offer_percent=0, pauses_per_year=0)
    with open_subscriptions(database_url, clock, connections=Connections(limits=limits)) as it:
        assert it.cancellation.offer(MARCUS, cancelled(it, MARCUS), key="o") is None
        assert it.cancellation.offer(MARCUS, cancelled(it, MARCUS), key="o") is None


def test_an_offer_runs_out(business: Subscriptions, clock: SetClock) -> None:
    offer = offered(business, TOM)
    assert offer.expires_at == clock.now + timedelta(days=7)
    clock.forward(timedelta(days=7))
    answer = business.cancellation.answer_offer
    assert refused(answer, TOM, offer.id, accept=True, key="a") is Code.OFFER_GONE


def test_an_offer_never_outlives_the_contract(business: Subscriptions, clock: SetClock) -> None:
    clock.now = datetime(2026, 11, 28, 10, tzinfo=clock.now.tzinfo)
    assert offered(business, TOM).expires_at == datetime(2026, 11, 30, 23, tzinfo=clock.now.tzinfo)


def test_an_offer_is_gone_when_the_end_was_taken_back(business: Subscriptions) -> None:
    offer = offered(business, TOM)
    business.cancellation.take_back(TOM, key="b")
    answer = business.cancellation.answer_offer
    assert refused(answer, TOM, offer.id, accept=True, key="a") is Code.OFFER_GONE
    assert business.cancellation.offer(TOM, offer.cancellation, key="o2") == offer


def test_offers_of_others_are_not_found(business: Subscriptions) -> None:
    offer = offered(business, TOM)
    answer = business.cancellation.answer_offer
    assert refused(answer, BEN, offer.id, accept=True, key="a") is Code.NOT_FOUND
    assert refused(business.cancellation.offer, BEN, offer.cancellation, key="o") is Code.NOT_FOUND


@pytest.mark.parametrize(
    ("caller", "kind", "plan", "voucher", "saving"),
    [
        # 12 × 16.99 against 12 × 11.99
        (TOM, BetterKind.SMALLER_PLAN, "stream-standard", None, Money(6000)),
        (BEN, BetterKind.VOUCHER, None, "LERNEN10", None),
    ],
)
def test_what_would_cost_less(
    business: Subscriptions,
    engine: Engine,
    caller: Caller,
    kind: BetterKind,
    plan: str | None,
    voucher: str | None,
    saving: Money | None,
) -> None:
    before = fingerprint(engine)
    better = business.cancellation.better_offer(caller)
    assert better is not None
    assert (better.kind, better.voucher, better.saving) == (kind, voucher, saving)
    assert (better.plan.code if better.plan else None) == plan
    assert better.reason_de != better.reason_en
    assert fingerprint(engine) == before


def test_the_yearly_plan_comes_first(business: Subscriptions, engine: Engine) -> None:
    change(engine, "K-1006", plan="stream-standard")
    better = business.cancellation.better_offer(TOM)
    assert better is not None
    assert better.kind is BetterKind.YEARLY_PLAN
    assert better.saving == Money(12 * 1199 - 11900)


def test_nothing_better_while_a_case_stands_or_an_end_is_scheduled(
    business: Subscriptions, engine: Engine
) -> None:
    business.cancellation.declare(TOM, "Ende", key="k")
    assert business.cancellation.better_offer(TOM) is None
    open_case(engine, "K-1004", kind="refund", skill="BIL")
    assert business.cancellation.better_offer(BEN) is None
