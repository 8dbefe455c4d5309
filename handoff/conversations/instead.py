"""What somebody may choose instead of waiting when nobody is at the desk: a call at a chosen time, or a written answer.

Invariants: both lead into matters of the bot; each button carries the case that was waiting, so that whoever changes their mind
waits for a person again, and ends the waiting of this case only; what a person must look at has no button that ends it.
"""

from collections.abc import Mapping

from handoff.contract import Button, Locale
from handoff.conversations.effects import PromiseKind
from handoff.conversations.model import Conversation

NOBODY = "nobody_available"
_CALL: Mapping[Locale, str] = {"de": "Rückruf vereinbaren", "en": "Arrange a call"}
_WRITTEN: Mapping[Locale, str] = {"de": "Schriftliche Antwort", "en": "Answer in writing"}
_DESK = "desk"
_FOR_A_PERSON = frozenset({"write_failed", "crisis"})
_SECURITY = "SEC"


def buttons(c: Conversation, code: str) -> tuple[Button, ...]:
    """Those under a notice; only the one that nobody is there has any."""
    if code != NOBODY or not c.case_number or needs_a_person(c):
        return ()
    desk = {_DESK: c.case_number}
    return (
        Button(title=_CALL[c.locale], intent="request_human", value={"call": "yes", **desk}),
        Button(title=_WRITTEN[c.locale], intent="complaint", value={"concern": "question", **desk}),
    )


def kind_of(button: Button) -> PromiseKind:
    """What a button under such a notice asks for."""
    return PromiseKind.CALLBACK if button.value.get("call") else PromiseKind.WRITTEN


def ends_waiting(c: Conversation, button: Button) -> bool:
    """Whether a button stood under a notice about the very case that waits now, and that case may be ended by one still."""
    ours = c.case_number is not None and button.value.get(_DESK) == c.case_number
    return ours and not needs_a_person(c)


def needs_a_person(c: Conversation) -> bool:
    """A write that broke, a life, an account in strange hands: promised to a person, whoever holds the device."""
    return c.reason in _FOR_A_PERSON or c.skill == _SECURITY
