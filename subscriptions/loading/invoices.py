"""The invoices of a made-up subscriber, from the oldest to the current one; only the current one may be unpaid."""

from datetime import date, datetime, timedelta

from subscriptions.loading.one import DEBIT_AT, Named, One, Row
from subscriptions.policy.calendar import MONTHS, add_months
from subscriptions.policy.changes import contained_tax
from subscriptions.policy.pricing import addon_price
from subscriptions.store.invoices import invoice_number

SLIP_PERCENT = 3  # of paid invoices failed first
_CODES = {
    "card": (
        ("insufficient_funds", "soft_funds"),
        ("do_not_honor", "soft_bank"),
        ("expired_card", "update_method"),
    ),
    "sepa": (("AM04", "soft_funds"), ("MS03", "soft_masked"), ("AC04", "hard_method")),
}


def invoices(one: One, months: int, today: date) -> Named:
    """The rows of the invoices of the last months."""
    step = MONTHS[one.sold.plan.interval]
    oldest = max(one.began, add_months(today, -months))
    starts = [one.start]
    while (earlier := add_months(one.start, -step * len(starts))) >= oldest:
        starts.append(earlier)
    for index, start in enumerate(reversed(starts), start=1):
        yield from _invoice(one, index, (start, add_months(start, step)))


def _invoice(one: One, index: int, period: tuple[date, date]) -> Named:
    start = period[0]
    number = invoice_number(one.customer, index)
    failed = one.owes and start == one.start
    slipped = failed or one.draw.randrange(100) < SLIP_PERCENT
    paid_on = start + timedelta(days=3 if slipped else 0)
    invoice: Row = {
        "number": number,
        "customer": one.customer,
        "subscription": one.contract,
        "issued_on": start,
        "due_on": start,
        "total_minor": _total(one),
        "currency": one.sold.plan.price.currency,
        "status": "failed" if failed else "paid",
        "paid_at": None if failed else datetime.combine(paid_on, DEBIT_AT),
    }
    yield "invoices", invoice
    yield from _lines(one, number, period)
    if slipped:
        yield "attempts", _attempt(one, (number, 1, start), one.draw.choice(_CODES[one.kind]))
    if not failed:
        attempt = _attempt(one, (number, 2 if slipped else 1, paid_on))
        yield "attempts", attempt
        yield "payments", _payment(one, attempt)


def _total(one: One) -> int:
    """What a period costs, in cents."""
    beside = addon_price(one.addon, 1, one.sold.plan.interval).minor if one.addon else 0
    return one.sold.plan.price.minor + beside


def _lines(one: One, number: str, period: tuple[date, date]) -> Named:
    """The plan and what is booked beside it."""
    plan, addon = one.sold.plan, one.addon
    items = [("plan", plan.code, (plan.name_de, plan.name_en), plan.price.minor, one.sold.tax)]
    if addon:
        beside = addon_price(addon, 1, plan.interval).minor
        names = (addon.name_de, addon.name_en)
        items.append(("addon", addon.code, names, beside, addon.tax_percent))
    for position, (kind, code, names, minor, percent) in enumerate(items, start=1):
        line: Row = {
            "invoice": number,
            "position": position,
            "text_de": names[0],
            "text_en": names[1],
            "amount_minor": minor,
            "tax_minor": contained_tax(minor, percent),
            "period_start": period[0],
            "period_end": period[1],
            "kind": kind,
            "tax_percent": percent,
            "code": code,
        }
        yield "invoice_lines", line


def _attempt(one: One, place: tuple[str, int, date], failure: tuple[str, str] | None = None) -> Row:
    number, index, on = place
    return {
        "reference": f"{number}-{index}",
        "invoice": number,
        "number": index,
        "method": one.method,
        "kind": one.kind,
        "amount_minor": _total(one),
        "currency": one.sold.plan.price.currency,
        "state": "failed" if failure else "succeeded",
        "raw_code": failure[0] if failure else None,
        "at": datetime.combine(on, DEBIT_AT),
        "ask_on": on,
        "decided_by": "schedule",
        "failure_class": failure[1] if failure else None,
    }


def _payment(one: One, attempt: Row) -> Row:
    return {
        "reference": f"Z-{attempt['reference']}",
        "customer": one.customer,
        "invoice": attempt["invoice"],
        "amount_minor": attempt["amount_minor"],
        "source": "debit",
        "state": "received",
        "attempt": attempt["reference"],
        "received_at": attempt["at"],
    }
