"""Paying an open amount in parts: whether, in how many, when and how much; and which parts are paid.

Invariants: off unless the operator switches it on; at most three parts within 50 days (CCD II), free; the
parts always sum to the amount, the last one takes the rounding rest; the first part is due at once.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from subscriptions.entities.instalments import Instalment, InstalmentState, instalment_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.payments import InstalmentPart, InstalmentTerms
from subscriptions.policy.limits import Limits
from subscriptions.policy.promises import counts_until

MONTH = 30
FEWEST = 2


def divide(total: Money, parts: int) -> tuple[Money, ...]:
    """The amount in equal parts; the last one takes the rest."""
    each = total.minor // parts
    last = total.minor - each * (parts - 1)
    return tuple(Money(m, total.currency) for m in (*[each] * (parts - 1), last))


def days_of(parts: int, today: date, limits: Limits) -> tuple[date, ...]:
    """The days of the parts: today, then a month apart or as far as the limit allows."""
    step = min(MONTH, limits.instalments_days // (parts - 1))
    return tuple(today + timedelta(days=step * index) for index in range(parts))


def plan(total: Money, parts: int, today: date, limits: Limits) -> tuple[InstalmentPart, ...]:
    """The parts with their days; INSTALMENTS_LIMIT for too many, too few or too small ones."""
    fits = FEWEST <= parts <= limits.instalments_most
    if not fits or total.minor // parts < limits.instalments_least_minor:
        raise limit_reached(limits)
    amounts = divide(total, parts)
    return tuple(map(InstalmentPart, days_of(parts, today, limits), amounts))


def check(total: Money, limits: Limits, *, running: bool) -> None:
    """Whether anything may be agreed: INSTALMENTS_OFF, NOTHING_DUE, INSTALMENTS_LIMIT for a second plan."""
    if not limits.instalments_on:
        raise SubscriptionError(Code.INSTALMENTS_OFF)
    if total.minor <= 0:
        raise SubscriptionError(Code.NOTHING_DUE)
    if running:
        raise limit_reached(limits)


def terms(total: Money, today: date, limits: Limits, *, running: bool) -> InstalmentTerms:
    """What may be agreed about an amount today; `running`: parts of an earlier plan are open."""
    options: list[tuple[InstalmentPart, ...]] = []
    refusal: str | None = None
    try:
        check(total, limits, running=running)
        for parts in range(FEWEST, limits.instalments_most + 1):
            options.append(plan(total, parts, today, limits))
    except SubscriptionError as error:
        refusal = None if options else error.code.value
    most, days = limits.instalments_most, limits.instalments_days
    return InstalmentTerms(total, refusal, most, days, tuple(options))


def limit_reached(limits: Limits) -> SubscriptionError:
    """The refusal of what lies outside the operator's limits."""
    return SubscriptionError(
        Code.INSTALMENTS_LIMIT,
        most=limits.instalments_most,
        days=limits.instalments_days,
        amount=Money(limits.instalments_least_minor),
    )


def is_running(parts: Sequence[Instalment]) -> bool:
    """Whether a plan still protects: a part is open and none was missed."""
    states = {part.state for part in parts}
    return InstalmentState.OPEN in states and InstalmentState.MISSED not in states


def after_payment(parts: Sequence[Instalment], open_minor: int) -> tuple[Instalment, ...]:
    """The parts of one plan that are paid now and were not before.

    `open_minor` is what is still open of the plan's invoices: money pays the first parts first, however
    it came.
    """
    due = 0
    paid: list[Instalment] = []
    for part in sorted(parts, key=lambda p: p.number, reverse=True):
        if due >= open_minor and part.state is not InstalmentState.PAID:
            paid.append(instalment_to(part, InstalmentState.PAID))
        due += part.amount.minor
    return tuple(reversed(paid))


def outcome(part: Instalment, *, sepa: bool, today: date) -> InstalmentState | None:
    """MISSED when an open part was not paid in time (like a promise), else None."""
    late = today > counts_until(part.due_on, sepa=sepa)
    return InstalmentState.MISSED if part.state is InstalmentState.OPEN and late else None
