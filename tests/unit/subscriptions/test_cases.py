"""Cases, promised calls and data jobs: random histories take drawn steps only; service hours in every season."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from subscriptions.entities import cases as steps
from subscriptions.entities.privacy import JOB_STEPS, DataJob, JobKind, JobState, job_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.policy.calendar import is_working_day
from subscriptions.policy.calling import callable_phone, check_hours, overdue_before
from subscriptions.policy.erasure import kept, kept_until
from subscriptions.policy.limits import Limits
from subscriptions.policy.words import kept as words_kept
from subscriptions.policy.words import needed

C, B = steps.CaseState, steps.CallbackState
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
LIMITS = Limits()
DRAWN: Mapping[C, set[C]] = {
    C.OPEN: {C.WAITING, C.CLOSED},
    C.WAITING: {C.OPEN, C.CLOSED},
    C.CLOSED: {C.OPEN},
}


def refusal(step: Callable[[], object]) -> SubscriptionError | None:
    try:
        step()
    except SubscriptionError as error:
        return error
    return None


def illegal(step: Callable[[], object]) -> bool:
    refused = refusal(step)
    return refused is not None and refused.code is Code.ILLEGAL_STEP


class CaseHistory(RuleBasedStateMachine):
    """A case on which everything is tried."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.case = steps.Case(
            "F-1", "K-1", "complaint", "CMP", C.OPEN, NOW, NOW + timedelta(hours=48), ""
        )

    def attempt(self, step: Callable[[], steps.Case], goal: C) -> None:
        before = self.case
        if goal in DRAWN[before.state]:
            self.case = step()
            assert self.case.state is goal
        else:
            assert illegal(step)
            assert self.case == before

    @rule(hours=st.integers(0, 60))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def wait(self) -> None:
        self.attempt(lambda: steps.case_to(self.case, C.WAITING), C.WAITING)

    @rule()
    def close(self) -> None:
        self.attempt(lambda: steps.close(self.case, "Settled.", self.now), C.CLOSED)

    @rule()
    def reopen(self) -> None:
        promised = self.now + timedelta(hours=48)
        self.attempt(lambda: steps.reopen(self.case, promised), C.OPEN)

    @invariant()
    def a_closed_case_says_when_and_what(self) -> None:
        closed = self.case.state is C.CLOSED
        assert (self.case.closed_at is not None) is closed
        assert self.case.outcome == "Settled." or not closed

    @invariant()
    def only_an_open_promise_can_be_missed(self) -> None:
        missed = steps.promise_missed(self.case, self.now)
        assert missed is (self.case.state is C.OPEN and self.now > self.case.promised_at)


TestCaseHistory = CaseHistory.TestCase


def test_the_table_is_the_drawing() -> None:
    assert {old: set(new) for old, new in steps.CASE_STEPS.items()} == DRAWN


@given(st.lists(st.sampled_from(B), max_size=6))
def test_a_promised_call_ends_once(tried: list[steps.CallbackState]) -> None:
    call = steps.Callback("T", "F", None, "+49", NOW, NOW, NOW)
    ends = 0
    for new in tried:
        legal = call.state is B.PROMISED and new is not B.PROMISED

        def step(call: steps.Callback = call, new: B = new) -> steps.Callback:
            return steps.callback_to(call, new, NOW)

        assert illegal(step) is not legal
        if legal:
            call = step()
            ends += 1
            assert call.settled_at == NOW
    assert ends <= 1
    assert set(steps.CALLBACK_STEPS) == set(B)


@given(st.lists(st.sampled_from(JobState), max_size=6), st.sampled_from(JobKind))
def test_a_data_job_ends_once(tried: list[JobState], kind: JobKind) -> None:
    job = DataJob("E", "K", kind, NOW)
    for new in tried:
        legal = job.state is JobState.REQUESTED and new is not JobState.REQUESTED

        def step(job: DataJob = job, new: JobState = new) -> DataJob:
            return job_to(job, new, NOW)

        assert illegal(step) is not legal
        if legal:
            job = step()
            assert job.done_at == NOW
    assert set(JOB_STEPS) == set(JobState)


def berlin(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN)


