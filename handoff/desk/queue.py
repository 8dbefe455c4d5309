"""The line: ordered by the risk of missing a target, and how long the wait may be.

Invariants: whoever is in distress comes first; a chat never moves back behind one with the same target which came later; waiting longer
never lowers the place; the order is total, so that every node computes the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handoff.conversations.model import Conversation

TARGET = timedelta(seconds=120)
"""How soon a person should answer a chat."""

URGENT = {"SEC": timedelta(seconds=60), "CMP": timedelta(seconds=90)}
"""Security and complaints wait less."""

HANDLING = timedelta(minutes=6)
"""How long a person is busy with one chat, for the estimate."""


def risk(conversation: Conversation, now: datetime) -> float:
    """How much of the target is used up: 0 just arrived, 1 the target is missed from now on."""
    since = conversation.waiting_since or now
    return (now - since) / URGENT.get(conversation.skill or "", TARGET)


def order(queued: Sequence[Conversation], now: datetime) -> list[Conversation]:
    """The line, first one first; somebody in distress before everybody else."""

    def place(c: Conversation) -> tuple[bool, float, datetime, str]:
        return c.reason != "crisis", -risk(c, now), c.waiting_since or now, c.id

    return sorted(queued, key=place)


def wait_minutes(place: int, agents: int) -> tuple[int, int] | None:
    """An honest range of minutes until a person answers at this place; None when nobody is there."""
    if place < 1 or agents < 1:
        return None
    before = (place - 1) / agents * (HANDLING / timedelta(minutes=1))
    return int(before * 0.5), max(2, round(before * 1.5 + 2))
