"""The money of the stories: two years of invoices with their lines, the tries to collect them, the payments.

Invariants: invoices are billed by the same rules as those of the business; the numbers of a payer follow the
days of their invoices; a paid invoice has a payment, a returned debit a returned one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from subscriptions.entities.addons import Addon, BookedAddon
from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.contracts import Period
from subscriptions.entities.invoices import InvoiceStatus
from subscriptions.entities.methods import MethodKind
from subscriptions.entities.payments import PaymentState
from subscriptions.entities.vouchers import Redemption, Voucher
from subscriptions.policy.calendar import add_months
from subscriptions.policy.failures import classify
from subscriptions.policy.invoicing import PeriodInvoice, PeriodTerms, period_invoice, spend
from subscriptions.policy.pricing import price_in_force
from subscriptions.seeding.stories import Deal, Facts, digits

HISTORY_MONTHS = 24
DEBIT_AT = time(5, 30, tzinfo=UTC)
SECOND_TRY_DAYS = 3

Row = dict[str, Any]
Named = Iterator[tuple[str, Row]]
"""Rows, each with the name of its table."""


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice before it has its number."""

    deal: Deal
    issued: date
    invoice: PeriodInvoice
    status: InvoiceStatus
    failures: tuple[Facts, ...] = ()


@dataclass(frozen=True, slots=True)
class Extras:
    """What is sold beside plans, by code."""

    addons: dict[str, Addon]
    vouchers: dict[str, Voucher]


def bookings(deal: Deal, extras: Extras) -> tuple[BookedAddon, ...]:
    """What the contract has booked."""
    return tuple(
        BookedAddon(
            id=f"{deal.contract.id.replace('S-', 'Z-', 1)}-{position}",
            subscription=deal.contract.id,
            addon=extras.addons[given["code"]],
            quantity=given.get("quantity", 1),
            since=deal.days.day(given["since"]),
            ends_on=deal.days.day(given["ends"]) if "ends" in given else None,
        )
        for position, given in enumerate(deal.facts.get("addons", ()), start=1)
    )


def redemptions(deal: Deal, extras: Extras) -> tuple[Redemption, ...]:
    """What the contract has redeemed, before any invoice used it."""
    n = digits(deal.contract.customer)
    return tuple(
        Redemption(
            voucher=extras.vouchers[given["code"]],
            customer=deal.contract.customer,
            subscription=deal.contract.id,
            at=deal.days.moment(given["since"]),
            periods_left=extras.vouchers[given["code"]].units,
            reference=f"G-{n}-{position}",
        )
        for position, given in enumerate(deal.facts.get("vouchers", ()), start=1)
    )


def billed(deal: Deal, extras: Extras) -> tuple[list[Bill], tuple[Redemption, ...]]:
    """All invoices of a contract, the oldest first, and what its vouchers have left after them."""
    left = {r.voucher.code: r for r in redemptions(deal, extras)}
    if not deal.facts.get("billed", True) or "trial_days" in deal.facts:
        return [], tuple(left.values())
    booked = bookings(deal, extras)
    made = []
    for back, period in _periods(deal):
        usable = tuple(r for r in left.values() if r.at.date() <= period.start)
        invoice = period_invoice(_terms(deal, period, booked, usable))
        for used in invoice.used:
            left[used.voucher.code] = spend(used, deal.sold.terms.plan.interval)
        made.append(_bill(deal, (back, period), invoice))
    made += [_extra(deal, given) for given in deal.facts.get("extra", ())]
    return made, tuple(left.values())


def sold_beside(booked: tuple[BookedAddon, ...], left: tuple[Redemption, ...]) -> Named:
    """The rows of add-ons and of redeemed vouchers."""
    for booking in booked:
        yield "subscription_addons", {**_own(booking), "addon": booking.addon.code}
    for redemption in left:
        yield "voucher_redemptions", {**_own(redemption), "voucher": redemption.voucher.code}


def rows(number: str, bill: Bill) -> Named:
    """The rows of an invoice with its number, each with the name of its table."""
    tries = [
        {"reference": f"{number}-{position}", "number": position, **row}
        for position, row in enumerate(_tries(number, bill), start=1)
    ]
    paid = [row for row in tries if row["state"] == AttemptState.SUCCEEDED]
    yield "invoices", _invoice(number, bill, paid[0]["at"] if paid else None)
    for position, line in enumerate(bill.invoice.lines, start=1):
        values = {name: getattr(line, name) for name in _LINE}
        own = {"invoice": number, "position": position, "amount_minor": line.amount.minor}
        yield "invoice_lines", {**own, **values}
    for row in tries:
        yield "attempts", row
        if row["state"] in _BROUGHT_MONEY:
            yield "payments", _payment(row, bill)


def _own(value: BookedAddon | Redemption) -> Row:
    """The columns that are fields of the value."""
    return {
        f.name: getattr(value, f.name) for f in fields(value) if f.name not in {"addon", "voucher"}
    }


