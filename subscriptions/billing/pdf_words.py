"""The fixed words of an invoice in German and English."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PdfWords:
    """Everything that is printed and does not come from the invoice itself."""

    babel: str
    invoice: str
    number: str
    customer: str
    issued_on: str
    due_on: str
    period: str
    contract: str
    tax_number: str
    vat_id: str
    your_vat_id: str
    item: str
    item_period: str
    rate: str
    gross_amount: str
    net_at: str
    tax_at: str
    net: str
    total: str
    due: str
    nothing_due: str
    void: str
    void_note: str
    page: str


WORDS: Mapping[str, PdfWords] = {
    "de": PdfWords(
        babel="de_DE",
        invoice="Rechnung",
        number="Rechnungsnummer",
        customer="Kundennummer",
        issued_on="Rechnungsdatum",
        due_on="Fällig am",
        period="Leistungszeitraum",
        contract="Vertrag",
        tax_number="Steuernummer",
        vat_id="USt-IdNr.",
        your_vat_id="USt-IdNr. des Kunden",
        item="Leistung",
        item_period="Zeitraum",
        rate="USt.",
        gross_amount="Betrag (brutto)",
        net_at="Netto zu {rate} %",
        tax_at="Umsatzsteuer {rate} %",
        net="Summe netto",
        total="Rechnungsbetrag (brutto)",
        due="Der Betrag ist am {date} fällig.",
        nothing_due="Es ist nichts zu zahlen.",
        void="STORNIERT",
        void_note="Diese Rechnung ist storniert und nicht zu zahlen.",
        page="Seite {page} von {pages}",
    ),
    "en": PdfWords(
        babel="en_GB",
        invoice="Invoice",
        number="Invoice number",
        customer="Customer number",
        issued_on="Invoice date",
        due_on="Due on",
        period="Period of supply",
        contract="Contract",
        tax_number="Tax number",
        vat_id="VAT ID",
        your_vat_id="Your VAT ID",
        item="Item",
        item_period="Period",
        rate="VAT",
        gross_amount="Amount (gross)",
        net_at="Net at {rate}%",
        tax_at="VAT {rate}%",
        net="Total net",
        total="Invoice total (gross)",
        due="The amount is due on {date}.",
        nothing_due="There is nothing to pay.",
        void="VOID",
        void_note="This invoice is void; do not pay it.",
        page="Page {page} of {pages}",
    ),
}
