"""When a contract that is cancelled ends, and what may be used until then.

Invariants: never later than the law allows; access is derived from the state, never set by hand.
"""

from datetime import date

from subscriptions.entities.contracts import Subscription
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import Entitlement, SubscriptionState
from subscriptions.policy.calendar import add_months, current_period

_S = SubscriptionState
_FULL = frozenset({_S.TRIALING, _S.ACTIVE, _S.PAST_DUE, _S.CANCEL_SCHEDULED})


def ends_on(subscription: Subscription, plan: Plan, today: date) -> date:
    """The last moment of the contract: the end of the running period.

    A yearly contract that was renewed may be left within one month, § 309 No. 9 BGB.
    """
    period = current_period(subscription.period, plan.interval, subscription.anchor_day, today)
    renewed = today >= add_months(subscription.started_on, 12)
    if plan.interval is Interval.YEAR and renewed:
        return min(period.end, add_months(today, 1))
    return period.end


def entitlement(state: SubscriptionState) -> Entitlement:
    """What may be used. Nobody is blocked automatically for being past due in this version."""
    if state in _FULL:
        return Entitlement.FULL
    return Entitlement.LIMITED if state is _S.SUSPENDED else Entitlement.NONE
