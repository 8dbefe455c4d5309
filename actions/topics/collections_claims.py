"""Somebody says they have paid: when and how as far as they know, then a look into the books, once.

Invariants: only what the books hold is said to have arrived; what is not found rests and a person looks; who says so
again after such a look gets the person at once.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, matching, value_of
from actions.dialogue.matter import Shown
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.open_money import MoneyMatter, invoices, nothing_to_do, sealed, unpaid
from actions.turn import Turn
from actions.voice import Voice
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceSummary
from subscriptions.model.payments import ClaimReceipt, Found, Paid, PaidBy
from subscriptions.policy.calendar import add_months

_UNKNOWN = "unknown"
_WEEK = timedelta(days=7)
_NO_IDEA = matching(
    r"\b(?:wei(?:ß|ss)\b.*\bnicht|keine ahnung|nicht mehr|don'?t (?:know|remember)|no idea|not sure|can'?t remember)\b",
    form=lambda _: _UNKNOWN,
)
_PAID_BY: Mapping[PaidBy, str] = {
    PaidBy.TRANSFER: r"\w*überw\w*|\w*ueberw\w*|\w*transfer\w*|standing order|dauerauftrag|(?:online|home)-?banking",
    PaidBy.DEBIT: r"abgebucht|eingezogen|lastschrift|debit\w*|taken from",
    PaidBy.LINK: r"\w*link\w*|zahlungsseite|payment page",
    PaidBy.CARD: r"\w*karte\w*|card|visa|mastercard",
    PaidBy.OTHER: r"paypal|bar|cash|apple pay|google pay|wallet",
}


def _by(turn: Turn) -> str | None:
    """How it was paid, if one of the ways is named."""
    for way, pattern in _PAID_BY.items():
        if re.search(rf"\b(?:{pattern})\b", turn.typed, re.IGNORECASE):
            return way.value
    return None


def _when(turn: Turn) -> str | None:
    """The day, or the first day of the period, that was said."""
    period = turn.value("period")
    return turn.value("date") or (period.split("/")[0] if period else None)


class AlreadyPaid(MoneyMatter):
    """When and how, then the yes, then what the books say."""

    intent = "already_paid"
    fields = (
        Field("on", "claim.ask_day", read=_when, bare=_NO_IDEA, wrong="claim.no_day"),
        Field("amount", "claim.ask_day", read=value_of("amount"), wanted=lambda _: False),
        Field("by", "claim.ask_day", read=_by, wanted=lambda _: False),
    )

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        person = await sealed(self.services, turn, voice)
        if person is not None:
            return person
        if not unpaid(await invoices(self.services, turn)):
            return await nothing_to_do(self.services, turn, voice, "claim.nothing_open")
        await self._refuse_second(turn)
        on = facts.get("on", _UNKNOWN)
        return facts if on == _UNKNOWN else {**facts, "on": self._past(on, turn.typed).isoformat()}

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        return [Choice(voice.text("claim.day_unknown"), _UNKNOWN)]

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        told = _told(voice, _paid(facts))
        if not told:
            return Shown(voice.text("claim.proposal_bare"), {})
        return Shown(voice.text("claim.proposal", told=told), {})

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        looked_before = await self._looked_before(turn)
        claim = self.services.subscriptions.payments.claim_paid
        receipt = await ask(claim, turn.caller, _paid(facts), key=key)
        open_ = unpaid(await invoices(self.services, turn))
        text = _found(voice, receipt, open_)
        if receipt.found is Found.NOT_FOUND and looked_before:
            words = say(voice, f"{text} {voice.text('claim.second_time')}")
            return Reply((words,), handoff=handoff(self.services, turn, "policy"))
        ways = ["balance_next_charge"]
        if receipt.found is Found.PAID and open_:
            ways = ["pay_now", "dispute_claim"]
        buttons = [*(voice.topic_button(way) for way in ways), voice.person_button()]
        return answer(voice, text, buttons=buttons)

    async def _refuse_second(self, turn: Turn) -> None:
        """While an earlier claim is looked into, there is nothing to add."""
        status = await ask(self.services.subscriptions.payments.dunning_status, turn.caller)
        for hold in status.holds:
            if hold.kind == "claims_paid" and hold.until is not None:
                raise SubscriptionError(Code.ALREADY_HELD, until=hold.until)

    async def _looked_before(self, turn: Turn) -> bool:
        """Whether somebody looked for a payment of theirs before."""
        cases = await ask(self.services.subscriptions.cases.status, turn.caller)
        return any(case.details and case.details.kind == self.intent for case in cases)

    def _past(self, said: str, typed: str) -> date:
        """The day that was said; one that lies ahead is the last one of that name."""
        day = date.fromisoformat(said)
        if day <= self.today():
            return day
        return add_months(day, -1) if re.search(r"\d", typed) else day - _WEEK


def _paid(facts: Facts) -> Paid:
    """What is known of the payment."""
    on, amount, by = facts.get("on", _UNKNOWN), facts.get("amount"), facts.get("by")
    return Paid(
        on=None if on == _UNKNOWN else date.fromisoformat(on),
        amount=Money(int(amount)) if amount else None,
        by=PaidBy(by) if by else None,
    )


def _told(voice: Voice, paid: Paid) -> str:
    """What is known of the payment, in words."""
    parts = [
        voice.money(paid.amount) if paid.amount else "",
        voice.text("claim.on_day", date=voice.day(paid.on)) if paid.on else "",
        voice.text(f"claim.by_{paid.by.value}") if paid.by else "",
    ]
    return ", ".join(part for part in parts if part)


def _found(voice: Voice, receipt: ClaimReceipt, open_: Sequence[InvoiceSummary]) -> str:
    """What the books say."""
    amount = voice.money(receipt.amount) if receipt.amount else ""
    if receipt.found is Found.PAID:
        day = voice.day(receipt.received_on) if receipt.received_on else ""
        if not amount or not day:
            return voice.text("claim.nothing_open")
        arrived = voice.text("claim.paid", amount=amount, date=day)
        if not open_:
            return f"{arrived} {voice.text('claim.settled')}"
        return f"{arrived} {voice.text('claim.other_open', invoice=open_[0].number)}"
    if receipt.found is Found.PROCESSING:
        return voice.text("claim.processing", amount=amount, invoice=receipt.invoice or "")
    rests = {"case": receipt.case or "", "date": voice.day(receipt.rests_until or date.max)}
    if receipt.found is Found.UNASSIGNED:
        return voice.text("claim.unassigned", amount=amount, **rests)
    return voice.text("claim.not_found", **rests)
