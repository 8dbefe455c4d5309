"""Passing the chat on: asked for, needed for the topic, or an emergency.

Invariants: asking for a person is never argued with; in a crisis the help numbers come first; the words
say honestly what happens next.
"""

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.packet import handoff
from actions.replies import Reply, say
from actions.turn import Turn
from actions.voice import Voice


class RequestHuman(BotAction):
    """A person, at once."""

    intent = "request_human"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        words = say(voice, voice.text("handover.asked"))
        return Reply((words,), handoff=handoff(self.services, turn, "asked"))


class NotCovered(BotAction):
    """A topic of the catalogue that the bot does not settle itself."""

    intent = "not_covered"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if self.intent in self.services.skills.always_person:
            words = say(voice, voice.text("handover.always", topic=voice.topic(self.intent)))
            return Reply((words,), handoff=handoff(self.services, turn, "catalogue"))
        words = say(voice, voice.text("handover.not_covered", topic=voice.topic(self.intent)))
        return Reply((words,), handoff=handoff(self.services, turn, "not_covered"))


def not_covered(intent: str) -> type[NotCovered]:
    """The action of an intent that is not settled here."""
    return type("NotCovered", (NotCovered,), {"intent": intent})


class Crisis(BotAction):
    """Help numbers at once, and a person first in line."""

    intent = "crisis"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        words = say(voice, voice.text("handover.crisis"))
        return Reply((words,), handoff=handoff(self.services, turn, "catalogue"))
