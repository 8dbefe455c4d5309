"""Providers whose answers are lost, and attempts and refunds whose outcome is unknown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import pytest
from sqlalchemy import Engine, update

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.asking import begin_attempt, begin_refund
from subscriptions.entities.refunds import Refund, RefundReason, RefundState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.provider import (
    ChargeAnswer,
    Charged,
    ChargeRequest,
    GivenBack,
    PaymentProvider,
    ProviderUnavailableError,
    RefundAnswer,
    RefundRequest,
    scheduled,
)
from subscriptions.provider.stripe_calls import StripeProvider
from subscriptions.provider.stripe_line import StripeAccess
from subscriptions.store import contracts, customers, invoices
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.fake_stripe import KEY, WEBHOOK, FakeStripe
from tests.integration.subscriptions.people import NOW, CountingProvider, SetClock

A = TypeVar("A")


def at(number: str, clock: SetClock) -> Caller:
    """A customer who is identified at this moment."""
    return Caller(number, Level.IDENTIFIED, "bot", clock())


@dataclass
class LosingProvider(CountingProvider):
    """Does what it is asked; while it is `silent` nothing that it says arrives.

    `before` runs between the deed and the answer, as a webhook that overtakes it does.
    """

    silent: bool = True
    before: Callable[[], object] = lambda: None
    given: list[str] = field(default_factory=list)

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        answer = super().charge(request)
        self.before()
        return self._say(answer)

    def refund(self, request: RefundRequest) -> RefundAnswer:
        answer = super().refund(request)
        self.given.append(request.reference)
        self.before()
        return self._say(answer)

    def outcome_of(self, charged: Charged, now: datetime) -> ChargeAnswer | None:
        answer = super().outcome_of(charged, now)
        if self.silent:
            raise ProviderUnavailableError
        return answer

    def refund_outcome(self, given: GivenBack) -> RefundAnswer | None:
        answer = super().refund_outcome(given)
        if self.silent:
            raise ProviderUnavailableError
        return answer

    def _say(self, answer: A) -> A:
        if self.silent:
            raise ProviderUnavailableError
        return answer


@contextmanager
def standing_on(url: str, clock: SetClock, provider: PaymentProvider) -> Iterator[Subscriptions]:
    """The business with this provider."""
    with open_subscriptions(url, clock, connections=Connections(provider)) as business:
        yield business


def stripe_at(fake: FakeStripe, clock: SetClock) -> StripeProvider:
    """The adapter of production, talking to the stand-in."""
    access = StripeAccess(KEY, (WEBHOOK,), "https://shop.example/back", fake.address)
    return StripeProvider(access, clock)


def on_stripe(engine: Engine) -> None:
    """Every way to pay is known to Stripe."""
    with writing(engine) as db:
        db.execute(update(t.payment_methods).values(token="cus_1/pm_1"))


def unknown_attempt(engine: Engine, customer: str, number: str) -> str:
    """An attempt for an invoice that was begun just now and never answered."""
    with writing(engine) as db:
        invoice = invoices.find(db, customer, number, lock=True)
        assert invoice is not None
        tried = invoices.attempts_of(db, number)
        (contract,) = contracts.by_ids(db, [invoice.subscription])
        method = customers.method_of(db, contract.method)
        assert method is not None
        request = ChargeRequest(f"{number}-{len(tried) + 1}", method, invoice.total)
        made = scheduled(request, invoice=number, number=len(tried) + 1, at=NOW, decided_by="bot")
        return begin_attempt(db, invoice, made).reference


def unknown_refund(engine: Engine, customer: str, number: str) -> str:
    """A refund of an invoice that was begun just now and never answered."""
    made = Refund(
        reference=f"G-{number}-1",
        customer=customer,
        invoice=number,
        payment=f"Z-{number}-1",
        amount=Money(100),
        reason=RefundReason.SERVICE,
        state=RefundState.WAITING,
        asked_at=NOW,
    )
    with writing(engine) as db:
        return begin_refund(db, made).reference


def refused(act: object) -> Code:
    """With which code a call is refused; fails when it is not."""
    assert callable(act)
    with pytest.raises(SubscriptionError) as raised:
        act()
    return raised.value.code
