"""To whom a chat may be passed on, and who would get it now."""

from datetime import UTC, datetime, time

from handoff.desk.hours import Hours
from handoff.desk.routing.model import Look, Person, Team
from handoff.desk.routing.reach import Destination, destinations

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NIGHT = Team(
    "night", "Night", hours=(Hours(opens=time(22), closes=time(23), zone="Europe/Berlin"),)
)
DAY = Team("day", "Day")
EMPTY = Team("empty", "Empty")


def opened(found: list[Destination]) -> list[str]:
    """Those that would get it now."""
    return [one.id for one in found if one.open]


def test_who_is_there_and_open_is_told_apart_from_who_is_not() -> None:
    people = (
        Person("maya", skills=frozenset({"BIL"}), teams=frozenset({"day", "night"})),
        Person("jon", skills=frozenset({"TEC"})),
    )
    look = Look(NOON, people=people, teams=(DAY, NIGHT, EMPTY))
    found = destinations(look, [("maya", "Maya"), ("jon", "Jon"), ("away", "Not there")])
    assert [one.name for one in found.agents] == ["Maya", "Jon", "Not there"]
    assert opened(found.agents) == ["maya", "jon"]
    assert [one.id for one in found.teams] == ["day", "night", "empty"]
    assert opened(found.teams) == ["day"]
    assert sorted(opened(found.skills)) == ["BIL", "TEC"]


def test_who_has_no_skills_set_can_do_all_and_with_nobody_nothing_is_open() -> None:
    all_ = destinations(Look(NOON, people=(Person("maya"),)), [])
    assert len(opened(all_.skills)) == len(all_.skills) == 9
    assert opened(destinations(Look(NOON, teams=(DAY,)), []).teams) == []
