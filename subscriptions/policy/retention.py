"""What may be offered to somebody who cancelled, and what would cost a subscriber less: at most one, by plain rules.

Invariants: nobody in trouble gets an offer, and nobody a second one within the months of `offer_rest_months`; the
first rule that fits decides and says why; nothing about a person but their contract counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from subscriptions.entities.offers import RetentionOffer
from subscriptions.entities.vouchers import Voucher
from subscriptions.model.base import Money, Words
from subscriptions.model.cancellation import BetterKind, OfferKind
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.policy.calendar import MONTHS, add_months, business_date
from subscriptions.policy.changes import rounded
from subscriptions.policy.limits import Limits

_YEAR = MONTHS[Interval.YEAR]


@dataclass(frozen=True, slots=True)
class Around:
    """What may forbid an offer. `barred`: a hold, an open complaint, a cause, a death, an objection to advertising."""

    barred: bool
    earlier: Sequence[RetentionOffer]
    channel: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The contract's plan and the plans of its product, all with the prices in force; `may_pause` by the limits."""

    plan: Plan
    siblings: Sequence[Plan]
    may_pause: bool


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What is offered and why."""

    kind: OfferKind
    why: Words
    plan: Plan | None = None
    months: int | None = None
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class BetterTerms:
    """What would cost less and why; `saving` is for twelve months."""

    kind: BetterKind
    why: Words
    plan: Plan | None = None
    voucher: Voucher | None = None
    saving: Money | None = None


def may_offer(around: Around, cancellation: str, now: datetime, limits: Limits) -> bool:
    """Whether an offer may follow this cancellation at all."""
    if around.barred or around.channel != "direct":
        return False
    since = add_months(business_date(now), -limits.offer_rest_months)
    return not any(
        offer.cancellation == cancellation or business_date(offer.offered_at) > since
        for offer in around.earlier
    )


def save_offer(choice: Choice, limits: Limits) -> OfferTerms | None:
    """The smaller plan if there is one, else a pause, else a discount; None when the limits allow none of them."""
    smaller = smaller_plan(choice)
    if smaller is not None:
        why = Words(
            f"Es gibt einen kleineren Tarif: {smaller.name_de}. Er gilt ab dem nächsten Zeitraum.",
            f"There is a smaller plan: {smaller.name_en}. It would start with the next period.",
        )
        return OfferTerms(OfferKind.SMALLER_PLAN, why, plan=smaller)
    if choice.may_pause and choice.plan.interval is Interval.MONTH:  # a year's end is too far away
        months = limits.pause_months_most
        why = Words(
            f"Ein kleinerer Tarif passt hier nicht; der Vertrag kann {months} Monate ruhen, ohne Kosten.",
            f"No smaller plan fits here; your contract can rest for {months} months at no cost.",
        )
        return OfferTerms(OfferKind.PAUSE, why, months=months)
    if limits.offer_percent <= 0 or limits.offer_months <= 0:
        return None
    percent, months = limits.offer_percent, limits.offer_months
    why = Words(
        f"Kleinerer Tarif und Pause passen hier nicht; {months} Monate lang kostet es {percent} % weniger.",
        f"Neither a smaller plan nor a pause fits here; for {months} months it costs {percent} % less.",
    )
    return OfferTerms(OfferKind.DISCOUNT, why, months=months, percent=percent)


def smaller_plan(choice: Choice) -> Plan | None:
    """The next smaller plan of the same product and interval that is on sale and costs less."""
    plan = choice.plan
    fitting = [
        p
        for p in choice.siblings
        if p.available
        and (p.product, p.interval) == (plan.product, plan.interval)
        and p.rank < plan.rank
        and p.price.minor < plan.price.minor
    ]
    return max(fitting, key=lambda p: p.rank, default=None)


def discount_minor(plan: Plan, percent: int, months: int) -> int:
    """What a discount of some months takes off one bill of a longer interval, in cents."""
    return rounded(plan.price.minor * percent * months, 100 * MONTHS[plan.interval])


def better(choice: Choice, vouchers: Sequence[Voucher], today: date) -> BetterTerms | None:
    """The yearly plan if it is cheaper, else a smaller plan, else a public voucher; None when nothing is better."""
    return _yearly(choice) or _smaller(choice) or _voucher(choice.plan, vouchers, today)


def yearly_cost(plan: Plan) -> int:
    """What a plan costs in twelve months, in cents."""
    return plan.price.minor * _YEAR // MONTHS[plan.interval]


def _yearly(choice: Choice) -> BetterTerms | None:
    plan = choice.plan
    if plan.interval is Interval.YEAR:
        return None
    cheaper = [
        p
        for p in choice.siblings
        if p.available
        and (p.product, p.rank, p.interval) == (plan.product, plan.rank, Interval.YEAR)
        and yearly_cost(p) < yearly_cost(plan)
    ]
    best = min(cheaper, key=yearly_cost, default=None)
    if best is None:
        return None
    why = Words(
        "Der gleiche Umfang kostet im Jahr weniger, wenn jährlich gezahlt wird.",
        "The same plan costs less over a year if you pay yearly.",
    )
    return BetterTerms(BetterKind.YEARLY_PLAN, why, plan=best, saving=_saving(plan, best))


def _smaller(choice: Choice) -> BetterTerms | None:
    smaller = smaller_plan(choice)
    if smaller is None:
        return None
    why = Words(
        "Ein kleinerer Tarif kostet weniger; er enthält auch weniger.",
        "A smaller plan costs less; it also contains less.",
    )
    saving = _saving(choice.plan, smaller)
    return BetterTerms(BetterKind.SMALLER_PLAN, why, plan=smaller, saving=saving)


def _voucher(plan: Plan, vouchers: Sequence[Voucher], today: date) -> BetterTerms | None:
    valid = [v for v in vouchers if v.public and v.valid_on(today) and v.fits(plan)]
    best = min(valid, key=lambda v: (v.valid_until or date.max, v.code), default=None)
    if best is None:
        return None
    why = Words(
        "Für diesen Tarif gilt gerade ein Gutschein für alle.",
        "A voucher for everybody is valid for your plan at the moment.",
    )
    return BetterTerms(BetterKind.VOUCHER, why, voucher=best)


def _saving(old: Plan, new: Plan) -> Money:
    return Money(yearly_cost(old) - yearly_cost(new), old.price.currency)
