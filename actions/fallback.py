"""When the bot did not understand, or it is none of its business: once a choice, twice a person.

Invariants: a second miss in a row always ends with a person; a single one does while a payment waits for
its yes; the guesses offered are topics, never acts.
"""

from typing_extensions import override

from actions.base import BotAction
from actions.packet import handoff
from actions.pending import Awaiting
from actions.replies import Reply, answer, say
from actions.services import Services
from actions.smalltalk import COMMON
from actions.turn import Turn
from actions.voice import Voice

_PATIENCE = 2
_GUESSES = 2


class Fallback(BotAction):
    """The message was not understood."""

    action = "action_nlu_fallback"
    keeps_pending = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return _missed(self.services, turn, voice, "fallback.not_understood")


class OutOfScope(BotAction):
    """The message was understood as something we do not do."""

    action = "action_out_of_scope"
    keeps_pending = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return _missed(self.services, turn, voice, "fallback.out_of_scope")


def _missed(services: Services, turn: Turn, voice: Voice, text: str) -> Reply:
    paying = turn.pending is not None and turn.pending.kind is Awaiting.RETRY_PAYMENT
    if turn.misses >= _PATIENCE or paying:
        words = say(voice, voice.text("fallback.person"))
        return Reply((words,), handoff=handoff(services, turn, "misunderstood"))
    buttons = [voice.topic_button(intent) for intent in _guesses(turn, voice)]
    return answer(voice, voice.text(text), buttons=[*buttons, voice.person_button()])


def _guesses(turn: Turn, voice: Voice) -> list[str]:
    """The two likeliest topics; the commonest ones fill up."""
    known = (name for name in (*turn.likely, *COMMON) if voice.knows(f"intent_title.{name}"))
    return list(dict.fromkeys(known))[:_GUESSES]
