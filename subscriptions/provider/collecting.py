"""One try to collect an invoice: what it is before the provider is asked, and what is told of it afterwards."""

from datetime import datetime

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.model.payments import RetryOutcome
from subscriptions.policy.calendar import bank_days_after, business_date
from subscriptions.policy.failures import classify, is_declined
from subscriptions.provider.port import ChargeRequest

SETTLING_BANK_DAYS = 5  # a SEPA debit may be returned within five bank days


def scheduled(
    request: ChargeRequest, *, invoice: str, number: int, at: datetime, decided_by: str | None
) -> Attempt:
    """The try as it is before anybody was asked.

    `decided_by` is who wanted the try: `schedule`, `bot` or `agent:<login>`.
    """
    return Attempt(
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


def outcome_of(attempt: Attempt) -> RetryOutcome:
    """What somebody who asked for another try is told about it."""
    declined = is_declined(attempt)
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
