"""The business: who the subscriber is and what may be done for them. Knows nobody.

May import only itself and libraries for data. Invariants: every use case checks the caller's level; every
write has an idempotency key, one transaction and one audit row; money is integer cents, never a float;
rows and the errors of drivers stay in `store`. Read `open_subscriptions` first, then one use case, then `store/write.py`.
"""

from datetime import UTC, datetime
from types import TracebackType

from sqlalchemy import Engine

from subscriptions.billing import Billing
from subscriptions.cancellation import Cancellation
from subscriptions.identity import Identity, ResetMail, no_mail
from subscriptions.model.base import Clock
from subscriptions.overview import OverviewOf
from subscriptions.payments import Payments
from subscriptions.plans import Plans
from subscriptions.provider import PaymentProvider, SimulatedProvider
from subscriptions.store import audit
from subscriptions.store.engine import ANSWERING, Patience, open_engine, reading

__all__ = ["Subscriptions", "open_subscriptions", "utc_now"]


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


class Subscriptions:
    """All use cases, grouped by noun. Safe to share between threads; close it at the end."""

    def __init__(
        self, engine: Engine, clock: Clock, *, provider: PaymentProvider, mail: ResetMail
    ) -> None:
        self._engine = engine
        self.billing = Billing(engine, clock)
        self.payments = Payments(engine, clock, provider)
        self.plans = Plans(engine, clock, provider)
        self.cancellation = Cancellation(engine, clock)
        self.identity = Identity(engine, clock, mail)
        self.overview = OverviewOf(engine, clock)

    def broken_audit_entry(self) -> int | None:
        """The number of the first audit entry that was tampered with; None when all are intact."""
        with reading(self._engine) as db:
            return audit.first_broken(db)

    def close(self) -> None:
        """Give the database connections back."""
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


def open_subscriptions(
    database_url: str,
    clock: Clock = utc_now,
    *,
    provider: PaymentProvider | None = None,
    mail: ResetMail = no_mail,
    patience: Patience = ANSWERING,
) -> Subscriptions:
    """Open the business on a migrated database; the simulator collects unless told otherwise.

    Every use case raises STORE_UNAVAILABLE when the database does not serve within `patience`.
    """
    engine = open_engine(database_url, patience)
    return Subscriptions(engine, clock, provider=provider or SimulatedProvider(), mail=mail)
