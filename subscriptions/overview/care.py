"""Who the customer is, what was said and promised, what is used, what may be done next."""

from datetime import timedelta
from itertools import takewhile

from subscriptions.entities.cases import CallbackState, promise_missed
from subscriptions.entities.identity import LoginState
from subscriptions.model.contracts import SubscriptionState
from subscriptions.overview.contracts import booked, redeemed
from subscriptions.overview.facts import OVER, Facts
from subscriptions.overview.money_values import MoneyPart
from subscriptions.overview.values import (
    CallbackLine,
    CapsLeft,
    CaseLine,
    ContactLine,
    Contract,
    Header,
    HoldLine,
    OutageLine,
    Purchase,
    Use,
    UseMonth,
)
from subscriptions.policy.calendar import add_months
from subscriptions.policy.leaving import Risk, Sign, Trend, risk, trend
from subscriptions.policy.limits import Limits
from subscriptions.policy.masking import mask_address, mask_phone
from subscriptions.policy.next_action import Against, NextAction, Situation, Trouble, choose
from subscriptions.policy.pricing import addon_price
from subscriptions.store.dossier import LAST_CONTACTS, USE_MONTHS
from subscriptions.store.together import typed

LAST_PURCHASES = 10
MISSING_ISSUES = 2
FAILED_PAYMENTS = 2
PRICE_AHEAD = timedelta(days=60)
COMPLAINTS = frozenset({"CMP"})


def header(facts: Facts) -> Header:
    """Who this is."""
    customer, records = facts.customer, facts.dossier
    login, preferences = records.first("login"), records.first("preferences")
    return Header(
        number=customer.number,
        name=customer.name,
        locale=customer.locale,
        address_form=customer.address_form,
        email=mask_address(customer.email),
        since=customer.since,
        segment=facts.segment,
        phone=mask_phone(customer.phone) if customer.phone else None,
        company=facts.account.company if facts.account else None,
        holds=tuple(
            HoldLine(h.kind.value, h.placed_at, h.until_at, h.invoice, h.case_number)
            for h in facts.holds
        ),
        deceased_on=customer.deceased_on,
        login=(login and login["lock_reason"]) or LoginState.FREE.value,
        channel=preferences["channel"] if preferences else "email",
        less_contact=bool(preferences and preferences["less_contact"]),
    )


def contacts(facts: Facts) -> tuple[ContactLine, ...]:
    """The last messages, newest first."""
    found = sorted(
        facts.dossier.all("contacts"), key=lambda c: (str(c["at"]), c["id"]), reverse=True
    )
    return tuple(typed(ContactLine, record) for record in found[:LAST_CONTACTS])


def caps(facts: Facts, limits: Limits) -> CapsLeft:
    """What may still be sent in 30 days."""
    sent = {record["reason"]: int(record["count"]) for record in facts.dossier.all("sent")}
    payment = limits.payment_contacts_30_days - sent.get("payment", 0)
    benefit = limits.benefit_contacts_30_days - sent.get("benefit", 0)
    wanted = Against.UNWANTED not in _unwanted(facts) and not facts.cases
    return CapsLeft(max(payment, 0), max(benefit, 0) if wanted else 0)


def cases(facts: Facts) -> tuple[CaseLine, ...]:
    """Cases that are not closed, newest first."""
    return tuple(
        CaseLine(
            number=case.number,
            kind=case.kind,
            skill=case.skill,
            state=case.state.value,
            owner=case.owner,
            opened_at=case.opened_at,
            promised_at=case.promised_at,
            missed=promise_missed(case, facts.now),
        )
        for case in facts.cases
    )


def callbacks(facts: Facts) -> tuple[CallbackLine, ...]:
    """Promised calls, and those of the last days that did not come, newest first."""
    lines = [
        CallbackLine(
            case=call.case,
            from_at=call.from_at,
            until_at=call.until_at,
            missed=call.state is CallbackState.BROKEN or call.until_at < facts.now,
        )
        for call in facts.callbacks
    ]
    return tuple(sorted(lines, key=lambda line: line.from_at, reverse=True))


def use(facts: Facts) -> Use:
    """Aggregates of the last twelve months; a month without use counts as zero."""
    this = facts.today.replace(day=1)
    records = {record["month"]: record for record in facts.dossier.all("use")}
    first = max(facts.customer.since.replace(day=1), add_months(this, -USE_MONTHS))
    months = takewhile(lambda m: m >= first, (add_months(this, -n) for n in range(USE_MONTHS + 1)))
    days = tuple(
        UseMonth(month, records[key]["days_used"] if (key := month.isoformat()) in records else 0)
        for month in months
    )
    last = max((str(record["last_used_on"]) for record in records.values()), default=None)
    full = [month.days for month in days[1:]] if records else []  # the current month is not over
    return typed(Use, {"last_on": last, "trend": trend(full), "months": days})


def purchases(facts: Facts) -> tuple[Purchase, ...]:
    """What was bought or redeemed beside the plans, newest first."""
    found: list[Purchase] = []
    for contract in facts.contracts:
        interval = facts.plan(contract).interval
        for b in booked(facts, contract):
            price = addon_price(b.addon, b.quantity, interval)
            found.append(Purchase(b.since, "addon", b.addon.name_de, b.addon.name_en, price))
        for r in redeemed(facts, contract):
            code = r.voucher.code
            found.append(Purchase(r.at.date(), "voucher", code, code, None))
    found += [
        Purchase(i.issued_on, "change", "Tarifwechsel", "Change of plan", i.total)
        for i in facts.latest
        if i.kind == "change"
    ]
    return tuple(sorted(found, key=lambda p: p.on, reverse=True)[:LAST_PURCHASES])


