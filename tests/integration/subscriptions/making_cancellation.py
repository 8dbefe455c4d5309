"""Fresh orders, complaints and offers, for tests about how contracts end."""

from datetime import date, timedelta

from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.model.base import Caller, Money
from subscriptions.model.billing import InvoiceLine
from subscriptions.model.cancellation import Offer
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.changes import contained_tax
from subscriptions.policy.limits import Limits
from subscriptions.store import cases, contracts, invoices
from subscriptions.store.cases import Concern
from subscriptions.store.engine import writing
from tests.integration.subscriptions.people import NOW

TODAY = date(2026, 11, 21)


def order(
    engine: Engine,
    number: str = "K-1004",
    *,
    days_ago: int = 3,
    status: InvoiceStatus = InvoiceStatus.PAID,
    minor: int = 799,
) -> str:
    """One more contract, ordered some days ago, with the invoice of its first month; returns its id."""
    start = TODAY - timedelta(days=days_ago)
    period = Period(start, start + timedelta(days=30))
    contract = Subscription(
        id=f"S-{number}-new",
        customer=number,
        plan="stream-basic",
        state=SubscriptionState.ACTIVE,
        started_on=start,
        period=period,
        anchor_day=start.day,
        method=f"P-{number.removeprefix('K-')}",
    )
    line = InvoiceLine(
        "Stream Basis",
        "Stream Basic",
        Money(minor),
        contained_tax(minor, 19),
        period.start,
        period.end,
        "plan",
        19,
        "stream-basic",
    )
    with writing(engine) as db:
        contracts.add(db, contract)
        invoice = Invoice(
            number=invoices.next_number(db, number),
            customer=number,
            subscription=contract.id,
            issued_on=start,
            due_on=start,
            total=Money(minor),
            status=status,
            lines=(line,),
        )
        invoices.add(db, invoice)
    return contract.id


def open_case(engine: Engine, number: str, kind: str = "complaint", skill: str = "CMP") -> str:
    """A case that nobody has settled."""
    with writing(engine) as db:
        return cases.open_case(db, number, Concern(kind, skill), at=NOW, limits=Limits()).number


def cancelled(business: Subscriptions, caller: Caller) -> str:
    """The reference of a cancellation that was just declared."""
    return business.cancellation.declare(caller, "Ich kündige.", key="cancel").reference


def offered(business: Subscriptions, caller: Caller) -> Offer:
    """The offer after a cancellation."""
    offer = business.cancellation.offer(caller, cancelled(business, caller), key="offer")
    assert offer is not None
    return offer
