"""The business: who the subscriber is and what may be done for them. Knows nobody.

May import only itself and libraries for data. Invariants: every use case checks the caller's level; every
write has an idempotency key, one transaction and one audit row; money is integer cents, never a float;
rows and the errors of drivers stay in `store`. Read `open_subscriptions` first, then one use case, then `store/write.py`.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_bytes
from types import TracebackType

from subscriptions.billing import Billing
from subscriptions.cancellation import Cancellation
from subscriptions.cases import Cases
from subscriptions.delivery import PrintedDelivery
from subscriptions.identity import Identity
from subscriptions.methods import Methods
from subscriptions.model.base import Clock
from subscriptions.outbox import Outbox, close_outbox, no_outbox
from subscriptions.overview import OverviewOf
from subscriptions.payments import Payments
from subscriptions.plans import Plans
from subscriptions.policy.calendar import business_date, load_holidays
from subscriptions.policy.limits import Limits
from subscriptions.policy.seller import Seller
from subscriptions.privacy import Privacy
from subscriptions.profile import ProfileOf
from subscriptions.provider import PaymentProvider, SimulatedProvider
from subscriptions.settlement import Settlement
from subscriptions.store import audit
from subscriptions.store.backing import Backing
from subscriptions.store.engine import ANSWERING, Patience, open_engine, reading

__all__ = ["Connections", "Subscriptions", "backing_of", "open_subscriptions", "utc_now"]


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


class Subscriptions:
    """All use cases, grouped by noun. Safe to share between threads; close it at the end."""

    def __init__(self, backing: Backing) -> None:
        self._engine = backing.engine
        self._outbox = backing.outbox
        self.billing = Billing(backing)
        self.payments = Payments(backing)
        self.methods = Methods(backing)
        self.plans = Plans(backing)
        self.cancellation = Cancellation(backing)
        self.identity = Identity(backing)
        self.profile = ProfileOf(backing)
        self.delivery = PrintedDelivery(backing)
        self.cases = Cases(backing)
        self.privacy = Privacy(backing)
        self.overview = OverviewOf(backing)
        self.settlement = Settlement(backing)

    def broken_audit_entry(self) -> int | None:
        """The number of the first audit entry that was tampered with; None when all are intact."""
        with reading(self._engine) as db:
            return audit.first_broken(db)

    def close(self) -> None:
        """Let the outbox finish, give the database connections back."""
        close_outbox(self._outbox)
        self._engine.dispose()

    def __enter__(self) -> "Subscriptions":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Connections:
    """What an operator connects: who collects, who delivers, which limits hold, who issues the invoices, and the
    key of one-time codes.

    By default the simulator collects, nothing leaves the house, and the strict limits hold.
    """

    provider: PaymentProvider = field(default_factory=SimulatedProvider)
    outbox: Outbox = no_outbox
    limits: Limits = field(default_factory=Limits)
    secret: str = field(default="", repr=False)
    seller: Seller = field(default_factory=Seller)


def open_subscriptions(
    database_url: str,
    clock: Clock = utc_now,
    *,
    connections: Connections | None = None,
    patience: Patience = ANSWERING,
) -> Subscriptions:
    """Open the business on a migrated database.

    Every use case raises STORE_UNAVAILABLE when the database does not serve within `patience`.
    """
    return Subscriptions(backing_of(database_url, clock, connections or Connections(), patience))


def backing_of(
    database_url: str, clock: Clock, connections: Connections, patience: Patience
) -> Backing:
    """What the use cases stand on, for whoever builds them one by one."""
    load_holidays(business_date(clock()).year)
    return Backing(
        engine=open_engine(database_url, patience),
        clock=clock,
        provider=connections.provider,
        outbox=connections.outbox,
        limits=connections.limits,
        # Without a secret codes of this process only are accepted: nobody can guess the key.
        secret=connections.secret.encode() or token_bytes(32),
        seller=connections.seller,
    )
