"""The one port through which callers reach the business, whoever keeps the books.

May import `subscriptions.model` and other plain values. Invariants: the actions, the desk and the gateway hold a
`Business` and nothing else of us; each use case refuses with `SubscriptionError` only; what an adapter does not
offer is NOT_OFFERED. The built-in store (`open_subscriptions`) and a remote billing system (`remote`) are behind it.
"""

from types import TracebackType
from typing import Protocol

from subscriptions.port.contracts import CancellationPort, PlansPort
from subscriptions.port.money import BillingPort, MethodsPort, PaymentsPort, SettlementPort
from subscriptions.port.people import IdentityPort, PrivacyPort, ProfilePort
from subscriptions.port.service import CasesPort, DeliveryPort, OverviewPort


class Business(Protocol):
    """All use cases, grouped by noun. Safe to share between threads; close it at the end."""

    @property
    def billing(self) -> BillingPort:
        """Invoices, charges, vouchers, refunds."""
        ...

    @property
    def payments(self) -> PaymentsPort:
        """Open money: failures, retries, links, promises, holds."""
        ...

    @property
    def methods(self) -> MethodsPort:
        """Ways to pay and mandates."""
        ...

    @property
    def plans(self) -> PlansPort:
        """The catalogue, contracts and their changes."""
        ...

    @property
    def cancellation(self) -> CancellationPort:
        """Declarations that end a contract, and staying."""
        ...

    @property
    def identity(self) -> IdentityPort:
        """Who is speaking, logins and devices."""
        ...

    @property
    def profile(self) -> ProfilePort:
        """Addresses, contact data, preferences, consents."""
        ...

    @property
    def delivery(self) -> DeliveryPort:
        """The printed issue, and outages."""
        ...

    @property
    def cases(self) -> CasesPort:
        """Complaints, promised calls, what became of them."""
        ...

    @property
    def privacy(self) -> PrivacyPort:
        """Copies of data, erasure, objections."""
        ...

    @property
    def overview(self) -> OverviewPort:
        """The 360° view."""
        ...

    @property
    def settlement(self) -> SettlementPort:
        """What the payment provider tells."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...

    def __enter__(self) -> "Business":
        """The business itself."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        ...
