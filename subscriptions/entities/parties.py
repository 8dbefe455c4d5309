"""Who the business deals with."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Customer:
    """A person. `since` is a date in Europe/Berlin, like every date of the business."""

    number: str
    name: str
    email: str
    locale: str
    address_form: str
    since: date
