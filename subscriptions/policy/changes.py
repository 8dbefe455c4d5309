"""Rules of changing a plan: direction, what may be done when, and what it costs to the day.

Invariants: integer cents only; credit and charge always sum to what is due, the last item takes the
rounding rest; an upgrade of the same interval works now, everything else at period end; an upgrade never
pays out; one pending change; while a payment is overdue only a downgrade is open (it is a way out).
"""

from dataclasses import dataclass, replace
from datetime import date

from subscriptions.entities.contracts import Period, Subscription, change_plan
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import ChangeKind, Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import MONTHS, add_months

_CHANGEABLE = frozenset(
    {SubscriptionState.ACTIVE, SubscriptionState.TRIALING, SubscriptionState.PAST_DUE}
)


@dataclass(frozen=True, slots=True)
class Proration:
    """What a change costs now: the rest of the old plan, the same days of the new one, the sum."""

    credit: Money
    charge: Money
    due: Money
    days_left: int
    days: int


def rounded(numerator: int, denominator: int) -> int:
    """Integer division rounded half away from zero, as invoices are."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    top, bottom = abs(numerator), abs(denominator)
    return sign * ((2 * top + bottom) // (2 * bottom))


def contained_tax(gross: int, percent: int) -> int:
    """The value added tax inside a gross amount, in cents."""
    return rounded(gross * percent, 100 + percent)


def prorate(old: Money, new: Money, period: Period, on: date) -> Proration:
    """Day-exact cost of changing on `on` (that day already belongs to the new plan).

    Worked example of the papers: 20.00 → 30.00 at half of the period = −10.00 + 15.00 = 5.00.
    """
    if old.currency != new.currency:
        raise SubscriptionError(Code.BAD_INPUT, field="currency")
    left = min(max((period.end - on).days, 0), period.days)
    credit = -rounded(old.minor * left, period.days)
    due = rounded((new.minor - old.minor) * left, period.days)
    return Proration(
        credit=Money(credit, old.currency),
        charge=Money(due - credit, old.currency),
        due=Money(due, old.currency),
        days_left=left,
        days=period.days,
    )


def _yearly(plan: Plan) -> int:
    return plan.price.minor * 12 // MONTHS[plan.interval]


def kind_of_change(old: Plan, new: Plan) -> ChangeKind:
    """UPGRADE if the customer takes on more: a bigger plan, a longer term or a higher yearly price."""
    if old.product != new.product:
        raise SubscriptionError(Code.PLAN_UNKNOWN, plan=new.code)
    if old.code == new.code:
        raise SubscriptionError(Code.PLAN_NOT_AN_UPGRADE, plan=new.code)
    if old.interval is new.interval:
        return ChangeKind.UPGRADE if new.rank > old.rank else ChangeKind.DOWNGRADE
    more = new.interval is Interval.YEAR or _yearly(new) > _yearly(old)
    return ChangeKind.UPGRADE if more else ChangeKind.DOWNGRADE


def works_now(kind: ChangeKind, old: Plan, new: Plan) -> bool:
    """Whether the change is effective at once; else it waits for the period end."""
    return kind is ChangeKind.UPGRADE and old.interval is new.interval


def upgrade_cost(old: Money, new: Money, period: Period, on: date) -> Proration:
    """As `prorate`, but never below zero.

    A bigger plan can cost less than the old one while a discount holds; then it is free until the period ends.
    """
    cost = prorate(old, new, period, on)
    if cost.due.minor >= 0:
        return cost
    return replace(cost, charge=Money(-cost.credit.minor, old.currency), due=Money(0, old.currency))


def take_plan(subscription: Subscription, plan: Plan, on: date) -> Subscription:
    """The contract with another plan from `on` on; a minimum term of the plan begins that day."""
    term = add_months(on, plan.min_months) if plan.min_months else None
    return change_plan(subscription, plan.code, term)


def allow_own(subscription: Subscription, *, pays_self: bool) -> None:
    """Raise SOLD_BY_PARTNER or PAID_BY_OTHER when somebody else sells the contract or pays for it."""
    if subscription.channel == "partner":
        raise SubscriptionError(Code.SOLD_BY_PARTNER)
    if subscription.channel == "gift" or not pays_self:
        raise SubscriptionError(Code.PAID_BY_OTHER)


def allow_change(subscription: Subscription, kind: ChangeKind, *, owes: bool) -> None:
    """Raise CHANGE_PENDING, PAST_DUE or ILLEGAL_STEP when this contract may not change now.

    An add-on may be booked beside a pending change, not beside a scheduled end.
    """
    if subscription.state is SubscriptionState.CANCEL_SCHEDULED:
        raise SubscriptionError(Code.CHANGE_PENDING, pending="cancellation")
    if subscription.pending_plan is not None and kind is not ChangeKind.ADDON:
        raise SubscriptionError(Code.CHANGE_PENDING, pending=subscription.pending_plan)
    if subscription.state not in _CHANGEABLE:
        raise SubscriptionError(Code.ILLEGAL_STEP, state=subscription.state.value)
    past_due = owes or subscription.state is SubscriptionState.PAST_DUE
    if past_due and kind is not ChangeKind.DOWNGRADE:
        raise SubscriptionError(Code.PAST_DUE)


def keep_fixed_term(
    subscription: Subscription, kind: ChangeKind, plans: tuple[Plan, Plan], on: date
) -> None:
    """Raise FIXED_TERM when a smaller plan, or monthly instead of yearly, would begin inside the fixed term."""
    old, new = plans
    shorter = old.interval is Interval.YEAR and new.interval is Interval.MONTH
    until = subscription.fixed_until
    if until is not None and on < until and (kind is ChangeKind.DOWNGRADE or shorter):
        raise SubscriptionError(Code.FIXED_TERM, until=until)
