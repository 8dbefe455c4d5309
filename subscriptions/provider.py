"""The port to whoever collects money, and a simulator that stands in for the demo and the tests.

Invariants: a charge carries a reference, and charging the same reference again must not collect twice
but give the first answer, so that a crash between charge and commit costs nothing; a provider that does
not answer raises, and then nothing is stored.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from subscriptions.entities.attempts import Attempt, AttemptState, attempt_to
from subscriptions.entities.methods import MethodKind, PaymentMethod
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money

SETTLING_BANK_DAYS = 5  # a SEPA debit may be returned within five bank days


class ProviderUnavailableError(Exception):
    """The provider did not answer in time, or not at all."""


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """What is to be collected; `reference` is the provider's idempotency key."""

    reference: str
    method: PaymentMethod
    amount: Money


@dataclass(frozen=True, slots=True)
class ChargeAnswer:
    """`submitted` (SEPA, not final), `succeeded` or `failed` with a raw code."""

    state: AttemptState
    raw_code: str | None = None


class PaymentProvider(Protocol):
    """Collects money. Must answer within 3 s or raise ProviderUnavailableError."""

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """Collect once for the reference."""
        ...


class SimulatedProvider:
    """Decides by the hint of the payment method: `succeed`, `fail:<raw code>` or `down`."""

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """The same hint always gives the same answer, so repeating a reference is harmless."""
        outcome, _, raw_code = request.method.hint.partition(":")
        if outcome == "down":
            raise ProviderUnavailableError
        if outcome == "fail":
            return ChargeAnswer(AttemptState.FAILED, raw_code)
        sepa = request.method.kind is MethodKind.SEPA
        return ChargeAnswer(AttemptState.SUBMITTED if sepa else AttemptState.SUCCEEDED)


def collect(
    provider: PaymentProvider,
    request: ChargeRequest,
    *,
    invoice: str,
    number: int,
    at: datetime,
) -> Attempt:
    """Charge and return the attempt with its outcome; raises PROVIDER_DOWN and stores nothing."""
    attempt = Attempt(
        reference=request.reference,
        invoice=invoice,
        number=number,
        method=request.method.id,
        kind=request.method.kind,
        amount=request.amount,
        state=AttemptState.SCHEDULED,
        raw_code=None,
        at=at,
    )
    try:
        answer = provider.charge(request)
    except ProviderUnavailableError as error:
        raise SubscriptionError(Code.PROVIDER_DOWN) from error
    submitted = attempt_to(attempt, AttemptState.SUBMITTED)
    if answer.state is AttemptState.SUBMITTED:
        return submitted
    return attempt_to(submitted, answer.state, answer.raw_code)
