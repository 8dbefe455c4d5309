"""Passing the chat on: asked for, needed for the topic, or an emergency.

Invariants: asking for a person is never argued with; whoever wishes to be called chooses the time; in a crisis the help
numbers come first; the words say honestly what happens next.
"""

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.packet import handoff
from actions.replies import Reply, say
from actions.topics.care_calls import moves_a_call, wants_a_call
from actions.topics.open_calls import WITHDRAWING, withdraws_a_call
from actions.turn import Turn
from actions.voice import Voice


class RequestHuman(BotAction):
    """A person, at once; or a call, for whoever asks for one."""

    intent = "request_human"
    replaces = frozenset({WITHDRAWING})  # a button under it moves the call instead

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if withdraws_a_call(turn):
            return await self.actions[WITHDRAWING].act(turn, voice)
        if wants_a_call(turn) or moves_a_call(turn):
            return await self.actions["call_back"].act(turn, voice)
        words = say(voice, voice.text("handover.asked"))
        return Reply((words,), handoff=handoff(self.services, turn, "asked"))


class Crisis(BotAction):
    """Help numbers at once, and a person first in line."""

    intent = "crisis"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        words = say(voice, voice.text("handover.crisis"))
        return Reply((words,), handoff=handoff(self.services, turn, "crisis"))
