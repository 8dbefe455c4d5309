"""Where somebody stands with open money: the reminders, and the access.

Invariants: reads only; the fee is the one that the business says; letters of collectors, courts and lawyers are a
person's, whoever writes; a block that breaks our own rules goes to a person at once.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.open_money import failures, sealed, to_person
from actions.topics.payments import may_retry
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card
from subscriptions.model.base import Level
from subscriptions.model.contracts import Entitlement
from subscriptions.model.dunning import AccessReason, AccessStatus, DunningStatus
from subscriptions.model.payments import WayOut
from subscriptions.policy.calendar import business_date

_MOST_WAYS = 3
_COMPLAINT = "complaint"
_OUTSIDE = re.compile(
    r"\binkass\w*|\bgericht\w*|\bmahnbescheid\w*|\b(?:rechts)?anw[aä]lt\w*|\bvollstreck\w*|\bpfänd\w*|\bkanzlei\w*"
    r"|\bcollect(?:ion|ions|or|ors|ing) (?:agenc\w*|compan\w*|firm|letter)|\b(?:debt|the) collect\w*|\bbailiff\w*"
    r"|\bcourt\w*|\blawyer\w*|\bsolicitor\w*|\battorney\w*|\blegal action",
    re.IGNORECASE,
)
# A lawyer of one's own is a complaint with a threat, and no letter to look at.
_THREATENS = re.compile(
    r"\b(?:zum|zu meinem|zur|(?:nehme|hole|schalte|frage|beauftrage)\b[^.!?]*\b(?:einen|meinen|den)) (?:rechts)?anw[aä]lt(?:in)?\b"
    r"|\bmein\w* (?:rechts)?anw[aä]lt(?:in|e)?\b|\bverklag\w*"
    r"|\b(?:my|our) (?:lawyer|solicitor|attorney)s?\b|\b(?:see|get|call|hire|take you to)\b[^.!?]*\b(?:a lawyer|a solicitor|an attorney|court)\b",
    re.IGNORECASE,
)
_STEPS: Mapping[str, str] = {
    "message_friendly": "dunning.step_message",
    "message_neutral": "dunning.step_message",
    "message_firm": "dunning.step_warning",
    "check_promise": "dunning.step_promise",
    "human_review": "dunning.step_person",
    "retry": "dunning.step_retry",
}


class DunningLetter(BotAction):
    """What is open, what was sent, that it costs nothing, and what comes next."""

    intent = "dunning_letter"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if _THREATENS.search(turn.typed):
            return await self.actions[_COMPLAINT].act(replace(turn, intent=_COMPLAINT), voice)
        # Whoever has such a letter in hand needs a person, known to us or not.
        if _OUTSIDE.search(turn.typed):
            return to_person(self.services, turn, voice, "dunning.outside")
        status = await ask(self.services.subscriptions.payments.dunning_status, turn.caller)
        person = await sealed(self.services, turn, voice)
        if person is not None:
            return person
        if status.due.minor <= 0:
            ways = [voice.topic_button("balance_next_charge"), voice.topic_button("already_paid")]
            text = voice.text("dunning.nothing_due", fee=voice.money(status.fee))
            return answer(voice, text, buttons=[*ways, voice.person_button()])
        return answer(
            voice,
            " ".join(_said(voice, status)),
            cards=[_dunning_card(voice, status)],
            buttons=_buttons(voice, status.ways),
        )


class AccessBlocked(BotAction):
    """Why access is limited, since when, and what opens it again; each contract with its own state."""

    intent = "access_blocked"
    needs = Level.IDENTIFIED

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        every = await ask(self.services.subscriptions.payments.access_status, turn.caller)
        if any(each.against_policy for each in every):
            return to_person(self.services, turn, voice, "access.against_policy")
        blocked = [each for each in every if each.entitlement is not Entitlement.FULL]
        if not blocked:
            return _open(voice, every)
        unpaid = [each for each in blocked if each.reason is AccessReason.UNPAID]
        if unpaid:
            person = await sealed(self.services, turn, voice)
            if person is not None:
                return person
        told = (unpaid or blocked)[0]
        buttons = _buttons(voice, told.reopens)
        if unpaid and any(map(may_retry, await failures(self.services, turn))):
            buttons.insert(1, voice.topic_button(WayOut.RETRY))
        cards = [_access_card(voice, each) for each in blocked]
        return answer(voice, _why_blocked(voice, told), cards=cards, buttons=buttons)


def _said(voice: Voice, status: DunningStatus) -> list[str]:
    """Due, fee, what rests or comes next."""
    fee = voice.money(status.fee)
    said = [voice.text("dunning.due", amount=voice.money(status.due), fee=fee)]
    step = _STEPS.get(status.next_step or "")
    if status.holds:
        said.append(voice.text("dunning.resting"))
    elif status.next_at is not None and step is not None:
        said.append(voice.text(step, date=voice.day(business_date(status.next_at))))
    else:
        said.append(voice.text("dunning.no_step"))
    return [*said, voice.text("payments.ways")]


def _dunning_card(voice: Voice, status: DunningStatus) -> Card:
    rows = [
        voice.row("card.amount", voice.money(status.due)),
        *(voice.row("dunning.sent", voice.minute(reminder.at)) for reminder in status.reminders),
        voice.row("dunning.fee", voice.money(status.fee)),
    ]
    if not status.reminders:
        rows.insert(1, voice.row("dunning.sent", voice.text("dunning.none_sent")))
    held = [hold.case for hold in status.holds if hold.case]
    rows += [voice.row("dunning.case", case) for case in held]
    why = [voice.words(status.why)] if status.why and not status.holds else []
    return Card(kind="info", title=voice.text("dunning.title"), rows=rows, points=why)


def _buttons(voice: Voice, ways: Sequence[WayOut]) -> list[Button]:
    """The first ways and a person."""
    offered = [way for way in ways if way is not WayOut.PERSON][:_MOST_WAYS]
    return [*(voice.topic_button(way) for way in offered), voice.person_button()]


def _open(voice: Voice, every: Sequence[AccessStatus]) -> Reply:
    """Nothing is blocked: then it is the login or the app, and an open amount is said beside it."""
    ways = ["cannot_log_in", "playback_problem"]
    text = voice.text("access.open") if every else voice.text("access.no_contract")
    owed = next((each.open for each in every if each.open.minor > 0), None)
    if owed is not None:
        text = f"{text} {voice.text('access.open_amount', amount=voice.money(owed))}"
        ways = ["cannot_log_in", "why_payment_failed"]
    buttons = [*(voice.topic_button(way) for way in ways), voice.person_button()]
    return answer(voice, text, buttons=buttons)


def _why_blocked(voice: Voice, told: AccessStatus) -> str:
    """The reason in the business's words, and what opens it again."""
    said = [voice.words(told.words)]
    if told.reason is AccessReason.UNPAID:
        said.append(voice.text("access.reopens", amount=voice.money(told.open)))
    elif told.reason is AccessReason.PAUSED:
        said.append(voice.text("access.paused"))
    else:
        said.append(voice.text("access.person_knows"))
    return " ".join(said)


def _access_card(voice: Voice, each: AccessStatus) -> Card:
    rows = [voice.row("access.contract", each.subscription)]
    rows.append(voice.row("access.allowed", voice.text(f"access.allows_{each.entitlement.value}")))
    if each.since is not None:
        rows.append(voice.row("access.since", voice.day(each.since)))
    if each.open.minor > 0:
        rows.append(voice.row("card.amount", voice.money(each.open)))
    return Card(kind="info", title=voice.text("access.title"), rows=rows)
