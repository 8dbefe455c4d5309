"""Two years of the day's run at any pace, with 29 February and summer time: the same periods, each billed once."""

from datetime import date
from itertools import pairwise

import pytest
from sqlalchemy import Engine

from subscriptions.model.contracts import SubscriptionState
from subscriptions.store import audit
from subscriptions.store.engine import reading
from tests.integration.subscriptions.making_daily import (
    Days,
    billed,
    change_to,
    end_on,
    give,
    keep_only,
    pause,
    redeem,
    stored,
    until,
)
from tests.integration.subscriptions.people import CountingProvider, SetClock

LAST = date(2028, 11, 21)
# Cards that always pay: Marcus, Ben, Tom, Anna. Julia pays by direct debit.
MARCUS, BEN, TOM, ANNA, JULIA = "K-1002", "K-1004", "K-1006", "K-1001", "K-1003"
S = SubscriptionState


@pytest.fixture
def days(engine: Engine, clock: SetClock, provider: CountingProvider) -> Days:
    """The day's run on the tests' clock."""
    return Days(engine, clock, provider)


def month_ends() -> list[tuple[str, str, int]]:
    """The periods of a contract of the 31st over two years, with 29 February."""
    starts = [
        "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30",
        "2027-05-31", "2027-06-30", "2027-07-31", "2027-08-31", "2027-09-30", "2027-10-31",
        "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30",
        "2028-05-31", "2028-06-30", "2028-07-31", "2028-08-31", "2028-09-30", "2028-10-31",
        "2028-11-30",
    ]  # fmt: skip
    return [(first, after, 799) for first, after in pairwise(starts)]


@pytest.mark.parametrize("step", [13, 100, 731])
def test_two_years_at_any_pace(days: Days, engine: Engine, step: int) -> None:
    keep_only(engine, MARCUS, BEN, TOM, ANNA, JULIA)
    give(engine, MARCUS, date(2026, 10, 31), date(2026, 11, 30), anchor_day=31)
    away = give(engine, BEN, date(2026, 11, 6), date(2026, 12, 6))
    pause(engine, away, date(2027, 2, 6), date(2027, 4, 6))
    leaving = give(engine, TOM, date(2026, 11, 1), date(2026, 12, 1))
    end_on(engine, leaving, date(2027, 2, 15))
    smaller = give(engine, ANNA, date(2026, 11, 15), date(2026, 12, 15))
    change_to(engine, smaller, "stream-standard-year")
    trial = give(
        engine,
        JULIA,
        date(2026, 11, 20),
        date(2026, 12, 20),
        state=S.TRIALING,
        trial_ends_on=date(2026, 12, 20),
    )
    redeem(engine, trial, "ZEITUNG5")
    for day in until(LAST, step):
        assert days.run(day).broken == ()
    assert billed(engine, MARCUS) == month_ends()
    paid = billed(engine, BEN)
    assert [b[0] for b in paid[:4]] == ["2026-12-06", "2027-01-06", "2027-04-06", "2027-05-06"]
    assert len(paid) == 22
    assert {b[2] for b in paid} == {2000}
    assert billed(engine, TOM) == [
        ("2026-12-01", "2027-01-01", 1699),
        ("2027-01-01", "2027-02-01", 1699),
        ("2027-02-01", "2027-02-15", 850),  # 14 of 28 days
    ]
    assert (stored(engine, TOM).state, stored(engine, TOM).ends_on) == (S.ENDED, date(2027, 2, 15))
    assert billed(engine, ANNA) == [
        ("2026-12-15", "2027-12-15", 11900),
        ("2027-12-15", "2028-12-15", 11900),
    ]
    assert [b[2] for b in billed(engine, JULIA)[:4]] == [1490, 1490, 1990, 1990]
    assert len(billed(engine, JULIA)) == 24
    assert stored(engine, JULIA).state in {S.ACTIVE, S.PAST_DUE}
    with reading(engine) as db:
        assert audit.first_broken(db) is None
