"""What a change or an add-on costs now and later, as an offer without its token.

Invariants: pure; the lines of an offer sum to what is due, of each tax rate exactly with the tax of the sum; in a
trial, and for what waits until the period ends, nothing is due and there are no lines; an offer is priced to the
day, so it never outlives the day it was made on.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Addon, ChangeKind, Plan, Quote
from subscriptions.policy.calendar import add_months, business_date, current_period, day_end
from subscriptions.policy.changes import (
    Proration,
    kind_of_change,
    rounded,
    upgrade_cost,
    works_now,
)
from subscriptions.policy.lines import Item, with_tax
from subscriptions.policy.pricing import PlanTerms, addon_price, in_trial, price_in_force

QUOTE_VALID = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Taxed:
    """A plan with what decides its price, and its value added tax in percent."""

    terms: PlanTerms
    percent: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every offer about a contract shares.

    A period is billed at the prices of its first paid day, `priced_on`; the next prices are those of `next_on`.
    """

    contract: Subscription
    plan: Plan  # at the price of this contract
    period: Period
    at: datetime
    today: date
    priced_on: date
    next_on: date

    @property
    def free(self) -> bool:
        """Whether nothing is due now."""
        return in_trial(self.contract, self.today)

    @property
    def rest(self) -> Period:
        """The days that a change pays for."""
        return Period(self.today, self.period.end)

    def offer(self, kind: ChangeKind) -> Quote:
        """An offer that costs nothing and changes nothing yet."""
        nothing = Money(0, self.plan.price.currency)
        return Quote(
            token="",
            kind=kind,
            old=self.plan,
            new=self.plan,
            credit=nothing,
            charge=nothing,
            due_now=nothing,
            days_left=self.rest.days,
            days_in_period=self.period.days,
            effective_on=self.today,
            expires_at=min(self.at + QUOTE_VALID, day_end(self.at)),
            subscription=self.contract.id,
            next_on=self.next_on,
        )


def change_quote(contract: Subscription, old: Taxed, new: Taxed, at: datetime) -> Quote:
    """The offer to change from `old` to `new`; raises PLAN_UNKNOWN and PLAN_NOT_AN_UPGRADE.

    What was billed for the rest of the period is credited, the new plan is charged for the same days.
    """
    frame = _frame(contract, old.terms, at)
    plan = new.terms.plan
    kind = kind_of_change(frame.plan, plan)
    now = works_now(kind, frame.plan, plan)
    on = frame.today if now else frame.period.end
    offer = replace(
        frame.offer(kind),
        new=replace(plan, price=price_in_force(contract, new.terms, frame.next_on)),
        effective_on=on,
        fixed_until=add_months(on, plan.min_months) if plan.min_months else None,
    )
    if frame.free or not now:
        return offer
    asked = price_in_force(contract, new.terms, frame.priced_on)
    cost = upgrade_cost(frame.plan.price, asked, frame.period, frame.today)
    items = _change_items(frame.plan, plan, cost, (old.percent, new.percent))
    return replace(
        offer,
        credit=cost.credit,
        charge=cost.charge,
        due_now=cost.due,
        lines=with_tax(items, frame.rest, asked.currency),
    )


def addon_quote(
    contract: Subscription, terms: PlanTerms, pieces: tuple[Addon, int], at: datetime
) -> Quote:
    """The offer to book pieces of an add-on from today on, for the rest of the period to the day."""
    addon, quantity = pieces
    frame = _frame(contract, terms, at)
    price = addon_price(addon, quantity, frame.plan.interval)
    offer = replace(frame.offer(ChangeKind.ADDON), price=price, addon=addon, quantity=quantity)
    if frame.free:
        return offer
    due = Money(rounded(price.minor * frame.rest.days, frame.period.days), price.currency)
    times = f"{quantity} × " if quantity > 1 else ""
    texts = (f"{times}{addon.name_de} anteilig", f"{times}{addon.name_en}, pro rata")
    item = Item("addon", addon.code, texts, due.minor, addon.tax_percent)
    lines = with_tax([item], frame.rest, price.currency)
    return replace(offer, charge=due, due_now=due, lines=lines)


def _change_items(
    old: Plan, new: Plan, cost: Proration, percents: tuple[int, int]
) -> tuple[Item, Item]:
    back = (
        f"Gutschrift Restlaufzeit {old.name_de}",
        f"Credit for the rest of {old.name_en}",
    )
    forth = (f"{new.name_de} anteilig", f"{new.name_en}, pro rata")
    return (
        Item("credit", old.code, back, cost.credit.minor, percents[0]),
        Item("charge", new.code, forth, cost.charge.minor, percents[1]),
    )


def _frame(contract: Subscription, terms: PlanTerms, at: datetime) -> _Frame:
    plan, today = terms.plan, business_date(at)
    period = current_period(contract.period, plan.interval, contract.anchor_day, today)
    trial = contract.trial_ends_on
    priced_on = max(period.start, trial or period.start)
    price = price_in_force(contract, terms, priced_on)
    return _Frame(
        contract=contract,
        plan=replace(plan, price=price),
        period=period,
        at=at,
        today=today,
        priced_on=priced_on,
        next_on=max(period.end, trial or period.end),
    )
