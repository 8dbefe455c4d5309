"""An issue that is missing, late or damaged: reported once, and put right as the subscriber chooses.

Invariants: what a report brings is told before it is confirmed and is what the business offers; a third report in
30 days is taken all the same and a person looks after it.
"""

from collections.abc import Sequence
from datetime import date

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field
from actions.dialogue.matter import Matter, Shown
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import Services, ask
from actions.topics import delivery_words as said
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.delivery import (
    DeliveryState,
    ProblemKind,
    ProblemOffer,
    ProblemReceipt,
    Remedy,
)
from subscriptions.policy.calendar import business_date

_OFFERED = 4  # issues as buttons
_PRINT = "press"


async def of_print(services: Services, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
    """With the contract that has a printed issue, if it is the only one; or that there is none.

    Raises WHICH_CONTRACT when several have one.
    """
    if "subscription" in facts:
        return facts
    contracts = await ask(services.subscriptions.plans.status, turn.caller)
    running = [c for c in contracts if c.state not in ("ended", "withdrawn")]
    printed = [c.subscription for c in running if c.plan.print_delivery]
    if not printed:
        buttons = [voice.topic_button(way) for way in ("compare_plans", "subscription_status")]
        text = voice.text("delivery.no_print")
        return answer(voice, text, buttons=[*buttons, voice.person_button()])
    if len(printed) > 1:
        raise SubscriptionError(Code.WHICH_CONTRACT)
    return {**facts, "subscription": printed[0]}


def _problems(voice: Voice) -> Sequence[Choice]:
    return [Choice(voice.text(f"delivery.is_{kind.value}"), kind.value) for kind in ProblemKind]


class DeliveryProblem(Matter):
    """Asks what was wrong, with which issue, and how to put it right; reports it after a yes."""

    intent = "delivery_problem"
    needs = Level.IDENTIFIED
    fields = (
        Field("problem", "delivery.ask_problem", read=said.problem, choices=_problems),
        Field("issue_on", "delivery.ask_issue", read=said.issue_day),
        Field("remedy", "delivery.ask_remedy", read=said.remedy),
    )
    corrects = {Code.ISSUE_UNKNOWN: "issue_on"}

    @override
    def amended_by(self, turn: Turn) -> bool:
        return turn.value("date") is not None

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        known = await of_print(self.services, turn, voice, facts)
        if isinstance(known, Reply) or "issue_on" not in known:
            return known
        day = date.fromisoformat(known["issue_on"])
        meant = said.issue_of(day, turn, business_date(self.services.clock()))
        known = {**known, "issue_on": meant.isoformat()}
        # Refused here and not only after the yes: nobody confirms what cannot be done.
        await self._offer(turn, known)
        return known

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        delivery = self.services.subscriptions.delivery
        if name == "issue_on":
            found = await ask(delivery.deliveries, turn.caller, facts.get("subscription"))
            came = [i.issue_on for i in found.issues if i.state is DeliveryState.DELIVERED]
            return [Choice(voice.day(day), day.isoformat()) for day in came[:_OFFERED]]
        if name == "remedy":
            offer = await self._offer(turn, facts)
            copy = voice.text("delivery.choose_copy", date=voice.day(offer.redelivery_on))
            credit = voice.text("delivery.choose_credit", amount=voice.money(offer.credit))
            return [Choice(copy, Remedy.REDELIVERY.value), Choice(credit, Remedy.CREDIT.value)]
        return ()

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        offer, day = await self._offer(turn, facts), date.fromisoformat(facts["issue_on"])
        is_copy = facts["remedy"] == Remedy.REDELIVERY.value
        remedy = (
            voice.text("delivery.copy_comes", date=voice.day(offer.redelivery_on))
            if is_copy
            else voice.text("delivery.credit_comes", amount=voice.money(offer.credit))
        )
        problem = voice.text(f"delivery.is_{facts['problem']}")
        text = voice.text("delivery.shown", date=voice.day(day), problem=problem, remedy=remedy)
        return Shown(" ".join([*await self._known_delay(turn, voice, day), text]), {})

    async def _offer(self, turn: Turn, facts: Facts) -> ProblemOffer:
        """What a report would bring; raises ISSUE_UNKNOWN, REPORTED_ALREADY."""
        day = date.fromisoformat(facts["issue_on"])
        delivery = self.services.subscriptions.delivery
        return await ask(delivery.problem_offer, turn.caller, day, facts.get("subscription"))

    async def _known_delay(self, turn: Turn, voice: Voice, day: date) -> list[str]:
        """That today's issue is late for everybody, if it is known."""
        if day != business_date(self.services.clock()):
            return []
        known = await ask(self.services.subscriptions.delivery.outages, _PRINT)
        return [voice.words(o.text) for o in known if o.kind == "late_issue" and not o.planned]

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        receipt = await ask(
            self.services.subscriptions.delivery.report_problem,
            turn.caller,
            date.fromisoformat(facts["issue_on"]),
            ProblemKind(facts["problem"]),
            Remedy(facts["remedy"]),
            key=key,
            subscription=facts.get("subscription"),
        )
        card = _receipt_card(voice, receipt)
        if receipt.case_number is None:
            ways = [voice.topic_button("suspend_delivery"), voice.person_button()]
            return answer(voice, voice.text("delivery.reported"), cards=[card], buttons=ways)
        text = voice.text(
            "delivery.reported_often", count=str(receipt.reported), case=receipt.case_number
        )
        words = say(voice, text, cards=[card])
        return Reply((words,), handoff=handoff(self.services, turn, "catalogue"))


def _receipt_card(voice: Voice, receipt: ProblemReceipt) -> Card:
    rows = [
        voice.row("card.issue", voice.day(receipt.issue_on)),
        voice.row("card.reported_as", voice.text(f"delivery.is_{receipt.kind.value}")),
    ]
    if receipt.redelivery_on is not None:
        rows.append(voice.row("card.new_copy_on", voice.day(receipt.redelivery_on)))
    if receipt.credit is not None:
        rows.append(voice.row("card.credit_next", voice.money(receipt.credit)))
    if receipt.case_number is not None:
        rows.append(voice.row("card.case", receipt.case_number))
    if receipt.promised_at is not None:
        rows.append(voice.row("card.answer_by", voice.minute(receipt.promised_at)))
    rows.append(voice.row("card.reference", receipt.reference))
    return Card(kind="receipt", title=voice.text("card.delivery_report"), rows=rows)
