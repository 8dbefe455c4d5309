"""What an agent may ask for from the 360° view, told apart by `kind`; parsed from the console as it is.

Invariants: amounts are whole minor units; a wish holds no identity, the conversation says whose account it is about.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from handoff.contract import Wire

Minor = Annotated[int, Field(gt=0, le=10_000_000)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Short = Annotated[str, Field(min_length=1, max_length=200)]
Id = Annotated[str, Field(min_length=1, max_length=60)]


class Credit(Wire):
    """Goodwill on the next invoice."""

    kind: Literal["credit"] = "credit"
    minor: Minor
    currency: Currency = "EUR"
    subscription: Id | None = None


class Refund(Wire):
    """Money back for an invoice; without an amount all that is owed back, else all that is left of it."""

    kind: Literal["refund"] = "refund"
    invoice: Id
    minor: Minor | None = None
    currency: Currency = "EUR"


class Pause(Wire):
    """A pause of some months."""

    kind: Literal["pause"] = "pause"
    months: int = Field(ge=1, le=24)
    from_on: date | None = None
    subscription: Id | None = None


class PlanChange(Wire):
    """Another plan: a smaller one at the end of the period, a bigger one as an order of the subscriber."""

    kind: Literal["plan"] = "plan"
    plan: Id
    subscription: Id | None = None


class Hold(Wire):
    """Collection rests: the subscriber disputes an invoice (or all), or cannot pay."""

    kind: Literal["hold"] = "hold"
    why: Literal["dispute", "hardship"]
    invoice: Id | None = None
    text: str = Field(default="", max_length=2000)


class PromiseToPay(Wire):
    """The subscriber promises to pay what is due by a day."""

    kind: Literal["promise"] = "promise"
    on: date


class PayLink(Wire):
    """A link to pay everything that is open, or some invoices."""

    kind: Literal["pay_link"] = "pay_link"
    invoices: tuple[Id, ...] = Field(default=(), max_length=50)


class Unlock(Wire):
    """Open a login that wrong passwords locked."""

    kind: Literal["unlock"] = "unlock"


class Address(Wire):
    """A new postal or delivery address."""

    kind: Literal["address"] = "address"
    use: Literal["postal", "delivery"] = "postal"
    street: Short
    postcode: Short
    city: Short
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "DE"
    from_on: date | None = None
    name: Short | None = None


class Email(Wire):
    """Another e-mail address; the business wants the subscriber's fresh confirmation for it."""

    kind: Literal["email"] = "email"
    email: Short


Wish = Annotated[
    Credit | Refund | Pause | PlanChange | Hold | PromiseToPay | PayLink | Unlock | Address | Email,
    Field(discriminator="kind"),
]
wish_of: TypeAdapter[Wish] = TypeAdapter(Wish)
