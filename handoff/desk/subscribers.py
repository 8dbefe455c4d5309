"""What the desk sees of a subscriber: the 360° view, straight from the subscriptions, in a thread.

Invariants: every view and every look for somebody is asked under the agent's name, so that the audit shows who looked; the
answer is plain JSON values.
"""

import asyncio
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from subscriptions.model.base import Caller, Level
from subscriptions.port import Business


def plain(value: object) -> Any:
    """Values of the business as JSON: dates in ISO 8601, enumerations by value."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


class SubscriberDesk:
    """Reads about subscribers for the desk and for the demo shop."""

    def __init__(self, subscriptions: Business) -> None:
        self._subscriptions = subscriptions

    async def overview(self, number: str, *, agent: str) -> dict[str, Any]:
        """Everything about one subscriber. Raises NOT_FOUND; the view is logged under the agent."""
        caller = Caller(subscriber=number, level=Level.CONFIRMED, actor=f"agent:{agent}")
        found = await asyncio.to_thread(self._subscriptions.overview.of, caller, number)
        seen: dict[str, Any] = plain(found)
        return seen

    async def find(self, words: str, *, agent: str, after: str = "") -> dict[str, Any]:
        """A page of customers who fit. Raises BAD_INPUT, NOT_OFFERED; who was shown is logged under the agent."""
        caller = Caller(subscriber=None, level=Level.ANONYMOUS, actor=f"agent:{agent}")
        found = await asyncio.to_thread(self._subscriptions.overview.find, caller, words, after)
        seen: dict[str, Any] = plain(found)
        return seen

    async def as_handed_over(self, number: str) -> dict[str, Any]:
        """The same for a case that was just handed over, before anybody looks; logged under the desk."""
        caller = Caller(subscriber=number, level=Level.IDENTIFIED, actor="desk")
        found = await asyncio.to_thread(self._subscriptions.overview.of, caller, number)
        seen: dict[str, Any] = plain(found)
        return seen

    async def demo_customers(self) -> list[dict[str, Any]]:
        """The customers of the demo shop."""
        customers = await asyncio.to_thread(self._subscriptions.identity.demo_customers)
        return [plain(customer) for customer in customers]