@settings(deadline=None)  # a year's holidays are worked out when they are first asked for
@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    ahead=st.integers(-2, 20),
    opens=st.integers(8 * 4, 20 * 4),
    length=st.integers(-4, 44),
)
def test_calls_are_promised_in_service_hours_only(
    start: datetime, ahead: int, opens: int, length: int
) -> None:
    now = start.replace(tzinfo=UTC)
    day = now.astimezone(BERLIN).date() + timedelta(days=ahead)
    first = berlin(day, opens // 4, opens % 4 * 15)
    last = first + timedelta(minutes=15 * length)
    fits = (
        is_working_day(day)
        and berlin(day, 9) <= first < last <= berlin(day, 19)
        and last > now
        and ahead <= 14
    )
    refused = refusal(lambda: check_hours(first.astimezone(UTC), last.astimezone(UTC), now, LIMITS))
    assert (refused is None) is fits
    if refused is not None:
        assert refused.code is Code.CALLBACK_OUTSIDE_HOURS
        assert refused.facts == {"from_hour": 9, "until_hour": 19, "days": 14}


@pytest.mark.parametrize(
    ("day", "fits"),
    [
        (date(2026, 3, 28), True),  # the Saturday before the clocks change
        (date(2026, 3, 30), True),
        (date(2026, 10, 26), True),
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 5, 25), False),  # Whit Monday
        (date(2026, 6, 4), True),  # Corpus Christi is not kept everywhere
        (date(2026, 12, 26), False),
    ],
)
def test_hours_are_german_hours_all_year(day: date, fits: bool) -> None:
    now = berlin(day, 8).astimezone(UTC)
    whole_day = (berlin(day, 9).astimezone(UTC), berlin(day, 19).astimezone(UTC))
    if fits:
        check_hours(*whole_day, now, LIMITS)
        with pytest.raises(SubscriptionError):
            check_hours(whole_day[0] - timedelta(minutes=1), whole_day[1], now, LIMITS)
    else:
        with pytest.raises(SubscriptionError):
            check_hours(*whole_day, now, LIMITS)


def test_a_window_that_has_begun_is_fine_until_it_ends() -> None:
    monday = date(2026, 11, 23)
    check_hours(berlin(monday, 9), berlin(monday, 12), berlin(monday, 11), LIMITS)
    with pytest.raises(SubscriptionError):
        check_hours(berlin(monday, 9), berlin(monday, 12), berlin(monday, 12), LIMITS)


def test_a_call_may_be_noted_for_an_hour() -> None:
    assert overdue_before(NOW, LIMITS) == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("030 23125 061", "+493023125061"),
        ("+49 (0)151 23456789", "+4915123456789"),
        ("+44 20 7946 0018", "+442079460018"),
        ("+44 7700 900123", "+447700900123"),
        ("+44 1632 960983", "+441632960983"),
    ],
)
def test_phone_numbers_in_one_form(typed: str, number: str) -> None:
    assert callable_phone(typed) == number


@pytest.mark.parametrize(
    "typed", ["0900 1 234567", "0180 5 123456", "+44 7000 900123", "112", "call me", ""]
)
def test_numbers_that_are_not_called(typed: str) -> None:
    with pytest.raises(SubscriptionError) as refused:
        callable_phone(typed)
    assert refused.value.code is Code.PHONE_INVALID


@given(st.text(max_size=60), st.integers(0, 50))
def test_words_are_kept_whole_or_refused(text: str, most: int) -> None:
    refused = refusal(lambda: words_kept(text, most))
    if refused is not None:
        assert refused.facts == {"most": most}
        return
    found = words_kept(text, most)
    assert len(found) <= most
    assert found == found.strip()
    empty = refusal(lambda: needed(text, most))
    assert (empty is not None and empty.code is Code.TEXT_MISSING) is (found == "")


@given(st.dates(date(2000, 1, 1), date(2050, 12, 31)), st.integers(1, 10))
def test_what_is_kept_is_kept_for_whole_years(day: date, years: int) -> None:
    until = kept_until(day, years)
    assert (until.month, until.day) == (12, 31)
    assert until >= day.replace(year=day.year + years, day=min(day.day, 28))


def test_the_rules_name_their_law() -> None:
    rules = {rule.what: rule for rule in kept(LIMITS, date(2026, 2, 1), None)}
    assert rules["invoices"].until == date(2034, 12, 31)
    assert rules["declarations"].until is None
    assert (rules["invoices"].years, rules["declarations"].years) == (8, 6)
    assert rules["transcripts"].days == 90
    assert all(rule.law for rule in rules.values())
