"""How long somebody may wait: from the place, the people who fit and what was measured."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.desk.hours import Hours
from handoff.desk.promises.line import FRESH, Line
from handoff.desk.promises.waiting_time import (
    PRIOR_SECONDS,
    Handled,
    Handling,
    Place,
    Range,
    learned,
    places,
    wait,
)
from handoff.desk.routing.model import LIVELY, Chat, Look, Person, Rules, Team

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SKILLS = ("BIL", "TEC", "COL")


def chat(number: int, skill: str | None = "BIL") -> Chat:
    since = NOW - timedelta(minutes=10) + timedelta(seconds=number)
    return Chat(
        conversation=f"c{number:03}",
        case_number=f"C-{number}",
        epoch=2,
        skill=skill,
        locale="de",
        deadline=since + timedelta(minutes=2),
        waiting_since=since,
        since=NOW,
    )


def person(login: str, *skills: str, load: int = 4, capacity: int = 4) -> Person:
    return Person(login, skills=frozenset(skills), capacity=capacity * LIVELY, load=load * LIVELY)


PEOPLE = st.lists(
    st.builds(
        lambda n, skills, load, capacity: person(f"p{n}", *skills, load=load, capacity=capacity),
        st.integers(0, 99),
        st.sets(st.sampled_from(SKILLS)),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=6,
)
HANDLINGS = st.builds(Handling, st.floats(5, 3600), st.floats(10, 2000))


def no_less(one: Range | None, other: Range | None) -> bool:
    """Whether `other` promises nothing sooner than `one`; no range is the longest of all."""
    if other is None:
        return True
    return one is not None and one.low <= other.low and one.high <= other.high


@given(st.integers(0, 200), PEOPLE, HANDLINGS)
def test_nobody_further_back_is_told_less(before: int, people: list[Person], h: Handling) -> None:
    here, behind = wait(before, people, h), wait(before + 1, people, h)
    assert no_less(here, behind)
    assert here is None or 1 <= here.low < here.high


@given(st.integers(0, 200), PEOPLE, st.integers(0, 5), HANDLINGS)
def test_nobody_is_told_less_because_fewer_are_there(
    before: int, people: list[Person], gone: int, h: Handling
) -> None:
    fewer = people[:gone] + people[gone + 1 :]
    assert no_less(wait(before, people, h), wait(before, fewer, h))


@given(st.lists(st.sampled_from(SKILLS), min_size=1, max_size=20), PEOPLE, st.integers(0, 5))
def test_both_hold_for_a_whole_line_of_several_skills(
    skills: list[str], people: list[Person], gone: int
) -> None:
    chats = tuple(chat(number, skill) for number, skill in enumerate(skills))
    look = Look(now=NOW, chats=chats, people=tuple(people))
    told = places(look, {})
    assert [told[c.conversation].position for c in chats] == list(range(1, len(chats) + 1))
    for skill in SKILLS:
        same = [told[c.conversation].wait for c in chats if c.skill == skill]
        assert all(no_less(one, next_one) for one, next_one in pairwise(same))
    fewer = places(replace(look, people=tuple(people[:gone] + people[gone + 1 :])), {})
    for name, place in told.items():
        assert no_less(place.wait, fewer[name].wait), name


@pytest.mark.parametrize("people", [[], [person("p", capacity=0)]])
def test_without_anybody_there_is_no_range(people: list[Person]) -> None:
    assert wait(0, people, Handling()) is None
    told = places(Look(now=NOW, chats=(chat(1),), people=tuple(people)), {})
    assert told == {"c001": Place(1, None)}


def test_whom_somebody_is_free_for_is_answered_at_once() -> None:
    assert wait(0, [person("p", load=3)], Handling()) == Range(1, 2)
    behind = wait(1, [person("p", load=3)], Handling())
    assert behind is not None
    assert behind.high > 2


def test_who_is_not_there_with_that_skill_is_not_counted() -> None:
    rules = Rules(kept_skills=("TEC",))
    look = Look(now=NOW, rules=rules, chats=(chat(1, "TEC"),), people=(person("p", "BIL", load=0),))
    assert places(look, {})["c001"].wait is None
    overflowing = places(replace(look, rules=Rules()), {})["c001"].wait
    assert overflowing is not None
    assert overflowing.high >= Rules().beyond_language / 60


def test_whose_team_is_closed_is_not_there() -> None:
    closed = Team("t", "T", hours=(Hours(first=6, last=6),))
    look = Look(
        now=NOW,
        chats=(chat(1),),
        people=(replace(person("p", load=0), teams=frozenset({"t"})),),
        teams=(closed,),
    )
    assert places(look, {})["c001"].wait is None


def test_measured_times_replace_the_prior_the_more_there_are() -> None:
    assert learned([]) == {None: Handling()}
    few = learned([Handled("BIL", 60.0)] * 3)
    many = learned([Handled("BIL", 60.0)] * 3000)
    assert PRIOR_SECONDS > few["BIL"].seconds > many["BIL"].seconds
    assert many["BIL"].seconds == pytest.approx(60, abs=3)
    assert many["BIL"].weight == 3010
    assert many[None].seconds == pytest.approx(60, abs=3)
    slow = learned([Handled("BIL", 60.0)] * 500 + [Handled("TEC", 1200.0)] * 500)
    assert slow["TEC"].seconds > 5 * slow["BIL"].seconds
    assert learned([Handled(None, 10**9)] * 1000)[None].seconds <= 3600


def test_little_data_gives_a_wider_range() -> None:
    people = [person("p")]
    unsure, sure = wait(10, people, Handling(360, 10)), wait(10, people, Handling(360, 3000))
    assert unsure is not None
    assert sure is not None
    assert unsure.low < sure.low < sure.high < unsure.high


def served(before: int, agents: int, each: float, rng: random.Random) -> float:
    """Minutes until it is the turn of somebody behind so many, simulated chat by chat."""
    free = sorted(rng.expovariate(1 / each) for _ in range(agents))
    for _ in range(before):
        free[0] += rng.expovariate(1 / each)
        free.sort()
    return free[0] / 60


def share(told: Range, waits: Sequence[float]) -> float:
    """How many waited as they were told; a range from the first minute on begins at once."""
    low = told.low if told.low > 1 else 0
    return sum(low <= w <= told.high for w in waits) / len(waits)


@pytest.mark.parametrize(("before", "agents"), [(0, 4), (5, 1), (10, 4), (40, 10)])
def test_the_range_holds_four_of_five_simulated_waits(before: int, agents: int) -> None:
    rng, each = random.Random(before * 100 + agents), 360.0
    told = wait(
        before, [person(f"p{n}", load=1, capacity=1) for n in range(agents)], Handling(each, 10**6)
    )
    assert told is not None
    waits = [served(before, agents, each, rng) for _ in range(4000)]
    inside = share(told, waits)
    assert inside > 0.75
    assert sum(w > told.high for w in waits) / len(waits) < 0.12
    wrong = wait(
        before,
        [person(f"p{n}", load=1, capacity=1) for n in range(agents * 3)],
        Handling(each, 10**6),
    )
    assert wrong is not None  # the control: a desk thrice as big is another range
    if before >= 5:
        assert share(wrong, waits) < inside - 0.3


class Desk:
    """A line that counts how often it was looked at."""

    def __init__(self, *chats: Chat) -> None:
        self.chats, self.looks = chats, 0

    async def look(self) -> Look:
        self.looks += 1
        await asyncio.sleep(0)
        return Look(now=NOW, chats=self.chats, people=(person("p", load=0),))

    async def measured(self) -> Sequence[Handled]:
        return ()


async def position(line: Line, conversation: str) -> int:
    place = await line.place(conversation)
    assert place is not None
    return place.position


async def test_many_who_ask_are_answered_from_one_look_and_again_after_a_moment() -> None:
    desk, clock = Desk(*(chat(number) for number in range(50))), [0.0]
    line = Line(desk.look, desk.measured, time=lambda: clock[0])
    told = await asyncio.gather(*(line.place(f"c{number:03}") for number in range(50)))
    assert [place.position for place in told if place] == list(range(1, 51))
    assert desk.looks == 1
    desk.chats = desk.chats[1:]
    clock[0] += FRESH / 2
    assert await position(line, "c001") == 2
    clock[0] += FRESH
    assert await position(line, "c001") == 1
    assert desk.looks == 2


async def test_who_has_just_come_is_looked_for_at_once() -> None:
    desk, clock = Desk(chat(1)), [0.0]
    line = Line(desk.look, desk.measured, time=lambda: clock[0])
    await line.place("c001")
    clock[0] += FRESH / 10
    desk.chats = (chat(1), chat(2))
    assert await position(line, "c002") == 2
    assert await line.place("gone") is None
