"""A promise to pay by a day: the day is asked, shown, confirmed, noted once; collection rests until then.

Invariants: free and within the limits that the business tells before; whoever needs longer after that was said, broke a
promise, or made as many as are allowed, gets a person and no lecture.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field
from actions.dialogue.matter import Shown
from actions.dialogue.pending import Pending
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.collections_part import part_payment
from actions.topics.open_money import (
    MoneyMatter,
    invoices,
    nothing_to_do,
    sealed,
    to_person,
    unpaid,
)
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.payments import PromiseReceipt, PromiseTerms

_DURATION = re.compile(r"P(\d+)([DWMY])")
_DAYS = {"D": 1, "W": 7, "M": 30, "Y": 365}
_SOON = (3, 7)  # days from today that are offered beside the last one


def _said(turn: Turn) -> str | None:
    """The day, the end of a period, a length of time, or a month, as it was said."""
    period = turn.value("period")
    if turn.value("date"):
        return turn.value("date")
    return period.split("/")[-1] if period else turn.value("duration") or turn.value("month")


class PromiseToPay(MoneyMatter):
    """Until when, then the promise with its amount, then the yes."""

    intent = "promise_to_pay"
    corrects = {Code.DATE_IN_PAST: "on", Code.PROMISE_TOO_LATE: "on"}
    fields = (Field("on", "promise.ask_day", read=_said, wrong="promise.no_day"),)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        person = await sealed(self.services, turn, voice)
        if person is not None:
            return person
        part = (
            await part_payment(self.services, turn, voice) if turn.intent == self.intent else None
        )
        if part is not None:
            return part
        try:
            terms = await self._terms(turn)
        except SubscriptionError as refusal:
            return await self._not_allowed(turn, voice, refusal)
        known = self._in_days(self.with_day(turn, facts))
        return {**known, "amount": voice.money(terms.amount), "last": voice.day(terms.until)}

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        last = (await self._terms(turn)).until
        days = [day for day in (self.today() + timedelta(days=n) for n in _SOON) if day < last]
        return [Choice(voice.day(day), day.isoformat()) for day in (*days, last)]

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        terms, day = await self._terms(turn), date.fromisoformat(facts["on"])
        if day < self.today():
            raise SubscriptionError(Code.DATE_IN_PAST)
        if day > terms.until:
            raise SubscriptionError(Code.PROMISE_TOO_LATE, days=terms.days, until=terms.until)
        amount, on = voice.money(terms.amount), voice.day(day)
        return Shown(voice.text("promise.proposal", amount=amount, date=on), {})

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        promise = self.services.subscriptions.payments.promise
        receipt = await ask(promise, turn.caller, date.fromisoformat(facts["on"]), key=key)
        text = voice.text("promise.noted", date=voice.day(receipt.on))
        buttons = [voice.topic_button("pay_now"), voice.person_button()]
        return answer(voice, text, cards=[_receipt_card(voice, receipt)], buttons=buttons)

    @override
    def dropped(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        """Who says no to the last possible day needs longer: that a person decides."""
        if turn.intent == "deny" and pending.asks and pending.tries:
            return to_person(self.services, turn, voice, "promise.longer")
        return super().dropped(turn, voice, pending)

    async def _terms(self, turn: Turn) -> PromiseTerms:
        return await ask(self.services.subscriptions.payments.promise_terms, turn.caller)

    async def _not_allowed(self, turn: Turn, voice: Voice, refusal: SubscriptionError) -> Reply:
        """After a broken promise, or as many as are allowed, a person; nothing due is said."""
        if refusal.code is Code.PROMISE_BROKEN:
            return to_person(self.services, turn, voice, "promise.after_broken")
        if refusal.code is Code.PROMISE_CAP:
            most = str(refusal.facts["most"])
            return to_person(self.services, turn, voice, "promise.used_up", most=most)
        if refusal.code is not Code.NOTHING_DUE:
            raise refusal
        open_ = unpaid(await invoices(self.services, turn))
        if not open_:
            return await nothing_to_do(self.services, turn, voice, "promise.nothing_due")
        text = voice.text("promise.not_due", date=voice.day(open_[-1].due_on))
        ways = [voice.topic_button(way) for way in ("pay_now", "change_debit_date")]
        return answer(voice, text, buttons=[*ways, voice.person_button()])

    def _in_days(self, facts: Facts) -> Facts:
        """The facts with a length of time counted from today, and a month by its first day."""
        said = facts.get("on", "")
        length = _DURATION.fullmatch(said)
        if length is not None:
            ahead = timedelta(days=int(length.group(1)) * _DAYS[length.group(2)])
            return {**facts, "on": (self.today() + ahead).isoformat()}
        return {**facts, "on": f"{said}-01"} if re.fullmatch(r"\d{4}-\d\d", said) else facts


def _receipt_card(voice: Voice, receipt: PromiseReceipt) -> Card:
    rows = [
        voice.row("promise.amount", voice.money(receipt.amount)),
        *(voice.row("card.invoice_number", number) for number in receipt.invoices),
        voice.row("promise.on", voice.day(receipt.on)),
        voice.row("promise.counts_until", voice.day(receipt.counts_until)),
        voice.row("payments.extra_cost", voice.money(receipt.fee)),
        voice.row("card.reference", receipt.reference),
    ]
    return Card(kind="receipt", title=voice.text("promise.title"), rows=rows)
