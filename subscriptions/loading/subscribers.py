"""The rows of one made-up subscriber: person, contract, invoices, use, and what went wrong for some.

Invariants: states are consistent, as for real subscribers: a paid invoice has its payment, who is past due has a
failed invoice, sums equal their lines; only made-up names and masked labels; shares are whole percent.
"""

from datetime import date, datetime, timedelta
from random import Random

from subscriptions.entities.addons import Addon
from subscriptions.loading.invoices import invoices
from subscriptions.loading.names import FAMILY, GIVEN, STREETS, TOWNS
from subscriptions.loading.one import DEBIT_AT, OFFICE, Named, One, Row, Shop, Sold
from subscriptions.policy.calendar import MONTHS, add_months

# Whole percent, summing to 100.
STATES = (
    ("active", 83),
    ("past_due", 5),
    ("cancel_scheduled", 3),
    ("paused", 2),
    ("trialing", 2),
    ("suspended", 1),
    ("ended", 4),
)
SEPA_PERCENT = 55
ADDON_PERCENT = 8
CASE_PERCENT = 2
TRIAL_DAYS = 14
MOST_MONTHS = 60
# What happened to contracts on the way to their state.
_STARTED = (("started", "active"),)
_WAYS = {
    "trialing": (("trial_started", "trialing"),),
    "past_due": (*_STARTED, ("fell_behind", "past_due")),
    "suspended": (*_STARTED, ("fell_behind", "past_due"), ("suspended", "suspended")),
    "cancel_scheduled": (*_STARTED, ("cancel_scheduled", "cancel_scheduled")),
    "ended": (*_STARTED, ("cancel_scheduled", "cancel_scheduled"), ("ended", "ended")),
    "paused": (*_STARTED, ("paused", "paused")),
}


