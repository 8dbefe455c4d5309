"""No call any more: the call that was promised is shown, and taken back after a yes; or moved.

Invariants: only a call of the caller, or one whose reference they hold, is taken back; once; the case it was about stays.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, matching
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.cancellation_offer import CANCELLING
from actions.topics.care_calls import call_button
from actions.topics.open_calls import WITHDRAWING, open_calls, speaks_of_more, window
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card, Promised
from subscriptions.errors import Code
from subscriptions.model.cases import CallbackReceipt

_NONE = "none"
_REFERENCE = matching(r"\bT-?\s?([0-9A-F]{12})\b", form=lambda found: f"T-{found.upper()}")
# Nothing but the act: a question about it, a refusal or another wish beside it is no yes.
_DO_IT = re.compile(
    r"\W*(?:(?:yes|yeah|yep|ok|okay|sure|exactly|right|please|just|then|ja|jo|genau|richtig|bitte|gern|dann|doch|einfach)\W+)*"
    r"(?:(?:cancel|drop|scrap|withdraw)(?: (?:it|that|this|(?:the|that|this|my) (?:phone )?call(?:[ -]?back)?))?"
    r"|(?:(?:ihn|das|(?:den|diesen) (?:an|rück)ruf)\W+)?(?:bitte )?(?:absagen|streichen|stornieren|entfallen(?: lassen)?))"
    r"(?:\W+(?:please|then|thanks|thank you|now|bitte|danke|dann))*\W*",
    re.IGNORECASE,
)


class WithdrawCall(Matter):
    """Which call, then the yes. Begun through `case_status`, `request_human` or a button."""

    intent = WITHDRAWING
    corrects = {Code.NOT_FOUND: "call"}
    fields = (Field("call", "calls.which", read=_REFERENCE, wrong="calls.no_reference"),)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        if "call" in facts and facts["call"] != _NONE:
            return facts
        if not turn.identified and "call" not in facts:
            return facts
        # Without a reference one must be known: this asks who it is.
        found = await open_calls(self.services, turn)
        if not found:
            buttons = [call_button(voice), voice.topic_button("case_status"), voice.person_button()]
            return answer(voice, voice.text("calls.none_open"), buttons=buttons)
        kept = {name: value for name, value in facts.items() if name != "call"}
        return {**kept, "call": found[0].id} if len(found) == 1 else kept

    @override
    def takes(self, turn: Turn, pending: Pending) -> bool:
        return _cancels_it(turn, pending) or super().takes(turn, pending)

    @override
    async def taken(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        if turn.intent == self.intent and not pending.asks and _does_it(turn):
            return await self.confirmed(turn, voice, pending)
        return await super().taken(turn, voice, pending)

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        if not turn.identified:
            return [Choice(voice.text("calls.no_reference_here"), _NONE)]
        return [Choice(window(voice, call), call.id) for call in await self._open(turn)]

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        call = next((c for c in await self._open(turn) if c.id == facts["call"]), None)
        more = [voice.person_button()]
        if call is None:
            text = voice.text("calls.withdraw_unseen", call=facts["call"])
        else:
            text = voice.text("calls.withdraw_show", when=window(voice, call))
            more.insert(0, call_button(voice, call.case_number, moves=True))
        return Shown(text, {}, more=more)

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        withdraw = self.services.subscriptions.cases.withdraw_call_back
        receipt = await ask(withdraw, turn.caller, facts["call"], key=key)
        buttons = [call_button(voice, receipt.case_number), voice.topic_button("case_status")]
        buttons.append(voice.person_button())
        text = voice.text("calls.withdrawn", number=receipt.case_number)
        reply = answer(voice, text, cards=[_card(voice, receipt)], buttons=buttons)
        gone = Promised(kind="callback", state="withdrawn", reference=receipt.id)
        return replace(reply, promised=(gone,))

    async def _open(self, turn: Turn) -> list[CallbackReceipt]:
        """The calls that may be told: those of somebody known."""
        return await open_calls(self.services, turn) if turn.identified else []


def _cancels_it(turn: Turn, pending: Pending) -> bool:
    """ "Yes, cancel it", read as the end of a contract: here it is the call that was shown."""
    return (
        turn.intent == CANCELLING
        and bool(turn.typed)
        and not pending.asks
        and not speaks_of_more(turn.typed)
    )


def _does_it(turn: Turn) -> bool:
    return not turn.is_question and _DO_IT.fullmatch(turn.typed) is not None


def _card(voice: Voice, receipt: CallbackReceipt) -> Card:
    rows = [
        voice.row("calls.row_when", window(voice, receipt)),
        voice.row("cases.row_number", receipt.case_number),
        voice.row("card.reference", receipt.id),
    ]
    return Card(kind="receipt", title=voice.text("calls.withdrawn_title"), rows=rows)
