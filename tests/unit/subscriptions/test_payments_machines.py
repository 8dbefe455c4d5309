"""The machines of collecting: random histories take only steps that the domain knows, the rest raises."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from subscriptions.entities.dunning import (
    DUNNING_STEPS,
    ActionKind,
    DunningAction,
    DunningCase,
    acted,
    dunning_to,
    may_act,
)
from subscriptions.entities.holds import Hold, HoldKind, release
from subscriptions.entities.instalments import Instalment, InstalmentState, instalment_to
from subscriptions.entities.payment_requests import PaymentRequest, request_to
from subscriptions.entities.promises import Promise, PromiseState, promise_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money, Words
from subscriptions.model.dunning import DunningState as D
from subscriptions.model.payments import PaymentRequestState as R

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
DAY = date(2026, 11, 30)
RESTING = {D.PROMISE, D.PLAN, D.PAUSE, D.HOLD}
# What the domain paper draws, written down a second time on purpose: one line forward, a rest, a person and
# the end from everywhere, and from a rest back to the line.
ALWAYS = RESTING | {D.HUMAN_REVIEW, D.CLOSED}
DRAWN: Mapping[D, set[D]] = {
    D.NEW: ALWAYS | {D.SILENT_RETRY, D.REMINDED},
    D.SILENT_RETRY: ALWAYS | {D.REMINDED},
    D.REMINDED: ALWAYS | {D.GRACE},
    D.GRACE: ALWAYS | {D.FIRM},
    D.PROMISE: ALWAYS | {D.GRACE, D.FIRM},
    D.PLAN: ALWAYS | {D.GRACE, D.FIRM},
    D.PAUSE: ALWAYS | {D.GRACE, D.FIRM},
    D.HOLD: ALWAYS | {D.GRACE, D.FIRM},
    D.FIRM: ALWAYS,
    D.HUMAN_REVIEW: RESTING | {D.GRACE, D.CLOSED},
    D.CLOSED: set(),
}


def illegal(step: Callable[[], object]) -> bool:
    """Whether a step is refused as one that the machine does not know."""
    try:
        step()
    except SubscriptionError as error:
        return error.code is Code.ILLEGAL_STEP
    return False


class DunningHistory(RuleBasedStateMachine):
    """A case on which steps and actions are tried in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.case = DunningCase("D", "K", D.NEW, NOW)
        self.done: tuple[DunningAction, ...] = ()
        self.seen = [D.NEW]

    @rule(new=st.sampled_from(D))
    def step(self, new: D) -> None:
        planned = replace(self.case, next_step="x", next_at=NOW, why=Words("a", "b"))
        if new in DRAWN[planned.state] and new is not planned.state:
            self.case = dunning_to(planned, new, NOW)
            assert self.case.state is new
            assert (self.case.next_step, self.case.next_at, self.case.why) == (None, None, None)
            self.seen.append(new)
        else:
            assert illegal(lambda: dunning_to(planned, new, NOW))

    @rule(kind=st.sampled_from(ActionKind), skip=st.integers(0, 1))
    def act(self, kind: ActionKind, skip: int) -> None:
        action = DunningAction("D", len(self.done) + 1 + skip, NOW, kind, "rule")
        if skip or not may_act(self.case, kind):
            assert illegal(lambda: acted(self.case, self.done, action))
        else:
            self.done = acted(self.case, self.done, action)

    @invariant()
    def actions_are_numbered_without_gaps(self) -> None:
        assert [a.seq for a in self.done] == list(range(1, len(self.done) + 1))

    @invariant()
    def nothing_is_sent_while_it_rests_or_is_over(self) -> None:
        quiet = self.case.state in RESTING | {D.HUMAN_REVIEW, D.CLOSED}
        assert may_act(self.case, ActionKind.MESSAGE) is not quiet
        assert may_act(self.case, ActionKind.RETRY) is not quiet

    @invariant()
    def closed_is_for_good_and_dated(self) -> None:
        assert D.CLOSED not in self.seen[:-1]
        assert (self.case.closed_at is not None) is (self.case.state is D.CLOSED)

    @invariant()
    def it_is_never_firm_out_of_the_blue(self) -> None:
        for before, after in zip(self.seen, self.seen[1:], strict=False):
            if after is D.FIRM:
                assert before in RESTING | {D.GRACE}


