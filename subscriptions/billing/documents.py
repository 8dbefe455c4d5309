"""Invoices as files to hand out."""

from subscriptions.billing.charges import owned
from subscriptions.billing.pdf_words import WORDS
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.billing import Document
from subscriptions.policy.access import require
from subscriptions.store import customers, recipients
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading


def invoice_pdf(backing: Backing, caller: Caller, number: str, locale: str | None) -> Document:
    """An invoice as PDF, in the language of the customer or in `locale` (`de`, `en`).

    A void invoice is marked as such; a draft is no invoice yet. Raises NOT_FOUND, BAD_INPUT for a language we do not
    have.
    """
    customer = require(caller, Level.IDENTIFIED, backing.clock())
    with reading(backing.engine) as db:
        person = customers.by_number(db, customer)
        invoice = owned(db, customer, number)
        recipient = recipients.of_invoice(db, invoice)
    language = locale or person.locale
    if language not in WORDS:
        raise SubscriptionError(Code.BAD_INPUT, field="locale")
    # The PDF library takes a second to load, and most processes never make one.
    from subscriptions.billing.pdf import Sheet, invoice_bytes

    words = WORDS[language]
    sheet = Sheet(invoice, backing.seller, recipient, words, german=language == "de")
    return Document(
        content=invoice_bytes(sheet),
        name=f"{words.invoice}-{invoice.number}.pdf",
        media_type="application/pdf",
    )
