"""Answers to what was proposed: yes, no, a bare value, stop, once more, another language.

Invariants: a yes executes exactly the proposal it was given to, within its time and by whom it was made
to; a pressed button names its proposal itself; a paid order only ever comes from its order button;
without a proposal a yes is told so, never guessed.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from typing_extensions import override

from actions.base import BotAction
from actions.billing import ExplainCharge
from actions.language import chosen_language
from actions.login import ask_address, reset
from actions.payments import retry
from actions.pending import Awaiting, Pending
from actions.plans import offer_change, order, schedule_downgrade, use_the_button
from actions.replies import Reply, answer
from actions.services import Services
from actions.smalltalk import COMMON
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Say

Execute = Callable[[Services, Turn, Voice, Pending], Awaitable[Reply]]


async def _address_again(services: Services, turn: Turn, voice: Voice, pending: Pending) -> Reply:
    """A yes to "which address?" is no address."""
    if "email" in turn.entities:
        return await reset(services, turn, voice, pending.key)
    return ask_address(services, turn, voice)


EXECUTE: Mapping[Awaiting, Execute] = {
    Awaiting.RETRY_PAYMENT: retry,
    Awaiting.DOWNGRADE_PLAN: schedule_downgrade,
    Awaiting.UPGRADE_PLAN: use_the_button,
    Awaiting.RESET_PASSWORD: _address_again,
}


class Affirm(BotAction):
    """Yes: executes what was proposed."""

    action = "action_affirm"
    writes = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        token = turn.pressed.get("order")
        if token:
            return await order(self.services, turn, voice, token)
        pending = _own(turn)
        if pending is None:
            return answer(voice, voice.text("confirm.nothing_pending"), buttons=_common(voice))
        if not pending.open_at(self.services.clock()):
            again = voice.topic_button(pending.kind.value)
            return answer(voice, voice.text("confirm.too_late"), buttons=[again])
        return await EXECUTE[pending.kind](self.services, turn, voice, pending)


class Deny(BotAction):
    """No: drops what was proposed."""

    action = "action_deny"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return _dropped(turn, voice)


class StopFlow(BotAction):
    """Stop: drops the whole matter."""

    action = "action_stop_flow"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return _dropped(turn, voice)


class Inform(BotAction):
    """A bare value: completes what was asked for, if it fits."""

    action = "action_inform"
    writes = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        pending = _own(turn)
        kind = pending.kind if pending else None
        if kind is Awaiting.RESET_PASSWORD and pending is not None:
            return await _address_again(self.services, turn, voice, pending)
        if "plan" in turn.entities and kind in (Awaiting.UPGRADE_PLAN, Awaiting.DOWNGRADE_PLAN):
            return await offer_change(self.services, turn, voice, up=kind is Awaiting.UPGRADE_PLAN)
        if "invoice" in turn.entities and turn.identified:
            return await ExplainCharge(self.services).act(turn, voice)
        words = answer(voice, voice.text("confirm.what_for"), buttons=_common(voice))
        return replace(words, pending=pending)


class Repeat(BotAction):
    """The last answer once more, and a person if it still does not help."""

    action = "action_repeat"
    keeps_pending = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        replies = turn.last_say.replies if turn.last_say else ()
        says = tuple(Say.model_validate(reply) for reply in replies if reply["type"] == "say")
        if not says:
            return answer(voice, voice.text("confirm.nothing_to_repeat"), buttons=_common(voice))
        return Reply(says, intro=voice.text("confirm.once_more"))


class SwitchLanguage(BotAction):
    """Speaks the other language from here on."""

    action = "action_switch_language"
    keeps_pending = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        locale = chosen_language(turn.text, turn.pressed, now=turn.locale)
        reply = answer(voice.in_locale(locale), voice.in_locale(locale).text("confirm.language"))
        return replace(reply, locale=locale)


def _own(turn: Turn) -> Pending | None:
    """The proposal of the pressed button, else the open one; none that was made to somebody else."""
    pending = Pending.read(turn.pressed) or turn.pending
    return pending if pending and pending.belongs_to(turn.caller) else None


def _dropped(turn: Turn, voice: Voice) -> Reply:
    if _own(turn) is None:
        return answer(voice, voice.text("confirm.fine"), buttons=_common(voice))
    return answer(voice, voice.text("confirm.dropped"))


def _common(voice: Voice) -> list[Button]:
    return [*(voice.topic_button(intent) for intent in COMMON), voice.person_button()]
