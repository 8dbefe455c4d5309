"""A report for a time: the whole, its groups, and the same length of time before it to compare with.

Invariants: days are those of the desk's zone, the last one included; a report reads facts only, so it costs the same whether
the conversations are still there or not.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from handoff.desk.reports.facts import CaseFact, TalkFact
from handoff.desk.reports.figures import By, Figures, Miss, figures, grouped, misses
from handoff.desk.routing.deadlines import serving
from handoff.desk.routing.model import Rules, Team

LONGEST = timedelta(days=400)


class ReportStore(Protocol):
    """Where facts are kept."""

    async def facts(self, start: datetime, end: datetime) -> tuple[list[TalkFact], list[CaseFact]]:
        """The facts of talks and cases that began in `start <= at < end`, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days, the last one included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("the last day is before the first")
        if self.last - self.first > LONGEST:
            raise ValueError(f"at most {LONGEST.days} days in one report")

    @property
    def before(self) -> "Span":
        """As many days just before."""
        length = self.last - self.first + timedelta(days=1)
        return Span(self.first - length, self.last - length)

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """From the first midnight to the one after the last day."""
        there = ZoneInfo(zone)
        end = self.last + timedelta(days=1)
        return (
            datetime.combine(self.first, time(), tzinfo=there),
            datetime.combine(end, time(), tzinfo=there),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What a page, a plot and a file show. `before`: the figures of the span before."""

    span: Span
    by: By
    whole: Figures
    before: Figures
    groups: dict[str, Figures]
    misses: list[Miss]


@dataclass(frozen=True, slots=True)
class Only:
    """Narrows a report; empty means all."""

    skill: str = ""
    locale: str = ""

    def of(
        self, facts: tuple[Sequence[TalkFact], Sequence[CaseFact]]
    ) -> tuple[list[TalkFact], list[CaseFact]]:
        """Talks have no skill: with one chosen there are none."""
        talks = [t for t in facts[0] if not self.skill and self.locale in ("", t.locale)]
        cases = [
            c for c in facts[1] if self.skill in ("", c.skill) and self.locale in ("", c.locale)
        ]
        return talks, cases


class Reports:
    """Reports of one desk, by its rules."""

    def __init__(
        self,
        store: ReportStore,
        *,
        zone: str,
        rules: Callable[[], Awaitable[Rules]],
        teams: Callable[[], Awaitable[Sequence[Team]]],
    ) -> None:
        self._store = store
        self._zone = zone
        self._rules = rules
        self._teams = teams

    async def report(self, span: Span, by: By, only: Only) -> Report:
        """Add up what happened in the span, and in the one before."""
        talks, cases = only.of(await self._store.facts(*span.bounds(self._zone)))
        earlier = only.of(await self._store.facts(*span.before.bounds(self._zone)))
        rules, teams = await self._rules(), await self._teams()

        def homes(skill: str) -> list[Team]:
            return serving(teams, team=None, skill=skill)

        def target(skill: str) -> timedelta:
            return rules.target_of(skill, (team.id for team in homes(skill)))

        return Report(
            span=span,
            by=by,
            whole=figures(talks, cases, target=target),
            before=figures(*earlier, target=target),
            misses=misses(talks),
            groups=grouped(
                talks,
                cases,
                by=by,
                zone=self._zone,
                target=target,
                homes=lambda skill: [team.name for team in homes(skill)],
            ),
        )