_LINE = (
    "text_de",
    "text_en",
    "tax_minor",
    "period_start",
    "period_end",
    "kind",
    "tax_percent",
    "code",
)
_BROUGHT_MONEY = {
    AttemptState.SUCCEEDED: PaymentState.RECEIVED,
    AttemptState.RETURNED: PaymentState.RETURNED,
}


def _periods(deal: Deal) -> Iterator[tuple[int, Period]]:
    """The periods of the last two years with the months they lie back."""
    step, anchor = deal.step, deal.contract.anchor_day
    past = min(deal.facts.get("months", 0), HISTORY_MONTHS) // step
    for back in range(past * step, 0, -step):
        start = add_months(deal.days.start, -back, anchor)
        yield back, Period(start, add_months(start, step, anchor))
    yield 0, Period(deal.days.start, deal.days.end)


def _terms(
    deal: Deal, period: Period, booked: tuple[BookedAddon, ...], usable: tuple[Redemption, ...]
) -> PeriodTerms:
    terms = deal.sold.terms
    price = price_in_force(deal.contract, terms, period.start)
    return PeriodTerms(replace(terms.plan, price=price), deal.sold.tax, period, booked, usable)


def _bill(deal: Deal, place: tuple[int, Period], invoice: PeriodInvoice) -> Bill:
    back, period = place
    if back == 0 and deal.failures:
        return Bill(deal, period.start, invoice, InvoiceStatus.FAILED, deal.failures)
    if back == 0 and "unpaid" in deal.facts:
        return Bill(deal, period.start, invoice, InvoiceStatus(deal.facts["unpaid"]))
    age = (deal.days.today - period.start).days
    slips = tuple(
        {"days_ago": age, "code": slip["code"]}
        for slip in _slips(deal.facts)
        if back and slip["months_ago"] == back
    )
    return Bill(deal, period.start, invoice, InvoiceStatus.PAID, slips)


def _slips(facts: Facts) -> tuple[Facts, ...]:
    given = facts.get("slipped", ())
    return (given,) if isinstance(given, dict) else tuple(given)


def _extra(deal: Deal, given: Facts) -> Bill:
    """An invoice that should not be: for a period that is billed already, or after the end."""
    period = Period(deal.days.day(given["from"]), deal.days.day(given["until"]))
    invoice = period_invoice(_terms(deal, period, (), ()))
    return Bill(deal, deal.days.day(given["issued"]), invoice, InvoiceStatus.PAID)


def _invoice(number: str, bill: Bill, paid_at: datetime | None) -> Row:
    due_in = timedelta(days=14 if bill.status is InvoiceStatus.OPEN else 0)
    return {
        "number": number,
        "customer": bill.deal.payer.number,
        "subscription": bill.deal.contract.id,
        "issued_on": bill.issued,
        "due_on": bill.issued + due_in,
        "total_minor": bill.invoice.total.minor,
        "currency": bill.invoice.total.currency,
        "status": bill.status.value,
        "account": bill.deal.contract.account,
        "disputed": bool(bill.failures) and bool(bill.deal.facts.get("disputed")),
        "paid_at": paid_at,
    }


def _tries(number: str, bill: Bill) -> Iterator[Row]:
    """The tries of an invoice, the oldest first."""
    kind = bill.deal.payer.kind
    lost = AttemptState.FAILED if kind is MethodKind.CARD else AttemptState.RETURNED
    if not bill.deal.payer.method or not bill.invoice.total.minor:
        return
    for failure in bill.failures:
        day = bill.deal.days.today - timedelta(days=failure["days_ago"])
        yield _try((number, bill), day, lost, failure["code"])
    if bill.status is InvoiceStatus.PAID:
        later = timedelta(days=SECOND_TRY_DAYS if bill.failures else 0)
        yield _try((number, bill), bill.issued + later, AttemptState.SUCCEEDED)
    elif bill.status is InvoiceStatus.PROCESSING:
        yield _try((number, bill), bill.issued, AttemptState.SUBMITTED)


def _try(of: tuple[str, Bill], day: date, state: AttemptState, code: str | None = None) -> Row:
    number, bill = of
    kind = bill.deal.payer.kind or MethodKind.CARD
    return {
        "invoice": number,
        "method": bill.deal.payer.method,
        "kind": kind.value,
        "amount_minor": bill.invoice.total.minor,
        "currency": bill.invoice.total.currency,
        "state": state.value,
        "raw_code": code,
        "at": datetime.combine(day, DEBIT_AT),
        "ask_on": day,
        "decided_by": "schedule",
        "failure_class": classify(kind, code).value if code else None,
    }


def _payment(attempt: Row, bill: Bill) -> Row:
    return {
        "reference": f"Z-{attempt['reference']}",
        "customer": bill.deal.payer.number,
        "invoice": attempt["invoice"],
        "amount_minor": attempt["amount_minor"],
        "source": "debit",
        "state": _BROUGHT_MONEY[AttemptState(attempt["state"])].value,
        "attempt": attempt["reference"],
        "received_at": attempt["at"],
    }
