"""An invoice on paper: the same invoice always gives the same bytes.

Invariants: nothing is computed here but the sums of tax rates; all particulars of § 14 (4) UStG are printed; nothing
that changes with time (payments, the way to pay) is. Fonts are embedded, so that € and every European name
can be read everywhere.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision
from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout, TableCellFillMode, XPos, YPos
from fpdf.fonts import FontFace
from typing_extensions import override

from subscriptions.billing.pdf_words import PdfWords
from subscriptions.billing.values import tax_sums
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle
from subscriptions.entities.recipients import Recipient
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceLine
from subscriptions.policy.seller import Seller

FONTS = Path(__file__).parent / "fonts"
FAMILY = "DejaVu"
GREY, BLACK, RED = (90, 90, 90), (0, 0, 0), (170, 20, 20)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is printed: the invoice, by whom and for whom it is, and the words of one language."""

    invoice: Invoice
    seller: Seller
    recipient: Recipient
    words: PdfWords
    german: bool

    def money(self, amount: Money) -> str:
        """`11,99 €` or `€11.99`."""
        digits = get_currency_precision(amount.currency)
        value = Decimal(amount.minor).scaleb(-digits)
        return format_currency(value, amount.currency, locale=self.words.babel)

    def day(self, day: date) -> str:
        """A calendar day."""
        return format_date(day, "medium", locale=self.words.babel)

    def period(self, start: date, end: date) -> str:
        """First and last day; `end` is the first day of what follows."""
        last = max(start, end - timedelta(days=1))
        return f"{self.day(start)} – {self.day(last)}"


