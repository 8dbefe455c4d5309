"""The choice: which waiting chat is offered to whom. A pure function of chats, people, teams, rules and the time.

Invariants: chats are served by their place in the line; nobody is offered more than one chat at a time, more than fits
their capacity, or what they dropped lately; among those who fit equally well the least busy is chosen, and only among equals
whose turn it is; a chat that is offered to nobody has a reason.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from handoff.desk.routing.deadlines import place
from handoff.desk.routing.model import (
    LIVELY,
    Assignment,
    Chat,
    Look,
    Offered,
    Person,
    Rules,
    Team,
)
from handoff.protocol import Why

OFFERS_AT_ONCE = 1
_NEVER = datetime.min.replace(tzinfo=UTC)

Fits = Callable[[Person], bool]


@dataclass(frozen=True, slots=True)
class _Ring:
    """Who fits, and after how many seconds in this line they are asked. `when_empty`: at once if nobody else is there."""

    fits: Fits
    after: int
    when_empty: bool = True


@dataclass(frozen=True, slots=True)
class _Duty:
    """Who is at work, and the teams that are open now."""

    people: tuple[Person, ...]
    open_teams: frozenset[str]
    homes: dict[str, frozenset[str]]

    def serving(self, chat: Chat) -> frozenset[str]:
        """The open teams a chat belongs to: where it was transferred, or the home of its skill."""
        wanted = {chat.team} if chat.team else self.homes.get(chat.skill or "", frozenset())
        return frozenset(wanted & self.open_teams)


def assign(look: Look) -> Assignment:
    """Who is offered what, and why the rest is offered to nobody."""
    duty = _duty(look.people, look.teams, look.now)
    free = {p.login: p for p in duty.people if _free(p)}
    reasons: dict[object, Why] = {}
    offers: list[Offered] = []
    why: dict[str, Why] = {}
    for chat in in_line(look.chats):
        rings = _rings(chat, duty, look.rules, look.now)
        chosen = _chosen(chat, rings, free.values())
        if chosen is None:
            key = (_needs(chat), len(rings))
            reasons[key] = reasons.get(key) or _why(chat, rings, duty, look)
            why[chat.conversation] = reasons[key]
            continue
        offers.append(Offered(chat, chosen.login, chosen.offered_at))
        busier = replace(chosen, load=chosen.load + LIVELY, offers=chosen.offers + 1)
        if _free(busier):
            free[chosen.login] = busier
        else:
            del free[chosen.login]
    return Assignment(tuple(offers), why)


def in_line(chats: Iterable[Chat]) -> list[Chat]:
    """The line, first one first."""
    return sorted(
        chats,
        key=lambda c: place(
            crisis=c.crisis, deadline=c.deadline, since=c.waiting_since, name=c.conversation
        ),
    )


def _duty(people: Sequence[Person], teams: Sequence[Team], now: datetime) -> _Duty:
    """Who belongs to teams works while one of them is open."""
    open_teams = frozenset(team.id for team in teams if team.open_at(now))
    at_work = (p for p in people if not p.teams or p.teams & open_teams)
    homes: dict[str, frozenset[str]] = {}
    for team in teams:
        for skill in team.skills:
            homes[skill] = homes.get(skill, frozenset()) | {team.id}
    return _Duty(tuple(sorted(at_work, key=lambda p: p.login)), open_teams, homes)


def _free(p: Person) -> bool:
    return p.offers < OFFERS_AT_ONCE and p.load + LIVELY <= p.capacity


def _needs(chat: Chat) -> tuple[object, ...]:
    return chat.skill, chat.locale, chat.team, chat.wanted, chat.dropped_by


def _rings(chat: Chat, duty: _Duty, rules: Rules, now: datetime) -> list[Fits]:
    """Who may be offered the chat now, the best first: each ring opens after its time, some also when nobody of the rings
    before is there at all (or all who are dropped the chat)."""
    waited = (now - chat.since).total_seconds()
    there = _willing(duty.people, chat)
    opened: list[Fits] = []
    for ring in _all_rings(chat, duty.serving(chat), rules):
        empty = ring.when_empty and not any(fits(p) for fits in opened for p in there)
        if not opened or waited >= ring.after or empty:
            opened.append(ring.fits)
    return opened


def _all_rings(chat: Chat, serving: frozenset[str], rules: Rules) -> Iterator[_Ring]:
    """The person, the team, the skill, the language, anybody."""

    def speaks(p: Person) -> bool:
        return not p.languages or chat.locale in p.languages

    def able(p: Person) -> bool:
        return not p.skills or chat.skill is None or chat.skill in p.skills

    def in_team(p: Person) -> bool:
        return bool(p.teams & serving) and speaks(p) and (chat.team is not None or able(p))

    if chat.wanted:
        yield _Ring(lambda p: p.login == chat.wanted, 0)
    if serving:
        yield _Ring(in_team, rules.beyond_person)
    beyond = rules.beyond_team if serving else rules.beyond_person
    yield _Ring(lambda p: able(p) and speaks(p), beyond)
    if chat.skill not in rules.kept_skills:
        yield _Ring(speaks, rules.beyond_skill, when_empty=False)
        yield _Ring(lambda _: True, rules.beyond_language, when_empty=False)


def _willing(people: Iterable[Person], chat: Chat) -> Sequence[Person]:
    """Those who did not drop this chat lately."""
    if not chat.dropped_by:
        return tuple(people)
    return [p for p in people if p.login not in chat.dropped_by]


def _chosen(chat: Chat, rings: Sequence[Fits], free: Collection[Person]) -> Person | None:
    """Of the best ring in which somebody is free: the least busy, then who was offered something longest ago."""
    if not free:
        return None
    candidates = _willing(free, chat)
    for fits in rings:
        fitting = [p for p in candidates if fits(p)]
        if fitting:
            return min(
                fitting,
                key=lambda p: (_busy(p), p.offered_at or _NEVER, p.login),
            )
    return None


def _busy(p: Person) -> int:
    """How full the day is, in ten thousandths of the capacity."""
    return p.load * 10_000 // max(1, p.capacity)


def _why(chat: Chat, rings: Sequence[Fits], duty: _Duty, look: Look) -> Why:
    """Why nobody is offered this chat; the reason that lies nearest."""
    if not look.people:
        return "nobody"
    if not duty.people:
        return "team_closed"
    fitting = [p for p in duty.people if any(ring(p) for ring in rings)]
    if any(p.login not in chat.dropped_by for p in fitting):
        return "busy"
    if fitting:
        return "dropped"
    if any(not p.languages or chat.locale in p.languages for p in duty.people):
        return "no_skill"
    return "no_language"