TestDunningHistory = DunningHistory.TestCase


def test_the_table_is_the_drawing() -> None:
    assert {old: set(new) for old, new in DUNNING_STEPS.items()} == DRAWN


def test_an_action_of_another_case_is_refused() -> None:
    case = DunningCase("D", "K", D.NEW, NOW)
    stray = DunningAction("E", 1, NOW, ActionKind.STEP, "rule")
    assert illegal(lambda: acted(case, (), stray))


@given(st.lists(st.sampled_from(PromiseState), max_size=8))
def test_random_promises(steps: list[PromiseState]) -> None:
    p = PromiseState
    drawn = {p.PROPOSED: {p.CONFIRMED}, p.CONFIRMED: {p.KEPT, p.BROKEN}}
    current = Promise("V", "K", Money(1), ("R",), DAY, p.PROPOSED, NOW)
    for new in steps:
        if new in drawn.get(current.state, set()):
            current = promise_to(current, new)
            assert current.state is new
        else:
            assert illegal(lambda new=new, current=current: promise_to(current, new))


@given(st.lists(st.sampled_from(R), max_size=8))
def test_a_link_is_paid_at_most_once(steps: list[R]) -> None:
    drawn = {R.OPEN: {R.PAID, R.EXPIRED, R.CANCELLED}, R.EXPIRED: {R.PAID}, R.CANCELLED: {R.PAID}}
    current = PaymentRequest("L", "h", "K", Money(1), ("R",), R.OPEN, NOW, NOW)
    paid = 0
    for new in steps:
        if new in drawn.get(current.state, set()):
            current = request_to(current, new)
            paid += new is R.PAID
        else:
            assert illegal(lambda new=new, current=current: request_to(current, new))
    assert paid <= 1


@pytest.mark.parametrize("state", R)
def test_a_link_runs_out_by_itself(state: R) -> None:
    link = PaymentRequest("L", "h", "K", Money(1), ("R",), state, NOW, NOW + timedelta(days=7))
    assert link.seen(NOW) is state
    late = link.seen(NOW + timedelta(days=7))
    assert late is (R.EXPIRED if state is R.OPEN else state)


@given(st.lists(st.sampled_from(InstalmentState), max_size=8))
def test_random_instalments(steps: list[InstalmentState]) -> None:
    i = InstalmentState
    drawn = {i.OPEN: {i.PAID, i.MISSED}, i.MISSED: {i.PAID}}
    current = Instalment("T", 1, "K", Money(1), DAY, i.OPEN, ("R",), NOW)
    for new in steps:
        if new in drawn.get(current.state, set()):
            current = instalment_to(current, new)
        else:
            assert illegal(lambda new=new, current=current: instalment_to(current, new))


@given(st.lists(st.integers(0, 20), max_size=8), st.one_of(st.none(), st.integers(0, 20)))
def test_a_hold_is_released_once_and_only_while_it_stands(
    days: list[int], lasts: int | None
) -> None:
    until = None if lasts is None else NOW + timedelta(days=lasts)
    hold = Hold("H", "K", HoldKind.CLAIMS_PAID, NOW, until_at=until)
    for day in sorted(days):
        at = NOW + timedelta(days=day)
        if hold.released_at is None and (lasts is None or day < lasts):
            hold = release(hold, at)
            assert not hold.stands(at)
        else:
            assert illegal(lambda hold=hold, at=at: release(hold, at))


def test_what_a_hold_covers() -> None:
    everything = Hold("H", "K", HoldKind.HARDSHIP, NOW)
    one = replace(everything, invoice="R-1")
    assert everything.covers("R-1")
    assert (one.covers("R-1"), one.covers("R-2")) == (True, False)
