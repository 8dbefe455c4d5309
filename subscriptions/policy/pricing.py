"""What a contract costs on a day: from its trial, the agreed price, the phases and the price history.

Invariants: pure; integer cents; the first that applies counts, in the order trial, agreed price, discount, price history.
"""

from dataclasses import dataclass
from datetime import date

from subscriptions.entities.addons import Addon
from subscriptions.entities.contracts import Subscription
from subscriptions.entities.pricing import Phase, PhaseKind, Price
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.policy.calendar import MONTHS, add_months
from subscriptions.policy.changes import rounded


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """A plan with everything that decides its price on a day."""

    plan: Plan
    prices: tuple[Price, ...] = ()
    phases: tuple[Phase, ...] = ()


def price_in_force(contract: Subscription, terms: PlanTerms, day: date) -> Money:
    """What an interval of this plan costs the contract on `day`.

    An agreed price belongs to the plan it was agreed for, so it does not count for another one.
    """
    if in_trial(contract, day):
        return _trial_price(terms)
    if contract.price_minor is not None and contract.plan == terms.plan.code:
        return Money(contract.price_minor, terms.plan.price.currency)
    return _discounted(contract, terms, day) or list_price(terms, day)


def list_price(terms: PlanTerms, day: date) -> Money:
    """What the catalogue asks of everybody on `day`: history, else the evergreen phase, else the plan."""
    known = [p for p in terms.prices if p.valid_from <= day]
    if known:
        return max(known, key=lambda p: p.valid_from).price
    evergreen = next((p.price for p in terms.phases if p.kind is PhaseKind.EVERGREEN), None)
    return evergreen or terms.plan.price


def next_step(contract: Subscription, terms: PlanTerms, day: date) -> tuple[date, Money] | None:
    """The first day after `day` on which the price in force is another one, as far as it is decided."""
    now = price_in_force(contract, terms, day)
    ahead = {price.valid_from for price in terms.prices}
    ahead |= {until for until, _ in _discounts(contract, terms)}
    ahead |= {contract.trial_ends_on} if contract.trial_ends_on else set()
    for step in sorted(d for d in ahead if d > day):
        price = price_in_force(contract, terms, step)
        if price != now:
            return step, price
    return None


def in_trial(contract: Subscription, day: date) -> bool:
    """Whether `day` lies in the trial; `trial_ends_on` is the first day that is paid for."""
    return contract.trial_ends_on is not None and day < contract.trial_ends_on


def addon_price(
    addon: Addon, quantity: int, interval: Interval, part: tuple[int, int] = (1, 1)
) -> Money:
    """What `quantity` pieces cost for one interval of the plan (a yearly plan bills 12 months of them).

    `part`: the days that are billed of how many; the sum is rounded once.
    """
    days, whole = part
    minor = addon.price.minor * quantity * MONTHS[interval] * days
    return Money(rounded(minor, MONTHS[addon.interval] * whole), addon.price.currency)


def _trial_price(terms: PlanTerms) -> Money:
    trial = next((p.price for p in terms.phases if p.kind is PhaseKind.TRIAL), None)
    return trial or Money(0, terms.plan.price.currency)


def _discounted(contract: Subscription, terms: PlanTerms, day: date) -> Money | None:
    """The price of the discount that holds on `day`."""
    return next((price for until, price in _discounts(contract, terms) if day < until), None)


def _discounts(contract: Subscription, terms: PlanTerms) -> tuple[tuple[date, Money], ...]:
    """Discounts follow each other from the first paid day: the first day without each, and its price."""
    paid_from = contract.trial_ends_on or contract.started_on
    months, found = 0, []
    for phase in sorted(terms.phases, key=lambda p: p.position):
        if phase.kind is PhaseKind.DISCOUNT and phase.months:
            months += phase.months
            found.append((add_months(paid_from, months), phase.price))
    return tuple(found)
