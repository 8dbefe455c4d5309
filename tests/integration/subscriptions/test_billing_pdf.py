"""Invoices as PDF: everything the law wants, in both languages, the same bytes for the same invoice."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import Engine

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.entities.invoices import InvoiceLifecycle
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.billing import Document
from subscriptions.model.invoice_details import DetailsWish
from subscriptions.model.profile import NewAddress
from subscriptions.policy.seller import Seller
from tests.integration.subscriptions import making_billing as making
from tests.integration.subscriptions.people import SetClock, bot_for

MARCUS, SURE = bot_for("K-1002"), bot_for("K-1002", Level.CONFIRMED)
HERE = NewAddress("postal", "Werkstraße 7", "20095", "Hamburg", name="Zoë Dvořáková-Łęcka")
SELLER = Seller(
    name="Ährenpost AG",
    street="Größestraße 3",
    postcode="01067",
    city="Dresden",
    tax_number="203/123/45678",
    vat_id="DE136695976",
    register="Amtsgericht Dresden HRB 1",
)


def text_of(document: Document) -> str:
    """What a reader sees, with ordinary spaces."""
    pages = PdfReader(BytesIO(document.content)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ")


def mixed(engine: Engine, **given: object) -> str:
    """An invoice with two tax rates, an add-on and a voucher."""
    making.invoice(
        engine,
        "RE-1002-0016",
        making.line(1199),
        making.line(1000, 7, text_de="2 × Zeitung", text_en="2 × Paper", kind="addon"),
        making.line(-545, text_de="Gutschein ÖL", text_en="Voucher ÖL", kind="voucher"),
        **given,
    )
    return "RE-1002-0016"


def test_all_particulars_in_german(
    database_url: str, business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    wish = DetailsWish(company="Okafor & Söhne GmbH", vat_id="ATU13585627", address=HERE)
    business.billing.change_invoice_details(SURE, wish, key="d")
    number = mixed(engine)
    with open_subscriptions(database_url, clock, connections=Connections(seller=SELLER)) as own:
        document = own.billing.invoice_pdf(MARCUS, number, "de")
    text = text_of(document)
    assert (document.name, document.media_type) == (
        "Rechnung-RE-1002-0016.pdf",
        "application/pdf",
    )
    for particular in (
        "Ährenpost AG",
        "Größestraße 3 · 01067 Dresden",
        "Steuernummer 203/123/45678",
        "USt-IdNr. DE136695976",
        "Amtsgericht Dresden HRB 1",
        "Okafor & Söhne GmbH",
        "Zoë Dvořáková-Łęcka",
        "Werkstraße 7",
        "20095 Hamburg",
        "USt-IdNr. des Kunden ATU13585627",
        "Rechnungsnummer RE-1002-0016",
        "Rechnungsdatum 21.11.2026",
        "Leistungszeitraum 11.11.2026 – 10.12.2026",
        "Netto zu 19 % 5,50 €",
        "Umsatzsteuer 19 % 1,04 €",
        "Netto zu 7 % 9,35 €",
        "Umsatzsteuer 7 % 0,65 €",
        "Summe netto 14,85 €",
        "Rechnungsbetrag (brutto) 16,54 €",
        "Gutschein ÖL",
        "-5,45 €",
        "Der Betrag ist am 21.11.2026 fällig.",
        "Seite 1 von 1",
    ):
        assert particular in text, particular


def test_all_particulars_in_english(business: Subscriptions, engine: Engine) -> None:
    document = business.billing.invoice_pdf(MARCUS, mixed(engine))  # Marcus writes English
    text = text_of(document)
    assert document.name == "Invoice-RE-1002-0016.pdf"
    for particular in (
        "Abolotse Beispielverlag GmbH",
        "Tax number 00/000/00000",
        "Marcus Okafor",
        "Invoice number RE-1002-0016",
        "Invoice date 21 Nov 2026",
        "Period of supply 11 Nov 2026 – 10 Dec 2026",
        "Net at 19% €5.50",
        "VAT 19% €1.04",
        "Net at 7% €9.35",
        "Invoice total (gross) €16.54",
        "Voucher ÖL",
        "-€5.45",
        "The amount is due on 21 Nov 2026.",
        "Page 1 of 1",
    ):
        assert particular in text, particular
    assert "Rechnung" not in text


def test_the_same_invoice_gives_the_same_bytes(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    number = mixed(engine)
    first = business.billing.invoice_pdf(MARCUS, number)
    clock.forward(timedelta(days=40))
    making.paid(engine, number, 1654)
    business.billing.change_invoice_details(
        replace(SURE, proven_at=clock()), DetailsWish(company="Neu GmbH"), key="d"
    )
    assert business.billing.invoice_pdf(MARCUS, number).content == first.content


def test_a_void_invoice_is_marked_and_not_to_be_paid(
    business: Subscriptions, engine: Engine
) -> None:
    making.void(engine, "RE-1002-0015")
    german = text_of(business.billing.invoice_pdf(MARCUS, "RE-1002-0015", "de"))
    english = text_of(business.billing.invoice_pdf(MARCUS, "RE-1002-0015", "en"))
    assert "STORNIERT" in german
    assert "fällig." not in german
    assert "This invoice is void; do not pay it." in english


def test_nothing_to_pay_is_said(business: Subscriptions, engine: Engine) -> None:
    making.invoice(engine, "RE-1002-0016", making.line(0))
    assert "Es ist nichts zu zahlen." in text_of(
        business.billing.invoice_pdf(MARCUS, "RE-1002-0016", "de")
    )


def test_many_lines_run_over_several_pages(business: Subscriptions, engine: Engine) -> None:
    making.invoice(engine, "RE-1002-0016", *[making.line(100) for _ in range(70)])
    document = business.billing.invoice_pdf(MARCUS, "RE-1002-0016", "de")
    pages = PdfReader(BytesIO(document.content)).pages
    assert len(pages) == 3
    assert "Seite 2 von 3" in pages[1].extract_text()
    assert "Leistung" in pages[1].extract_text()
    assert "Steuernummer" in pages[2].extract_text()


def test_a_draft_has_no_document(business: Subscriptions, engine: Engine) -> None:
    number = mixed(engine, lifecycle=InvoiceLifecycle.DRAFT)
    with pytest.raises(SubscriptionError) as refused:
        business.billing.invoice_pdf(MARCUS, number)
    assert refused.value.code is Code.NOT_FOUND


def test_fonts_are_inside(business: Subscriptions) -> None:
    reader = PdfReader(BytesIO(business.billing.invoice_pdf(MARCUS, "RE-1002-0015").content))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        (descendant,) = font.get_object()["/DescendantFonts"]
        assert "/FontFile2" in descendant.get_object()["/FontDescriptor"].get_object()
