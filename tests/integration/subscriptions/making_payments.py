"""States of open money that the seeded business does not have, made through the store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, update

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.contracts import Subscription
from subscriptions.entities.dunning import ActionKind, DunningAction, DunningCase
from subscriptions.entities.holds import Hold, HoldKind
from subscriptions.entities.instalments import Instalment, InstalmentState
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.entities.methods import MandateState, MethodKind, PaymentMethod
from subscriptions.entities.payments import Payment, PaymentSource
from subscriptions.entities.promises import Promise, PromiseState
from subscriptions.model.base import Money, Words
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.dunning import DunningState
from subscriptions.policy.limits import Limits
from subscriptions.store import (
    collection,
    contracts,
    customers,
    dunning,
    holds,
    instalments,
    invoices,
    promises,
    receipts,
)
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import NOW, CountingProvider, SetClock

TODAY = date(2026, 11, 21)
WHY = Words("Weil es so ist.", "Because it is so.")


def theirs(engine: Engine, table: Any, customer: str = "K-1001") -> list[dict[str, Any]]:
    """What a table holds about one customer."""
    return rows(engine, table, customer=customer)


def planned(engine: Engine, invoice: str) -> list[dict[str, Any]]:
    """The planned attempts of an invoice."""
    return rows(engine, t.attempts, invoice=invoice, state="scheduled")


@contextmanager
def with_limits(
    url: str, limits: Limits, clock: SetClock, provider: CountingProvider
) -> Iterator[Subscriptions]:
    """The same business for an operator with other limits."""
    connections = Connections(provider=provider, limits=limits)
    with open_subscriptions(url, clock, connections=connections) as business:
        yield business


def hold(
    engine: Engine,
    customer: str,
    kind: HoldKind = HoldKind.FRAUD,
    *,
    invoice: str | None = None,
    until: datetime | None = None,
) -> Hold:
    """A hold that stands."""
    placed = Hold(f"H-{kind.value}", customer, kind, NOW, invoice=invoice, until_at=until)
    with writing(engine) as db:
        holds.place(db, placed)
    return placed


def promised(engine: Engine, customer: str, state: PromiseState, *, days_ago: int) -> Promise:
    """A promise of the past."""
    made = Promise(
        f"V-{customer}-{days_ago}",
        customer,
        Money(1199),
        (),
        TODAY - timedelta(days=days_ago),
        state,
        NOW - timedelta(days=days_ago),
    )
    with writing(engine) as db:
        promises.add(db, made)
    return made


def contract(engine: Engine, customer: str) -> Subscription:
    """The contract of a seeded customer."""
    with writing(engine) as db:
        found = contracts.of_customer(db, customer)
    assert found is not None
    return found


def second_contract(
    engine: Engine, customer: str, state: SubscriptionState = SubscriptionState.PAST_DUE
) -> Subscription:
    """One more contract of a seeded customer, about the same plan."""
    second = replace(contract(engine, customer), id=f"S-2-{customer}", state=state)
    with writing(engine) as db:
        contracts.add(db, second)
    return second


def suspended(engine: Engine, customer: str, at: datetime = NOW) -> Subscription:
    """The contract of a seeded customer, blocked."""
    blocked = replace(contract(engine, customer), state=SubscriptionState.SUSPENDED)
    with writing(engine) as db:
        contracts.store(db, blocked, contracts.Happened("suspended", "schedule", at))
    return blocked


def invoice(
    engine: Engine,
    customer: str,
    number: str,
    *,
    cents: int = 500,
    subscription: str | None = None,
    status: InvoiceStatus = InvoiceStatus.FAILED,
) -> Invoice:
    """One more invoice, due ten days ago."""
    due = TODAY - timedelta(days=10)
    made = Invoice(
        number,
        customer,
        subscription or contract(engine, customer).id,
        due,
        due,
        Money(cents),
        status,
    )
    with writing(engine) as db:
        invoices.add(db, made)
    return made


def attempt(engine: Engine, about: Invoice, code: str, *, days_ago: int = 3) -> Attempt:
    """A failed attempt with the way to pay of the contract."""
    with writing(engine) as db:
        owner = contracts.of_customer(db, about.customer)
        method = customers.method_of(db, owner.method if owner else None)
        assert method is not None
        card = method.kind is MethodKind.CARD
        made = Attempt(
            reference=f"{about.number}-1",
            invoice=about.number,
            number=1,
            method=method.id,
            kind=method.kind,
            amount=about.total,
            state=AttemptState.FAILED if card else AttemptState.RETURNED,
            raw_code=code,
            at=NOW - timedelta(days=days_ago),
        )
        invoices.add_attempt(db, made)
    return made


def new_method(engine: Engine, customer: str, hint: str = "succeed") -> PaymentMethod:
    """Another card on the contract of a seeded customer."""
    card = PaymentMethod(
        id=f"P-2-{customer}",
        customer=customer,
        kind=MethodKind.CARD,
        label="Visa •••• 1111",
        expires_on=None,
        updated_on=TODAY,
        hint=hint,
    )
    with writing(engine) as db:
        customers.add_method(db, card, None)
        db.execute(
            update(t.subscriptions)
            .where(t.subscriptions.c.customer == customer)
            .values(method=card.id)
        )
    return card


def revoke_mandate(engine: Engine, customer: str) -> None:
    """End the mandate of a seeded customer."""
    method = contract(engine, customer).method
    where = t.mandates.c.method == method
    with writing(engine) as db:
        db.execute(update(t.mandates).where(where).values(state=MandateState.REVOKED.value))


def received(
    engine: Engine, customer: str, cents: int, *, days_ago: int = 1, invoice: str | None = None
) -> Payment:
    """A transfer that arrived, assigned to an invoice or not."""
    payment = Payment(
        f"Z-{customer}-{cents}-{days_ago}",
        customer,
        invoice,
        Money(cents),
        PaymentSource.TRANSFER,
        NOW - timedelta(days=days_ago),
    )
    with writing(engine) as db:
        receipts.add(db, payment)
    return payment


def paid(engine: Engine, customer: str, number: str) -> None:
    """An invoice that a transfer paid."""
    with writing(engine) as db:
        found = invoices.find(db, customer, number, lock=True)
        assert found is not None
        receipts.paid(db, found, NOW)
        collection.after_payment(db, customer, "bank", NOW)


def dunning_case(engine: Engine, customer: str, state: DunningState) -> DunningCase:
    """A case with one reminder."""
    opened = NOW - timedelta(days=5)
    case = DunningCase(
        f"D-{customer}",
        customer,
        state,
        opened,
        next_step="message",
        next_at=NOW + timedelta(days=3),
        why=WHY,
    )
    action = DunningAction(case.id, 1, opened, ActionKind.MESSAGE, "STANDARD.1", tone="friendly")
    with writing(engine) as db:
        dunning.add(db, case)
        dunning.act(db, case, action)
    return case


def agreed(engine: Engine, customer: str, about: str) -> tuple[Instalment, ...]:
    """An amount of 11.99 in two parts, the first due today."""
    parts = tuple(
        Instalment("T-1", index, customer, Money(cents), day, InstalmentState.OPEN, (about,), NOW)
        for index, cents, day in ((1, 599, TODAY), (2, 600, TODAY + timedelta(days=30)))
    )
    with writing(engine) as db:
        instalments.add(db, parts)
    return parts
