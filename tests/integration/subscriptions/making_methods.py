"""Bank accounts and customers for the tests around ways to pay. The IBANs are public examples."""

from datetime import timedelta

from sqlalchemy import Engine, delete, update

from subscriptions.model.base import Caller, Level
from subscriptions.model.methods import NewAccount
from subscriptions.provider import EventKind, ProviderEvent
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.people import NOW

ON_FILE = "DE89 3704 0044 0532 0130 00"  # ends like the account that K-1003 has on file
AUSTRIAN = "AT61 1904 3002 3457 3201"
FRENCH = "FR14 2004 1010 0505 0001 3M02 606"
TURKISH = "TR33 0006 1005 1978 6457 8413 26"
READER = Caller("K-1003", Level.CONFIRMED, "bot", NOW - timedelta(minutes=3))
HOLDER = "Júlia Szabó"


def account(
    iban: str = AUSTRIAN,
    holder: str = HOLDER,
    *,
    consent: bool = True,
    holder_agreed: bool = False,
    subscription: str | None = None,
) -> NewAccount:
    """A new bank account of K-1003 with her consent to the mandate."""
    return NewAccount(iban, holder, consent, holder_agreed, subscription)


def without_mandates(engine: Engine, customer: str) -> None:
    """Nobody ever gave a mandate for the ways to pay of this customer."""
    theirs = t.payment_methods.select().where(t.payment_methods.c.customer == customer)
    ids = theirs.with_only_columns(t.payment_methods.c.id)
    with writing(engine) as db:
        db.execute(delete(t.mandates).where(t.mandates.c.method.in_(ids)))


def without_contracts(engine: Engine, customer: str) -> None:
    """All contracts of this customer are over."""
    where = t.subscriptions.c.customer == customer
    with writing(engine) as db:
        db.execute(update(t.subscriptions).where(where).values(state="ended"))


def setup_done(reference: str, page: str, event: str = "evt-setup") -> ProviderEvent:
    """The news that a setup page was finished."""
    return ProviderEvent(event, EventKind.SETUP_DONE, NOW, reference, page)
