"""Who is likely to leave: trends in whole numbers, signs that add up, the weightiest reasons first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.policy.leaving import MOST_REASONS, RiskLevel, Sign, Trend, risk, trend


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([], Trend.UNKNOWN),
        ([5, 5, 5, 5, 5], Trend.UNKNOWN),
        ([0, 0, 0, 9, 9, 9], Trend.NONE),
        ([10, 10, 10, 10, 10, 10], Trend.STEADY),
        ([8, 8, 8, 10, 10, 10], Trend.STEADY),
        ([8, 8, 7, 10, 10, 10], Trend.FALLING),
        ([12, 12, 12, 10, 10, 10], Trend.STEADY),
        ([12, 12, 13, 10, 10, 10], Trend.RISING),
        ([5, 0, 0, 0, 0, 0], Trend.RISING),
    ],
)
def test_the_trend(months: list[int], expected: Trend) -> None:
    assert trend(months) is expected
    assert trend([*months, 31, 31]) is expected or len(months) < 6


@pytest.mark.parametrize(
    ("signs", "level"),
    [
        (set(), RiskLevel.LOW),
        ({Sign.PRICE_RISES}, RiskLevel.LOW),
        ({Sign.USE_FALLING}, RiskLevel.RAISED),
        ({Sign.USE_FALLING, Sign.PAYMENTS_FAILED}, RiskLevel.RAISED),
        ({Sign.USE_FALLING, Sign.PROMISE_MISSED}, RiskLevel.HIGH),
        ({Sign.CANCELLED}, RiskLevel.HIGH),
    ],
)
def test_the_level(signs: set[Sign], level: RiskLevel) -> None:
    assert risk(frozenset(signs)).level is level


LEVELS = list(RiskLevel)


@given(st.frozensets(st.sampled_from(Sign)), st.sampled_from(Sign))
def test_one_more_sign_never_lowers_the_risk(signs: frozenset[Sign], more: Sign) -> None:
    before, after = risk(signs), risk(signs | {more})
    assert LEVELS.index(after.level) >= LEVELS.index(before.level)
    assert len(before.reasons) == min(len(signs), MOST_REASONS)
    assert all(reason.de and reason.en for reason in before.reasons)
