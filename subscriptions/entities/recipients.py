"""To whom an invoice is made out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipient:
    """The particulars of § 14 (4) No. 1 UStG; parts of the address are empty when none is on file."""

    name: str
    company: str | None = None
    vat_id: str | None = None
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
