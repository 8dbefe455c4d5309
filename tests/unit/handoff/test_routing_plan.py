"""What a sweep wants changed: ends of offers, blindness, deadlines, hours of teams, dates of the business."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handoff.desk.hours import Hours, known_region
from handoff.desk.reports.board import board
from handoff.desk.routing.deadlines import deadline, first_answer, serving
from handoff.desk.routing.model import Chat, LiveOffer, Look, Person, Rules, Team
from handoff.desk.routing.planning import load_of, plan

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LAST = NOW - timedelta(seconds=1)
MAYA, JON = Person("maya"), Person("jon")
CHAT = Chat(
    conversation="c1",
    case_number="C-1",
    epoch=2,
    skill="BIL",
    locale="de",
    deadline=NOW,
    waiting_since=NOW,
    since=NOW,
    stored=NOW,
)
OFFER = LiveOffer("o1", "c1", "maya", NOW + timedelta(seconds=10))
OVER = replace(OFFER, until=NOW - timedelta(seconds=0.5))


def look(*, offers: tuple[LiveOffer, ...] = (), **changes: object) -> Look:
    """Maya and Jon are there; Maya is asked about the one chat that waits."""
    people = (replace(MAYA, offers=len(offers), load=100 * len(offers)), JON)
    seen = Look(
        now=NOW,
        chats=(CHAT,),
        offers=offers,
        people=people,
        standings={"maya": "available", "jon": "available"},
    )
    return replace(seen, **changes)  # type: ignore[arg-type]


def test_an_offer_that_stands_is_left_alone() -> None:
    assert not plan(look(offers=(OFFER,)), last=LAST)


def test_an_offer_that_ran_out_goes_to_the_next() -> None:
    changes = plan(look(offers=(OVER,)), last=LAST)
    assert changes.ended == ((OVER, "timeout"),)
    assert [(one.chat.conversation, one.agent) for one in changes.offered] == [("c1", "jon")]


def test_with_nobody_else_the_chat_says_that_it_was_dropped() -> None:
    changes = plan(look(offers=(OVER,), people=(MAYA,)), last=LAST)
    assert [why for _, why in changes.why] == ["nobody"]


@pytest.mark.parametrize("standing", ["away", "not_responding", None])
def test_who_left_is_not_asked_any_more_and_not_blamed(standing: str | None) -> None:
    standings = {"jon": "available"} | ({"maya": standing} if standing else {})
    changes = plan(look(offers=(OVER,), people=(JON,), standings=standings), last=LAST)
    assert changes.ended == ((OVER, "gone"),)
    assert [one.agent for one in changes.offered] == ["jon"]


def test_an_offer_of_a_chat_that_does_not_wait_any_more_is_withdrawn() -> None:
    changes = plan(look(offers=(replace(OFFER, void=True),), chats=()), last=LAST)
    assert [outcome for _, outcome in changes.ended] == ["withdrawn"]


@pytest.mark.parametrize("last", [None, NOW - timedelta(seconds=60)])
def test_what_ran_out_while_nobody_looked_is_given_more_time(last: datetime | None) -> None:
    changes = plan(look(offers=(OVER,)), last=last)
    assert changes.ended == ()
    assert [offer.until for offer in changes.prolonged] == [NOW + timedelta(seconds=Rules().accept)]


def test_what_ran_out_before_the_blindness_is_over() -> None:
    long_ago = replace(OVER, until=NOW - timedelta(seconds=90))
    changes = plan(look(offers=(long_ago,)), last=NOW - timedelta(seconds=60))
    assert [outcome for _, outcome in changes.ended] == ["timeout"]


def test_only_what_is_new_is_stored() -> None:
    told = look(people=(), chats=(replace(CHAT, why="nobody"),))
    assert not plan(told, last=LAST)
    new = replace(CHAT, stored=None, why="nobody")
    assert plan(look(people=(), chats=(new,)), last=LAST).admitted == (new,)
    moved = replace(CHAT, deadline=NOW - timedelta(seconds=5), why="nobody")
    assert plan(look(people=(), chats=(moved,)), last=LAST).admitted == (moved,)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 3), st.integers(0, 100))
def test_a_silent_chat_weighs_less(chats: int, lively: int, offers: int, percent: int) -> None:
    lively = min(lively, chats)
    load = load_of(chats=chats, lively=lively, offers=offers, quiet_percent=percent)
    assert 100 * (lively + offers) <= load <= 100 * (chats + offers)
    silent = load_of(chats=chats, lively=0, offers=offers, quiet_percent=percent)
    assert silent <= load


moments = st.none() | st.datetimes(
    datetime(2026, 11, 1), datetime(2026, 12, 1), timezones=st.just(UTC)
)


@given(st.lists(moments, max_size=4))
def test_the_deadline_is_the_earliest_of_all(others: list[datetime | None]) -> None:
    found = deadline(NOW, others)
    assert found <= NOW
    assert found in [NOW, *others]
    assert all(found <= other for other in others if other)


WEEKDAYS = Hours(first=0, last=4, opens=time(8), closes=time(18), region="DE-BE")
SATURDAY = Hours(first=5, last=5, opens=time(9), closes=time(13), region="DE-BE")
BERLIN = Team("berlin", "Berlin", frozenset({"BIL"}), (WEEKDAYS, SATURDAY))


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (utc(11, 23, 7), True),
        (utc(11, 23, 6, 59), False),
        (utc(11, 28, 8), True),
        (utc(11, 28, 12), False),
        (utc(3, 8, 10), False),  # a Sunday
        (utc(5, 1, 10), False),  # 1 May, in all of Germany
        (utc(7, 6, 6), True),  # 08:00 in summer time
    ],
)
def test_a_team_is_open_by_its_own_hours(moment: datetime, is_open: bool) -> None:
    assert BERLIN.open_at(moment) is is_open


def test_holidays_are_those_of_the_region() -> None:
    womens_day = datetime(2027, 3, 8, 10, tzinfo=UTC)  # a Monday; kept in Berlin, not in Bavaria
    assert not BERLIN.open_at(womens_day)
    assert replace(BERLIN, hours=(replace(WEEKDAYS, region="DE-BY"),)).open_at(womens_day)
    party = replace(WEEKDAYS, closed_on=frozenset({date(2026, 11, 23)}))
    assert not party.open_at(utc(11, 23, 10))
    assert party.next_opening(utc(11, 23, 10)) == utc(11, 24, 7)
    assert [known_region(name) for name in ("", "DE", "DE-BE", "XX-9")] == [True, True, True, False]


def test_hours_until_midnight() -> None:
    always = Hours(first=0, last=6, opens=time(0), closes=time(0))
    assert all(always.open_at(utc(11, 22, hour, 59)) for hour in range(24))


def test_the_target_runs_while_the_team_is_open() -> None:
    sunday = utc(11, 22, 10)
    assert first_answer(sunday, skill="BIL", teams=[BERLIN], rules=Rules()) == utc(11, 23, 7, 2)
    assert first_answer(sunday, skill="SEC", teams=[], rules=Rules()) == sunday + timedelta(
        seconds=60
    )


def test_a_chat_belongs_to_where_it_was_passed_on_else_to_the_home_of_its_skill() -> None:
    other = Team("other", "Other")
    assert serving([BERLIN, other], team=None, skill="BIL") == [BERLIN]
    assert serving([BERLIN, other], team="other", skill="BIL") == [other]
    assert serving([BERLIN, other], team=None, skill="TEC") == []


def test_of_the_targets_that_fit_the_shortest_counts() -> None:
    rules = Rules(target=120, targets={"SEC": 60}, team_targets={"berlin": 45, "slow": 600})
    seconds = {
        name: rules.target_of(skill, teams).total_seconds()
        for name, (skill, teams) in {
            "none of its own": ("BIL", ()),
            "the skill's": ("SEC", ()),
            "the team's": ("BIL", ("slow",)),
            "both": ("SEC", ("berlin", "slow")),
            "a team without": ("BIL", ("other",)),
        }.items()
    }
    assert seconds == {
        "none of its own": 120,
        "the skill's": 60,
        "the team's": 600,
        "both": 45,
        "a team without": 120,
    }


def test_the_team_a_chat_was_passed_on_to_gives_its_target() -> None:
    noon, quick = utc(11, 23, 10), Team("quick", "Quick")
    rules = Rules(team_targets={"quick": 30})
    teams = serving([BERLIN, quick], team="quick", skill="BIL")
    assert first_answer(noon, skill="BIL", teams=teams, rules=rules) == noon + timedelta(seconds=30)


def test_a_rule_of_nonsense_is_refused() -> None:
    for wrong in ({"team_targets": {"a": 5}}, {"targets": {"BIL": 0}}):
        with pytest.raises(ValidationError):
            Rules.model_validate(wrong)


def test_the_board_counts_as_late_what_is_past_the_target_of_its_team() -> None:
    quick = Team("quick", "Quick", frozenset({"BIL"}))
    chat = replace(CHAT, skill="BIL", waiting_since=NOW - timedelta(seconds=40))
    look = Look(now=NOW, chats=(chat,), teams=(quick,))
    assert board(look, ()).line.late == 0
    rules = Rules(team_targets={"quick": 30})
    assert board(replace(look, rules=rules), ()).line.late == 1
