"""The choice whom a chat is offered to, held to its invariants over any line, any people and any rules."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.desk.hours import Hours
from handoff.desk.routing.assign import assign
from handoff.desk.routing.model import LIVELY, Assignment, Chat, Look, Person, Rules, Team

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SKILLS = ("BIL", "COL", "SEC")
CLOSED = Hours(first=0, last=6, opens=time(20), closes=time(21))
LOGINS = [f"agent{n}" for n in range(6)]
TEAMS = (
    Team("service", "Service", frozenset({"BIL"})),
    Team("tech", "Tech", frozenset({"SEC"})),
    Team("night", "Night", frozenset({"COL"}), (CLOSED,)),
)


def chat(name: str = "c1", **changes: object) -> Chat:
    """A chat that has just come and speaks German about a bill."""
    plain = Chat(
        conversation=name,
        case_number=f"C-{name}",
        epoch=2,
        skill="BIL",
        locale="de",
        deadline=NOW + timedelta(seconds=120),
        waiting_since=NOW,
        since=NOW,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def choose(chats: list[Chat], people: list[Person], **look: object) -> dict[str, str]:
    """Who is offered what."""
    found = assign(Look(now=NOW, chats=tuple(chats), people=tuple(people), **look))  # type: ignore[arg-type]
    return {offered.chat.conversation: offered.agent for offered in found.offers}


def why(chats: list[Chat], people: list[Person], **look: object) -> dict[str, str]:
    """Why the others are offered to nobody."""
    found = assign(Look(now=NOW, chats=tuple(chats), people=tuple(people), **look))  # type: ignore[arg-type]
    return dict(found.why)


subsets = st.frozensets
seconds = st.integers(0, 900)
people = st.builds(
    Person,
    login=st.sampled_from(LOGINS),
    skills=subsets(st.sampled_from(SKILLS)),
    languages=subsets(st.sampled_from(["de", "en"])),
    teams=subsets(st.sampled_from(["service", "tech", "night"]), max_size=2),
    capacity=st.sampled_from([100, 200, 400]),
    load=st.integers(0, 500),
    offers=st.integers(0, 1),
    offered_at=st.none() | st.builds(lambda s: NOW - timedelta(seconds=s), seconds),
)
chats = st.builds(
    lambda n, waited, since, left, **more: chat(
        f"c{n}",
        waiting_since=NOW - timedelta(seconds=waited),
        since=NOW - timedelta(seconds=since),
        deadline=NOW + timedelta(seconds=left),
        **more,
    ),
    n=st.integers(0, 40),
    waited=seconds,
    since=seconds,
    left=st.integers(-300, 300),
    skill=st.sampled_from([*SKILLS, None]),
    locale=st.sampled_from(["de", "en"]),
    crisis=st.booleans(),
    team=st.sampled_from([None, "service", "night"]),
    wanted=st.sampled_from([None, *LOGINS[:2]]),
    dropped_by=subsets(st.sampled_from(LOGINS), max_size=2),
)
looks = st.builds(
    Look,
    now=st.just(NOW),
    rules=st.builds(
        Rules,
        beyond_skill=st.integers(0, 400),
        beyond_language=st.integers(0, 800),
        kept_skills=st.sampled_from([(), ("SEC",)]),
    ),
    chats=st.lists(chats, max_size=12, unique_by=lambda c: c.conversation).map(tuple),
    people=st.lists(people, max_size=6, unique_by=lambda p: p.login).map(tuple),
    teams=st.sampled_from([(), TEAMS]),
)


@given(looks)
def test_every_chat_is_offered_once_or_has_a_reason(look: Look) -> None:
    found = assign(look)
    offered = [one.chat.conversation for one in found.offers]
    assert len(offered) == len(set(offered))
    assert set(offered) | set(found.why) == {c.conversation for c in look.chats}
    assert not set(offered) & set(found.why)
    assert all(found.why.values())


@given(looks)
def test_nobody_is_asked_for_more_than_fits(look: Look) -> None:
    found = assign(look)
    by_login = {p.login: p for p in look.people}
    asked = Counter(one.agent for one in found.offers)
    for login, times in asked.items():
        person = by_login[login]
        assert person.offers + times == 1
        assert person.load + times * LIVELY <= person.capacity


@given(looks)
def test_nobody_gets_what_they_dropped_or_works_while_their_teams_rest(look: Look) -> None:
    open_teams = {team.id for team in look.teams if team.open_at(look.now)}
    by_login = {p.login: p for p in look.people}
    for one in assign(look).offers:
        assert one.agent not in one.chat.dropped_by
        teams = by_login[one.agent].teams
        assert not teams or teams & open_teams


@given(looks)
def test_a_kept_skill_is_never_left_and_a_new_chat_waits_for_its_skill_and_language(
    look: Look,
) -> None:
    by_login = {p.login: p for p in look.people}
    for one in assign(look).offers:
        person, asked = by_login[one.agent], one.chat
        waited = (look.now - asked.since).total_seconds()
        if asked.wanted == person.login or asked.team in person.teams:
            continue
        able = not person.skills or asked.skill is None or asked.skill in person.skills
        speaks = not person.languages or asked.locale in person.languages
        if asked.skill in look.rules.kept_skills or waited < look.rules.beyond_skill:
            assert able or waited >= look.rules.beyond_language > 0
        if waited < min(look.rules.beyond_language, look.rules.beyond_skill):
            assert speaks


@given(looks, st.randoms())
def test_every_node_chooses_the_same(look: Look, random: Random) -> None:
    shuffled = [list(look.chats), list(look.people), list(look.teams)]
    for part in shuffled:
        random.shuffle(part)
    other = replace(
        look,
        chats=tuple(shuffled[0]),  # type: ignore[arg-type]
        people=tuple(shuffled[1]),  # type: ignore[arg-type]
        teams=tuple(shuffled[2]),  # type: ignore[arg-type]
    )
    assert assign(other) == assign(look)


def overtaken(look: Look, found: Assignment) -> list[tuple[str, str]]:
    """Pairs: a chat nobody is offered, and a later one of equal needs that is offered to somebody."""
    line = sorted(
        look.chats, key=lambda c: (not c.crisis, c.deadline, c.waiting_since, c.conversation)
    )
    taken = {one.chat.conversation for one in found.offers}

    def needs(c: Chat) -> tuple[object, ...]:
        return c.skill, c.locale, c.team, c.wanted, c.dropped_by, c.since

    return [
        (first.conversation, later.conversation)
        for place, first in enumerate(line)
        for later in line[place + 1 :]
        if first.conversation not in taken
        and later.conversation in taken
        and needs(first) == needs(later)
    ]


same_needs = st.lists(
    st.tuples(st.integers(-300, 300), seconds, st.booleans()), min_size=1, max_size=10
)


@given(same_needs, st.lists(people, max_size=6, unique_by=lambda p: p.login))
def test_of_chats_with_equal_needs_none_overtakes_an_earlier_deadline(
    waits: list[tuple[int, int, bool]], there: list[Person]
) -> None:
    line = [
        chat(
            f"c{n}",
            deadline=NOW + timedelta(seconds=left),
            waiting_since=NOW - timedelta(seconds=waited),
            crisis=crisis,
        )
        for n, (left, waited, crisis) in enumerate(waits)
    ]
    look = Look(now=NOW, chats=tuple(line), people=tuple(there))
    assert overtaken(look, assign(look)) == []


def test_overtaking_would_be_found() -> None:
    early, late = chat("early", deadline=NOW), chat("late")
    look = Look(now=NOW, chats=(early, late), people=(Person("maya"),))
    wrong = replace(assign(look), offers=(replace(assign(look).offers[0], chat=late),))
    assert overtaken(look, wrong) == [("early", "late")]


@given(st.lists(st.integers(0, 3), min_size=2, max_size=6), st.integers(1, 20))
def test_among_equals_turns_go_round(loads: list[int], rounds: int) -> None:
    """Equals by load, asked one chat at a time: nobody is asked twice more than another."""
    there = {f"a{n}": Person(f"a{n}") for n in range(len(loads))}
    asked: Counter[str] = Counter()
    for turn in range(rounds):
        (login,) = choose([chat()], list(there.values())).values()
        asked[login] += 1
        there[login] = replace(there[login], offered_at=NOW + timedelta(seconds=turn))
    counts = [asked[login] for login in there]
    assert max(counts) - min(counts) <= 1


@given(st.lists(st.integers(0, 300), min_size=1, max_size=6))
def test_the_least_busy_is_asked_whoever_had_the_last_offer(loads: list[int]) -> None:
    there = [
        Person(f"a{n}", load=load, offered_at=NOW - timedelta(seconds=load))
        for n, load in enumerate(loads)
    ]
    (login,) = choose([chat()], there).values()
    assert loads[int(login[1:])] == min(loads)


MAYA, JON = Person("maya"), Person("jon")


def test_the_earliest_deadline_comes_first_not_the_longest_wait() -> None:
    old = chat("old", waiting_since=NOW - timedelta(minutes=9))
    soon = chat("soon", deadline=NOW + timedelta(seconds=5))
    assert choose([old, soon], [MAYA]) == {"soon": "maya"}


def test_distress_comes_first() -> None:
    calm, distress = chat("calm", deadline=NOW - timedelta(hours=1)), chat("distress", crisis=True)
    assert choose([calm, distress], [MAYA]) == {"distress": "maya"}


@pytest.mark.parametrize(
    ("people_there", "changes", "reason"),
    [
        ([], {}, "nobody"),
        ([replace(MAYA, teams=frozenset({"night"}))], {}, "team_closed"),
        ([replace(MAYA, load=400)], {}, "busy"),
        ([replace(MAYA, offers=1)], {}, "busy"),
        ([MAYA], {"dropped_by": frozenset({"maya"})}, "dropped"),
        ([replace(MAYA, skills=frozenset({"SEC"}))], {}, "no_skill"),
        ([replace(MAYA, languages=frozenset({"en"}))], {}, "no_language"),
    ],
)
def test_the_reason_that_lies_nearest(
    people_there: list[Person], changes: dict[str, object], reason: str
) -> None:
    assert why([chat(**changes)], people_there, teams=TEAMS) == {"c1": reason}


def aged(how_long: int, **changes: object) -> Chat:
    """A chat that has been in this line for some seconds."""
    return chat(since=NOW - timedelta(seconds=how_long), **changes)


STRANGER = Person("stranger", skills=frozenset({"SEC"}), languages=frozenset({"en"}))


@pytest.mark.parametrize(
    ("changes", "person", "after"),
    [
        ({"wanted": "jon"}, MAYA, Rules().beyond_person),
        ({}, replace(MAYA, skills=frozenset({"SEC"})), Rules().beyond_skill),
        ({}, STRANGER, Rules().beyond_language),
    ],
)
def test_after_some_time_others_are_asked(
    changes: dict[str, object], person: Person, after: int
) -> None:
    busy = replace(JON, load=400)
    early = choose([aged(after - 1, **changes)], [busy, person])
    assert early == {}
    assert choose([aged(after, **changes)], [busy, person]) == {"c1": person.login}


def test_a_kept_skill_stays_where_it_is() -> None:
    rules = Rules(kept_skills=("BIL",))
    other = replace(MAYA, skills=frozenset({"SEC"}))
    assert choose([aged(80_000)], [other], rules=rules) == {}
    assert why([aged(80_000)], [other], rules=rules) == {"c1": "no_skill"}


def test_nobody_waits_for_a_person_or_a_team_that_is_not_there() -> None:
    assert choose([chat(wanted="jon")], [MAYA]) == {"c1": "maya"}
    assert choose([chat(team="night")], [MAYA], teams=TEAMS) == {"c1": "maya"}
    assert choose([chat(skill="SEC")], [MAYA], teams=TEAMS) == {"c1": "maya"}


def test_the_home_of_a_skill_is_asked_first() -> None:
    home = replace(JON, teams=frozenset({"service"}), load=200)
    assert choose([chat()], [MAYA, home], teams=TEAMS) == {"c1": "jon"}


def test_a_chat_that_was_passed_on_goes_to_that_person() -> None:
    idle: Callable[[], list[Person]] = lambda: [MAYA, replace(JON, load=300)]  # noqa: E731
    assert choose([chat(wanted="jon")], idle()) == {"c1": "jon"}
    assert choose([chat()], idle()) == {"c1": "maya"}
