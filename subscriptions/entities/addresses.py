"""A postal address with the days on which it holds."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AddressKind(StrEnum):
    """What an address is for."""

    POSTAL = "postal"
    DELIVERY = "delivery"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True)
class Address:
    """Valid from its first to its last day, both included; `country` is ISO 3166 alpha-2."""

    id: str
    customer: str
    kind: AddressKind
    name: str
    street: str
    postcode: str
    city: str
    country: str
    valid_from: date
    valid_until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it is valid on a day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)
