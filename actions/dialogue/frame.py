"""What every action is: an intent, the level it needs, how it answers, and what becomes of its errors.

Invariants: an error of any kind becomes a sentence; after a write that broke nobody claims that nothing
happened; logs hold the turn's key, the intent and the kind of error, never a message.
"""

import traceback
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

import structlog

from actions.dialogue.pending import Pending
from actions.refusals import refuse
from actions.replies import Reply, answer
from actions.services import Services
from actions.turn import Turn
from actions.voice import Voice
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level

_NOT_SERVED = frozenset({Code.STORE_UNAVAILABLE, Code.PROVIDER_DOWN})

_log = structlog.get_logger(__name__)


class Broken(Exception):
    """A bug while something was being changed: nobody may claim that nothing happened."""


class BotAction(ABC):
    """What the assistant does for one intent. Subclasses name their `intent` and `act`.

    `needs` is the level below which the identity is asked for first; `writes` says that acting changes
    something; `from_articles` that the answer is a passage of the knowledge articles; `reminds` whether an open matter is called to mind after the answer; `replaces` names the matters that
    this one takes the place of, so that they are not called to mind any more.
    """

    intent: ClassVar[str]
    needs: ClassVar[Level] = Level.ANONYMOUS
    writes: ClassVar[bool] = False
    from_articles: ClassVar[bool] = False
    reminds: ClassVar[bool] = True
    replaces: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, services: Services, actions: Mapping[str, "BotAction"]) -> None:
        self.services = services
        self.actions = actions

    @abstractmethod
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        """The answer to a message of this intent; may raise `SubscriptionError`."""

    async def taken(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        """The answer to a message that speaks to this open matter."""
        return await self.act(turn, voice)

    async def resumed(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        """The matter goes on by itself: after the proof of identity."""
        return await self.act(turn, voice)

    def takes(self, turn: Turn, pending: Pending) -> bool:
        """Whether a message of another intent is still an answer in this open matter."""
        return False

    def moved_by(self, turn: Turn, pending: Pending) -> bool:
        """Whether a message tells something new of this open matter: then it is no demand made once more."""
        return False

    def claims(self, turn: Turn) -> bool:
        """Whether the words are this topic's by themselves, where it was the likeliest and not sure enough."""
        return False

    def named_in(self, turn: Turn) -> bool:
        """Whether the words name this topic at all, for one that no other words may begin in the middle of a talk."""
        return True

    def amended_by(self, turn: Turn) -> bool:
        """Whether a no or a bare value, said after this was answered, corrects what was meant ("no, the March one")."""
        return False

    async def let_go(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        """To the yes under something that is no longer open: that nothing was done, and how to come back to it."""
        again = (
            [voice.topic_button(self.intent)] if voice.knows(f"intent_title.{self.intent}") else []
        )
        text = voice.text("confirm.no_longer_open")
        return answer(voice, text, buttons=[*again, voice.person_button()])

    async def reminder(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        """What is still open, after something came between."""
        return Reply(())

    async def guarded(self, turn: Turn, answering: Callable[[Voice], Awaitable[Reply]]) -> Reply:
        """The answer, or the sentence for what went wrong; a missing proof of identity is raised."""
        voice = self.services.voice(turn)
        try:
            if turn.caller.level < self.needs:
                raise SubscriptionError(_level_code(self.needs))
            return await answering(voice)
        except SubscriptionError as refusal:
            self._note(turn, refusal)
            if refusal.code in (Code.IDENTITY_NEEDED, Code.STEP_UP_NEEDED):
                raise
            return refuse(self.services, turn, voice, refusal, writes=self.writes)
        except Exception as error:  # noqa: BLE001 - the last line of defence against silence
            cause = error.__cause__ if isinstance(error, Broken) else error
            _log.error(
                "action failed",
                action=self.intent,
                turn=turn.key,
                error=type(cause).__name__,
                # Only places in the code: a message may carry parameters, and those the subscriber's data.
                trace="".join(traceback.format_tb((cause or error).__traceback__)),
            )
            # To the subscriber a bug is the same as a database that is away.
            bug = SubscriptionError(Code.STORE_UNAVAILABLE)
            writes = self.writes or isinstance(error, Broken)
            return refuse(self.services, turn, voice, bug, writes=writes)

    def _note(self, turn: Turn, refusal: SubscriptionError) -> None:
        """A rule that refuses is everyday; what does not serve is an operator's business."""
        said = {"action": self.intent, "turn": turn.key, "code": refusal.code.value}
        if refusal.code in _NOT_SERVED:
            _log.warning("not served", **said, error=type(refusal.__cause__ or refusal).__name__)
        else:
            _log.info("refused", **said)


def _level_code(needed: Level) -> Code:
    return Code.STEP_UP_NEEDED if needed is Level.CONFIRMED else Code.IDENTITY_NEEDED
