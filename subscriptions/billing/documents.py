"""Invoices as files to hand out: one as PDF, those of a year as ZIP.

Invariants: the same invoices always give the same bytes; a name of a file holds nothing that means something to a
file system.
"""

import re
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import Connection

from subscriptions.billing.charges import owned
from subscriptions.billing.pdf_words import WORDS
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.recipients import Recipient
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.billing import Document
from subscriptions.policy.access import require
from subscriptions.policy.seller import Seller
from subscriptions.store import customers, recipients
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading

Addressed = tuple[Invoice, Recipient]
_ZIP_NAMES = {"de": "Rechnungen", "en": "Invoices"}
_ODD = re.compile(r"[^\w.-]", re.ASCII)


def invoice_pdf(backing: Backing, caller: Caller, number: str, locale: str | None) -> Document:
    """An invoice as PDF, in the language of the customer or in `locale` (`de`, `en`).

    A void invoice is marked as such; a draft is no invoice yet. Raises NOT_FOUND, BAD_INPUT for a language we do not
    have.
    """
    customer = require(caller, Level.IDENTIFIED, backing.clock())
    with reading(backing.engine) as db:
        person = customers.by_number(db, customer)
        (found,) = addressed(db, [owned(db, customer, number)])
    language = locale or person.locale
    if language not in WORDS:
        raise SubscriptionError(Code.BAD_INPUT, field="locale")
    return pdf_of(found, backing.seller, language)


def addressed(db: Connection, invoices: Sequence[Invoice]) -> list[Addressed]:
    """Invoices with those they are made out to."""
    return [(invoice, recipients.of_invoice(db, invoice)) for invoice in invoices]


def pdf_of(found: Addressed, seller: Seller, language: str) -> Document:
    """One invoice on paper."""
    # The PDF library takes a second to load, and most processes never make one.
    from subscriptions.billing.pdf import Sheet, invoice_bytes

    invoice, recipient = found
    words = WORDS[language]
    sheet = Sheet(invoice, seller, recipient, words, german=language == "de")
    name = _ODD.sub("_", f"{words.invoice}-{invoice.number}.pdf")
    return Document(content=invoice_bytes(sheet), name=name, media_type="application/pdf")


def zip_of(found: Sequence[Addressed], seller: Seller, language: str, year: int) -> Document:
    """The invoices of a year in one file, the oldest first."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for one in sorted(found, key=lambda each: (each[0].issued_on, each[0].number)):
            pdf = pdf_of(one, seller, language)
            issued = one[0].issued_on
            entry = ZipInfo(pdf.name, (issued.year, issued.month, issued.day, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # the same on every system
            archive.writestr(entry, pdf.content, ZIP_DEFLATED)
    name = f"{_ZIP_NAMES[language]}-{year}.zip"
    return Document(content=packed.getvalue(), name=name, media_type="application/zip")
