"""An action as Rasa calls it: read the turn, converse, utter the answer, return the slots.

Invariants: one turn is executed once (a repeat of the same turn gets the same answer from the tracker).
"""

from typing import Any

import structlog
from pydantic import ValidationError
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from typing_extensions import override

from actions.dialogue.conversation import converse
from actions.dialogue.frame import BotAction
from actions.dialogue.remembering import remembered, spoken, utter
from actions.turn import read_turn

_log = structlog.get_logger(__name__)


class ServedAction(Action):  # type: ignore[misc]  # rasa-sdk is untyped
    """One action of ours behind the SDK's interface."""

    def __init__(self, action: BotAction) -> None:
        self._action = action

    @override
    def name(self) -> str:
        """The name Rasa calls."""
        return f"action_{self._action.intent}"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """What the SDK calls; answers through the dispatcher and returns the slots to remember."""
        try:
            turn = read_turn(tracker)
        except (ValidationError, ValueError) as error:
            # The gateway and we disagree on the contract: an empty reply makes it call a person.
            _log.error("turn unreadable", action=self._action.intent, error=type(error).__name__)
            return []
        before = turn.last_say
        if before is not None and before.turn == turn.key:
            utter(dispatcher, before)
            return []
        outcome = await converse(self._action, turn)
        words = spoken(self._action.services, turn, outcome.reply)
        utter(dispatcher, words)
        return remembered(turn, outcome, words)
