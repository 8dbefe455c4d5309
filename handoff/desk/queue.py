"""The line: ordered by the earliest deadline.

Invariants: whoever is in distress comes first; waiting longer never lowers the place; the order is total and the one in
which chats are offered, so that every node computes the same.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from handoff.conversations.model import Conversation, Routed
from handoff.desk.routing.deadlines import CRISIS, place
from handoff.desk.routing.model import Rules


def order(
    queued: Sequence[Conversation], routed: Mapping[str, Routed], now: datetime
) -> list[Conversation]:
    """The line, first one first. A chat whose deadline is not known yet has the target of its skill."""
    rules = Rules()

    def key(c: Conversation) -> tuple[bool, datetime, datetime, str]:
        since = c.waiting_since or now
        known = routed.get(c.id)
        deadline = known.deadline if known else since + rules.target_of(c.skill)
        return place(crisis=c.reason == CRISIS, deadline=deadline, since=since, name=c.id)

    return sorted(queued, key=key)
