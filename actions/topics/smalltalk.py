"""Greeting, thanks, farewell, and what the bot is.

Invariants: the bot always says that it is one, has no human name, and never claims a feeling.
"""

from typing_extensions import override

from actions.dialogue.acts import common_buttons
from actions.dialogue.frame import BotAction
from actions.replies import Reply, answer
from actions.services import ask
from actions.turn import Turn
from actions.voice import Voice


class Greet(BotAction):
    """A greeting, by name if the shop told us who it is."""

    intent = "greet"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if turn.identified:
            profile = await ask(self.services.subscriptions.identity.profile, turn.caller)
            text = voice.text("smalltalk.greet_by_name", name=profile.name)
        else:
            text = voice.text("smalltalk.greet")
        return answer(voice, text, buttons=common_buttons(voice))


class Thank(BotAction):
    """Takes thanks; what is still open is called to mind, so that nobody takes it for done."""

    intent = "thank"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return answer(voice, voice.text("smalltalk.thank"))


class Goodbye(BotAction):
    """Says goodbye."""

    intent = "goodbye"
    reminds = False

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return answer(voice, voice.text("smalltalk.goodbye"))


class AboutBot(BotAction):
    """A machine, what it can do, and that a person is a word away."""

    intent = "about_bot"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return answer(voice, voice.text("smalltalk.about_bot"), buttons=common_buttons(voice))
