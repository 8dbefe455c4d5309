"""When the bot did not understand, or it is none of its business: once a choice, twice a person.

What the knowledge articles surely answer is answered all the same. Invariants: any other message not understood that
follows a miss ends with a person; for what is none of our business a person is only offered; inside an open matter the
matter itself counts the misses.
"""

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.dialogue.guesses import choice
from actions.dialogue.patience import is_insult
from actions.packet import handoff
from actions.replies import Reply, say
from actions.turn import NO_TOPIC, Turn
from actions.voice import Voice

_PATIENCE = 2
_LIKELY = 0.5
_ANSWERS = "product_info"  # speaks for the knowledge articles where no topic was recognised


class Fallback(BotAction):
    """The message was not understood."""

    intent = "nlu_fallback"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if turn.value("case"):  # nothing else looks like the number of a case
            return await self.actions["case_status"].act(turn, voice)
        answered = turn.reading is not None and turn.reading.answers
        if answered and not self._rather_done(turn):
            return await self.actions[_ANSWERS].act(turn, voice)
        return self.missed(turn, voice)

    def _rather_done(self, turn: Turn) -> bool:
        """Whether the words are rather a wish that we can fulfil than a question that an article answers."""
        topic = self.actions.get(turn.guess or "")
        wish = topic is not None and not topic.from_articles and turn.guess not in NO_TOPIC
        return wish and turn.guess_share >= _LIKELY

    def missed(self, turn: Turn, voice: Voice) -> Reply:
        """Nothing surely answers it: once a choice, twice a person."""
        if turn.misses >= _PATIENCE:
            words = say(voice, voice.text("fallback.person"))
            return Reply((words,), handoff=handoff(self.services, turn, "misunderstood"))
        return choice(turn, voice, "fallback.not_understood")


class OutOfScope(Fallback):
    """The message was understood as something we do not do: a person is offered, never forced on anybody."""

    intent = "out_of_scope"

    @override
    def missed(self, turn: Turn, voice: Voice) -> Reply:
        if is_insult(turn.typed):
            return choice(turn, voice, "fallback.insult")
        again = turn.misses >= _PATIENCE
        return choice(turn, voice, "fallback.good_for" if again else "fallback.out_of_scope")
