"""The values of the settings as pages send and read them, checked on the way in.

Invariants: every value that passes can be stored and worked with: zones and regions are known, hours end after they begin,
teams and skills exist; `version` is the same for the same value and for no other.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import Field, StringConstraints, field_validator, model_validator

from handoff.contract import Locale, Skill, Wire
from handoff.desk.approvals.limits import Approvers, Limits, Power
from handoff.desk.hours import Hours, known_region
from handoff.desk.routing.model import Rules, Team
from handoff.desk.routing.ports import Profile
from handoff.protocol import Role
from handoff.settings import Minor

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


def version_of(value: Wire | Mapping[str, str]) -> str:
    """A name for a value."""
    said = value.model_dump_json() if isinstance(value, Wire) else json.dumps(dict(value))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class OpenHours(Wire):
    """From `first` to `last` day of the week (0 is Monday); `closes` 00:00 is the end of the day."""

    first: int = Field(ge=0, le=6)
    last: int = Field(ge=0, le=6)
    opens: time
    closes: time

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("days_reversed")
        if self.closes != time() and self.closes <= self.opens:
            raise ValueError("hours_reversed")
        return self


class TeamShape(Wire):
    """A team. Without hours it is always open; on holidays of `region` (`DE`, `DE-BE`, none) and on `closed_on` it is not."""

    name: Name
    skills: list[Skill] = []
    hours: list[OpenHours] = Field(default=[], max_length=14)
    zone: str = "Europe/Berlin"
    region: str = Field(default="", max_length=10)
    closed_on: list[date] = Field(default=[], max_length=366)

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError("zone_unknown")
        return zone

    @field_validator("region")
    @classmethod
    def _region_is_known(cls, region: str) -> str:
        if not known_region(region):
            raise ValueError("region_unknown")
        return region

    def team(self, key: str) -> Team:
        """The team as routing knows it."""
        there = (self.zone, self.region, frozenset(self.closed_on))
        hours = tuple(Hours(h.first, h.last, h.opens, h.closes, *there) for h in self.hours)
        return Team(key, self.name, frozenset(self.skills), hours)

    @classmethod
    def of(cls, team: Team) -> Self:
        """The shape of a team of routing."""
        first = team.hours[0] if team.hours else Hours()
        return cls.model_validate(
            {
                "name": team.name,
                "skills": sorted(team.skills),
                "hours": [
                    {"first": h.first, "last": h.last, "opens": h.opens, "closes": h.closes}
                    for h in team.hours
                ],
                "zone": first.zone,
                "region": first.region,
                "closed_on": sorted(first.closed_on),
            }
        )


class AgentShape(Wire):
    """An agent: how subscribers read the name, what they may do, and what they are asked for. None of skills means all."""

    name: Name
    role: Role = "agent"
    skills: list[Skill] = []
    languages: list[Locale] = []
    teams: list[Key] = []
    capacity: int = Field(default=4, ge=0, le=50)

    @property
    def profile(self) -> Profile:
        """What routing asks them for."""
        return Profile(tuple(self.skills), tuple(self.languages), tuple(self.teams), self.capacity)

    @classmethod
    def of(cls, name: str, role: Role, profile: Profile) -> Self:
        """The shape of an account and its profile."""
        return cls.model_validate(
            {
                "name": name,
                "role": role,
                "skills": sorted(profile.skills),
                "languages": sorted(profile.languages),
                "teams": sorted(profile.teams),
                "capacity": profile.capacity,
            }
        )


class LimitsShape(Wire):
    """What agents give one customer within a day by themselves, in minor units; who agrees to more, and how long that waits."""

    agent_credit: Minor
    agent_refund: Minor
    supervisor_credit: Minor
    supervisor_refund: Minor
    approvers: Approvers
    open_hours: int = Field(ge=1, le=168)

    @property
    def limits(self) -> Limits:
        """The limits as actions know them."""
        return Limits(
            powers={
                "agent": Power(self.agent_credit, self.agent_refund),
                "supervisor": Power(self.supervisor_credit, self.supervisor_refund),
            },
            approvers=self.approvers,
            open_for=timedelta(hours=self.open_hours),
        )


Value = Rules | TeamShape | AgentShape | LimitsShape


class Versioned(Wire):
    """What a page shows: a value under its key, and the version that a change must name."""

    key: str
    version: str
    value: Value


def versioned(key: str, value: Value) -> Versioned:
    """A value with its version."""
    return Versioned(key=key, version=version_of(value), value=value)
