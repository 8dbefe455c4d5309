"""How long somebody in the line may wait: a range of minutes from the line, the people who are there and measured times.

A chat is served when enough of those that people are busy with have ended. Ends come like a Poisson process, so the wait for
the k-th of them is gamma distributed; the range are its 10 % and 90 % quantiles (Wilson and Hilferty 1931), wider the less
was measured. Chats of other skills compete for the same people or do not: the range covers both.
Invariants: pure; nobody further back is told less, and nobody is told less because fewer people are there; without anybody who
may take the chat there is no range.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handoff.desk.routing.assign import in_line
from handoff.desk.routing.model import LIVELY, Chat, Look, Person

PRIOR_SECONDS = 360.0
"""How long a person is taken to be busy with a chat before anything was measured."""

PRIOR_WEIGHT = 10
"""As if so many chats of that length had been measured."""

LONGEST_SECONDS = 3600.0
"""A chat that somebody left open for longer counts as that long."""

SOONEST_MINUTES, ANSWERING_MINUTES = 1, 2
"""Whom somebody is free for: until they have taken the offer and typed a sentence."""

BEYOND_MINUTES = 120
"""A wait that may begin only after so long is not told as a range."""

_Z = 1.2816
"""The 90 % quantile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Handled:
    """How long a person was busy with one chat that needed this skill."""

    skill: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Handling:
    """How long a chat takes on average, and how many measured ones (the prior's too) that stands on."""

    seconds: float = PRIOR_SECONDS
    weight: float = PRIOR_WEIGHT


@dataclass(frozen=True, slots=True)
class Range:
    """From how many minutes on, and until when, somebody will answer."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chat stands in the line, first is 1, and how long it may wait; None: nobody can say."""

    position: int
    wait: Range | None


def learned(measured: Sequence[Handled]) -> Mapping[str | None, Handling]:
    """What was measured, by skill; None: of all skills, which also is what a skill is taken for at first."""
    seconds, counts = Counter[str | None](), Counter[str | None]()
    for one in measured:
        for key in {None, one.skill}:
            seconds[key] += int(min(one.seconds, LONGEST_SECONDS))
            counts[key] += 1
    of_all = _blended(Handling(), seconds[None], counts[None])
    start = Handling(of_all.seconds)
    found = {key: _blended(start, seconds[key], counts[key]) for key in counts}
    return {**found, None: of_all}


def _blended(before: Handling, seconds: float, count: int) -> Handling:
    weight = before.weight + count
    return Handling((before.seconds * before.weight + seconds) / weight, weight)


def places(look: Look, times: Mapping[str | None, Handling]) -> dict[str, Place]:
    """Everybody in the line, by conversation."""
    at_work = _at_work(look)
    ahead: Counter[tuple[str | None, str]] = Counter()
    found: dict[str, Place] = {}
    for before, chat in enumerate(in_line(look.chats)):
        handling = times.get(chat.skill) or times.get(None) or Handling()
        need = (chat.skill, chat.locale)
        line = _Line(before, ahead[need], handling)
        found[chat.conversation] = Place(before + 1, _wait(chat, line, at_work, look))
        ahead[need] += 1
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """Who is before a chat, all of them and those who need the same, and how long each takes."""

    before: int
    same: int
    handling: Handling


def _at_work(look: Look) -> list[Person]:
    open_teams = {team.id for team in look.teams if team.open_at(look.now)}
    return [p for p in look.people if not p.teams or p.teams & open_teams]


def _wait(chat: Chat, line: _Line, people: Sequence[Person], look: Look) -> Range | None:
    """From the better of two cases to the worse: only chats with the same needs compete, or all of them do."""
    fit = [p for p in people if _fits(p, chat)]
    own = wait(line.same, fit, line.handling)
    shared = wait(line.before, people, line.handling)
    if chat.skill not in look.rules.kept_skills:
        left = look.rules.beyond_language - (look.now - chat.since).total_seconds()
        own = _sooner(own, _later(shared, max(0.0, left)))
    if own is None or shared is None:
        return None
    told = Range(min(own.low, shared.low), max(own.high, shared.high))
    return told if told.low < BEYOND_MINUTES else None


def _fits(p: Person, chat: Chat) -> bool:
    able = not p.skills or chat.skill is None or chat.skill in p.skills
    return able and (not p.languages or chat.locale in p.languages)


def wait(before: int, people: Sequence[Person], handling: Handling) -> Range | None:
    """How long the chat waits behind so many others for these people; None when there is nobody."""
    slots = sum(p.capacity // LIVELY for p in people)
    if slots < 1:
        return None
    free = sum(max(0, p.capacity - p.load) // LIVELY for p in people)
    if before < free:
        return Range(SOONEST_MINUTES, ANSWERING_MINUTES)
    ends, spread = before - free + 1, 1 / math.sqrt(handling.weight)
    each = handling.seconds / slots / 60
    low = _quantile(ends, -_Z) * each * (1 - spread)
    high = _quantile(ends, _Z) * each * (1 + spread)
    return Range(max(SOONEST_MINUTES, int(low)), math.ceil(high) + ANSWERING_MINUTES)


def _quantile(ends: int, z: float) -> float:
    """Of the sum of so many waits of length one (gamma distribution)."""
    ninth = 1 / (9 * ends)
    return float(ends * (1 - ninth + z * math.sqrt(ninth)) ** 3)


def _sooner(one: Range | None, other: Range | None) -> Range | None:
    if one is None or other is None:
        return one or other
    return Range(min(one.low, other.low), min(one.high, other.high))


def _later(told: Range | None, seconds: float) -> Range | None:
    if told is None:
        return None
    return Range(told.low + int(seconds / 60), told.high + math.ceil(seconds / 60))
