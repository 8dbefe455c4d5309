"""Facts added up: the figures of a report, whole or by day, week, skill, agent or language.

Invariants: a share of nothing and a median of nothing are None, never 0; a case belongs to the day on which it began, in the
desk's zone, and to every agent who had it; adding up the groups of a report gives the report, but for teams and agents.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from handoff.desk.reports.facts import CaseFact, TalkFact

By = Literal["day", "week", "hour", "skill", "team", "agent", "locale"]
Fact = TalkFact | CaseFact
Target = Callable[[str], timedelta]
"""Within which a person should answer first, by skill."""
Homes = Callable[[str], Sequence[str]]
"""The names of the teams that are the home of a skill."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds: how many there were, half of them at most `p50`, nine of ten at most `p90`."""

    count: int
    p50: int | None
    p90: int | None


@dataclass(frozen=True, slots=True)
class Content:
    """How satisfied people said they were."""

    good: int
    ok: int
    bad: int

    @property
    def share(self) -> float | None:
        """Of those who answered, how many said good."""
        return _share(self.good, self.good + self.ok + self.bad)


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of a report. `alone`: talks that no person followed; `in_time`: first answers within the target."""

    talks: int
    alone: int
    back: int
    cases: int
    waiting: Spread
    first_answer: Spread
    handling: Spread
    resolution: Spread
    in_time: int
    passed_on: int
    lost: int
    closed: int
    bot: Content
    person: Content
    kept: int
    kept_late: int
    broken: int

    @property
    def alone_share(self) -> float | None:
        """Of all talks, those that no person followed."""
        return _share(self.alone, self.talks)

    @property
    def in_time_share(self) -> float | None:
        """Of all cases that a person answered, those within the target."""
        return _share(self.in_time, self.first_answer.count)

    @property
    def kept_share(self) -> float | None:
        """Of all promises that have ended, those kept in time."""
        return _share(self.kept, self.kept + self.kept_late + self.broken)


def figures(talks: Sequence[TalkFact], cases: Sequence[CaseFact], *, target: Target) -> Figures:
    """Add up."""
    answered = [(c.first_answer, c.skill) for c in cases if c.first_answer is not None]
    ends = [state for case in cases for _, state in case.promises]
    return Figures(
        talks=len(talks),
        alone=sum(not talk.handed for talk in talks),
        back=sum(case.end == "handed_back" for case in cases),
        cases=len(cases),
        waiting=spread(case.waiting for case in cases),
        first_answer=spread(seconds for seconds, _ in answered),
        handling=spread(case.handling for case in cases if case.agents),
        resolution=spread(c.resolution for c in cases if c.resolution is not None),
        in_time=sum(seconds <= target(skill).total_seconds() for seconds, skill in answered),
        passed_on=sum(case.passed_on for case in cases),
        lost=sum(case.lost for case in cases),
        closed=sum(case.end == "closed" for case in cases),
        bot=_content(talks),
        person=_content(cases),
        kept=ends.count("kept"),
        kept_late=ends.count("kept_late"),
        broken=ends.count("broken"),
    )


def grouped(
    talks: Iterable[TalkFact],
    cases: Iterable[CaseFact],
    *,
    by: By,
    zone: str,
    target: Target,
    homes: Homes = lambda _: (),
) -> dict[str, Figures]:
    """The figures of each group, in order of their names. Talks have no skill, no team and no agent.

    A case belongs to every team that is the home of its skill.
    """
    names = _of_teams(homes) if by == "team" else _NAMES[by]
    there = ZoneInfo(zone)
    groups: dict[str, tuple[list[TalkFact], list[CaseFact]]] = {}
    for talk in talks:
        for name in names(talk, talk.at.astimezone(there)):
            groups.setdefault(name, ([], []))[0].append(talk)
    for case in cases:
        for name in names(case, case.at.astimezone(there)):
            groups.setdefault(name, ([], []))[1].append(case)
    return {name: figures(*groups[name], target=target) for name in sorted(groups)}


def _of_teams(homes: Homes) -> Callable[[Fact, datetime], Sequence[str]]:
    return lambda fact, _: homes(fact.skill) if isinstance(fact, CaseFact) else ()


@dataclass(frozen=True, slots=True)
class Miss:
    """A matter: how often it was asked about, and how often of these it was not understood."""

    intent: str
    asked: int
    missed: int


def misses(talks: Iterable[TalkFact]) -> list[Miss]:
    """All matters, the one missed most often first; of those missed alike the one asked about more."""
    counted: dict[str, list[int]] = {}
    for talk in talks:
        for intent, numbers in talk.intents.items():
            held = counted.setdefault(intent, [0, 0])
            held[0] += numbers[0]
            held[1] += numbers[1]
    found = [Miss(intent, asked, missed) for intent, (asked, missed) in counted.items()]
    return sorted(found, key=lambda one: (-one.missed / one.asked, -one.asked, one.intent))


def spread(seconds: Iterable[int]) -> Spread:
    """Median and ninth decile, by the nearest rank."""
    ordered = sorted(seconds)
    return Spread(len(ordered), _rank(ordered, 50), _rank(ordered, 90))


def _rank(ordered: Sequence[int], percent: int) -> int | None:
    if not ordered:
        return None
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _content(facts: Sequence[TalkFact] | Sequence[CaseFact]) -> Content:
    said = [fact.content for fact in facts]
    return Content(said.count("good"), said.count("ok"), said.count("bad"))


def _week(local: datetime) -> str:
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02}"


def _skill(fact: Fact, _: datetime) -> tuple[str, ...]:
    return (fact.skill,) if isinstance(fact, CaseFact) else ()


def _agents(fact: Fact, _: datetime) -> tuple[str, ...]:
    return tuple(fact.agents) if isinstance(fact, CaseFact) else ()


_NAMES: dict[By, Callable[[Fact, datetime], tuple[str, ...]]] = {
    "day": lambda _, local: (local.date().isoformat(),),
    "week": lambda _, local: (_week(local),),
    "hour": lambda _, local: (f"{local.hour:02}",),
    "skill": _skill,
    "agent": _agents,
    "locale": lambda fact, _: (fact.locale,),
}
