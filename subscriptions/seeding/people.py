"""The people of the stories: who they are, how they pay, what they use, and what happened to their contracts.

Invariants: only masked labels and made-up people; an event log tells only steps that a contract may take.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import add_months
from subscriptions.seeding.days import Days, Written
from subscriptions.seeding.stories import Deal, Facts, account_of, digits, methods_of

Row = dict[str, Any]
Named = Iterator[tuple[str, Row]]
"""Rows, each with the name of its table."""

USAGE_MONTHS = 24
_S = SubscriptionState
# What a contract went through before it came to its state; the last step is dated by the story.
_WAYS = {
    _S.TRIALING: (("trial_started", _S.TRIALING),),
    _S.PAUSED: (("started", _S.ACTIVE), ("paused", _S.PAUSED)),
    _S.PAST_DUE: (("started", _S.ACTIVE), ("fell_behind", _S.PAST_DUE)),
    _S.SUSPENDED: (
        ("started", _S.ACTIVE),
        ("fell_behind", _S.PAST_DUE),
        ("suspended", _S.SUSPENDED),
    ),
    _S.CANCEL_SCHEDULED: (("started", _S.ACTIVE), ("cancel_scheduled", _S.CANCEL_SCHEDULED)),
    _S.ENDED: (
        ("started", _S.ACTIVE),
        ("cancel_scheduled", _S.CANCEL_SCHEDULED),
        ("ended", _S.ENDED),
    ),
    _S.WITHDRAWN: (("started", _S.ACTIVE), ("withdrawn", _S.WITHDRAWN)),
}
_DEVICES = (
    ("Wohnzimmer-TV", "tv"),
    ("Pixel 8", "phone"),
    ("iPad", "tablet"),
    ("Firefox", "browser"),
    ("iPhone 15", "phone"),
    ("Schlafzimmer-TV", "tv"),
    ("Chrome", "browser"),
    ("Galaxy Tab", "tablet"),
)


def everything(facts: Facts, bought: Sequence[Deal]) -> Named:
    """The person with all that is theirs but the contracts."""
    days = bought[0].days
    since = min(deal.contract.started_on for deal in bought)
    yield from person(facts, days, since)
    yield from ways_to_pay(facts, days)
    yield from dossier(facts, days)


def person(facts: Facts, days: Days, since: date) -> Named:
    """The customer with the story and, for those with an address, the account."""
    account = account_of(facts)
    number = facts["number"]
    company = facts.get("company", {})
    yield (
        "customers",
        {
            "number": number,
            "name": facts["name"],
            "email": facts["email"].lower(),
            "locale": facts["locale"],
            "address_form": facts.get("address_form", "formal"),
            "since": since,
            "account": account,
            "phone": facts.get("phone"),
            "deceased_on": days.day(facts["deceased"]) if "deceased" in facts else None,
        },
    )
    story = {"story_de": facts["story_de"], "story_en": facts["story_en"]}
    yield "demo_customers", {"number": number, **story}
    if account:
        yield (
            "accounts",
            {
                "id": account,
                "holder": number,
                "company": company.get("name"),
                "vat_id": company.get("vat_id"),
            },
        )


def ways_to_pay(facts: Facts, days: Days) -> Named:
    """The methods of a person with the mandates of bank accounts."""
    for method, given in methods_of(facts):
        months = given.get("expires_in_months")
        expires = None
        if months is not None:  # cards end with the last day of a month
            expires = add_months(days.today.replace(day=1), months + 1) - timedelta(days=1)
        yield (
            "payment_methods",
            {
                "id": method,
                "customer": facts["number"],
                "kind": given["kind"],
                "label": given["label"],
                "expires_on": expires,
                "updated_on": days.began,
                "hint": given.get("hint", "succeed"),
            },
        )
        if "mandate" in given:
            yield (
                "mandates",
                {
                    "reference": given["mandate"],
                    "method": method,
                    "state": given.get("mandate_state", "active"),
                    "signed_on": days.began,
                },
            )


def dossier(facts: Facts, days: Days) -> Named:
    """What else is known of a person with an address: where they live, what they use, when they logged in."""
    if "address" not in facts:
        return
    number, n = facts["number"], digits(facts["number"])
    address = dict(facts["address"])
    if "valid_until" in address:
        address["valid_until"] = days.day(address["valid_until"])
    for kind in ("postal", "delivery") if facts.get("printed") else ("postal",):
        yield (
            "addresses",
            {
                "id": f"W-{n}-{kind}",
                "customer": number,
                "kind": kind,
                "name": facts["name"],
                "country": "DE",
                **address,
                "valid_from": days.began,
            },
        )
    if "logins" not in facts.get("also", {}):
        seen = days.moment("-1 19:40") if days.began < days.today - timedelta(days=1) else None
        yield "logins", {"customer": number, "last_login_at": seen}
    for position in range(facts.get("devices", 0)):
        name, kind = _DEVICES[position % len(_DEVICES)]
        yield (
            "devices",
            {
                "id": f"D-{n}-{position + 1}",
                "customer": number,
                "name": name,
                "kind": kind,
                "first_seen_at": days.moment(f"began+{position}"),
                "last_seen_at": days.moment(f"-{position + 1} 20:10"),
            },
        )
    yield from _usage(facts, days)


def contract(deal: Deal) -> Named:
    """The contract, its add-ons excepted, and the log of what happened to it."""
    row = asdict(deal.contract)
    period = row.pop("period")
    yield (
        "subscriptions",
        {
            **row,
            "state": deal.contract.state.value,
            "period_start": period["start"],
            "period_end": period["end"],
        },
    )
    for seq, (written, kind, state) in enumerate(_events(deal), start=1):
        yield (
            "subscription_events",
            {
                "subscription": deal.contract.id,
                "seq": seq,
                "at": deal.days.moment(written),
                "kind": kind,
                "state": state,
                "actor": "schedule" if kind in {"fell_behind", "suspended", "ended"} else "bot",
                "facts": {},
            },
        )


def _events(deal: Deal) -> Iterator[tuple[Written, str, str]]:
    if not deal.logged:
        return
    if "log" in deal.facts:
        for entry in deal.facts["log"]:
            yield entry["at"], entry["kind"], entry["state"]
        return
    way = _WAYS.get(deal.contract.state, (("started", deal.contract.state),))
    yield "began", way[0][0], way[0][1].value
    last = deal.facts.get("since", _day_of_fall(deal))
    for position, (kind, state) in enumerate(way[1:], start=2):
        before = len(way) - position
        yield f"{last}" if not before else _earlier(last, before * 10), kind, state.value


def _day_of_fall(deal: Deal) -> Written:
    return -deal.failures[0]["days_ago"] if deal.failures else -1


def _earlier(written: Written, days: int) -> Written:
    return int(written) - days


def _usage(facts: Facts, days: Days) -> Named:
    """Days of use by month, the newest first: steady, or falling in the last four months."""
    typical = facts.get("use", 12)
    falling = facts.get("use_falls", False)
    until = days.day(facts["used_until"]) if "used_until" in facts else days.today
    for back in range(USAGE_MONTHS):
        first = add_months(until.replace(day=1), -back)
        if first < days.began.replace(day=1):
            return
        jitter = zlib.crc32(f"{facts['number']}/{back}".encode()) % 7 - 3
        used = max(typical + jitter, 0) if typical else 0
        if falling and back < 4:
            used = used * back // 4
        used = min(used, until.day) if back == 0 else used
        if not used:  # a month without use has no row
            continue
        yield (
            "usage_months",
            {
                "customer": facts["number"],
                "month": first,
                "days_used": used,
                "last_used_on": until if back == 0 else first + timedelta(days=26),
            },
        )
