"""To whom invoices are made out: as written down with the invoice, else from the master data of its day.

Invariants: an invoice never changes its recipient afterwards: before master data without a history change or
are erased, `freeze` writes the recipients of all earlier invoices down.
"""

from dataclasses import asdict
from datetime import date

from sqlalchemy import Connection, select, update

from subscriptions.entities.addresses import Address, AddressKind
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.parties import Account
from subscriptions.entities.recipients import Recipient
from subscriptions.store import accounts, addresses, customers
from subscriptions.store import tables as t


def of_invoice(db: Connection, invoice: Invoice) -> Recipient:
    """To whom a stored invoice is made out."""
    query = select(t.invoices.c.recipient).where(t.invoices.c.number == invoice.number)
    kept = db.execute(query).scalar_one()
    return Recipient(**kept) if kept else on(db, invoice.customer, invoice.issued_on)


def on(db: Connection, customer: str, day: date) -> Recipient:
    """To whom an invoice of this day is made out."""
    return _made_out(
        customers.by_number(db, customer).name,
        accounts.find(db, customer),
        addresses.of_customer(db, customer),
        day,
    )


def freeze(db: Connection, customer: str) -> None:
    """Write down the recipient of every invoice that has none written down."""
    name = customers.by_number(db, customer).name
    account, known = accounts.find(db, customer), addresses.of_customer(db, customer)
    query = select(t.invoices.c.number, t.invoices.c.issued_on).where(
        t.invoices.c.customer == customer, t.invoices.c.recipient.is_(None)
    )
    for row in db.execute(query).all():
        recipient = _made_out(name, account, known, row.issued_on)
        where = t.invoices.c.number == row.number
        db.execute(update(t.invoices).where(where).values(recipient=asdict(recipient)))


def invoice_address(
    account: Account | None, known: tuple[Address, ...], day: date
) -> Address | None:
    """The separate invoice address of an account on a day."""
    separate = account.invoice_address if account else None
    return next((a for a in known if a.id == separate and a.holds(day)), None)


def _made_out(
    name: str, account: Account | None, known: tuple[Address, ...], day: date
) -> Recipient:
    postal = [a for a in known if a.kind is AddressKind.POSTAL and a.holds(day)]
    address = invoice_address(account, known, day) or (postal[-1] if postal else None)
    return Recipient(
        name=address.name if address else name,
        company=account.company if account else None,
        vat_id=account.vat_id if account else None,
        street=address.street if address else "",
        postcode=address.postcode if address else "",
        city=address.city if address else "",
        country=address.country if address else "",
    )