class Maker:
    """Makes the rows of subscribers, each from its number alone."""

    def __init__(self, shop: Shop, seed: int, months: int, today: date) -> None:
        self._shop = shop
        self._seed = seed
        self._months = months
        self._today = today

    def rows(self, number: int) -> Named:
        """All rows of a subscriber, each with the name of its table."""
        one = self._one(number)
        yield from _party(one)
        yield from _ways_to_pay(one)
        yield from _contract(one, self._today)
        if one.state != "trialing":
            yield from invoices(one, self._months, self._today)
        yield from _use(one, self._months, self._today)
        yield from _care(one, self._today)

    def _one(self, number: int) -> One:
        # No secret is drawn: the same seed must give the same subscriber.
        draw = Random(self._seed * 10_000_000 + number)  # noqa: S311
        sold = draw.choice(self._shop.plans)
        state = _share(draw)
        step = MONTHS[sold.plan.interval]
        if state == "trialing":
            start = self._today - timedelta(days=draw.randrange(TRIAL_DAYS))
            period = start, start + timedelta(days=TRIAL_DAYS), start
        else:
            start = self._today - timedelta(days=draw.randrange(2, 28 * step))
            if state == "ended":
                start = add_months(self._today - timedelta(days=draw.randrange(1, 300)), -step)
            months = draw.randrange(1, MOST_MONTHS)
            period = start, add_months(start, step), add_months(start, -(months // step) * step)
        kind = "sepa" if draw.randrange(100) < SEPA_PERCENT else "card"
        return One(number, draw, sold, state, kind, *period, addon=self._addon(draw, sold))

    def _addon(self, draw: Random, sold: Sold) -> Addon | None:
        fitting = [addon for addon in self._shop.addons if addon.product == sold.plan.product]
        booked = draw.randrange(100) < ADDON_PERCENT
        return draw.choice(fitting) if booked and fitting else None


def _share(draw: Random) -> str:
    drawn = draw.randrange(100)
    for name, percent in STATES:
        if drawn < percent:
            return name
        drawn -= percent
    return STATES[0][0]


def _party(one: One) -> Named:
    draw = one.draw
    name = f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}"
    customer: Row = {
        "number": one.customer,
        "name": name,
        "email": f"k{one.number}@example.org",
        "locale": "en" if draw.randrange(4) == 0 else "de",
        "address_form": "formal",
        "since": one.began,
        "account": f"A-{one.number}",
    }
    yield "customers", customer
    yield "accounts", {"id": f"A-{one.number}", "holder": one.customer}
    postcode, town = draw.choice(TOWNS)
    address: Row = {
        "id": f"W-{one.number}",
        "customer": one.customer,
        "kind": "postal",
        "name": name,
        "street": f"{draw.choice(STREETS)} {draw.randrange(1, 200)}",
        "postcode": postcode,
        "city": town,
        "country": "DE",
        "valid_from": one.began,
    }
    yield "addresses", address
    device: Row = {
        "id": f"G-{one.number}",
        "customer": one.customer,
        "name": "Browser",
        "kind": "browser",
        "first_seen_at": datetime.combine(one.began, OFFICE),
        "last_seen_at": datetime.combine(one.start, OFFICE),
    }
    yield "devices", device


def _ways_to_pay(one: One) -> Named:
    digits = one.draw.randrange(1000, 10_000)
    method: Row = {
        "id": one.method,
        "customer": one.customer,
        "kind": one.kind,
        "label": f"{'IBAN' if one.kind == 'sepa' else 'Visa'} •••• {digits}",
        "updated_on": one.began,
        "hint": "succeed",
    }
    yield "payment_methods", method
    if one.kind == "sepa":
        mandate: Row = {
            "reference": f"M-{one.number}",
            "method": one.method,
            "state": "active",
            "signed_on": one.began,
        }
        yield "mandates", mandate


def _contract(one: One, today: date) -> Named:
    contract: Row = {
        "id": one.contract,
        "customer": one.customer,
        "plan": one.sold.plan.code,
        "state": one.state,
        "started_on": one.began,
        "period_start": one.start,
        "period_end": one.end,
        "anchor_day": one.start.day,
        "method": one.method,
        "ends_on": one.end if one.state in {"cancel_scheduled", "ended"} else None,
        "trial_ends_on": one.end if one.state == "trialing" else None,
    }
    yield "subscriptions", contract
    yield from _events(one, today)
    if one.addon:
        booking: Row = {
            "id": f"Z-{one.number}-1",
            "subscription": one.contract,
            "addon": one.addon.code,
            "quantity": 1,
            "since": one.began,
        }
        yield "subscription_addons", booking
    if one.state == "paused":
        pause: Row = {
            "id": f"U-{one.number}",
            "subscription": one.contract,
            "from_on": today - timedelta(days=10),
            "until_on": today + timedelta(days=50),
            "state": "running",
            "asked_at": datetime.combine(today - timedelta(days=20), OFFICE),
        }
        yield "pauses", pause


def _events(one: One, today: date) -> Named:
    last = min(one.end, today)
    for seq, (kind, state) in enumerate(_WAYS.get(one.state, _STARTED), start=1):
        event: Row = {
            "subscription": one.contract,
            "seq": seq,
            "at": datetime.combine(one.began if seq == 1 else last, OFFICE),
            "kind": kind,
            "state": state,
            "actor": "load",
            "facts": {},
        }
        yield "subscription_events", event


def _use(one: One, months: int, today: date) -> Named:
    typical = one.draw.randrange(25)
    for back in range(months if typical else 0):
        month = add_months(today.replace(day=1), -back)
        if month < one.began.replace(day=1):
            return
        last = today if back == 0 else month + timedelta(days=25)
        use: Row = {
            "customer": one.customer,
            "month": month,
            "days_used": min(max(1, typical - one.draw.randrange(5)), last.day),
            "last_used_on": last,
        }
        yield "usage_months", use


def _care(one: One, today: date) -> Named:
    day = today - timedelta(days=one.draw.randrange(1, 20))
    if one.owes:
        dunning: Row = {
            "id": f"D-{one.number}",
            "customer": one.customer,
            "state": "reminded",
            "opened_at": datetime.combine(one.start, DEBIT_AT),
            "next_step": "message_neutral",
            "next_at": datetime.combine(today + timedelta(days=3), OFFICE),
            "reason_de": "Der Betrag ist noch offen.",
            "reason_en": "The amount is still open.",
        }
        yield "dunning_cases", dunning
    reason, template = ("payment", "payment_reminder") if one.owes else ("contract", "welcome")
    contact: Row = {
        "customer": one.customer,
        "at": datetime.combine(day if one.owes else one.began, OFFICE),
        "channel": "email",
        "reason": reason,
        "template": template,
        "facts": {},
        "state": "sent",
    }
    yield "contacts", contact
    if one.draw.randrange(100) < CASE_PERCENT:
        case: Row = {
            "number": f"F-{one.number}",
            "customer": one.customer,
            "kind": "complaint",
            "skill": "CMP",
            "state": "open",
            "opened_at": datetime.combine(day, OFFICE),
            "promised_at": datetime.combine(day + timedelta(days=2), OFFICE),
            "text": "Made up for a load.",
            "facts": {},
        }
        yield "cases", case
