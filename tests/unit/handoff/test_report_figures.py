"""Facts are added up truly: groups make up the whole, and nothing is said about nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.desk.reports.facts import CaseFact, TalkFact
from handoff.desk.reports.figures import By, figures, grouped, misses, spread

AT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


def TARGET(skill: str) -> timedelta:  # noqa: N802  # stands for one of the desk's rules
    """Two minutes; complaints one."""
    return timedelta(seconds=60 if skill == "CMP" else 120)


TALK = TalkFact("t", AT, "de", asked=3, seconds=60, handed=False, reason="", content="good")
CASE = CaseFact(
    key="c",
    at=AT,
    locale="de",
    skill="BIL",
    reason="asked",
    intent="request_human",
    waiting=90,
    first_answer=110,
    handling=300,
    resolution=400,
    end="closed",
    passed_on=1,
    lost=0,
    answers=4,
    agents={"jonas": 100, "maya": 200},
    content="bad",
    promises=(("callback", "kept"), ("first_answer", "broken"), ("written", "open")),
)


def test_of_nothing_nothing_is_said() -> None:
    none = figures([], [], target=TARGET)
    assert (none.alone_share, none.in_time_share, none.kept_share) == (None, None, None)
    assert (none.waiting.p50, none.bot.share) == (None, None)


def test_one_case_and_two_talks() -> None:
    two = [TALK, replace(TALK, key="u", handed=True, content="")]
    found = figures(two, [CASE], target=TARGET)
    assert (found.talks, found.alone, found.alone_share) == (2, 1, 0.5)
    assert (found.first_answer.p50, found.in_time_share) == (110, 1.0)
    assert (found.kept, found.broken, found.kept_share) == (1, 1, 0.5)
    assert (found.bot.share, found.person.share) == (1.0, 0.0)
    assert (found.passed_on, found.closed, found.lost) == (1, 1, 0)


def test_in_time_is_by_the_target_of_the_skill() -> None:
    complaint = replace(CASE, key="d", skill="CMP")
    assert figures([], [CASE, complaint], target=TARGET).in_time == 1


def test_a_day_is_one_of_the_desk() -> None:
    def days(zone: str) -> list[str]:
        return list(grouped([TALK], [CASE], by="day", zone=zone, target=TARGET))

    assert days("Europe/Berlin") == ["2026-11-24"]
    assert days("UTC") == ["2026-11-23"]


def test_a_case_counts_for_everybody_who_had_it() -> None:
    found = grouped([TALK], [CASE], by="agent", zone="UTC", target=TARGET)
    assert list(found) == ["jonas", "maya"]
    assert all(line.cases == 1 and line.talks == 0 for line in found.values())


def test_what_is_missed_most_comes_first() -> None:
    talks = [
        replace(TALK, intents={"refund": (4, 1), "greet": (9, 0)}),
        replace(TALK, key="u", intents={"pay_now": (1, 1), "refund": (4, 1)}),
    ]
    found = [(miss.intent, miss.asked, miss.missed) for miss in misses(talks)]
    assert found == [("pay_now", 1, 1), ("refund", 8, 2), ("greet", 9, 0)]
    assert misses([TALK]) == []


def test_median_and_ninth_decile_by_rank() -> None:
    assert spread(range(1, 11)) == spread([*range(10, 0, -1)])
    assert (spread(range(1, 11)).p50, spread(range(1, 11)).p90) == (5, 9)
    assert spread([7]).p90 == 7


BYS: list[By] = ["day", "week", "hour", "locale"]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(["de", "en"]), st.booleans())),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 900))),
    st.sampled_from(BYS),
)
def test_the_groups_make_up_the_whole(
    talks: list[tuple[int, str, bool]], cases: list[tuple[int, int]], by: By
) -> None:
    some = [
        replace(TALK, at=AT + timedelta(minutes=m), locale=locale, handed=handed)
        for m, locale, handed in talks
    ]
    more = [replace(CASE, at=AT + timedelta(minutes=m), first_answer=s) for m, s in cases]
    whole = figures(some, more, target=TARGET)
    parts = grouped(some, more, by=by, zone="Europe/Berlin", target=TARGET).values()
    for name in ("talks", "alone", "cases", "in_time", "passed_on", "closed", "kept", "broken"):
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name)
    assert sum(part.first_answer.count for part in parts) == whole.first_answer.count


def test_a_case_counts_for_every_team_at_home_in_its_skill() -> None:
    complaint = replace(CASE, key="d", skill="CMP")
    homes = {"BIL": ["North", "South"], "CMP": ["South"]}
    found = grouped(
        [TALK],
        [CASE, complaint],
        by="team",
        zone="UTC",
        target=TARGET,
        homes=lambda skill: homes.get(skill, []),
    )
    assert {name: (line.cases, line.in_time) for name, line in found.items()} == {
        "North": (1, 1),
        "South": (2, 1),
    }
