"""State machines: random histories take only steps that the domain knows, everything else raises."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from subscriptions.entities import attempts, contracts, invoices, methods
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.contracts import SubscriptionState

S, A = SubscriptionState, attempts.AttemptState
START = date(2026, 1, 1)
FRESH = contracts.Subscription(
    "S-1", "K-1", "basic", S.PENDING, START, contracts.Period(START, date(2026, 2, 1)), 1, "P-1"
)
# What the domain paper draws, written down a second time on purpose.
DRAWN: Mapping[S, set[S]] = {
    S.PENDING: {S.TRIALING, S.ACTIVE, S.WITHDRAWN},
    S.TRIALING: {S.ACTIVE, S.CANCEL_SCHEDULED, S.WITHDRAWN},
    S.ACTIVE: {S.PAUSED, S.PAST_DUE, S.CANCEL_SCHEDULED, S.WITHDRAWN},
    S.PAUSED: {S.ACTIVE, S.PAST_DUE, S.CANCEL_SCHEDULED, S.WITHDRAWN},
    S.PAST_DUE: {S.ACTIVE, S.PAUSED, S.SUSPENDED, S.CANCEL_SCHEDULED, S.WITHDRAWN},
    S.SUSPENDED: {S.ACTIVE, S.ENDED, S.CANCEL_SCHEDULED, S.WITHDRAWN},
    S.CANCEL_SCHEDULED: {S.ACTIVE, S.PAST_DUE, S.ENDED, S.WITHDRAWN},
    S.ENDED: set(),
    S.WITHDRAWN: set(),
}


class SubscriptionHistory(RuleBasedStateMachine):
    """A contract on which everything is tried on random days."""

    def __init__(self) -> None:
        super().__init__()
        self.contract = FRESH
        self.today = START

    def attempt(
        self, step: Callable[[], contracts.Subscription], goal: S, *, fits: bool = True
    ) -> None:
        """Take a step: it works exactly if it is drawn, and then it reaches its goal."""
        before = self.contract
        if goal in DRAWN[before.state] and fits:
            self.contract = step()
            assert self.contract.state is goal
        else:
            with pytest.raises(SubscriptionError) as refused:
                step()
            assert refused.value.code is Code.ILLEGAL_STEP
        assert replace(before) == before

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @initialize(state=st.sampled_from([S.PENDING, S.TRIALING]))
    def is_sold(self, state: S) -> None:
        """With a trial or without one."""
        self.contract = replace(FRESH, state=state)

    @rule()
    def activate(self) -> None:
        self.attempt(lambda: contracts.activate(self.contract), S.ACTIVE)

    @rule()
    def pause(self) -> None:
        self.attempt(lambda: contracts.pause(self.contract), S.PAUSED)

    @rule()
    def fall_behind(self) -> None:
        self.attempt(lambda: contracts.fall_behind(self.contract), S.PAST_DUE)

    @rule()
    def suspend(self) -> None:
        self.attempt(lambda: contracts.suspend(self.contract), S.SUSPENDED)

    @rule(days=st.integers(0, 30))
    def schedule_end(self, days: int) -> None:
        on = self.today + timedelta(days=days)
        self.attempt(lambda: contracts.schedule_end(self.contract, on), S.CANCEL_SCHEDULED)

    @rule()
    def end(self) -> None:
        ends = self.contract.ends_on
        fits = ends is None or self.today >= ends
        self.attempt(lambda: contracts.end(self.contract, self.today), S.ENDED, fits=fits)

    @rule()
    def withdraw(self) -> None:
        fits = self.today <= START + timedelta(days=14)
        self.attempt(lambda: contracts.withdraw(self.contract, self.today), S.WITHDRAWN, fits=fits)

    @precondition(lambda self: contracts.can_end(self.contract))
    @rule(plan=st.sampled_from(["smaller", None]))
    def plan_a_change(self, plan: str | None) -> None:
        self.contract = replace(self.contract, pending_plan=plan)

    @invariant()
    def an_end_is_known_exactly_when_it_is_near(self) -> None:
        over = {S.CANCEL_SCHEDULED, S.ENDED, S.WITHDRAWN}
        assert (self.contract.ends_on is not None) is (self.contract.state in over)

    @invariant()
    def nothing_pends_on_a_cancelled_contract(self) -> None:
        if self.contract.state in {S.CANCEL_SCHEDULED, S.WITHDRAWN}:
            assert self.contract.pending_plan is None


TestSubscriptionHistory = SubscriptionHistory.TestCase


def test_the_table_is_the_drawing() -> None:
    assert {old: set(new) for old, new in contracts.SUBSCRIPTION_STEPS.items()} == DRAWN


def attempt(kind: methods.MethodKind) -> attempts.Attempt:
    """An attempt that was only scheduled."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return attempts.Attempt("R-1", "R", 1, "P", kind, Money(1), A.SCHEDULED, None, at)


