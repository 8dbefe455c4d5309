"""What the remote system says, as far as we read it; what does not fit is no proper answer.

Invariants: unknown fields are ignored; a missing or wrong one is STORE_UNAVAILABLE, never a guess.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import AliasGenerator, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from subscriptions.errors import Code, SubscriptionError

M = TypeVar("M", bound=BaseModel)


class _Remote(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=AliasGenerator(validation_alias=to_camel),
        hide_input_in_errors=True,
    )


class Account(_Remote):
    """A customer of the remote system; `external_key` is our customer number."""

    account_id: str
    external_key: str
    name: str
    email: str
    locale: str | None = None
    currency: str


class Item(_Remote):
    """An item of an invoice."""

    item_type: str
    amount: Decimal
    description: str | None = None
    plan_name: str | None = None
    pretty_plan_name: str | None = None
    start_date: date
    end_date: date | None = None


class Invoice(_Remote):
    """An invoice; `balance` is what is still open of it."""

    invoice_id: str
    invoice_number: str
    invoice_date: date
    target_date: date | None = None
    amount: Decimal
    balance: Decimal
    currency: str
    status: str
    items: tuple[Item, ...] = ()


class Billed(_Remote):
    """Whose invoice it is."""

    account_id: str


class Contract(_Remote):
    """A subscription of the remote system."""

    subscription_id: str
    plan_name: str
    product_category: str = "BASE"
    billing_period: str
    state: str
    start_date: date
    charged_through_date: date | None = None
    cancelled_date: date | None = None
    billing_end_date: date | None = None


class Bundle(_Remote):
    """Subscriptions that belong together."""

    subscriptions: tuple[Contract, ...]


class Transaction(_Remote):
    """One try to move money."""

    transaction_id: str
    transaction_type: str
    status: str
    amount: Decimal
    currency: str
    effective_date: datetime
    gateway_error_code: str | None = None


class Payment(_Remote):
    """Tries to collect an invoice."""

    payment_id: str
    target_invoice_id: str | None = None
    payment_method_id: str | None = None
    transactions: tuple[Transaction, ...] = ()


def read(shape: type[M], answer: Any) -> M:
    """One thing of this shape; raises STORE_UNAVAILABLE."""
    try:
        return shape.model_validate(answer)
    except ValidationError as error:
        raise SubscriptionError(Code.STORE_UNAVAILABLE) from error


def read_all(shape: type[M], answer: Any) -> tuple[M, ...]:
    """Several things of this shape; raises STORE_UNAVAILABLE."""
    if not isinstance(answer, list):
        raise SubscriptionError(Code.STORE_UNAVAILABLE)
    return tuple(read(shape, each) for each in answer)
