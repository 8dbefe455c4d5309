"""How much of the house's money each role gives without a colleague, and who may agree to more.

Invariants: pure; the limit is about a day, an agent and a subscriber together, so that parts of an amount never reach
further than the whole; a limit of zero means always ask; nobody agrees to their own proposal.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from handoff.protocol.agent import Role

Gift = Literal["credit", "refund"]
Approvers = Literal["supervisor", "anyone"]
GIFTS: tuple[Gift, ...] = ("credit", "refund")
COUNTED = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Power:
    """What one role gives to one subscriber within a day, in minor units of the invoice's currency."""

    credit: int
    refund: int

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if min(self.credit, self.refund) < 0:
            raise ValueError("a limit is zero or more")

    def of(self, kind: Gift) -> int:
        """The limit of a kind."""
        return self.credit if kind == "credit" else self.refund


@dataclass(frozen=True, slots=True)
class Limits:
    """The operator's settings: power by role, who approves, how long a proposal waits."""

    powers: Mapping[Role, Power] = field(
        default_factory=lambda: {"agent": Power(2000, 5000), "supervisor": Power(10_000, 20_000)}
    )
    approvers: Approvers = "supervisor"
    open_for: timedelta = timedelta(hours=24)


InForce = Callable[[], Awaitable[Limits]]
"""Asks for the limits as they are now: a supervisor changes them while the desk works."""


def within(limits: Limits, role: Role, gift: tuple[str, int], given: int) -> bool:
    """Whether a role may give this much (kind, minor units) at once, when `given` was given before within the day.

    What is no gift (a pause, a link) needs nobody else.
    """
    kind, minor = gift
    known = next((each for each in GIFTS if each == kind), None)
    return known is None or given + minor <= limits.powers[role].of(known)


def may_decide(limits: Limits, proposer: str, *, who: str, role: Role) -> bool:
    """Whether somebody (login, role) may approve or refuse a proposal: the second person, never the first."""
    return who != proposer and (limits.approvers == "anyone" or role == "supervisor")
