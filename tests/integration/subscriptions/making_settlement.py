"""Debits on their way, and the news of the provider about them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, select, update

from subscriptions import Subscriptions
from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.invoices import invoice_after
from subscriptions.model.settlement import Outcome
from subscriptions.provider import EventKind, ProviderEvent, SimulatedProvider
from subscriptions.store import customers, invoices
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import NOW, WEBHOOK_SECRET

SIGNER = SimulatedProvider(WEBHOOK_SECRET)


@dataclass(frozen=True, slots=True)
class Debit:
    """A SEPA debit that the provider has accepted."""

    reference: str
    invoice: str
    customer: str


def newest_invoice(engine: Engine, customer: str) -> str:
    """The invoice that the story of a demo customer is about."""
    found = rows(engine, t.invoices, customer=customer)
    return str(max(found, key=lambda row: (row["issued_on"], row["number"]))["number"])


def submitted(engine: Engine, customer: str, *, at: datetime = NOW, hint: str = "succeed") -> Debit:
    """Debit the newest invoice of a customer once more; the bank has not answered yet."""
    number = newest_invoice(engine, customer)
    with writing(engine) as db:
        theirs = t.payment_methods.c.customer == customer
        db.execute(update(t.payment_methods).where(theirs).values(hint=hint))
        invoice = invoices.find(db, customer, number, lock=True)
        assert invoice is not None
        tried = invoices.attempts_of(db, number)
        method = customers.method_of(db, tried[-1].method)
        assert method is not None
        attempt = Attempt(
            reference=f"{number}-{len(tried) + 1}",
            invoice=number,
            number=len(tried) + 1,
            method=method.id,
            kind=method.kind,
            amount=invoice.total,
            state=AttemptState.SUBMITTED,
            raw_code=None,
            at=at,
            provider_reference=f"sim_{number}-{len(tried) + 1}",
        )
        invoices.add_attempt(db, attempt)
        invoices.store_status(db, invoice_after(invoice, attempt))
    return Debit(attempt.reference, number, customer)


def long_ago(engine: Engine) -> None:
    """All debits so far were made before anything may still happen to them."""
    with writing(engine) as db:
        for reference, at in db.execute(select(t.attempts.c.reference, t.attempts.c.at)).all():
            where = t.attempts.c.reference == reference
            before = {"at": at - timedelta(days=430), "ask_on": None}
            db.execute(update(t.attempts).where(where).values(before))


def news(
    debit: Debit, kind: EventKind, *, days: int = 1, code: str | None = None, event: str = ""
) -> ProviderEvent:
    """What the provider tells about a debit, some days later."""
    return ProviderEvent(
        id=event or f"evt-{debit.reference}-{kind.value}",
        kind=kind,
        occurred_at=NOW + timedelta(days=days),
        reference=debit.reference,
        raw_code=code,
    )


def tell(business: Subscriptions, *events: ProviderEvent) -> tuple[Outcome, ...]:
    """Send signed webhooks, one for each event."""
    outcomes: list[Outcome] = []
    for event in events:
        headers, body = SIGNER.signed((event,), NOW)
        outcomes.extend(business.settlement.receive("simulator", headers, body))
    return tuple(outcomes)


def pay_link(engine: Engine, customer: str, reference: str = "R-LINK") -> ProviderEvent:
    """An open pay link for the newest invoice of a customer, and the news that it was paid."""
    number = newest_invoice(engine, customer)
    (invoice,) = rows(engine, t.invoices, number=number)
    with writing(engine) as db:
        db.execute(
            insert(t.payment_requests).values(
                id=reference,
                token_hash="0" * 64,
                customer=customer,
                amount_minor=invoice["total_minor"],
                invoices=[number],
                state="open",
                created_at=NOW,
                expires_at=NOW + timedelta(days=7),
                provider_reference="sim_payment_1",
            )
        )
    paid = NOW + timedelta(hours=2)
    return ProviderEvent("evt-page", EventKind.PAGE_PAID, paid, reference, "sim_payment_1")


def books(engine: Engine, customers_: Iterable[str]) -> dict[str, object]:
    """What the events of a test may change, without logs and numbers of cases."""
    told: dict[str, object] = {}
    for customer in customers_:
        numbers = {row["number"] for row in rows(engine, t.invoices, customer=customer)}
        told[customer] = {
            "invoices": sorted(
                (row["number"], row["status"], str(row["paid_at"]))
                for row in rows(engine, t.invoices, customer=customer)
            ),
            "attempts": sorted(
                (row["reference"], row["state"], str(row["raw_code"]), str(row["settled_at"]))
                for row in rows(engine, t.attempts)
                if row["invoice"] in numbers
            ),
            "payments": sorted(
                (row["reference"], row["state"], str(row["received_at"]))
                for row in rows(engine, t.payments, customer=customer)
            ),
            "contracts": sorted(
                (row["id"], row["state"])
                for row in rows(engine, t.subscriptions, customer=customer)
            ),
        }
    told["mandates"] = sorted(
        (row["reference"], row["state"], str(row["last_used_on"]))
        for row in rows(engine, t.mandates)
    )
    told["refunds"] = sorted((row["reference"], row["state"]) for row in rows(engine, t.refunds))
    told["links"] = sorted((row["id"], row["state"]) for row in rows(engine, t.payment_requests))
    return told


def again(event: ProviderEvent, name: str) -> ProviderEvent:
    """The same news under another number, as when the provider is asked as well."""
    return replace(event, id=name)
