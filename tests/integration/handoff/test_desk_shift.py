"""A short shift of the load run, and that its gates can be missed: chance instead of the choice, nobody who looks."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.desk.figures import EVEN, Figures, gini
from tests.load.desk.shift import Plan, Shift, at_random

SHORT = Plan(
    agents=12, chats=72, seconds=3.0, answer=(0.0, 0.05), declined=0.05, slept=0.0, accept=60
)


async def shift(url: str, plan: Plan = SHORT) -> Figures:
    """One shift; how long it takes is not judged here, because the machine may be busy."""
    return await Shift(url, plan).run()


async def test_everybody_is_asked_equally_and_no_chat_is_left(database_url: str) -> None:
    figures = await shift(database_url)
    assert figures.owned == figures.chats
    assert gini(figures.loads) <= EVEN
    assert figures.outcomes["accepted"] == figures.chats
    assert figures.outcomes["standing"] == 0


async def test_chance_misses_the_gate_of_fairness(sqlite_url: str) -> None:
    figures = await shift(sqlite_url, replace(SHORT, choose=at_random(7), declined=0.0))
    assert figures.owned == figures.chats
    assert any("uneven" in failure for failure in figures.failures())


async def test_without_a_look_the_gate_of_the_unseen_is_missed(sqlite_url: str) -> None:
    blind = replace(SHORT, agents=3, chats=6, seconds=1.0, swept=False, patience=4.0)
    figures = await shift(sqlite_url, blind)
    assert [failure.partition(" ")[0] for failure in figures.failures()] == ["a", "6"]
    assert figures.unseen > 2.0


@pytest.mark.parametrize(
    ("loads", "value"),
    [([5, 5, 5], 0.0), ([0, 0, 9], 2 / 3), ([], 0.0), ([0, 0], 0.0), ([1, 3], 0.25)],
)
def test_the_gini_coefficient(loads: list[int], value: float) -> None:
    assert gini(loads) == pytest.approx(value)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_the_gini_coefficient_is_between_even_and_all_for_one(loads: list[int]) -> None:
    assert -1e-9 <= gini(loads) < 1
    assert gini([load * 3 for load in loads]) == pytest.approx(gini(loads))
