"""Answers about invoices and balances: what a charge is for, what is open, what comes next.

Invariants: reads only; every amount comes from `subscriptions.billing`; who still disputes what was itemised, or sees
another balance than our ledger, gets a person of billing.
"""

from collections.abc import Sequence
from dataclasses import replace

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts
from actions.dialogue.frame import BotAction
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import Services, ask
from actions.topics.billing_cards import invoice_card
from actions.topics.billing_meant import (
    AMOUNT,
    BEFORE,
    DAY,
    INVOICE,
    MONTH,
    NONE_FITS,
    PERIOD,
    buttons_of,
    resolved,
    to_choose,
)
from actions.topics.billing_words import disputes, is_difference, mistaken
from actions.topics.payments import may_retry
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card, Row
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level, Money
from subscriptions.model.billing import Balance, Charge, InvoiceSummary, NextDebit

_LATELY = 3  # invoices offered when the one that was named is not there
_SHORTFALL = frozenset({"open", "failed"})


class ExplainCharge(Topic):
    """One invoice, itemised: the newest, or the one that was named in whatever way."""

    intent = "explain_charge"
    needs = Level.IDENTIFIED
    fields = (INVOICE, MONTH, DAY, PERIOD, BEFORE, AMOUNT)

    @override
    def amended_by(self, turn: Turn) -> bool:
        return bool(self._found(turn)) or disputes(turn) or mistaken(turn.typed)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        said = self._found(turn)
        if turn.intent == "deny" and not said and disputes(turn):
            return to_billing(self.services, turn, voice, "billing.still_disputed")
        known = await resolved(self.services, turn, facts, said)
        return await self._none_fits(turn, voice) if NONE_FITS in known else known

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        return await to_choose(self.services, turn, voice, facts)

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        billing = self.services.subscriptions.billing
        named = facts.get("invoice")
        try:
            charge = await ask(billing.explain_charge, turn.caller, named)
        except SubscriptionError as refusal:
            if named is not None or refusal.code is not Code.NOT_FOUND:
                raise
            return none_yet(voice)
        every = await ask(billing.invoices, turn.caller)
        before = _one_before(charge, every)
        explained = _explained(voice, charge, before)
        if before is None or before.total != charge.total or not is_difference(turn.typed):
            return explained
        return replace(explained, intro=_same(voice, before))

    async def _none_fits(self, turn: Turn, voice: Voice) -> Reply:
        """What was named is not among the invoices: say so, and show the last ones."""
        every = await ask(self.services.subscriptions.billing.invoices, turn.caller)
        if not every:
            return none_yet(voice)
        buttons = buttons_of(voice, self.intent, every[:_LATELY])
        ways = [voice.topic_button("wrong_or_double_charge"), voice.person_button()]
        return answer(voice, voice.text("billing.none_fits"), buttons=[*buttons, *ways])


def to_billing(services: Services, turn: Turn, voice: Voice, key: str, **facts: str) -> Reply:
    """These words, and a person of the topic's own desk."""
    words = say(voice, voice.text(key, **facts))
    return Reply((words,), handoff=handoff(services, turn, "catalogue"))


def none_yet(voice: Voice) -> Reply:
    """There is no invoice at all: nothing is wrong, and what comes is told elsewhere."""
    ways = [voice.topic_button("balance_next_charge"), voice.topic_button("subscription_status")]
    return answer(voice, voice.text("billing.none_yet"), buttons=[*ways, voice.person_button()])


def _explained(voice: Voice, charge: Charge, before: InvoiceSummary | None) -> Reply:
    text = voice.text(
        "billing.charge",
        invoice=charge.invoice,
        total=voice.money(charge.total),
        date=voice.day(charge.issued_on),
    )
    itemised = say(voice, text, cards=[invoice_card(voice, charge)])
    ways = ["get_invoice", "wrong_or_double_charge"]
    if charge.unpaid.minor > 0 and charge.status == "failed":
        ways.insert(0, "why_payment_failed")
    buttons = [voice.topic_button(way, **_of_invoice(way, charge)) for way in ways]
    buttons.append(voice.person_button())
    why = " ".join(_reasons(voice, charge, before))
    if not why:
        return Reply((itemised.model_copy(update={"buttons": buttons}),))
    return Reply((itemised, say(voice, why, buttons=buttons)))


def _same(voice: Voice, before: InvoiceSummary) -> str:
    """To who asks why it is more: that it is not."""
    return voice.text("billing.same_as_before", date=voice.day(before.issued_on))


def _of_invoice(way: str, charge: Charge) -> dict[str, str]:
    return {} if way == "why_payment_failed" else {"invoice": charge.invoice}


