"""What a row of an import must hold, and what becomes of it: customer, address, contract, way to pay.

Invariants: a card or account number is refused, only masked labels and the provider's tokens are taken;
dates are ISO days; unknown plans and impossible states are refused with a sentence.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from subscriptions.entities.addresses import Address, AddressKind
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.methods import Mandate, MandateState, MethodKind, PaymentMethod
from subscriptions.entities.parties import Customer
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.masking import mask_cards

State = Literal["trialing", "active", "paused", "past_due", "cancel_scheduled"]


def _holds_no_number(value: str) -> str:
    """A label is what a person may see: at most the last four digits."""
    if mask_cards(value) != value or sum(letter.isdigit() for letter in value) > 4:
        raise ValueError("must be masked: at most the last four digits")
    return value


Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Label = Annotated[str, StringConstraints(max_length=80), AfterValidator(_holds_no_number)]


class ImportRow(BaseModel):
    """One customer with one contract. Field names are the columns of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}$")]
    name: Short
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=320)]
    locale: Literal["de", "en"]
    address_form: Literal["formal", "informal"] = "formal"
    phone: Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")] | None = None
    street: Short | None = None
    postcode: Annotated[str, StringConstraints(max_length=20)] | None = None
    city: Short | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "DE"
    plan: Short
    state: State = "active"
    started_on: date
    period_start: date
    period_end: date
    ends_on: date | None = None
    price_cents: Annotated[int, Field(ge=0, le=100_000_00)] | None = None
    method: Literal["card", "sepa"] | None = None
    method_label: Label | None = None
    method_token: Annotated[str, StringConstraints(max_length=120)] | None = None
    card_expires_on: date | None = None
    mandate: Annotated[str, StringConstraints(max_length=35)] | None = None  # SEPA's limit
    mandate_signed_on: date | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not self.started_on <= self.period_start < self.period_end:
            raise ValueError("started_on, period_start and period_end are not in order")
        if (self.state == "cancel_scheduled") != (self.ends_on is not None):
            raise ValueError("ends_on belongs to the state cancel_scheduled, and only to it")
        if self.method and not self.method_label:
            raise ValueError("a method needs its masked method_label")
        if self.method == "sepa" and not (self.mandate and self.mandate_signed_on):
            raise ValueError("a SEPA method needs mandate and mandate_signed_on")
        if any((self.street, self.postcode, self.city)) and not self._has_address:
            raise ValueError("an address needs street, postcode and city")
        return self

    @property
    def _has_address(self) -> bool:
        return all((self.street, self.postcode, self.city))

    def customer(self) -> Customer:
        """The person."""
        return Customer(
            number=self.number,
            name=self.name,
            email=self.email.lower(),
            locale=self.locale,
            address_form=self.address_form,
            since=self.started_on,
            phone=self.phone,
        )

    def postal(self) -> Address | None:
        """Where letters go, if the row says it."""
        if not self._has_address:
            return None
        return Address(
            id=f"{self.number}-postal-1",
            customer=self.number,
            kind=AddressKind.POSTAL,
            name=self.name,
            street=self.street or "",
            postcode=self.postcode or "",
            city=self.city or "",
            country=self.country,
            valid_from=self.started_on,
        )

    def way_to_pay(self, today: date) -> tuple[PaymentMethod, Mandate | None] | None:
        """The way to pay and its mandate, if the row says it."""
        if self.method is None:
            return None
        method = PaymentMethod(
            id=f"P-{self.number}",
            customer=self.number,
            kind=MethodKind(self.method),
            label=self.method_label or "",
            expires_on=self.card_expires_on,
            updated_on=today,
            hint="",
            token=self.method_token,
            holder=self.name,
        )
        if self.mandate is None or self.mandate_signed_on is None:
            return method, None
        signed = self.mandate_signed_on
        return method, Mandate(self.mandate, method.id, MandateState.ACTIVE, signed)

    def contract(self) -> Subscription:
        """The contract."""
        return Subscription(
            id=f"S-{self.number}",
            customer=self.number,
            plan=self.plan,
            state=SubscriptionState(self.state),
            started_on=self.started_on,
            period=Period(self.period_start, self.period_end),
            anchor_day=self.period_start.day,
            method=f"P-{self.number}" if self.method else None,
            ends_on=self.ends_on,
            price_minor=self.price_cents,
        )


COLUMNS = frozenset(ImportRow.model_fields)
COMPULSORY = frozenset(n for n, field in ImportRow.model_fields.items() if field.is_required())
