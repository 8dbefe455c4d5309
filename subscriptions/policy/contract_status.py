"""What a contract is today, in the words a subscriber asks in: price, term, notice, what changes next.

Invariants: pure; derived from the same rules that bill and end the contract, so that what is told is what happens.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from subscriptions.entities.addons import BookedAddon
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.pauses import Pause, PauseState
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.plans import (
    AddonStatus,
    ContractStatus,
    Notice,
    PauseStatus,
    Payer,
    PriceStep,
)
from subscriptions.policy.calendar import current_period
from subscriptions.policy.ending import ends_on, entitlement
from subscriptions.policy.limits import Limits
from subscriptions.policy.pauses import debit_after, planned, prolonged
from subscriptions.policy.pricing import PlanTerms, addon_price, next_step, price_in_force

_S = SubscriptionState
_GOES_ON = frozenset({_S.PENDING, _S.TRIALING, _S.ACTIVE, _S.PAUSED, _S.PAST_DUE, _S.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Held:
    """Everything that was read about one contract. `pays_self`: the account is the subscriber's own."""

    contract: Subscription
    terms: PlanTerms
    pending: Plan | None
    booked: tuple[BookedAddon, ...]
    pauses: tuple[Pause, ...]
    method: str | None
    pays_self: bool
    limits: Limits


def contract_status(held: Held, today: date) -> ContractStatus:
    """The status on `today`."""
    contract, plan = held.contract, held.terms.plan
    goes_on = contract.state in _GOES_ON
    paused = contract.state is _S.PAUSED
    period = contract.period
    if goes_on and not paused:
        period = current_period(period, plan.interval, contract.anchor_day, today)
    price = price_in_force(contract, held.terms, today)
    addons = addon_statuses(held.booked, plan.interval, today)
    whole = price.minor + sum(a.price.minor for a in addons)
    return ContractStatus(
        subscription=contract.id,
        plan=plan,
        price=price,
        total=Money(whole, price.currency),
        next_price=_next_price(held, period, today) if goes_on else None,
        addons=addons,
        state=contract.state,
        entitlement=entitlement(contract.state),
        since=contract.started_on,
        period_start=period.start,
        period_end=period.end,
        renews_on=_renews_on(held, period) if goes_on else None,
        ends_on=contract.ends_on,
        notice=notice_of(contract, plan, today) if goes_on else None,
        fixed_until=contract.fixed_until,
        pending_plan=held.pending,
        pending_from=(contract.pending_from or period.end) if held.pending else None,
        pause=_pause_status(held),
        trial_ends_on=contract.trial_ends_on,
        payer=_payer(held),
        channel=contract.channel,
        method=held.method,
    )


def addon_statuses(
    booked: tuple[BookedAddon, ...], interval: Interval, today: date
) -> tuple[AddonStatus, ...]:
    """The add-ons that run today."""
    return tuple(
        AddonStatus(
            b.addon, b.quantity, addon_price(b.addon, b.quantity, interval), b.since, b.ends_on
        )
        for b in booked
        if b.in_force(today)
    )


def notice_of(contract: Subscription, plan: Plan, today: date) -> Notice:
    """When a contract that is cancelled today ends, and the last day that still leads to the same end."""
    end = ends_on(contract, plan, today)
    last = end - timedelta(days=1)
    if last >= today and ends_on(contract, plan, last) == end:
        return Notice(end, last, 0)
    return Notice(end, None, 1 if end > today else 0)


def _next_price(held: Held, period: Period, today: date) -> PriceStep | None:
    """The next other price, on the day of the first debit that asks it."""
    contract, plan = held.contract, held.terms.plan
    step = next_step(contract, held.terms, today)
    if step is None:
        return None
    eve = max(step[0] - timedelta(days=1), period.start)
    billed = current_period(period, plan.interval, contract.anchor_day, eve).end
    return PriceStep(billed, step[1])


def _renews_on(held: Held, period: Period) -> date:
    """The next regular debit: after the pause if one begins before it."""
    contract, interval = held.contract, held.terms.plan.interval
    pause = planned(held.pauses)
    if pause is not None and pause.from_on <= period.end:
        current = replace(contract, period=period)
        return debit_after(current, interval, Period(pause.from_on, pause.until_on))
    return max(period.end, contract.trial_ends_on or period.end)


def _pause_status(held: Held) -> PauseStatus | None:
    pause = planned(held.pauses)
    if pause is None:
        return None
    term = prolonged(held.contract, Period(pause.from_on, pause.until_on), held.limits)
    return PauseStatus(pause.from_on, pause.until_on, pause.state is PauseState.RUNNING, term)


def _payer(held: Held) -> Payer:
    if held.contract.channel == "gift":
        return Payer.GIFT
    return Payer.OWN if held.pays_self else Payer.OTHER
