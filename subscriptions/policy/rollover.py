"""What time does to a contract: the next thing that is due, and what a period that begins is billed by.

Invariants: pure; things happen in the order of their days, at one day the end comes first and a new period last; a
contract that is over, paused or suspended is never billed; periods follow each other without a gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from subscriptions.entities.contracts import Period, Subscription, activate
from subscriptions.entities.pauses import Pause, PauseState
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import period_from
from subscriptions.policy.changes import rounded, take_plan
from subscriptions.policy.invoicing import PeriodTerms

_S = SubscriptionState
_ROLLING = frozenset({_S.TRIALING, _S.ACTIVE, _S.PAST_DUE, _S.CANCEL_SCHEDULED, _S.SUSPENDED})
_OVER = frozenset({_S.ENDED, _S.WITHDRAWN})


class DueKind(StrEnum):
    """What may be due, in the order in which it happens on one day."""

    END = "end"
    PAUSE_ENDS = "pause_ends"
    PAUSE_BEGINS = "pause_begins"
    PERIOD = "period"


_ORDER = tuple(DueKind)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due since a day; `pause` is the one that begins or ends."""

    kind: DueKind
    on: date
    pause: Pause | None = None


def next_due(contract: Subscription, pauses: Sequence[Pause], today: date) -> Due | None:
    """The earliest thing that is due for a contract by today, or None."""
    if contract.state in _OVER or contract.state is _S.PENDING:
        return None
    found = [due for due in _all_due(contract, pauses) if due.on <= today]
    return min(found, key=lambda due: (due.on, _ORDER.index(due.kind)), default=None)


def _all_due(contract: Subscription, pauses: Sequence[Pause]) -> list[Due]:
    found = []
    if contract.state is _S.CANCEL_SCHEDULED and contract.ends_on is not None:
        found.append(Due(DueKind.END, contract.ends_on))
    running = [p for p in pauses if p.state is PauseState.RUNNING]
    found += [Due(DueKind.PAUSE_ENDS, p.until_on, p) for p in running]
    scheduled = (p for p in pauses if p.state is PauseState.SCHEDULED)
    found += [Due(DueKind.PAUSE_BEGINS, p.from_on, p) for p in scheduled]
    if contract.state in _ROLLING and not running:
        found.append(Due(DueKind.PERIOD, period_due(contract)))
    return found


def period_due(contract: Subscription) -> date:
    """The day the next period begins: the first paid day while the trial's days are the stored period."""
    trial = contract.trial_ends_on
    return trial if trial is not None and contract.period.start < trial else contract.period.end


def is_billed(contract: Subscription) -> bool:
    """Whether a period that begins now is invoiced: a partner bills its own, who is suspended gets nothing."""
    return contract.channel != "partner" and contract.state is not _S.SUSPENDED


def renewed(contract: Subscription, plan: Plan, start: date) -> Subscription:
    """The contract with the period that begins on `start`; a trial is over, a plan that was pending is there.

    `plan` is the one in force from that day on. A scheduled end cuts the last period short.
    """
    if contract.state is _S.TRIALING:
        contract = activate(contract)
    if plan.code != contract.plan:
        contract = take_plan(contract, plan, start)
    return replace(contract, period=_cut(contract, full_period(contract, plan, start)))


def full_period(contract: Subscription, plan: Plan, start: date) -> Period:
    """The whole period that begins on `start`."""
    return period_from(start, plan.interval, contract.anchor_day)


def _cut(contract: Subscription, period: Period) -> Period:
    ends = contract.ends_on
    return period if ends is None or ends >= period.end else Period(period.start, ends)


def terms_until(terms: PeriodTerms, ends_on: date | None) -> PeriodTerms:
    """The terms of a period that a scheduled end cuts short: every amount by its days, rounded once."""
    period = terms.period
    if ends_on is None or ends_on >= period.end:
        return terms
    short = Period(period.start, ends_on)
    full = terms.plan.price
    price = Money(rounded(full.minor * short.days, period.days), full.currency)
    plan = replace(terms.plan, price=price)
    return replace(terms, plan=plan, period=short, part=(short.days, period.days))


def moved_by(contract: Subscription, pause: Pause) -> Subscription:
    """A cancelled contract after its pause: what was paid for follows now, never beyond its end."""
    days = pause.until_on - pause.from_on
    period = Period(contract.period.start + days, contract.period.end + days)
    return replace(contract, period=_cut(contract, period))
