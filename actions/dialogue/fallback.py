"""When the bot did not understand, or it is none of its business: once a choice, twice a person.

What the knowledge articles surely answer is answered all the same. Invariants: any other second miss in a row ends
with a person; the guesses offered are topics, never acts; inside an open matter the matter itself counts the misses.
"""

from typing import ClassVar

from typing_extensions import override

from actions.dialogue.acts import COMMON
from actions.dialogue.frame import BotAction
from actions.dialogue.patience import is_insult
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.turn import Turn
from actions.voice import Voice

_PATIENCE = 2
_ANSWERS = "product_info"  # speaks for the knowledge articles where no topic was recognised
_GUESSES = 2


class Fallback(BotAction):
    """The message was not understood."""

    intent = "nlu_fallback"
    said: ClassVar[str] = "fallback.not_understood"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if turn.value("case"):  # nothing else looks like the number of a case
            return await self.actions["case_status"].act(turn, voice)
        if turn.reading is not None and turn.reading.answers:
            return await self.actions[_ANSWERS].act(turn, voice)
        if turn.misses >= _PATIENCE:
            words = say(voice, voice.text("fallback.person"))
            return Reply((words,), handoff=handoff(self.services, turn, "misunderstood"))
        buttons = [voice.topic_button(intent) for intent in _guesses(turn, voice)]
        insult = self.intent == "out_of_scope" and is_insult(turn.typed)
        said = voice.text("fallback.insult" if insult else self.said)
        return answer(voice, said, buttons=[*buttons, voice.person_button()])


class OutOfScope(Fallback):
    """The message was understood as something we do not do."""

    intent = "out_of_scope"
    said = "fallback.out_of_scope"


def _guesses(turn: Turn, voice: Voice) -> list[str]:
    """The two likeliest topics; the commonest ones fill up."""
    known = (name for name in (*turn.likely, *COMMON) if voice.knows(f"intent_title.{name}"))
    return list(dict.fromkeys(known))[:_GUESSES]