def _reasons(voice: Voice, charge: Charge, before: InvoiceSummary | None) -> list[str]:
    """Why the amount is what it is, as far as the invoice itself tells."""
    if charge.lifecycle == "void":
        return [voice.text("billing.void")]
    said = []
    if charge.kind == "change":
        back, new = (_sum(charge, kind) for kind in ("credit", "charge"))
        said.append(voice.text("billing.prorated", back=voice.money(back), new=voice.money(new)))
    elif _sum(charge, "credit").minor:
        said.append(voice.text("billing.credited", amount=voice.money(_sum(charge, "credit"))))
    if _sum(charge, "voucher").minor:
        codes = ", ".join(line.code or "" for line in charge.lines if line.kind == "voucher")
        taken = voice.money(_sum(charge, "voucher"))
        said.append(voice.text("billing.voucher_taken", code=codes, amount=taken))
    if before is not None and before.total != charge.total:
        total = voice.money(before.total)
        said.append(voice.text("billing.before", date=voice.day(before.issued_on), total=total))
    return said


def _sum(charge: Charge, kind: str) -> Money:
    """What the lines of a kind come to, without a sign."""
    minor = abs(sum(line.amount.minor for line in charge.lines if line.kind == kind))
    return Money(minor, charge.total.currency)


def _one_before(charge: Charge, every: Sequence[InvoiceSummary]) -> InvoiceSummary | None:
    """The invoice of the contract's period before, if this one is of a period itself."""
    if charge.kind != "period":
        return None
    older = (
        each
        for each in every
        if each.subscription == charge.subscription
        and each.kind == "period"
        and each.lifecycle == "final"
        and each.issued_on < charge.issued_on
    )
    return next(older, None)


class BalanceNextCharge(BotAction):
    """What is open now and what will be debited next, contract by contract."""

    intent = "balance_next_charge"
    needs = Level.IDENTIFIED

    @override
    def amended_by(self, turn: Turn) -> bool:
        return disputes(turn)

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if turn.intent == "deny":
            return to_billing(self.services, turn, voice, "billing.other_balance")
        billing = self.services.subscriptions.billing
        balance = await ask(billing.balance, turn.caller)
        every = await ask(billing.invoices, turn.caller) if balance.open.minor > 0 else ()
        text = " ".join(_balance_texts(voice, balance))
        buttons = [voice.topic_button(way) for way in await self._ways(turn, balance)]
        return answer(voice, text, cards=_balance_cards(voice, balance, every), buttons=buttons)

    async def _ways(self, turn: Turn, balance: Balance) -> list[str]:
        if balance.overdue.minor <= 0:
            return ["pay_now", "explain_charge"] if balance.open.minor > 0 else ["explain_charge"]
        ways = ["why_payment_failed", "pay_now"]
        failure = await ask(self.services.subscriptions.payments.why_failed, turn.caller)
        return [*ways, "retry_payment"] if failure and may_retry(failure) else ways


def _balance_texts(voice: Voice, balance: Balance) -> list[str]:
    said = [_open_text(voice, balance)]
    if balance.disputed.minor > 0:
        said.append(voice.text("billing.disputed", amount=voice.money(balance.disputed)))
    return [*said, _next_text(voice, balance)]


def _balance_cards(voice: Voice, balance: Balance, every: Sequence[InvoiceSummary]) -> list[Card]:
    """What is open by invoice, and the next debits, where there is more than one of either."""
    unpaid = [_open_row(voice, each) for each in every if _is_open(each)]
    coming = [_debit_row(voice, debit) for debit in balance.debits]
    cards = []
    if len(unpaid) > 1:
        cards.append(Card(kind="payment", title=voice.text("card.open_invoices"), rows=unpaid))
    if len(coming) > 1 and not balance.on_hold:
        cards.append(Card(kind="payment", title=voice.text("card.next_debits"), rows=coming))
    return cards


def _is_open(invoice: InvoiceSummary) -> bool:
    return invoice.lifecycle == "final" and invoice.status in _SHORTFALL


def _open_row(voice: Voice, invoice: InvoiceSummary) -> Row:
    return Row(
        label=f"{invoice.number}, {voice.day(invoice.due_on)}", value=voice.money(invoice.total)
    )


def _debit_row(voice: Voice, debit: NextDebit) -> Row:
    what = ", ".join(voice.line(line) for line in debit.lines if line.kind == "plan")
    amount = voice.money(debit.amount)
    payable = debit.problem is None and debit.method is not None
    value = f"{amount} ({debit.method})" if payable else amount
    return Row(label=f"{voice.day(debit.on)}, {what or debit.subscription}", value=value)


def _open_text(voice: Voice, balance: Balance) -> str:
    if balance.open.minor <= 0:
        return voice.text("billing.nothing_open")
    if balance.overdue == balance.open:
        return voice.text("billing.all_overdue", open=voice.money(balance.open))
    if balance.overdue.minor > 0:
        return voice.text(
            "billing.open_overdue",
            open=voice.money(balance.open),
            overdue=voice.money(balance.overdue),
        )
    return voice.text("billing.open", open=voice.money(balance.open))


def _next_text(voice: Voice, balance: Balance) -> str:
    if balance.on_hold:
        return voice.text("billing.on_hold")
    if balance.next_on is None or balance.next_amount is None:
        return voice.text("billing.no_next")
    date, amount = voice.day(balance.next_on), voice.money(balance.next_amount)
    if balance.problem is not None:
        return voice.text("billing.next_unpayable", date=date, amount=amount)
    if not balance.method:
        return voice.text("billing.next", date=date, amount=amount)
    return voice.text("billing.next_by", date=date, amount=amount, method=balance.method)
