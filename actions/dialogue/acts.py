"""Answers inside a conversation when no matter is open for them, and those about the talk itself.

Invariants: without an open matter a yes is told so, never guessed; a bare value names at most the topic it belongs
to; repeating and switching the language leave every open matter as it is.
"""

from collections.abc import Mapping

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.dialogue.language import chosen_language
from actions.replies import Reply, answer
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Say

COMMON = ("explain_charge", "why_payment_failed", "compare_plans", "cancel_subscription")
"""What most people come for; shown where somebody needs a first idea."""

_TOPIC_OF_VALUE: Mapping[str, str] = {
    "invoice": "explain_charge",
    "case": "case_status",
    "voucher": "redeem_voucher",
    "plan": "compare_plans",
    "iban": "change_bank_account",
}


def common_buttons(voice: Voice) -> list[Button]:
    """The topics most people come for, and a person."""
    return [*(voice.topic_button(intent) for intent in COMMON), voice.person_button()]


class Affirm(BotAction):
    """A yes to nothing that is open."""

    intent = "affirm"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return answer(voice, voice.text("confirm.nothing_pending"), buttons=common_buttons(voice))


class Deny(BotAction):
    """A no to nothing that is open."""

    intent = "deny"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return answer(voice, voice.text("confirm.fine"), buttons=common_buttons(voice))


class StopFlow(Deny):
    """A stop when nothing is open."""

    intent = "stop_flow"


class Inform(BotAction):
    """A bare value that nothing asked for: the topic it belongs to, else a question what it is for."""

    intent = "inform"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        for kind, intent in _TOPIC_OF_VALUE.items():
            if turn.value(kind) and intent in self.actions:
                return await self.actions[intent].act(turn, voice)
        return answer(voice, voice.text("confirm.what_for"), buttons=common_buttons(voice))


class Repeat(BotAction):
    """The last answer once more, and a person if it still does not help."""

    intent = "repeat"
    reminds = False

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        replies = turn.last_say.replies if turn.last_say else ()
        says = tuple(Say.model_validate(reply) for reply in replies if reply["type"] == "say")
        if not says:
            return answer(
                voice, voice.text("confirm.nothing_to_repeat"), buttons=common_buttons(voice)
            )
        return Reply(says, intro=voice.text("confirm.once_more"))


class SwitchLanguage(BotAction):
    """Speaks the other language from here on; what is open is said again in it."""

    intent = "switch_language"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        locale = chosen_language(turn.text, turn.pressed, now=turn.locale)
        spoken = voice.in_locale(locale)
        # With something open that is asked again, in the new language; else the way is free.
        said = "confirm.language_on" if turn.open else "confirm.language"
        reply = answer(spoken, spoken.text(said))
        return Reply(reply.says, locale=locale)
