"""When a contract that is cancelled ends, and what may be used until then.

Invariants: never later than the law allows; access is derived from the state, never set by hand.
"""

from datetime import date, timedelta

from subscriptions.entities.contracts import Subscription
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import Entitlement, SubscriptionState
from subscriptions.policy.calendar import add_months, current_period, period_from

_S = SubscriptionState
_FULL = frozenset({_S.TRIALING, _S.ACTIVE, _S.PAST_DUE, _S.CANCEL_SCHEDULED})


def ends_on(
    subscription: Subscription,
    plan: Plan,
    today: date,
    *,
    notice_days: int = 0,
    wished: date | None = None,
) -> date:
    """The first day without the contract: the end of the running period, or the wished day if it is later.

    A fixed term is kept to its end. After it, or after the first year of a yearly plan, nobody is bound for more
    than a month, § 309 No. 9 BGB. A trial ends with itself, a paused contract at once.
    """
    earliest = _earliest(subscription, plan, today, notice_days)
    return earliest if wished is None else max(earliest, wished)


def _earliest(subscription: Subscription, plan: Plan, today: date, notice_days: int) -> date:
    trial = subscription.trial_ends_on
    if trial is not None and today < trial:
        return trial
    fixed = subscription.fixed_until
    if subscription.state is _S.PAUSED and subscription.period.end <= today:
        return max(today, fixed or today)
    anchor = subscription.anchor_day
    running = current_period(subscription.period, plan.interval, anchor, today).end
    end = running
    while end < today + timedelta(days=notice_days):
        end = period_from(end, plan.interval, anchor).end
    bound_until = _bound_until(subscription, plan) or running
    return min(max(end, fixed or end), max(add_months(today, 1), bound_until))


def _bound_until(subscription: Subscription, plan: Plan) -> date | None:
    """The end of the first term; None for a contract that never had one."""
    if subscription.fixed_until is not None:
        return subscription.fixed_until
    if plan.interval is Interval.YEAR:
        return add_months(subscription.trial_ends_on or subscription.started_on, 12)
    return None


def entitlement(state: SubscriptionState) -> Entitlement:
    """What may be used. Nobody is blocked automatically for being past due in this version."""
    if state in _FULL:
        return Entitlement.FULL
    return Entitlement.LIMITED if state is _S.SUSPENDED else Entitlement.NONE
