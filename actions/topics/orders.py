"""An order that does not go through or was never confirmed: looked for, and never lost.

Invariants: whoever is not identified hears the same whatever they typed; what was paid or begun without a contract
goes to a person of billing with its case; nobody is told to pay again.
"""

import re

from typing_extensions import override

from actions.dialogue.fields import Facts, Field, words
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card
from subscriptions.model.cases import OrderFound, OrderHelp

_LONGEST = 1000  # characters of what is told that are kept
_PAID = re.compile(
    r"\b(?:bezahlt|abgebucht|überwiesen|abgezogen|gezahlt|geld (?:ist )?weg|paid|charged|debited|taken|deducted)\b",
    re.IGNORECASE,
)


def _paid(turn: Turn) -> str | None:
    return "yes" if _PAID.search(turn.typed) else None


class FindOrder(Topic):
    """Asks a stranger what was ordered and when; looks for it, and opens a case unless the contract is there."""

    intent = "order_help"
    writes = True
    fields = (
        Field("paid", "orders.ask_details", read=_paid, wanted=lambda _: False),
        Field(
            "details",
            "orders.ask_details",
            bare=words,
            free=True,
            wrong="orders.no_details",
            wanted=lambda facts: "known" not in facts,
        ),
    )

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        known = {**facts, **({"known": "yes"} if turn.identified else {})}
        if "first" not in known and turn.typed:
            known["first"] = turn.typed[:_LONGEST]
        return known

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        told = "\n".join(facts[name] for name in ("first", "details") if name in facts)
        found = await ask(
            self.services.subscriptions.cases.order_help,
            turn.caller,
            told[:_LONGEST],
            key=pending.key,
        )
        if found.found is OrderFound.ARRIVED:
            return await self._arrived(voice, found)
        card = _case_card(voice, found)
        if found.found is OrderFound.WITHOUT_CONTRACT or "paid" in facts:
            key = "orders.without_contract" if turn.identified else "orders.says_paid"
            words_ = say(voice, voice.text(key), cards=[card])
            return Reply((words_,), handoff=handoff(self.services, turn, "catalogue"))
        key = "orders.not_found" if turn.identified else "orders.looked_for"
        ways = [voice.topic_button("case_status"), voice.topic_button("compare_plans")]
        return answer(voice, voice.text(key), cards=[card], buttons=[*ways, voice.person_button()])

    async def _arrived(self, voice: Voice, found: OrderHelp) -> Reply:
        catalogue = await ask(self.services.subscriptions.plans.catalogue)
        names = [voice.plan(plan) for plan in catalogue if plan.code == found.plan]
        plan = names[0] if names else str(found.plan)
        since = voice.day(found.started_on) if found.started_on else ""
        text = voice.text("orders.arrived", plan=plan, date=since)
        ways = [voice.topic_button(way) for way in ("subscription_status", "first_steps")]
        return answer(voice, text, buttons=[*ways, voice.person_button()])


def _case_card(voice: Voice, found: OrderHelp) -> Card:
    rows = [voice.row("card.case", found.case_number or "")]
    if found.promised_at is not None:
        rows.append(voice.row("card.answer_by", voice.minute(found.promised_at)))
    return Card(kind="receipt", title=voice.text("card.order_case"), rows=rows)
