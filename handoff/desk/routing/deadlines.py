"""By when somebody should answer a waiting chat, and the line that follows from it.

Invariants: the deadline is the earliest of all that is known, and never later than the target for a first answer;
somebody in distress is before every deadline; the order is total, so that every node computes the same.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from handoff.desk.routing.model import Rules, Team

CRISIS = "crisis"
"""The reason of a case (`contract.HandoffReason`) that comes before everything."""


def first_answer(
    waiting_since: datetime, *, skill: str | None, teams: Iterable[Team], rules: Rules
) -> datetime:
    """The target for the first answer; it runs while one of the teams that serve the chat is open."""
    there = list(teams)
    begins = min((team.opens_by(waiting_since) for team in there), default=waiting_since)
    return begins + rules.target_of(skill, (team.id for team in there))


def deadline(target: datetime, others: Sequence[datetime | None]) -> datetime:
    """The earliest of the target and what else runs out: a promise, a debit or block, a messenger's window."""
    return min([target, *(at for at in others if at is not None)])


def serving(teams: Sequence[Team], *, team: str | None, skill: str | None) -> list[Team]:
    """The teams a chat belongs to: the one it was passed on to, else the homes of its skill."""
    return [one for one in teams if (one.id == team if team else skill in one.skills)]


def place(
    *, crisis: bool, deadline: datetime, since: datetime, name: str
) -> tuple[bool, datetime, datetime, str]:
    """What the line is sorted by."""
    return not crisis, deadline, since, name
