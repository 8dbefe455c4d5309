"""The frame of every action: read the turn, check the level, act, answer, remember.

Invariants: one turn is executed once (a repeat of the same turn gets the same answer from the tracker);
an error of any kind becomes a sentence; what was proposed is forgotten unless the action keeps it; logs
hold the turn's key, the action and the kind of error, never a message.
"""

import traceback
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import structlog
from pydantic import ValidationError
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from typing_extensions import override

from actions.refusals import refuse
from actions.replies import Reply
from actions.services import Services
from actions.turn import LastSay, Turn, read_turn
from actions.voice import Voice
from handoff.contract import HandoffRequest, Say
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level

_NOT_SERVED = frozenset({Code.STORE_UNAVAILABLE, Code.PROVIDER_DOWN})

_log = structlog.get_logger(__name__)


class BotAction(Action, ABC):  # type: ignore[misc]  # rasa-sdk is untyped
    """An action of ours. Subclasses say what they need and how they `act`."""

    action: ClassVar[str]
    needs: ClassVar[Level] = Level.ANONYMOUS
    writes: ClassVar[bool] = False
    keeps_pending: ClassVar[bool] = False

    def __init__(self, services: Services) -> None:
        self.services = services

    @override
    def name(self) -> str:
        """The name Rasa calls."""
        return self.action

    @abstractmethod
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        """The answer to one turn; may raise `SubscriptionError`."""

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """What the SDK calls; answers through the dispatcher and returns the slots to remember."""
        try:
            turn = read_turn(tracker)
        except (ValidationError, ValueError) as error:
            # The gateway and we disagree on the contract: an empty reply makes it call a person.
            _log.error("turn unreadable", action=self.action, error=type(error).__name__)
            return []
        before = turn.last_say
        if before is not None and before.turn == turn.key:
            _utter(dispatcher, before)
            return []
        reply = await self._reply(turn)
        spoken = _spoken(self.services, turn, reply)
        _utter(dispatcher, spoken)
        kept = turn.pending if self.keeps_pending and reply.handoff is None else None
        pending = reply.pending or kept
        locale = reply.locale or turn.locale
        return [
            SlotSet("pending", pending.value() if pending else None),
            SlotSet("last_say", _as_slot(spoken)),
            SlotSet("locale", locale),
        ]

    async def _reply(self, turn: Turn) -> Reply:
        voice = self.services.voice(turn)
        try:
            if turn.caller.level < self.needs:
                raise SubscriptionError(_level_code(self.needs))
            return await self.act(turn, voice)
        except SubscriptionError as refusal:
            self._note(turn, refusal)
            return refuse(self.services, turn, voice, refusal, writes=self.writes)
        except Exception as error:  # noqa: BLE001 - the last line of defence against silence
            _log.error(
                "action failed",
                action=self.action,
                turn=turn.key,
                error=type(error).__name__,
                # Only places in the code: a message may carry parameters, and those the subscriber's data.
                trace="".join(traceback.format_tb(error.__traceback__)),
            )
            # To the subscriber a bug is the same as a database that is away.
            bug = SubscriptionError(Code.STORE_UNAVAILABLE)
            return refuse(self.services, turn, voice, bug, writes=self.writes)

    def _note(self, turn: Turn, refusal: SubscriptionError) -> None:
        """A rule that refuses is everyday; what does not serve is an operator's business."""
        said = {"action": self.action, "turn": turn.key, "code": refusal.code.value}
        if refusal.code in _NOT_SERVED:
            _log.warning("not served", **said, error=type(refusal.__cause__ or refusal).__name__)
        else:
            _log.info("refused", **said)


def _level_code(needed: Level) -> Code:
    return Code.STEP_UP_NEEDED if needed is Level.CONFIRMED else Code.IDENTITY_NEEDED


def _spoken(services: Services, turn: Turn, reply: Reply) -> LastSay:
    """The reply as it goes out: on the turn after a person, first a word that the bot is back."""
    voice = services.voice_in(reply.locale or turn.locale, turn.key)
    intro = " ".join(part for part in (_back_again(voice, turn), reply.intro) if part)
    items: list[Say | HandoffRequest] = list(reply.says)
    if reply.handoff:
        items.append(reply.handoff)
    return LastSay(turn.key, intro, tuple(item.model_dump(mode="json") for item in items))


def _back_again(voice: Voice, turn: Turn) -> str:
    if turn.handback is None:
        return ""
    outcome = turn.handback.outcome.strip().rstrip(".")
    if not outcome:
        return voice.text("handback.plain", agent=turn.handback.agent)
    return voice.text("handback.outcome", agent=turn.handback.agent, outcome=outcome)


def _as_slot(spoken: LastSay) -> dict[str, Any]:
    return {"turn": spoken.turn, "intro": spoken.intro, "replies": list(spoken.replies)}


def _utter(dispatcher: CollectingDispatcher, spoken: LastSay) -> None:
    intro = spoken.intro
    for reply in spoken.replies:
        message = dict(reply)
        if intro and reply.get("type") == "say":
            message["text"] = f"{intro}\n\n{reply['text']}"
            intro = ""
        dispatcher.utter_message(json_message=message)
