"""The port to whoever collects money: what the business asks, what it is answered, what it is told later.

Invariants: a reference is an idempotency key, but only for as long as the provider remembers it (Stripe: 24 hours),
so that what was asked and not answered is looked up, never asked for again; a provider that does not answer within
3 s raises; card and account numbers go in, never out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.methods import MethodKind, PaymentMethod
from subscriptions.model.base import Money


class ProviderUnavailableError(Exception):
    """The provider did not answer: it may or may not have done what it was asked.

    A key that it knows with another body counts as this too: something was done under our reference.
    """


class NotReachedError(ProviderUnavailableError):
    """The provider was not reached, or did not let us in: it has certainly done nothing."""


class AccountRefusedError(Exception):
    """The provider does not take this bank account."""


class UntrustedEventError(Exception):
    """A webhook whose signature is wrong, missing or old, or whose body makes no sense."""


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """What is to be collected; `reference` is the provider's idempotency key."""

    reference: str
    method: PaymentMethod
    amount: Money


@dataclass(frozen=True, slots=True)
class ChargeAnswer:
    """`submitted` (SEPA, not final), `succeeded` or `failed` with a raw code; later `returned`, `refunded`.

    `at` is when it came so, as far as the provider says.
    """

    state: AttemptState
    raw_code: str | None = None
    provider_reference: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Charged:
    """A charge that is asked about again; without the provider's reference its answer was lost, ours finds it."""

    request: ChargeRequest
    at: datetime
    provider_reference: str | None = None


class RefundResult(StrEnum):
    """What the provider makes of a refund; `submitted` ends in one of the others."""

    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Give money back. `charge_reference` is the provider's reference of the charge, ours if it has none.

    `method` steers the simulator only.
    """

    reference: str
    charge_reference: str
    amount: Money
    reason: str
    method: PaymentMethod | None = None


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A refund that is asked about again; without the provider's reference its answer was lost, the request finds it."""

    request: RefundRequest | None
    at: datetime
    provider_reference: str | None = None


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What became of a refund so far."""

    state: RefundResult
    provider_reference: str | None = None
    raw_code: str | None = None


@dataclass(frozen=True, slots=True)
class PageLine:
    """One item on a hosted page."""

    text: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page of the provider on which an amount is paid. The lines add up to the amount.

    Without `return_url` the provider's configured one is used. A provider may end the page earlier.
    """

    reference: str
    amount: Money
    lines: tuple[PageLine, ...]
    return_url: str | None
    locale: str
    expires_at: datetime


class SetupKind(StrEnum):
    """What can be set up on a page of the provider, never through us."""

    CARD = "card"
    PAYPAL = "paypal"
    WALLET = "wallet"


@dataclass(frozen=True, slots=True)
class SetupRequest:
    """A page of the provider on which a new way to pay is left."""

    reference: str
    customer: str
    kind: SetupKind
    locale: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class HostedPage:
    """A page of the provider; cards are typed there only."""

    url: str
    provider_reference: str


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """A bank account to be debited from now on. The IBAN is handed over here and kept nowhere else."""

    reference: str
    iban: str = field(repr=False)
    holder: str
    email: str
    mandate_reference: str
    locale: str


@dataclass(frozen=True, slots=True)
class RegisteredMethod:
    """A way to pay as the provider knows it: `label` is masked, `hint` steers the simulator only.

    `mandate_reference` is set by providers that assign their own.
    """

    token: str
    label: str
    kind: MethodKind = MethodKind.SEPA
    expires_on: date | None = None
    holder: str | None = None
    mandate_reference: str | None = None
    hint: str = "succeed"


class EventKind(StrEnum):
    """What a provider tells later."""

    CHARGE_SUCCEEDED = "charge_succeeded"
    CHARGE_FAILED = "charge_failed"
    CHARGE_RETURNED = "charge_returned"
    CHARGE_REFUNDED = "charge_refunded"
    PAGE_PAID = "page_paid"
    SETUP_DONE = "setup_done"
    REFUND_SUCCEEDED = "refund_succeeded"
    REFUND_FAILED = "refund_failed"
    OTHER = "other"  # signed and true, but nothing to us


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """Something that happened at the provider. `reference` is ours if the event names it."""

    id: str
    kind: EventKind
    occurred_at: datetime
    reference: str | None = None
    provider_reference: str | None = None
    raw_code: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnsPage:
    """Debits that went back; `after` is where the next page begins, None on the last one."""

    events: tuple[ProviderEvent, ...] = ()
    after: str | None = None


class PaymentProvider(Protocol):
    """Collects money. Every call answers within 3 s or raises ProviderUnavailableError (NotReachedError when sure)."""

    @property
    def name(self) -> str:
        """How events and the audit call it: `simulator`, `stripe`."""
        ...

    @property
    def assigns_mandates(self) -> bool:
        """Whether mandate references are its own, and therefore known only afterwards."""
        ...

    @property
    def lists_returns(self) -> bool:
        """Whether it lists the debits that went back; if not, each debit is asked about."""
        ...

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """Collect once for the reference, without the customer."""
        ...

    def outcome_of(self, charged: Charged, now: datetime) -> ChargeAnswer | None:
        """Where a charge stands now, None when it knows of none; the same charge is not made again."""
        ...

    def returns(self, since: datetime, until: datetime, after: str | None) -> ReturnsPage:
        """A page of the debits that went back from `since` until before `until`, after a place in the list."""
        ...

    def refund(self, request: RefundRequest) -> RefundAnswer:
        """Give back once for the reference."""
        ...

    def refund_outcome(self, given: GivenBack) -> RefundAnswer | None:
        """Where a refund stands now, None when it knows of none; nothing is given back by asking."""
        ...

    def payment_page(self, request: PageRequest) -> HostedPage:
        """A page on which the customer pays."""
        ...

    def setup_page(self, request: SetupRequest) -> HostedPage:
        """A page on which the customer leaves a new way to pay."""
        ...

    def registered(self, reference: str, provider_reference: str) -> RegisteredMethod:
        """What a finished setup page left."""
        ...

    def register_account(self, request: AccountRequest) -> RegisteredMethod:
        """Take a bank account with its mandate; raises AccountRefusedError."""
        ...

    def verify(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> tuple[ProviderEvent, ...]:
        """The events of a webhook (header names in lower case); raises UntrustedEventError."""
        ...
