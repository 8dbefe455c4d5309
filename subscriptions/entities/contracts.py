"""The contract about a plan and its steps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from subscriptions.entities.steps import illegal_step
from subscriptions.model.contracts import SubscriptionState

WITHDRAWAL_DAYS = 14  # § 355 BGB


@dataclass(frozen=True, slots=True)
class Period:
    """A billing period: `start` is its first day, `end` the first day of the next one."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Its length in days."""
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Subscription:
    """A contract about one plan. `anchor_day` is the day of month on which periods begin."""

    id: str
    customer: str
    plan: str
    state: SubscriptionState
    started_on: date
    period: Period
    anchor_day: int
    method: str | None
    pending_plan: str | None = None
    ends_on: date | None = None
    account: str | None = None  # who pays; None: the customer's own account
    channel: str = "direct"  # direct, partner, gift
    pending_from: date | None = None
    price_minor: int | None = None  # agreed price when it differs from the catalogue
    trial_ends_on: date | None = None
    fixed_until: date | None = None


_S = SubscriptionState


_ENDABLE = frozenset({_S.TRIALING, _S.ACTIVE, _S.PAUSED, _S.PAST_DUE, _S.SUSPENDED})


SUBSCRIPTION_STEPS: Mapping[SubscriptionState, frozenset[SubscriptionState]] = {
    _S.PENDING: frozenset({_S.TRIALING, _S.ACTIVE, _S.WITHDRAWN}),
    _S.TRIALING: frozenset({_S.ACTIVE, _S.CANCEL_SCHEDULED, _S.WITHDRAWN}),
    _S.ACTIVE: frozenset({_S.PAUSED, _S.PAST_DUE, _S.CANCEL_SCHEDULED, _S.WITHDRAWN}),
    # A pause is a way out for who owes something; it is still owed when the pause is over.
    _S.PAUSED: frozenset({_S.ACTIVE, _S.PAST_DUE, _S.CANCEL_SCHEDULED, _S.WITHDRAWN}),
    # A declaration to cancel counts in every state (§ 312k BGB), unpaid invoices or not.
    _S.PAST_DUE: frozenset({_S.ACTIVE, _S.PAUSED, _S.SUSPENDED, _S.CANCEL_SCHEDULED, _S.WITHDRAWN}),
    _S.SUSPENDED: frozenset({_S.ACTIVE, _S.ENDED, _S.CANCEL_SCHEDULED, _S.WITHDRAWN}),
    _S.CANCEL_SCHEDULED: frozenset({_S.ACTIVE, _S.PAST_DUE, _S.ENDED, _S.WITHDRAWN}),
    _S.ENDED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}


def _moved(subscription: Subscription, new: SubscriptionState) -> Subscription:
    if new not in SUBSCRIPTION_STEPS[subscription.state]:
        raise illegal_step("subscription", subscription.state, new)
    return replace(subscription, state=new)


def activate(subscription: Subscription) -> Subscription:
    """pending, trialing, paused, past due, suspended → active; a scheduled end is taken back."""
    return replace(_moved(subscription, _S.ACTIVE), ends_on=None)


def pause(subscription: Subscription) -> Subscription:
    """active, past due → paused."""
    return _moved(subscription, _S.PAUSED)


def fall_behind(subscription: Subscription) -> Subscription:
    """active, or with unpaid invoices: the end of a pause, a taken back cancellation → past due."""
    return replace(_moved(subscription, _S.PAST_DUE), ends_on=None)


def suspend(subscription: Subscription) -> Subscription:
    """past due → suspended."""
    return _moved(subscription, _S.SUSPENDED)


def schedule_end(subscription: Subscription, on: date) -> Subscription:
    """Any running contract → cancel scheduled; a pending plan change falls away with it."""
    return replace(_without_change(_moved(subscription, _S.CANCEL_SCHEDULED)), ends_on=on)


def end_sooner(subscription: Subscription, on: date) -> Subscription:
    """A scheduled end on an earlier day."""
    if subscription.state is not _S.CANCEL_SCHEDULED or subscription.ends_on is None:
        raise illegal_step("subscription", subscription.state, _S.CANCEL_SCHEDULED)
    return replace(subscription, ends_on=min(on, subscription.ends_on))


def end(subscription: Subscription, on: date) -> Subscription:
    """suspended, or cancel scheduled whose day has come → ended."""
    if subscription.ends_on is not None and on < subscription.ends_on:
        raise illegal_step("subscription", subscription.state, _S.ENDED)
    return replace(_moved(subscription, _S.ENDED), ends_on=on)


def withdraw(subscription: Subscription, on: date, last_day: date | None = None) -> Subscription:
    """Within 14 days of the start, or until a later last day → withdrawn, § 355 BGB."""
    legal = subscription.started_on + timedelta(days=WITHDRAWAL_DAYS)
    if on > max(legal, last_day or legal):
        raise illegal_step("subscription", subscription.state, _S.WITHDRAWN)
    return replace(_without_change(_moved(subscription, _S.WITHDRAWN)), ends_on=on)


def change_plan(
    subscription: Subscription, plan: str, fixed_until: date | None = None
) -> Subscription:
    """Take another plan, bought now or pending until now. A price agreed for the old plan ends with it.

    `fixed_until` is the end of the new plan's minimum term; a term that runs longer stays.
    """
    _goes_on(subscription)
    terms = [day for day in (subscription.fixed_until, fixed_until) if day is not None]
    return replace(
        _without_change(subscription),
        plan=plan,
        price_minor=None,
        fixed_until=max(terms, default=None),
    )


def schedule_change(subscription: Subscription, plan: str, on: date) -> Subscription:
    """Another plan from `on` on; illegal while a change pends already."""
    _goes_on(subscription)
    if subscription.pending_plan is not None:
        raise illegal_step("plan", subscription.state, subscription.state)
    return replace(subscription, pending_plan=plan, pending_from=on)


def drop_change(subscription: Subscription) -> Subscription:
    """Call a pending change of the plan off; illegal without one."""
    if subscription.pending_plan is None:
        raise illegal_step("plan", subscription.state, subscription.state)
    return _without_change(subscription)


def _goes_on(subscription: Subscription) -> None:
    if not can_end(subscription):
        raise illegal_step("plan", subscription.state, subscription.state)


def _without_change(subscription: Subscription) -> Subscription:
    return replace(subscription, pending_plan=None, pending_from=None)


def can_end(subscription: Subscription) -> bool:
    """Whether a declaration to cancel still changes anything."""
    return subscription.state in _ENDABLE
