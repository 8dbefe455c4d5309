"""What somebody may choose instead of waiting when nobody is at the desk: a call at a chosen time, or a written answer.

Invariants: both lead into matters of the bot; each button carries the case that was waiting, so that whoever changes their mind
waits for a person again.
"""

from collections.abc import Mapping

from handoff.contract import Button, Locale
from handoff.conversations.model import Conversation

NOBODY = "nobody_available"
_CALL: Mapping[Locale, str] = {"de": "Rückruf vereinbaren", "en": "Arrange a call"}
_WRITTEN: Mapping[Locale, str] = {"de": "Schriftliche Antwort", "en": "Answer in writing"}


def buttons(c: Conversation, code: str) -> tuple[Button, ...]:
    """Those under a notice; only the one that nobody is there has any."""
    if code != NOBODY or not c.case_number:
        return ()
    desk = {"desk": c.case_number}
    return (
        Button(title=_CALL[c.locale], intent="request_human", value={"call": "yes", **desk}),
        Button(title=_WRITTEN[c.locale], intent="complaint", value={"concern": "question", **desk}),
    )
