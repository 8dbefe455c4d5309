"""What is promised to whoever begins to wait for a person.

Invariants: pure; while somebody is there it is an answer within the target of the skill, else an answer within an hour
of the desk's being open; who was taken over by an agent was promised nothing.
"""

from datetime import timedelta

from handoff.conversations.effects import Pledge, PromiseKind
from handoff.conversations.ports import Waiting
from handoff.desk.hours import Hours
from handoff.desk.routing.model import Rules

AFTER_OPENING = timedelta(hours=1)
"""For whoever waits though nobody is there (domain, section 7: an honest wait)."""


def pledges(
    waiting: Waiting, hours: Hours, *, skill: str | None, reason: str
) -> tuple[Pledge, ...]:
    """The promises that begin with the waiting."""
    if reason == "taken_over":
        return ()
    now = waiting.now
    if waiting.available > 0:
        return (Pledge(PromiseKind.FIRST_ANSWER, now + Rules().target_of(skill)),)
    opens = now if hours.open_at(now) else hours.next_opening(now)
    return (Pledge(PromiseKind.WAITING, opens + AFTER_OPENING),)
