"""The next best action, for every situation: at most one, in the paper's order, hidden and never replaced by a lesser one."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.payments import Failure, FailureClass
from subscriptions.policy.next_action import Against, NextAction, Situation, Trouble, choose
from subscriptions.policy.segments import Segment

MIDDLE = Plan("m", "p", "Mittel", "Middle", Money(1000), Interval.MONTH, 2, ("a",), ("b",))
PLANS = (replace(MIDDLE, code="s", rank=1), MIDDLE, replace(MIDDLE, code="b", rank=3))
ORDER = ("solve", "legal_duty", "way_to_pay", "save_offer", "add_on")
SOLD = frozenset({"save_offer", "add_on"})
MONEY = Money(1199)


def _failure(kind: FailureClass, retry: bool, person: bool) -> Failure:
    return Failure("RE", MONEY, date(2026, 11, 12), "x", kind, "Visa", retry, int(retry), person)


FAILURES = st.none() | st.builds(
    _failure, st.sampled_from(FailureClass), st.booleans(), st.booleans()
)
SITUATIONS = st.builds(
    Situation,
    failure=FAILURES,
    owes=st.booleans(),
    state=st.none() | st.sampled_from(SubscriptionState),
    segment=st.sampled_from(Segment),
    plan=st.none() | st.sampled_from(PLANS),
    siblings=st.just(PLANS),
    troubles=st.frozensets(st.sampled_from(Trouble)),
    price_rises=st.booleans(),
    against=st.frozensets(st.sampled_from(Against)),
)


def free(situation: Situation) -> NextAction | None:
    """What it would be if nothing stood against anything."""
    return choose(replace(situation, against=frozenset()))


@given(SITUATIONS)
def test_what_stands_against_it_hides_it_and_never_brings_a_lesser_one(
    situation: Situation,
) -> None:
    shown, wanted = choose(situation), free(situation)
    assert shown is None or shown == wanted


@given(SITUATIONS)
def test_a_complaint_a_hold_or_a_cap_hides_what_would_be_sold_or_asked_for(
    situation: Situation,
) -> None:
    wanted, shown = free(situation), choose(situation)
    if wanted is None:
        return
    about_money = {Against.HOLD, Against.COMPLAINT, Against.PROMISED, Against.PAYMENT_CAP}
    about_sale = {*about_money, *Against} - {Against.PAYMENT_CAP}
    stands = {"way_to_pay": about_money, **dict.fromkeys(SOLD, about_sale)}.get(wanted.kind, set())
    assert (shown is None) is bool(stands & situation.against)


@given(SITUATIONS)
def test_the_order_is_solve_duty_pay_save_sell(situation: Situation) -> None:
    """Taking away the reason of what was chosen only ever leads further down the list."""
    first = free(situation)
    if first is None:
        return
    solved = replace(situation, troubles=frozenset(), failure=None)
    calmer = replace(solved, price_rises=False)
    after = [ORDER.index(found.kind) for found in (free(solved), free(calmer)) if found]
    assert all(place >= ORDER.index(first.kind) for place in after)
    if situation.troubles:
        assert first.kind == "solve"
    if situation.price_rises and not situation.troubles and situation.failure is None:
        leaving = situation.state is SubscriptionState.CANCEL_SCHEDULED
        assert leaving or first.kind == "legal_duty"


@given(SITUATIONS)
def test_it_names_its_rule_and_what_the_customer_gets_in_both_languages(
    situation: Situation,
) -> None:
    found = choose(situation)
    if found is None:
        return
    assert found.kind in ORDER
    assert found.rule
    assert all([found.what.de, found.what.en, found.benefit.de, found.benefit.en])


@given(SITUATIONS)
def test_nothing_is_sold_to_who_owes_or_leaves(situation: Situation) -> None:
    found = choose(situation)
    if found is None or found.kind not in SOLD:
        return
    assert not situation.owes
    leaving = situation.state is SubscriptionState.CANCEL_SCHEDULED
    assert (found.kind == "save_offer") is leaving
