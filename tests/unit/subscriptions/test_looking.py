"""When the provider is asked again about money that moved."""

from datetime import date, timedelta

import pytest

from subscriptions.policy.looking import next_look

MADE = date(2026, 11, 21)
LAST = date(2027, 12, 22)  # the day after thirteen months


def looks(*, pending: bool) -> list[int]:
    """The ages in days at which a debit is looked at, when every look is on its day."""
    day, ages = MADE, []
    while (following := next_look(MADE, day, pending=pending)) is not None:
        day = following
        ages.append((day - MADE).days)
    return ages


def test_collected_money_is_looked_at_more_and_more_seldom() -> None:
    assert looks(pending=False) == [1, 2, 4, 8, 16, 32, 64, 128, 256, (LAST - MADE).days]


def test_money_under_way_is_looked_at_daily_for_two_weeks() -> None:
    ages = looks(pending=True)
    assert ages[:16] == [*range(1, 15), 28, 56]
    assert ages[-1] == (LAST - MADE).days


@pytest.mark.parametrize("pending", [True, False])
def test_a_late_look_is_followed_by_later_ones_only(*, pending: bool) -> None:
    for age in range(400):
        today = MADE + timedelta(days=age)
        following = next_look(MADE, today, pending=pending)
        assert following is None or today < following <= LAST
