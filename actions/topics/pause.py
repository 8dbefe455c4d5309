"""Pausing a contract, and ending a pause: the quote with what it does to the term, a yes, the receipt.

Invariants: what a pause would be comes from the business alone; nothing changes before the yes; what is longer than allowed
goes to a person.
"""

from datetime import date, timedelta

from typing_extensions import override

from actions.dialogue.contracts import named, running_contracts
from actions.dialogue.fields import Choice, Facts, Field
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.cancellation_declaring import to_person
from actions.topics.pause_cards import pause_card, pause_rows, resume_card
from actions.topics.pause_words import from_day, months, months_answered, until_day, wants_to_resume
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.plans import ContractStatus, PauseStatus, PauseTerms
from subscriptions.policy.calendar import add_months

_HALF_A_MONTH = timedelta(days=15)


def _lengths(voice: Voice) -> list[Choice]:
    return [
        Choice(voice.text("pause.one_month"), "1"),
        *(Choice(voice.text("pause.some_months", months=str(n)), str(n)) for n in (2, 3)),
    ]


def _never(_: Facts) -> bool:
    return False


def _pauses(facts: Facts) -> bool:
    return facts.get("wish") != "resume"


class PauseSubscription(Matter):
    """Pauses for whole months, ends a pause that runs, calls off one that is planned."""

    intent = "pause_subscription"
    needs = Level.IDENTIFIED
    replaces = frozenset({"pause_subscription"})
    corrects = {Code.DATE_IN_PAST: "first_day", Code.DATE_TOO_FAR: "first_day"}
    fields = (
        Field("wish", "pause.ask_months", read=wants_to_resume, wanted=_never),
        Field("first_day", "pause.ask_from", read=from_day, wrong="pause.no_day", wanted=_never),
        Field("last_day", "pause.ask_months", read=until_day, wanted=_never),
        Field(
            "months",
            "pause.ask_months",
            read=months,
            bare=months_answered,
            choices=_lengths,
            wrong="pause.no_months",
            wanted=_pauses,
        ),
    )

    @override
    def takes(self, turn: Turn, pending: Pending) -> bool:
        # Asked again without anything new it is a question, not an answer that does not fit.
        new = turn.intent != self.intent or bool(self._found(turn))
        return new and super().takes(turn, pending)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        contract = await self._contract(turn, voice, facts)
        known = {**facts, "subscription": contract.subscription}
        if contract.fixed_until is not None:
            known["term"] = contract.fixed_until.isoformat()
        if facts.get("wish") == "resume":
            if contract.pause is None:
                raise SubscriptionError(Code.NOT_PAUSED)
            return known
        if contract.pause is not None:
            return self._paused_already(voice, contract, contract.pause)
        return await self._counted(turn, known)

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        if facts.get("wish") == "resume":
            return await self._end_of_pause(turn, voice, facts)
        try:
            terms = await self._terms(turn, facts, int(facts["months"]))
        except SubscriptionError as refusal:
            if refusal.code is not Code.PAUSE_TOO_LONG:
                raise
            most = str(refusal.facts["months"])
            text = voice.text("pause.longer_by_person", months=most)
            return to_person(self.services, turn, voice, text)
        text = voice.text(
            "pause.proposal",
            plan=voice.plan(terms.plan),
            start=voice.day(terms.from_on),
            until=voice.day(terms.until_on),
        )
        text = _with_term(voice, _with_start(voice, text, terms, facts), terms, facts)
        return Shown(text, {}, cards=[pause_card(voice, terms)])

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        plans, subscription = self.services.subscriptions.plans, facts["subscription"]
        if facts.get("wish") == "resume":
            resumed = await ask(plans.resume, turn.caller, key=key, subscription=subscription)
            words = "pause.ended" if resumed.was_running else "pause.called_off"
            buttons = [voice.topic_button("subscription_status")]
            return answer(
                voice, voice.text(words), cards=[resume_card(voice, resumed)], buttons=buttons
            )
        receipt = await ask(
            plans.pause,
            turn.caller,
            int(facts["months"]),
            _day(facts, "first_day"),
            key=key,
            subscription=subscription,
        )
        words = "pause.begun" if receipt.running else "pause.scheduled"
        text = voice.text(words, start=voice.day(receipt.terms.from_on))
        card = pause_card(voice, receipt.terms, receipt=receipt)
        return answer(
            voice, text, cards=[card], buttons=[voice.topic_button("subscription_status")]
        )

    async def _contract(self, turn: Turn, voice: Voice, facts: Facts) -> ContractStatus:
        """The contract that was chosen, named, or the only one; raises WHICH_CONTRACT, CONTRACT_MISSING."""
        running = await running_contracts(self.services, turn)
        wanted = facts.get("subscription") or named(voice, turn, running)
        meant = [c for c in running if wanted in (None, c.subscription)]
        if not meant:
            raise SubscriptionError(Code.CONTRACT_MISSING)
        if len(meant) > 1:
            raise SubscriptionError(Code.WHICH_CONTRACT, contracts=len(meant))
        return meant[0]

    async def _counted(self, turn: Turn, facts: Facts) -> Facts:
        """With the months that the wished last day means, counted from the day the pause would begin."""
        span = f"{facts.get('first_day', '')}/{facts.get('last_day', '')}"
        until = _day(facts, "last_day")
        if until is None or facts.get("span") == span:
            return facts
        first = await self._terms(turn, facts, 1)
        wished, whole = until + timedelta(days=1), 1
        while add_months(first.from_on, whole) + _HALF_A_MONTH <= wished:
            whole += 1
        return {**facts, "months": str(whole), "span": span}

    async def _terms(self, turn: Turn, facts: Facts, length: int) -> PauseTerms:
        return await ask(
            self.services.subscriptions.plans.pause_quote,
            turn.caller,
            length,
            _day(facts, "first_day"),
            subscription=facts["subscription"],
        )

    async def _end_of_pause(self, turn: Turn, voice: Voice, facts: Facts) -> Shown:
        """The proposal to end the pause today, or to call it off before it begins."""
        contract = await self._contract(turn, voice, facts)
        pause = contract.pause
        if pause is None:
            raise SubscriptionError(Code.NOT_PAUSED)
        words = "pause.shall_end" if pause.running else "pause.shall_be_called_off"
        text = voice.text(words, start=voice.day(pause.from_on), until=voice.day(pause.until_on))
        return Shown(text, {})

    def _paused_already(self, voice: Voice, contract: ContractStatus, pause: PauseStatus) -> Reply:
        """There is a pause: when, and the way to end it."""
        words = "pause.runs" if pause.running else "pause.is_planned"
        days = {"start": voice.day(pause.from_on), "until": voice.day(pause.until_on)}
        title = "button.end_pause" if pause.running else "button.call_pause_off"
        end = Button(
            title=voice.text(title),
            intent=self.intent,
            value={"wish": "resume", "subscription": contract.subscription},
        )
        said = say(
            voice,
            voice.text(words, **days),
            cards=[pause_rows(voice, contract.plan, pause)],
            buttons=[end, voice.person_button()],
        )
        return Reply((said,))


def _day(facts: Facts, name: str) -> date | None:
    told = facts.get(name)
    return date.fromisoformat(told) if told else None


def _with_start(voice: Voice, text: str, terms: PauseTerms, facts: Facts) -> str:
    """Why the pause begins on another day than the one that was wished."""
    wished = _day(facts, "first_day")
    if wished is None or wished == terms.from_on:
        return text
    days = {"wished": voice.day(wished), "start": voice.day(terms.from_on)}
    return f"{voice.text('pause.from_a_period', **days)} {text}"


def _with_term(voice: Voice, text: str, terms: PauseTerms, facts: Facts) -> str:
    """A minimum term that the pause makes longer is told before the yes, not only in the card."""
    if terms.fixed_until is None or terms.fixed_until == _day(facts, "term"):
        return text
    return f"{text} {voice.text('pause.term_moves', date=voice.day(terms.fixed_until))}"
