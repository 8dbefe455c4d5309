"""Cards about money charged and given back: an invoice item by item, a refund.

Invariants: every number is the business's own; amounts contain their tax, which is shown by rate where there are several.
"""

from actions.voice import Voice
from handoff.contract import Card, Row
from subscriptions.model.base import Money
from subscriptions.model.billing import Charge, Credit, InvoiceLine, RefundReceipt, RefundStatus


def invoice_card(voice: Voice, charge: Charge) -> Card:
    """The itemised invoice with the tax it contains, what was credited, period, method and state."""
    rows = [_line_row(voice, line) for line in charge.lines]
    rows.append(voice.row("card.total", voice.money(charge.total)))
    rows += _tax_rows(voice, charge)
    rows += [_credit_row(voice, credit) for credit in charge.credits]
    rows += [
        *_period_row(voice, charge),
        voice.row("card.method", voice.method(charge.method)),
        voice.row("card.due_on", voice.day(charge.due_on)),
        voice.row("card.status", status_name(voice, charge.status, charge.lifecycle)),
    ]
    if charge.unpaid.minor > 0:
        rows.append(voice.row("card.unpaid", voice.money(charge.unpaid)))
    title = voice.text("card.invoice", invoice=charge.invoice)
    return Card(kind="invoice", title=title, rows=rows)


def _line_row(voice: Voice, line: InvoiceLine) -> Row:
    return Row(label=voice.line(line), value=voice.money(line.amount))


def _tax_rows(voice: Voice, charge: Charge) -> list[Row]:
    tax = Money(sum(line.tax_minor for line in charge.lines), charge.total.currency)
    rows = [voice.row("card.tax", voice.money(tax))]
    if len(charge.taxes) < 2:
        return rows
    of_rates = [
        Row(
            label=voice.text("card.tax_rate", percent=str(each.percent)),
            value=voice.money(each.tax),
        )
        for each in charge.taxes
    ]
    return [*rows, *of_rates]


def _credit_row(voice: Voice, credit: Credit) -> Row:
    label = voice.text("card.credit_note", number=credit.number, date=voice.day(credit.issued_on))
    return Row(label=label, value=voice.money(Money(-credit.amount.minor, credit.amount.currency)))


def _period_row(voice: Voice, charge: Charge) -> list[Row]:
    if not charge.lines:
        return []
    start = min(line.period_start for line in charge.lines)
    end = max(line.period_end for line in charge.lines)
    return [voice.row("card.period", voice.period(start, end))]


def status_name(voice: Voice, status: str, lifecycle: str) -> str:
    """How an invoice stands, in words; what was cancelled is neither open nor paid."""
    if lifecycle == "void":
        return voice.text("invoice_status.void")
    key = f"invoice_status.{status}"
    return voice.text(key) if voice.knows(key) else status


def refund_card(voice: Voice, refund: RefundStatus) -> Card:
    """Money on its way back."""
    rows = [
        voice.row("card.amount", voice.money(refund.amount)),
        voice.row("card.invoice_number", refund.invoice),
        voice.row("card.status", refund_state(voice, refund.state)),
        voice.row("card.asked_on", voice.day(refund.asked_at.astimezone(voice.zone).date())),
        voice.row("card.reference", refund.reference),
    ]
    if refund.expected_on is not None and refund.state != "succeeded":
        rows.insert(3, voice.row("card.expected_on", voice.day(refund.expected_on)))
    return Card(kind="info", title=voice.text("card.refund"), rows=rows)


def refund_receipt_card(voice: Voice, receipt: RefundReceipt) -> Card:
    """Evidence of a refund that was ordered."""
    rows = [
        voice.row("card.amount", voice.money(receipt.amount)),
        voice.row("card.invoice_number", receipt.invoice),
        voice.row("card.status", refund_state(voice, receipt.state)),
    ]
    if receipt.expected_on is not None:
        rows.append(voice.row("card.expected_on", voice.day(receipt.expected_on)))
    if receipt.credit_note is not None:
        rows.append(voice.row("card.credit_note_number", receipt.credit_note))
    if receipt.case is not None:
        rows.append(voice.row("card.case", receipt.case))
    rows.append(voice.row("card.reference", receipt.reference))
    return Card(kind="receipt", title=voice.text("card.refund_receipt"), rows=rows)


def refund_state(voice: Voice, state: str) -> str:
    """How a refund stands, in words."""
    key = f"refund_state.{state}"
    return voice.text(key) if voice.knows(key) else state
