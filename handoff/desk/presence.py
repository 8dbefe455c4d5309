"""What a waiting subscriber is told: somebody is there, or honestly nobody.

Invariant: "a person is coming" is said only while an agent is available; otherwise the case number and
the opening hours are, so that nothing depends on the window staying open (domain, section 7).
"""

from handoff.conversations.ports import Waiting
from handoff.desk.hours import Hours


def notice(waiting: Waiting, hours: Hours, *, case_number: str) -> tuple[str, dict[str, str]]:
    """The code and the facts of the system message."""
    if waiting.available > 0:
        return "queued", {"case_number": case_number}
    facts = {
        "case_number": case_number,
        "hours": hours.words(waiting.conversation.locale),
        "opens_at": hours.next_opening(waiting.now).isoformat(),
        "open_now": "yes" if hours.open_at(waiting.now) else "no",
    }
    return "nobody_available", facts
