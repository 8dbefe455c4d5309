"""The lines of a period's invoice: the plan, what is booked beside it, what credits and vouchers take off.

Invariants: integer cents; lines sum to the total; neither credits nor vouchers take it below zero, what is left of a
credit waits; of each tax rate the
lines contain exactly the tax of their sum (the last line of a rate takes the rounding rest), and a voucher
lowers every rate by its share (§ 17 UStG: what is really paid is taxed).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from subscriptions.entities.addons import BookedAddon
from subscriptions.entities.contracts import Period
from subscriptions.entities.delivery import WaitingCredit
from subscriptions.entities.vouchers import Redemption, VoucherKind
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceLine
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.policy.calendar import MONTHS
from subscriptions.policy.changes import rounded
from subscriptions.policy.lines import Item, with_tax
from subscriptions.policy.pricing import addon_price


@dataclass(frozen=True, slots=True)
class PeriodTerms:
    """What one period is billed by: the plan with the price in force, and what is booked and redeemed.

    `credits` of issues that did not come are taken off the plan first, then `vouchers`; both the oldest first.
    `part`: how many days of how many an add-on is billed for; the price of the plan is that of `period` already.
    """

    plan: Plan
    tax_percent: int
    period: Period
    addons: tuple[BookedAddon, ...] = ()
    vouchers: tuple[Redemption, ...] = ()
    credits: tuple[WaitingCredit, ...] = ()
    part: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class PeriodInvoice:
    """The lines, their sum, the redemptions that took something off (those lose one period), and how many cents
    of which credit were taken off.
    """

    lines: tuple[InvoiceLine, ...]
    total: Money
    used: tuple[Redemption, ...]
    credited: tuple[tuple[WaitingCredit, int], ...] = ()


def period_invoice(terms: PeriodTerms) -> PeriodInvoice:
    """The invoice of one period; raises BAD_INPUT when currencies are mixed."""
    currency = terms.plan.price.currency
    credited = _credited(terms)
    items = [_plan_item(terms), *_addon_items(terms), *_credit_items(terms, credited)]
    used: list[Redemption] = []
    for redemption in terms.vouchers:
        taken = _voucher_items(redemption, items, terms.plan.interval)
        if taken:
            items += taken
            used.append(redemption)
    total = Money(sum(item.minor for item in items), currency)
    return PeriodInvoice(with_tax(items, terms.period, currency), total, tuple(used), credited)


def spend(redemption: Redemption, interval: Interval) -> Redemption:
    """What is left of a redemption after it was used in one period of this length."""
    step = MONTHS[interval] if redemption.voucher.kind is VoucherKind.MONTHS else 1
    return replace(redemption, periods_left=max(redemption.periods_left - step, 0))


def _plan_item(terms: PeriodTerms) -> Item:
    plan = terms.plan
    names = (plan.name_de, plan.name_en)
    return Item("plan", plan.code, names, plan.price.minor, terms.tax_percent)


def _addon_items(terms: PeriodTerms) -> list[Item]:
    """Those that run on the first day; what is booked later is charged when it is ordered."""
    items = []
    for booked in terms.addons:
        if not booked.in_force(terms.period.start):
            continue
        addon = booked.addon
        price = addon_price(addon, booked.quantity, terms.plan.interval, terms.part)
        if price.currency != terms.plan.price.currency:
            raise SubscriptionError(Code.BAD_INPUT, field="currency")
        times = f"{booked.quantity} × " if booked.quantity > 1 else ""
        texts = (f"{times}{addon.name_de}", f"{times}{addon.name_en}")
        items.append(Item("addon", addon.code, texts, price.minor, addon.tax_percent))
    return items


def _credited(terms: PeriodTerms) -> tuple[tuple[WaitingCredit, int], ...]:
    """How much of each credit fits into the price of the plan."""
    left, found = terms.plan.price.minor, []
    for credit in terms.credits:
        taken = min(credit.minor, left)
        left -= taken
        if taken > 0:
            found.append((credit, taken))
    return tuple(found)


def _credit_items(
    terms: PeriodTerms, credited: Sequence[tuple[WaitingCredit, int]]
) -> Iterator[Item]:
    for credit, minor in credited:
        texts = (
            f"Gutschrift {_days(credit, '%d.%m.%Y')}",
            f"Credit {_days(credit, '%d %B %Y')}",
        )
        yield Item("credit", credit.reference, texts, -minor, terms.tax_percent)


def _days(credit: WaitingCredit, form: str) -> str:
    """The day of an issue, or the days of an interruption."""
    first, last = credit.first.strftime(form), credit.last.strftime(form)
    return first if first == last else f"{first} – {last}"


def _voucher_items(redemption: Redemption, items: Sequence[Item], interval: Interval) -> list[Item]:
    """What a voucher takes off each tax rate; nothing when nothing is left to pay."""
    open_by_rate: dict[int, int] = {}
    for item in items:
        open_by_rate[item.percent] = open_by_rate.get(item.percent, 0) + item.minor
    if redemption.voucher.kind is VoucherKind.MONTHS:
        # Free months free the plan, not what is booked beside it.
        open_by_rate = {items[0].percent: min(items[0].minor, open_by_rate[items[0].percent])}
    still_open = sum(open_by_rate.values())
    discount = min(_discount(redemption, still_open, items[0].minor, interval), still_open)
    shares = _shares(discount, tuple(open_by_rate.values()))
    texts = _voucher_texts(redemption)
    return [
        Item("voucher", redemption.voucher.code, texts, -share, percent)
        for percent, share in zip(open_by_rate, shares, strict=True)
        if share
    ]


def _discount(redemption: Redemption, still_open: int, plan_minor: int, interval: Interval) -> int:
    voucher = redemption.voucher
    if redemption.periods_left <= 0:
        return 0
    if voucher.kind is VoucherKind.PERCENT:
        return rounded(still_open * voucher.value, 100)
    if voucher.kind is VoucherKind.AMOUNT:
        return voucher.value
    months = min(redemption.periods_left, MONTHS[interval])
    return rounded(plan_minor * months, MONTHS[interval])


def _shares(amount: int, weights: tuple[int, ...]) -> list[int]:
    """An amount split by weights: never more than the weight, never negative, sum exact."""
    whole, passed, given, shares = sum(weights), 0, 0, []
    for weight in weights:
        passed += weight
        reached = rounded(amount * passed, whole) if whole else 0
        shares.append(reached - given)
        given = reached
    return shares


def _voucher_texts(redemption: Redemption) -> tuple[str, str]:
    voucher = redemption.voucher
    more = f" ({voucher.value} %)" if voucher.kind is VoucherKind.PERCENT else ""
    return f"Gutschein {voucher.code}{more}", f"Voucher {voucher.code}{more}"
