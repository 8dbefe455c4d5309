"""The life of a contract: changes, pauses, debts, cancellations on random days, with the days it paid for counted.

The machine lives through every day as the daily run does, and keeps two plain counts beside the contract: days that
were paid for, and days that were used. Whatever happens, the days left must be exactly the difference.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from subscriptions.entities import contracts
from subscriptions.entities.contracts import Subscription
from subscriptions.entities.pauses import (
    Pause,
    PauseState,
    begin_pause,
    finish_pause,
    withdraw_pause,
)
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import ChangeKind, Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import period_from
from subscriptions.policy.changes import allow_change, take_plan
from subscriptions.policy.limits import Limits
from subscriptions.policy.pauses import (
    Wish,
    allow_another,
    allow_pause,
    begun,
    pauses_due,
    planned,
    resumed,
    span,
)

S, P = SubscriptionState, PauseState
START = date(2027, 10, 31)
AT = datetime(2027, 10, 31, 11, tzinfo=UTC)
MONTH = Interval.MONTH
LIMITS = Limits(pauses_per_year=3)
PLANS = [Plan(f"p{i}", "p", "", "", Money(1000 * i), MONTH, i, (), ()) for i in (1, 2, 3)]
OVER = {S.ENDED, S.WITHDRAWN}
UNUSED = OVER | {S.PAUSED}


class Life(RuleBasedStateMachine):
    """A contract that everything happens to."""

    def __init__(self) -> None:
        super().__init__()
        self.today = START
        period = period_from(START, MONTH, 31)
        self.contract = Subscription("S", "K", "p1", S.ACTIVE, START, period, 31, None)
        self.pauses: list[Pause] = []
        self.paid, self.used = period.days, 0
        self.counted = True  # until somebody leaves a pause by cancelling

    # What the daily run does.

    @rule(days=st.integers(1, 45))
    def time_passes(self, days: int) -> None:
        for _ in range(days):
            self.used += self.contract.state not in UNUSED
            self.today += timedelta(days=1)
            self._morning()

    def _morning(self) -> None:
        own = self.contract
        if own.state is S.CANCEL_SCHEDULED and own.ends_on and own.ends_on <= self.today:
            self.contract = contracts.end(own, self.today)
        due = pauses_due(self.pauses, self.today)
        for one in due.ending:
            self._finish(one, one.until_on)
        for one in due.starting:
            self._begin(one)
        own = self.contract
        if own.pending_from is not None and own.pending_from <= self.today:
            (plan,) = (p for p in PLANS if p.code == own.pending_plan)
            self.contract = take_plan(own, plan, own.pending_from)
        while self.contract.state not in UNUSED and self.contract.period.end <= self.today:
            period = period_from(self.contract.period.end, MONTH, self.contract.anchor_day)
            self.contract = replace(self.contract, period=period)
            self.paid += period.days

    def _begin(self, one: Pause) -> None:
        if self.contract.state in {S.ACTIVE, S.PAST_DUE}:
            self.contract = begun(self.contract, MONTH, one)
            self._store(one, begin_pause(one))
        else:
            self._store(one, withdraw_pause(one))

    def _finish(self, one: Pause, on: date, *, owes: bool = False) -> None:
        over = finish_pause(one, on)
        if self.contract.state is S.PAUSED:
            self.contract = resumed(self.contract, over, owes=owes)
        self._store(one, over)

    def _store(self, old: Pause, new: Pause) -> None:
        self.pauses[self.pauses.index(old)] = new

    # What the subscriber does.

    @rule(months=st.integers(1, 3))
    def ask_for_a_pause(self, months: int) -> None:
        own = self.contract
        possible = own.state in {S.ACTIVE, S.PAST_DUE} and not planned(self.pauses)
        try:
            allow_pause(own)
            days = span(own, MONTH, Wish(months), self.today, owes=False)
            allow_another(days.start, self.pauses, LIMITS)
        except SubscriptionError as error:
            often = error.code is Code.PAUSE_TOO_OFTEN
            assert often or not possible
            return
        assert possible
        new = Pause(f"PA{len(self.pauses)}", "S", days.start, days.end, P.SCHEDULED, AT)
        self.pauses.append(new)
        if days.start <= self.today:
            assert own.state is S.PAST_DUE
            self._begin(new)

    @rule(owes=st.booleans())
    def resume(self, owes: bool) -> None:
        one = planned(self.pauses)
        if one is not None and one.state is P.RUNNING:
            self._finish(one, self.today, owes=owes)
            assert self.contract.state is not S.PAUSED
            self._morning()
        elif one is not None:
            self._store(one, withdraw_pause(one))

    @rule(
        plan=st.sampled_from(PLANS),
        kind=st.sampled_from([ChangeKind.UPGRADE, ChangeKind.DOWNGRADE]),
    )
    def change(self, plan: Plan, kind: ChangeKind) -> None:
        own = self.contract
        open_states = {S.ACTIVE, S.PAST_DUE} if kind is ChangeKind.DOWNGRADE else {S.ACTIVE}
        if own.state not in open_states or own.pending_plan is not None:
            with pytest.raises(SubscriptionError):
                allow_change(own, kind, owes=False)
            return
        allow_change(own, kind, owes=False)
        if kind is ChangeKind.UPGRADE:
            self.contract = take_plan(own, plan, self.today)
        else:
            self.contract = contracts.schedule_change(own, plan.code, own.period.end)

    @rule()
    def call_the_change_off(self) -> None:
        self._step(
            contracts.drop_change, self.contract.state, fits=self.contract.pending_plan is not None
        )

    @rule()
    def fall_behind(self) -> None:
        self._step(contracts.fall_behind, S.PAST_DUE, fits=self.contract.state is S.ACTIVE)

    @rule()
    def pay(self) -> None:
        fits = self.contract.state in {S.PAST_DUE, S.SUSPENDED}
        self._step(contracts.activate, S.ACTIVE, fits=fits)

    @rule()
    def suspend(self) -> None:
        self._step(contracts.suspend, S.SUSPENDED, fits=self.contract.state is S.PAST_DUE)

    @rule()
    def cancel(self) -> None:
        own = self.contract
        self.counted = self.counted and own.state is not S.PAUSED
        on = max(own.period.end, self.today)
        self._step(
            lambda c: contracts.schedule_end(c, on), S.CANCEL_SCHEDULED, fits=contracts.can_end(own)
        )

    @precondition(lambda self: self.contract.state is S.CANCEL_SCHEDULED)
    @rule(owes=st.booleans())
    def take_the_cancellation_back(self, owes: bool) -> None:
        back = contracts.fall_behind if owes else contracts.activate
        self._step(back, S.PAST_DUE if owes else S.ACTIVE, fits=True)

    @rule()
    def withdraw(self) -> None:
        fits = self.contract.state not in OVER and self.today <= START + timedelta(days=14)
        self._step(lambda c: contracts.withdraw(c, self.today), S.WITHDRAWN, fits=fits)

    def _step(self, step: Callable[[Subscription], Subscription], goal: S, *, fits: bool) -> None:
        """A step works exactly if it fits; else it raises and nothing has changed."""
        if not fits and self._also_legal(goal):
            return  # drawn for another reason, for example out of a pause
        if fits:
            self.contract = step(self.contract)
            assert self.contract.state is goal
            return
        with pytest.raises(SubscriptionError) as refused:
            step(self.contract)
        assert refused.value.code is Code.ILLEGAL_STEP

    def _also_legal(self, goal: S) -> bool:
        return goal in contracts.SUBSCRIPTION_STEPS[self.contract.state] and goal is not S.WITHDRAWN

    # What must always hold.

    @invariant()
    def the_days_left_are_those_that_were_paid_and_not_used(self) -> None:
        if not self.counted or self.contract.state in OVER:
            return
        one = planned(self.pauses)
        paused = self.contract.state is S.PAUSED
        since = one.from_on if one and paused else self.today
        assert self.paid - self.used == (self.contract.period.end - since).days

    @invariant()
    def a_paused_contract_has_a_running_pause(self) -> None:
        running = [one for one in self.pauses if one.state is P.RUNNING]
        assert len([one for one in self.pauses if one.state in {P.RUNNING, P.SCHEDULED}]) <= 1
        if self.contract.state is S.PAUSED:
            assert len(running) == 1
            assert running[0].from_on <= self.today < running[0].until_on

    @invariant()
    def a_pending_plan_has_its_day_and_no_cancelled_contract_has_one(self) -> None:
        own = self.contract
        assert (own.pending_plan is None) is (own.pending_from is None)
        if own.state in OVER | {S.CANCEL_SCHEDULED}:
            assert own.pending_plan is None

    @invariant()
    def an_end_is_known_exactly_when_it_is_certain(self) -> None:
        certain = self.contract.state in OVER | {S.CANCEL_SCHEDULED}
        assert (self.contract.ends_on is not None) is certain

    @invariant()
    def periods_are_months(self) -> None:
        assert 28 <= self.contract.period.days <= 31


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
