"""How a case stands, by its number for everybody, and all of them for whoever is known.

Invariant: nobody unknown learns more of a case than its number opens; an answer or a call that we missed goes to a person at once.
"""

from collections.abc import Sequence

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, matching, value_of
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.care_calls import call_button, wants_a_call_at
from actions.topics.open_calls import WITHDRAWING, window, withdraw_button, withdraws_a_call
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card, Row
from subscriptions.errors import Code
from subscriptions.model.cases import CallbackReceipt, CaseStatus

_NO_NUMBER = "none"
_ALL = "all"
_MOST_CASES = 5
_BARE_NUMBER = matching(
    r"\b(?:F-?\s?)?((?=\w*\d)[0-9A-Z]{6,12})\b", form=lambda n: f"F-{n.upper()}"
)


class CaseState(Topic):
    """How a case stands: by its number for everybody, all of them for whoever is known."""

    intent = "case_status"
    fields = (Field("case", "cases.ask_number", read=value_of("case"), bare=_BARE_NUMBER),)
    corrects = {Code.CASE_UNKNOWN: "case"}

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if turn.pressed.get("withdraw") == "yes" or withdraws_a_call(turn):
            return await self.actions[WITHDRAWING].act(turn, voice)
        if wants_a_call_at(turn):
            return await self.actions["call_back"].act(turn, voice)
        return await super().act(turn, voice)

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        return [Choice(voice.text("cases.no_number"), _NO_NUMBER)] if name == "case" else ()

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        return {"case": _ALL, **facts} if turn.identified else facts

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        number = facts["case"] if facts["case"] not in (_ALL, _NO_NUMBER) else None
        found = await ask(self.services.subscriptions.cases.status, turn.caller, number)
        late = next((case for case in found if _is_late(case)), None)
        if late is not None:
            return self._late(turn, voice, late)
        if not found:
            buttons = [voice.topic_button("complaint"), voice.person_button()]
            return answer(voice, voice.text("cases.none"), buttons=buttons)
        cards = [_card(voice, case) for case in found[:_MOST_CASES]]
        return answer(voice, _standing(voice, found), cards=cards, buttons=_ways(voice, found))

    def _late(self, turn: Turn, voice: Voice, case: CaseStatus) -> Reply:
        """We owe an answer: an apology, and the people of the case at once."""
        called = case.details.callback if case.details else None
        key = "cases.late_call" if called and called.state == "broken" else "cases.late"
        words = say(voice, voice.text(key, number=case.number), cards=[_card(voice, case)])
        request = handoff(self.services, turn, "policy")
        told = {**request.slots, "case": case.number}
        if case.details is None:
            return Reply((words,), handoff=request.model_copy(update={"slots": told}))
        owner = {"owner": case.details.owner} if case.details.owner else {}
        known = {"slots": {**told, **owner}, "skill": case.details.skill}
        return Reply((words,), handoff=request.model_copy(update=known))


def _is_late(case: CaseStatus) -> bool:
    """Whether a promise of ours was missed: an answer, or a call."""
    called = case.details.callback if case.details else None
    broken = called is not None and called.state == "broken" and case.state != "closed"
    return case.missed or broken


def _standing(voice: Voice, found: Sequence[CaseStatus]) -> str:
    if len(found) > 1:
        still = sum(case.state != "closed" for case in found)
        return voice.text("cases.several", count=str(len(found)), still=str(still))
    case = found[0]
    return voice.text(
        f"cases.is_{case.state}", number=case.number, time=voice.minute(case.promised_at)
    )


def _ways(voice: Voice, found: Sequence[CaseStatus]) -> list[Button]:
    still = next((case.number for case in found if case.state != "closed"), None)
    if still is None:
        return [voice.person_button()]
    called = next((call for call in map(_promised, found) if call), None)
    if called is None:
        return [call_button(voice, still), voice.person_button()]
    move = call_button(voice, called.case_number, moves=True)
    return [move, withdraw_button(voice, called.id), voice.person_button()]


def _promised(case: CaseStatus) -> CallbackReceipt | None:
    """The call that is still to come about a case."""
    called = case.details.callback if case.details else None
    return called if called and called.state == "promised" else None


def _card(voice: Voice, case: CaseStatus) -> Card:
    """A case as its reader may know it."""
    closed = case.state == "closed"
    rows = [
        voice.row("cases.row_number", case.number),
        voice.row("card.status", voice.text(f"cases.state_{case.state}")),
    ]
    if not closed:
        rows.append(voice.row("cases.row_answer_until", voice.minute(case.promised_at)))
    return Card(kind="info", title=_title(voice, case), rows=[*rows, *_detail_rows(voice, case)])


def _title(voice: Voice, case: CaseStatus) -> str:
    kind = case.details.kind if case.details else ""
    known = voice.knows(f"intent_title.{kind}")
    return voice.topic(kind) if known else voice.text("cases.case", number=case.number)


def _detail_rows(voice: Voice, case: CaseStatus) -> list[Row]:
    told = case.details
    if told is None:
        return []
    rows = [voice.row("cases.row_opened", voice.minute(told.opened_at))]
    if told.closed_at:
        rows.append(voice.row("cases.row_closed", voice.minute(told.closed_at)))
    if told.outcome:
        rows.append(voice.row("cases.row_outcome", told.outcome))
    called = _promised(case)
    if called:
        rows.append(voice.row("cases.row_call", window(voice, called)))
    return rows
