"""Answers about invoices and balances: what a charge is for, what is open, what comes next.

Invariants: reads only; every amount comes from `subscriptions.billing`.
"""

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.payments import may_retry
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card, Row
from subscriptions.model.base import Level, Money
from subscriptions.model.billing import Balance, Charge, InvoiceLine


class ExplainCharge(BotAction):
    """One invoice, itemised: the newest, or the one that was named."""

    intent = "explain_charge"
    needs = Level.IDENTIFIED

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        named = turn.value("invoice")
        charge = await ask(self.services.subscriptions.billing.explain_charge, turn.caller, named)
        text = voice.text(
            "billing.charge",
            invoice=charge.invoice,
            total=voice.money(charge.total),
            date=voice.day(charge.issued_on),
        )
        buttons = [voice.topic_button("wrong_or_double_charge"), voice.person_button()]
        return answer(voice, text, cards=[invoice_card(voice, charge)], buttons=buttons)


class BalanceNextCharge(BotAction):
    """What is open now and what will be debited next."""

    intent = "balance_next_charge"
    needs = Level.IDENTIFIED

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        balance = await ask(self.services.subscriptions.billing.balance, turn.caller)
        text = f"{_open_text(voice, balance)} {_next_text(voice, balance)}"
        ways = ["explain_charge"]
        if balance.overdue.minor > 0:
            ways = ["why_payment_failed"]
            failure = await ask(self.services.subscriptions.payments.why_failed, turn.caller)
            if failure and may_retry(failure):
                ways.append("retry_payment")
        return answer(voice, text, buttons=[voice.topic_button(way) for way in ways])


def invoice_card(voice: Voice, charge: Charge) -> Card:
    """The itemised invoice with the tax it contains, period, method and total."""
    rows = [_line_row(voice, line) for line in charge.lines]
    tax = Money(sum(line.tax_minor for line in charge.lines), charge.total.currency)
    rows += [
        voice.row("card.total", voice.money(charge.total)),
        voice.row("card.tax", voice.money(tax)),
        *_period_row(voice, charge),
        voice.row("card.method", voice.method(charge.method)),
        voice.row("card.due_on", voice.day(charge.due_on)),
        voice.row("card.status", _status(voice, charge.status)),
    ]
    title = voice.text("card.invoice", invoice=charge.invoice)
    return Card(kind="invoice", title=title, rows=rows)


def _line_row(voice: Voice, line: InvoiceLine) -> Row:
    return Row(label=voice.line(line), value=voice.money(line.amount))


def _period_row(voice: Voice, charge: Charge) -> list[Row]:
    if not charge.lines:
        return []
    start = min(line.period_start for line in charge.lines)
    end = max(line.period_end for line in charge.lines)
    return [voice.row("card.period", voice.period(start, end))]


def _status(voice: Voice, status: str) -> str:
    key = f"invoice_status.{status}"
    return voice.text(key) if voice.knows(key) else status


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