@given(st.sampled_from(methods.MethodKind), st.lists(st.sampled_from(A), max_size=12))
def test_random_attempts(kind: methods.MethodKind, steps: list[attempts.AttemptState]) -> None:
    drawn = {
        A.SCHEDULED: {A.UNKNOWN, A.CALLED_OFF},
        A.UNKNOWN: {A.SUBMITTED, A.SUCCEEDED, A.FAILED, A.NOT_SUBMITTED},
        A.SUBMITTED: {A.SUCCEEDED, A.FAILED},
    }
    if kind is methods.MethodKind.SEPA:
        drawn[A.SUCCEEDED] = {A.RETURNED, A.REFUNDED}
    current = attempt(kind)
    for new in steps:
        if new in drawn.get(current.state, set()):
            current = attempts.attempt_to(current, new, "code")
            assert current.state is new
        else:
            with pytest.raises(SubscriptionError):
                attempts.attempt_to(current, new)


def _illegal(step: Callable[[], object]) -> bool:
    try:
        step()
    except SubscriptionError as error:
        return error.code is Code.ILLEGAL_STEP
    return False


@given(st.lists(st.sampled_from(methods.MandateState), max_size=12))
def test_random_mandates_end_for_good(steps: list[methods.MandateState]) -> None:
    m = methods.MandateState
    mandate = methods.Mandate("M", "P", m.CREATED, START)
    ends = {m.REVOKED, m.INVALID, m.LAPSED}
    for new in steps:
        ended, usable = mandate.state in ends, mandate.state in {m.ACTIVE, m.AMENDED}
        legal = (usable and new in ends | {m.AMENDED}) or (
            mandate.state is m.CREATED and new is m.ACTIVE
        )
        assert not (ended and legal)
        assert (
            _illegal(lambda new=new, mandate=mandate: methods.mandate_to(mandate, new)) is not legal
        )
        if legal:
            mandate = methods.mandate_to(mandate, new)


@given(st.lists(st.sampled_from(invoices.InvoiceStatus), max_size=12))
def test_random_invoices(steps: list[invoices.InvoiceStatus]) -> None:
    i = invoices.InvoiceStatus
    drawn: Mapping[StrEnum, set[invoices.InvoiceStatus]] = {
        i.OPEN: {i.PROCESSING, i.PAID, i.FAILED},
        i.PROCESSING: {i.PAID, i.FAILED, i.OPEN},
        i.FAILED: {i.PROCESSING, i.PAID, i.FAILED},
        i.PAID: {i.FAILED},
    }
    invoice = invoices.Invoice("R", "K", "S", START, START, Money(1), i.OPEN)
    for new in steps:
        legal = new in drawn[invoice.status]
        assert (
            _illegal(lambda new=new, invoice=invoice: invoices.invoice_to(invoice, new))
            is not legal
        )
        if legal:
            invoice = invoices.invoice_to(invoice, new)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (A.SUBMITTED, invoices.InvoiceStatus.PROCESSING),
        (A.SUCCEEDED, invoices.InvoiceStatus.PAID),
        (A.FAILED, invoices.InvoiceStatus.FAILED),
    ],
)
def test_an_invoice_follows_its_attempt(state: A, status: invoices.InvoiceStatus) -> None:
    invoice = invoices.Invoice("R", "K", "S", START, START, Money(1), invoices.InvoiceStatus.FAILED)
    tried = replace(attempt(methods.MethodKind.CARD), state=state)
    assert invoices.invoice_after(invoice, tried).status is status
