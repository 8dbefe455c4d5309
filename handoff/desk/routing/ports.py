"""What routing needs outward: where the line is stored, and what of a subscriber runs out soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from handoff.desk.routing.model import Changes, Look, Rules, Team

DueKind = Literal["", "debit", "block"]


@dataclass(frozen=True, slots=True)
class Due:
    """The next debit or block of a subscriber; `kind` is empty when nothing is near."""

    at: datetime | None = None
    kind: DueKind = ""


@dataclass(frozen=True, slots=True)
class Undated:
    """A waiting case whose subscriber was not looked at yet."""

    case_number: str
    subscriber_id: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What an agent is asked for. None of `skills`, `languages`, `teams` means all, all, none; `capacity` in lively chats."""

    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    capacity: int = 4


class Dates(Protocol):
    """What the business knows of a subscriber's near dates."""

    async def due(self, subscriber_id: str) -> Due | None:
        """The next debit or block that lies ahead; None: no answer now, ask again later."""
        ...


class RoutingStore(Protocol):
    """The line as it is stored. All methods raise UNAVAILABLE when the database does not answer."""

    async def look(self) -> Look:
        """All that a sweep needs, at one moment of the database's time."""
        ...

    async def store(self, changes: Changes, rules: Rules) -> list[str]:
        """Store what still fits, skipping what another node has under way; returns the conversations that changed."""
        ...

    async def undated(self, limit: int) -> list[Undated]:
        """Waiting cases of known subscribers that nobody looked at yet."""
        ...

    async def dated(self, case_number: str, due: Due) -> None:
        """Keep what was found; the next sweep moves the chat to its place."""
        ...

    async def decline(self, conversation: str, *, agent: str, epoch: int, cid: str) -> bool:
        """End the agent's offer and remember that they dropped the case; False when there is no such offer.

        A repeat of the same `cid` ends nothing, also when the first one found nothing to end."""
        ...

    async def back(self, agent: str) -> None:
        """The agent is there again after an offer ran out."""
        ...

    async def rules(self) -> Rules:
        """The rules as set, else as the code has them."""
        ...

    async def set_rules(self, rules: Rules, *, by: str) -> None:
        """Replace the rules; audited."""
        ...

    async def teams(self) -> Sequence[Team]:
        """All teams by name."""
        ...

    async def put_team(self, team: Team, *, by: str) -> None:
        """Add or replace a team; audited."""
        ...

    async def profile(self, login: str) -> Profile | None:
        """What an agent is asked for; None for an unknown login."""
        ...

    async def put_profile(self, login: str, profile: Profile, *, by: str) -> bool:
        """Replace what an agent is asked for, audited; False for an unknown login. Unknown teams are left out."""
        ...