class _Paper(FPDF):
    """A4 with the seller's particulars at the foot of every page."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(format="A4")
        self._sheet = sheet
        self.add_font(FAMILY, "", FONTS / "DejaVuSans.ttf")
        self.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")
        self.set_margins(20, 20, 20)
        self.set_auto_page_break(True, margin=32)

    def line_of(self, text: str, size: int, *, bold: bool = False, height: int = 5) -> None:
        """One line over the whole width, broken where it is too long."""
        self.set_font(FAMILY, "B" if bold else "", size)
        self.multi_cell(0, height, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    @override
    def footer(self) -> None:
        seller, words = self._sheet.seller, self._sheet.words
        ids = [
            f"{words.tax_number} {seller.tax_number}" if seller.tax_number else "",
            f"{words.vat_id} {seller.vat_id}" if seller.vat_id else "",
            seller.register,
            seller.contact,
        ]
        self.set_y(-26)
        self.set_text_color(*GREY)
        address = (seller.name, seller.street, f"{seller.postcode} {seller.city}", seller.country)
        self.line_of(" · ".join(address), 8, height=4)
        self.line_of(" · ".join(part for part in ids if part), 8, height=4)
        self.line_of(words.page.format(page=self.page_no(), pages="{nb}"), 8, height=4)
        self.set_text_color(*BLACK)


def invoice_bytes(sheet: Sheet) -> bytes:
    """The PDF of an invoice."""
    paper, words = _Paper(sheet), sheet.words
    issued = datetime.combine(sheet.invoice.issued_on, time(), UTC)
    paper.set_creation_date(issued)
    paper.set_lang("de" if sheet.german else "en")
    paper.set_title(f"{words.invoice} {sheet.invoice.number}")
    paper.set_author(sheet.seller.name)
    paper.add_page()
    _head(paper, sheet)
    _particulars(paper, sheet)
    _items(paper, sheet)
    _sums(paper, sheet)
    _closing(paper, sheet)
    return bytes(paper.output())


def _head(paper: _Paper, sheet: Sheet) -> None:
    seller, to = sheet.seller, sheet.recipient
    paper.line_of(seller.name, 14, bold=True, height=8)
    paper.set_text_color(*GREY)
    paper.line_of(f"{seller.street} · {seller.postcode} {seller.city} · {seller.country}", 8)
    paper.set_text_color(*BLACK)
    paper.ln(10)
    place = f"{to.postcode} {to.city}".strip()
    country = to.country if to.country != seller.country else ""
    for text in (to.company or "", to.name, to.street, place, country):
        if text:
            paper.line_of(text, 10)
    paper.ln(10)


def _particulars(paper: _Paper, sheet: Sheet) -> None:
    invoice, words = sheet.invoice, sheet.words
    paper.line_of(f"{words.invoice} {invoice.number}", 16, bold=True, height=9)
    if invoice.lifecycle is InvoiceLifecycle.VOID:
        paper.set_text_color(*RED)
        paper.line_of(words.void, 22, bold=True, height=12)
        paper.line_of(words.void_note, 10)
        paper.set_text_color(*BLACK)
    paper.ln(3)
    start = min((line.period_start for line in invoice.lines), default=invoice.issued_on)
    end = max((line.period_end for line in invoice.lines), default=invoice.issued_on)
    rows = [
        (words.number, invoice.number),
        (words.issued_on, sheet.day(invoice.issued_on)),
        (words.period, sheet.period(start, end)),
        (words.customer, invoice.customer),
        (words.contract, invoice.subscription),
        (words.due_on, sheet.day(invoice.due_on)),
    ]
    if sheet.recipient.vat_id:
        rows.append((words.your_vat_id, sheet.recipient.vat_id))
    for label, value in rows:
        paper.set_font(FAMILY, "", 9)
        paper.cell(48, 5, label)
        paper.cell(0, 5, value, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(5)


def _items(paper: _Paper, sheet: Sheet) -> None:
    words = sheet.words
    paper.set_font(FAMILY, "", 9)
    with paper.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        cell_fill_mode=TableCellFillMode.NONE,
        col_widths=(76, 50, 14, 30),
        text_align=(Align.L, Align.L, Align.R, Align.R),
        headings_style=FontFace(emphasis="BOLD"),
        line_height=6,
    ) as table:
        table.row((words.item, words.item_period, words.rate, words.gross_amount))
        for line in sheet.invoice.lines:
            table.row(_item(line, sheet))
    paper.ln(4)


def _item(line: InvoiceLine, sheet: Sheet) -> tuple[str, str, str, str]:
    rate = tax_sums((line,))[0].percent
    text = line.text_de if sheet.german else line.text_en
    period = sheet.period(line.period_start, line.period_end)
    return text, period, f"{rate} %" if sheet.german else f"{rate}%", sheet.money(line.amount)


def _sums(paper: _Paper, sheet: Sheet) -> None:
    words, taxes = sheet.words, tax_sums(sheet.invoice.lines)
    currency = sheet.invoice.total.currency
    rows: list[tuple[str, Money]] = []
    for tax in taxes:
        rows.append((words.net_at.format(rate=tax.percent), tax.net))
        rows.append((words.tax_at.format(rate=tax.percent), tax.tax))
    net = Money(sum(tax.net.minor for tax in taxes), currency)
    for label, amount in [*rows, (words.net, net)]:
        _sum(paper, label, sheet.money(amount))
    _sum(paper, words.total, sheet.money(sheet.invoice.total), bold=True)
    paper.ln(6)


def _sum(paper: _Paper, label: str, amount: str, *, bold: bool = False) -> None:
    paper.set_font(FAMILY, "B" if bold else "", 10 if bold else 9)
    paper.cell(130, 6, label, align=Align.R)
    paper.cell(40, 6, amount, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _closing(paper: _Paper, sheet: Sheet) -> None:
    invoice, words = sheet.invoice, sheet.words
    if invoice.lifecycle is InvoiceLifecycle.VOID:
        return
    if invoice.total.minor <= 0:
        paper.line_of(words.nothing_due, 9)
    else:
        paper.line_of(words.due.format(date=sheet.day(invoice.due_on)), 9)
