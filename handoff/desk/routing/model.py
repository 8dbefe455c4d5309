"""The values of routing: rules, teams, people, chats that wait, live offers, and what a sweep wants changed.

Invariants: load is counted in hundredths of a lively chat; empty skills or languages mean all; times are aware UTC.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal, get_args

from pydantic import Field

from handoff.contract import Locale, Skill, Wire
from handoff.desk.hours import Hours
from handoff.protocol import Standing, Why

LIVELY = 100
"""What a chat weighs in which somebody spoke lately."""

SKILLS: tuple[Skill, ...] = get_args(Skill)
Outcome = Literal["accepted", "declined", "timeout", "gone", "withdrawn"]
Drop = Literal["declined", "timeout", "left", "lost"]


Target = Annotated[int, Field(ge=10, le=86_400)]


class Rules(Wire):
    """What a supervisor may set; kept whole as `routing` in `desk_rule`. All times are in seconds.

    `accept`: how long an offer stands. A chat silent for `quiet` weighs `quiet_percent` of a lively one. Who dropped a chat
    is not offered it again for `drop`. A chat goes beyond the person it was transferred to, its team, the agents with its
    skill, those with its language after so long in this line; `kept_skills` never leave theirs. `targets`: how soon
    a person should answer, by skill; `team_targets`: by the id of the team that serves the chat; `target` for the others.
    """

    accept: int = Field(default=45, ge=5, le=600)
    quiet: int = Field(default=300, ge=30, le=86_400)
    quiet_percent: int = Field(default=25, ge=0, le=100)
    drop: int = Field(default=300, ge=0, le=86_400)
    beyond_person: int = Field(default=60, ge=0, le=86_400)
    beyond_team: int = Field(default=90, ge=0, le=86_400)
    beyond_skill: int = Field(default=180, ge=0, le=86_400)
    beyond_language: int = Field(default=300, ge=0, le=86_400)
    kept_skills: tuple[Skill, ...] = ()
    target: int = Field(default=120, ge=10, le=86_400)
    targets: dict[Skill, Target] = {"SEC": 60, "CMP": 90}
    team_targets: dict[str, Target] = Field(default={}, max_length=200)

    def target_of(self, skill: str | None, teams: Iterable[str] = ()) -> timedelta:
        """How soon a person should answer a chat that needs this skill and is served by these teams.

        The shortest of the targets that the skill and the teams have of their own; the general one where none has any.
        """
        known = {str(name): seconds for name, seconds in self.targets.items()}
        own = [known.get(skill or ""), *(self.team_targets.get(team) for team in teams)]
        return timedelta(seconds=min((one for one in own if one is not None), default=self.target))


@dataclass(frozen=True, slots=True)
class Team:
    """People who work together, the home of some skills. Without hours it is always open."""

    id: str
    name: str
    skills: frozenset[str] = frozenset()
    hours: tuple[Hours, ...] = ()

    def open_at(self, moment: datetime) -> bool:
        """Whether the team is at work at that moment."""
        return not self.hours or any(hours.open_at(moment) for hours in self.hours)

    def opens_by(self, moment: datetime) -> datetime:
        """That moment if the team is open, else when it opens next."""
        if self.open_at(moment):
            return moment
        return min(hours.next_opening(moment) for hours in self.hours)


@dataclass(frozen=True, slots=True)
class Person:
    """An agent who is there and takes chats. `offers`: how many stand now; `load` counts them as lively chats."""

    login: str
    name: str = ""
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    capacity: int = 4 * LIVELY
    load: int = 0
    offers: int = 0
    offered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that waits. `since`: in this line, for the overflow; `team` and `wanted`: to whom it was transferred.

    `stored`: the deadline as it stands in the database; None when nothing does yet.
    """

    conversation: str
    case_number: str
    epoch: int
    skill: str | None
    locale: Locale
    deadline: datetime
    waiting_since: datetime
    since: datetime
    crisis: bool = False
    team: str | None = None
    wanted: str | None = None
    dropped_by: frozenset[str] = frozenset()
    why: Why = ""
    stored: datetime | None = None


@dataclass(frozen=True, slots=True)
class LiveOffer:
    """An offer nobody has answered yet. `void`: its chat does not wait any more as it did when the offer was made."""

    id: str
    conversation: str
    agent: str
    until: datetime
    void: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """All that a sweep sees, at one moment. `people` are there and respond; `standings` are of everybody who is there."""

    now: datetime
    rules: Rules = field(default_factory=Rules)
    chats: tuple[Chat, ...] = ()
    offers: tuple[LiveOffer, ...] = ()
    people: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()
    standings: Mapping[str, Standing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offered:
    """This chat is to be offered to this person, whose last offer so far was then."""

    chat: Chat
    agent: str
    last_offered: datetime | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """The choice: who is offered what, and why the other chats are offered to nobody."""

    offers: tuple[Offered, ...]
    why: Mapping[str, Why]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a sweep wants stored; each part holds only if it still fits what is stored then."""

    admitted: tuple[Chat, ...] = ()  # new in the line, or their deadline is another one than stored
    ended: tuple[tuple[LiveOffer, Outcome], ...] = ()
    prolonged: tuple[LiveOffer, ...] = ()
    offered: tuple[Offered, ...] = ()
    why: tuple[tuple[Chat, Why], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.admitted or self.ended or self.prolonged or self.offered or self.why)