def outages(facts: Facts) -> tuple[OutageLine, ...]:
    """What does not work right now of what the customer has."""
    products = {facts.plan(c).product for c in facts.contracts if c.state.value not in OVER}
    lines = [
        typed(OutageLine, record, since=record["started_at"])
        for record in facts.dossier.all("outages")
        if record["product"] in products
    ]
    return tuple(sorted(lines, key=lambda line: line.since))


def leaving(facts: Facts, lines: tuple[Contract, ...], used: Use) -> Risk | None:
    """The risk to lose the customer; nobody may estimate it against an objection (Art. 21 GDPR)."""
    main = facts.main
    profiled = any(o["kind"] == "profiling" for o in facts.dossier.all("objections"))
    gone = main is None or main.state.value in OVER or facts.customer.deceased_on is not None
    return None if gone or profiled else risk(_signs(facts, lines, used))


def next_action(
    facts: Facts, lines: tuple[Contract, ...], part: MoneyPart, left: CapsLeft
) -> NextAction | None:
    """The one action that fits, or none."""
    main = facts.main
    return choose(
        Situation(
            failure=part.failure,
            owes=bool(facts.unpaid),
            state=main.state if main else None,
            segment=facts.segment,
            # Partners change their own contracts, and a present is not sold to.
            plan=facts.plan(main) if main and main.channel == "direct" else None,
            siblings=tuple(terms.plan for terms in facts.terms.values()),
            troubles=_troubles(facts, lines)
            | ({Trouble.OVERCHARGED} if _owes_back(part) else set()),
            price_rises=_price_rises(facts, lines),
            against=_against(facts, part, left),
        )
    )


def _owes_back(part: MoneyPart) -> bool:
    """Whether money arrived that is not ours."""
    return any(finding.refundable.minor > 0 for finding in part.findings)


def _signs(facts: Facts, lines: tuple[Contract, ...], used: Use) -> frozenset[Sign]:
    states = {line.state for line in lines}
    printed = any(line.delivery for line in lines)
    said = {
        Sign.CANCELLED: SubscriptionState.CANCEL_SCHEDULED in states,
        Sign.PAUSED: SubscriptionState.PAUSED in states,
        Sign.UNUSED: used.trend is Trend.NONE and not printed,
        Sign.USE_FALLING: used.trend is Trend.FALLING,
        Sign.COMPLAINT: any(case.skill in COMPLAINTS for case in facts.cases),
        Sign.PROMISE_MISSED: Trouble.PROMISE_MISSED in _troubles(facts, lines),
        Sign.PAYMENTS_FAILED: len(facts.failed_invoices) >= FAILED_PAYMENTS,
        Sign.ISSUES_MISSING: Trouble.ISSUES_MISSING in _troubles(facts, lines),
        Sign.GETTING_SMALLER: any(_gets_smaller(line) for line in lines),
        Sign.PRICE_RISES: _price_rises(facts, lines),
    }
    return frozenset(sign for sign, found in said.items() if found)


def _gets_smaller(line: Contract) -> bool:
    return line.pending_plan is not None and line.pending_plan.rank < line.plan.rank


def _price_rises(facts: Facts, lines: tuple[Contract, ...]) -> bool:
    """Whether a higher list price was announced for the coming weeks; the end of a discount is no rise."""
    ahead = facts.today + PRICE_AHEAD
    return any(
        line.next_price is not None
        and line.next_price.reason_de is not None
        and line.next_price.price.minor > line.price.minor
        and line.next_price.valid_from <= ahead
        for line in lines
    )


def _troubles(facts: Facts, lines: tuple[Contract, ...]) -> frozenset[Trouble]:
    login = header(facts).login
    missed = any(c.missed for c in cases(facts)) or any(c.missed for c in callbacks(facts))
    issues = max((line.delivery.problems for line in lines if line.delivery), default=0)
    said = {
        Trouble.COMPROMISED: login == LoginState.COMPROMISED.value,
        Trouble.LOCKED: login == LoginState.TRIES.value,
        Trouble.PROMISE_MISSED: missed,
        Trouble.ISSUES_MISSING: issues >= MISSING_ISSUES,
    }
    return frozenset(trouble for trouble, found in said.items() if found)


def _against(facts: Facts, part: MoneyPart, left: CapsLeft) -> frozenset[Against]:
    promised = part.promise is not None and part.promise.state == "confirmed"
    said = {
        Against.HOLD: bool(facts.holds),
        Against.COMPLAINT: any(case.skill in COMPLAINTS for case in facts.cases),
        Against.OPEN_CASE: bool(facts.cases),
        Against.PROMISED: promised,
        Against.PAYMENT_CAP: not left.payment,
        Against.BENEFIT_CAP: not left.benefit,
    }
    return _unwanted(facts) | {against for against, found in said.items() if found}


def _unwanted(facts: Facts) -> frozenset[Against]:
    """Whether offers were objected to, withdrawn, or less contact is wished."""
    records = facts.dossier
    preferences = records.first("preferences")
    consents = sorted(records.all("consents"), key=lambda c: (str(c["at"]), c["id"]))
    objected = any(o["kind"] == "advertising" for o in records.all("objections"))
    withdrawn = bool(consents) and not consents[-1]["given"]
    fewer = bool(preferences and preferences["less_contact"])
    return frozenset({Against.UNWANTED}) if objected or withdrawn or fewer else frozenset()
