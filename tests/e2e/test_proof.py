"""Somebody unknown proves with a mailed code who they are and sees the invoice; a document opens as PDF."""

import json
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.e2e.pages import PATIENT, Subscriber, plain
from tests.product import Product

Arrive = Callable[..., Subscriber]
Look = Callable[..., list[tuple[str, ...]]]

ADDRESS = "marcus.okafor@example.org"
INVOICE = "SELECT number FROM invoices WHERE customer = ? ORDER BY issued_on DESC LIMIT 1"


def mailed_code(mailbox: Path) -> str:
    """The code of the newest mail to the address; mails leave beside the answer, so it may take a moment."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        lines = mailbox.read_text(encoding="utf-8").splitlines() if mailbox.exists() else []
        for mail in map(json.loads, reversed(lines)):
            if (mail["to"], mail["template"]) == (ADDRESS, "one_time_code"):
                return str(mail["secret"])
        time.sleep(0.1)
    raise AssertionError("no code came")


def test_a_mailed_code_opens_the_invoice(product: Product, subscriber: Arrive, data: Look) -> None:
    [(number,)] = data(INVOICE, "K-1002")
    visitor = subscriber(None)
    assert number not in visitor.ask("Wofür ist die letzte Abbuchung?")
    assert "sechsstelliger Code" in visitor.ask(ADDRESS)
    code = mailed_code(product.var / "outbox.jsonl")
    wrong = visitor.ask(f"{(int(code) + 1) % 1_000_000:06}")
    assert number not in wrong
    visitor.say(code)
    invoice = visitor.bot.filter(has_text=number)
    expect(invoice).to_be_visible(timeout=PATIENT)
    card = plain(invoice.locator(".facts-card.invoice").inner_text())
    assert "7,99 €" in card
    assert "Stream" in card


def test_a_link_to_a_document_opens_a_pdf(subscriber: Arrive, data: Look) -> None:
    [(number,)] = data(INVOICE, "K-1001")
    anna = subscriber("K-1001")
    assert number in anna.ask("Wofür ist die letzte Abbuchung?")
    anna.press("Rechnung als PDF")
    link = anna.bot.last.get_by_role("link").first
    expect(link).to_be_visible()
    address = link.evaluate("a => a.href")
    opened = anna.context.request.get(address)
    assert opened.status == 200
    assert opened.headers["content-type"].startswith("application/pdf")
    assert number in PdfReader(BytesIO(opened.body())).pages[0].extract_text()
