"""To whom invoices are made out, and what may change about it."""

from dataclasses import dataclass
from datetime import date

from subscriptions.model.profile import NewAddress


@dataclass(frozen=True, slots=True)
class InvoiceDetails:
    """To whom invoices are made out; below level 2 street and VAT id are masked."""

    name: str
    company: str | None
    vat_id: str | None
    street: str
    postcode: str
    city: str
    country: str
    separate_address: bool


@dataclass(frozen=True, slots=True)
class DetailsWish:
    """What is to change on future invoices. None leaves a detail as it is, an empty text removes it.

    Of `address` the kind and the first day do not count. `postal_again` ends the separate address, so that
    invoices go to the postal address.
    """

    company: str | None = None
    vat_id: str | None = None
    address: NewAddress | None = None
    postal_again: bool = False


@dataclass(frozen=True, slots=True)
class DetailsReceipt:
    """The details from now on. They count for future invoices only: `unchanged` is the last one that stays."""

    details: InvoiceDetails
    works_from: date
    unchanged: str | None
    reference: str = ""
