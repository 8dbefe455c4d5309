"""The desk's decisions in one value, as the core asks for them (`conversations.ports.DeskRules`).

Invariant: pure but for the random case number, which can be handed in.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from handoff.contract import HandoffRequest
from handoff.conversations.effects import Page, Pledge
from handoff.conversations.model import Conversation, Routed
from handoff.conversations.pledging import held_case
from handoff.conversations.ports import Arrival, Waiting
from handoff.desk import presence, queue
from handoff.desk.hours import Hours
from handoff.desk.packet import packet
from handoff.desk.promises import making
from handoff.desk.promises.signing import Pages

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0/O and 1/I/L, which people mix up on the telephone."""


def case_number() -> str:
    """A number like `C-7F3K-29QD`: short to say, too many to guess."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"C-{letters[:4]}-{letters[4:]}"


@dataclass(frozen=True, slots=True)
class Rules:
    """The desk's rules under its opening hours."""

    hours: Hours = field(default_factory=Hours)
    new_case: Callable[[], str] = case_number
    pages: Pages | None = None

    def arrival(self, waiting: Waiting, request: HandoffRequest) -> Arrival:
        """Case number, packet, and what the subscriber is told."""
        number = held_case(waiting.conversation) or self.new_case()
        code, facts = presence.notice(waiting, self.hours, case_number=number)
        return Arrival(
            case_number=number,
            packet=packet(waiting, request, case_number=number),
            notice=code,
            facts=facts,
            at=waiting.now,
            pledges=making.pledges(waiting, self.hours, skill=request.skill, reason=request.reason),
        )

    def notice(self, waiting: Waiting) -> tuple[str, dict[str, str]]:
        """The system message for a chat that waits already."""
        number = waiting.conversation.case_number or ""
        return presence.notice(waiting, self.hours, case_number=number)

    def link(self, page: Page, name: str, now: datetime) -> str:
        """The address of a page about a conversation or a rating; empty when there are no pages."""
        return self.pages.address(page, name, now) if self.pages else ""

    def pledges(self, waiting: Waiting) -> tuple[Pledge, ...]:
        """What is promised to a chat that waits again."""
        c = waiting.conversation
        return making.pledges(waiting, self.hours, skill=c.skill, reason=c.reason)

    def order(
        self, queued: Sequence[Conversation], routed: Mapping[str, Routed], now: datetime
    ) -> list[Conversation]:
        """The line, first one first."""
        return queue.order(queued, routed, now)
