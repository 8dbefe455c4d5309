"""One try to collect an invoice: from the question to the provider to the attempt that is stored.

Invariants: a provider that does not answer leaves nothing to store; what is declined carries its class.
"""

from dataclasses import replace
from datetime import datetime

from subscriptions.entities.attempts import Attempt, AttemptState, attempt_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.payments import RetryOutcome
from subscriptions.policy.calendar import bank_days_after, business_date
from subscriptions.policy.failures import classify
from subscriptions.provider.port import ChargeRequest, PaymentProvider, ProviderUnavailableError

SETTLING_BANK_DAYS = 5  # a SEPA debit may be returned within five bank days


def collect(
    provider: PaymentProvider,
    request: ChargeRequest,
    *,
    invoice: str,
    number: int,
    at: datetime,
    decided_by: str | None = None,
) -> Attempt:
    """Charge and return the attempt with its outcome; raises PROVIDER_DOWN and stores nothing.

    `decided_by` is who wanted the try: `schedule`, `bot` or `agent:<login>`.
    """
    scheduled = Attempt(
        reference=request.reference,
        invoice=invoice,
        number=number,
        method=request.method.id,
        kind=request.method.kind,
        amount=request.amount,
        state=AttemptState.SCHEDULED,
        raw_code=None,
        at=at,
        decided_by=decided_by,
    )
    try:
        answer = provider.charge(request)
    except ProviderUnavailableError as error:
        raise SubscriptionError(Code.PROVIDER_DOWN) from error
    submitted = replace(
        attempt_to(scheduled, AttemptState.SUBMITTED), provider_reference=answer.provider_reference
    )
    if answer.state is AttemptState.SUBMITTED:
        return submitted
    answered = attempt_to(submitted, answer.state, answer.raw_code)
    if answered.state is AttemptState.FAILED:
        return replace(answered, failure_class=classify(answered.kind, answered.raw_code))
    return replace(answered, settled_at=answer.at or at)


def outcome_of(attempt: Attempt) -> RetryOutcome:
    """What somebody who asked for another try is told about it."""
    declined = attempt.state is AttemptState.FAILED
    pending = attempt.state is AttemptState.SUBMITTED
    settles = bank_days_after(business_date(attempt.at), SETTLING_BANK_DAYS) if pending else None
    return RetryOutcome(
        invoice=attempt.invoice,
        amount=attempt.amount,
        succeeded=not declined,
        kind=classify(attempt.kind, attempt.raw_code) if declined else None,
        reference=attempt.reference,
        at=attempt.at,
        final=not pending,
        settles_on=settles,
    )
