"""To whom a chat may be passed on, and who of them would get it now; pure.

Invariants: everybody with an account is named, at the desk or not: a chat may wait for somebody; somebody without skills or
languages set can do all.
"""

from collections.abc import Iterable

from handoff.contract import Wire
from handoff.desk.routing.model import SKILLS, Look, Person


class Destination(Wire):
    """Somebody or something a chat may be passed on to. `open`: a person there would be offered it now."""

    id: str
    name: str
    open: bool


class Destinations(Wire):
    """All that `transfer` takes."""

    agents: list[Destination]
    teams: list[Destination]
    skills: list[Destination]


def destinations(look: Look, accounts: Iterable[tuple[str, str]]) -> Destinations:
    """As the line was seen; `accounts` are the logins and names of everybody."""
    there = {person.login for person in look.people}
    return Destinations(
        agents=[Destination(id=login, name=name, open=login in there) for login, name in accounts],
        teams=[
            Destination(
                id=team.id,
                name=team.name,
                open=team.open_at(look.now) and any(team.id in p.teams for p in look.people),
            )
            for team in look.teams
        ],
        skills=[
            Destination(
                id=skill, name=skill, open=any(_can(person, skill) for person in look.people)
            )
            for skill in SKILLS
        ],
    )


def _can(person: Person, skill: str) -> bool:
    return not person.skills or skill in person.skills
