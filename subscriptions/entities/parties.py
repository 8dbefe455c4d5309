"""Who the business deals with."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Customer:
    """A person. `since` is a date in Europe/Berlin, like every date of the business."""

    number: str
    name: str
    email: str
    locale: str
    address_form: str
    since: date
    account: str | None = None
    phone: str | None = None
    deceased_on: date | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Who pays. `debit_day` is the wanted day of month (1 to 28), None the anchor day of the contract."""

    id: str
    holder: str
    debit_day: int | None = None
    debit_day_changed_at: datetime | None = None
    company: str | None = None
    vat_id: str | None = None
    invoice_address: str | None = None
