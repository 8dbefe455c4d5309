"""What runs out: promises, instalments, claims to have paid, mandates, offers, pay links, keys of writes.

Invariants: whether a promise was kept is decided after the bank had its days, what is said then is dunning's to decide;
a claim that ran out asks a person, never the customer; a mandate lapses 36 months after its last use.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from subscriptions.daily.batches import Run, Step, sweep
from subscriptions.entities.attempts import is_made
from subscriptions.entities.instalments import instalment_to
from subscriptions.entities.methods import MandateState, MethodKind
from subscriptions.entities.offers import OfferState, answer
from subscriptions.entities.promises import promise_to
from subscriptions.model.daily import StepDone
from subscriptions.policy import instalments as parts
from subscriptions.policy import promises as promising
from subscriptions.policy.calendar import add_months, business_date, midnight
from subscriptions.policy.methods import LAPSE_MONTHS, expiry_warning, lapse, warned_days
from subscriptions.store import (
    audit,
    cases,
    contracts,
    customers,
    due,
    holds,
    instalments,
    invoices,
    keys,
    methods,
    offers,
    payment_requests,
    promises,
    requests,
)
from subscriptions.store.due import Item, Page
from subscriptions.store.write import Notice

_CONTACTS = 100  # far more than a customer gets in the days for which a warning counts


def _settle_promise(db: Connection, run: Run, item: Item) -> Iterable[audit.Entry]:
    found = promises.of_customer(db, item.customer)
    promise = next(p for p in found if p.id == item.reference)
    paid = invoices.all_paid(db, promise.invoices)
    sepa = _pays_by_bank(db, item.customer)
    state = promising.outcome(promise, paid=paid, sepa=sepa, today=run.today)
    if state is None:
        return
    promises.store(db, promise_to(promise, state))
    yield run.entry(f"promise_{state.value}", item.customer, {"promise": promise.id})


def _miss_parts(db: Connection, run: Run, item: Item) -> Iterable[audit.Entry]:
    sepa = _pays_by_bank(db, item.customer)
    for part in instalments.latest(db, item.customer):
        state = parts.outcome(part, sepa=sepa, today=run.today)
        if part.plan == item.reference and state is not None:
            instalments.store(db, instalment_to(part, state))
            facts: audit.Facts = {"plan": part.plan, "part": part.number}
            yield run.entry("instalment_missed", item.customer, facts)


def _end_claim(db: Connection, run: Run, item: Item) -> Iterable[audit.Entry]:
    hold = holds.find(db, item.reference)
    if hold is None:
        return
    holds.release(db, hold, run.at)
    facts = {"hold": hold.id, "invoice": hold.invoice, "case": hold.case_number}
    if invoices.unpaid(db, item.customer):
        concern = cases.Concern("already_paid", "COL", facts=facts)
        limits = run.limits
        case = cases.open_case(db, item.customer, concern, at=run.at, limits=limits)
        facts["asked"] = case.number
    yield run.entry("claim_ran_out", item.customer, facts)


def _lapse_mandate(db: Connection, run: Run, item: Item) -> Iterable[audit.Entry]:
    found = methods.mandates_of(db, item.customer, lock=True)
    mandate = next(m for m in found if m.reference == item.reference)
    tried = invoices.attempts_since(db, item.customer, midnight(mandate.signed_on))
    used = [business_date(a.at) for a in tried if a.method == mandate.method and is_made(a)]
    mandate = replace(mandate, last_used_on=max(used, default=mandate.last_used_on))
    after = lapse(mandate, run.today)
    if after.state is not MandateState.LAPSED:
        methods.store_mandate(db, mandate)  # it was used; the day of the use was not kept
        return
    methods.store_mandate(db, after)
    facts = {"mandate": mandate.reference}
    if methods.is_used(db, mandate.method):
        run.tell(db, item.customer, Notice("contract", "mandate_lapsed", facts))
    yield run.entry("mandate_lapsed", item.customer, facts)


def _warn_of_card(db: Connection, run: Run, item: Item) -> Iterable[audit.Entry]:
    """A card that runs out is told of 30 and 7 days before: renewing it spares a failed payment."""
    method = customers.method_of(db, item.reference)
    if method is None or method.expires_on is None:
        return
    days = expiry_warning(method.expires_on, run.today)
    facts = {"method": method.id, "on": method.expires_on.isoformat(), "days": days}
    sent = requests.contacts_of(db, item.customer, _CONTACTS)
    if any(s.template == "card_expires" and dict(s.facts) == facts for s in sent):
        return
    if run.tell(db, item.customer, Notice("contract", "card_expires", facts)):
        yield run.entry("card_expires", item.customer, {"method": method.id, "days": days})


def _expire_offer(db: Connection, run: Run, item: Item) -> Iterable[audit.Entry]:
    offer = offers.find(db, item.customer, item.reference)
    if offer is None or offer.state is not OfferState.OPEN:
        return
    offers.store(db, answer(offer, OfferState.EXPIRED, run.at))
    yield run.entry("offer_expired", item.customer, {"offer": offer.id})


def _pays_by_bank(db: Connection, customer: str) -> bool:
    """Whether money of this customer comes by direct debit, which takes the bank longer."""
    found = (customers.method_of(db, c.method) for c in contracts.all_of(db, customer))
    return any(method is not None and method.kind is MethodKind.SEPA for method in found)


def expire_links(run: Run) -> StepDone:
    """Close the pay links that ran out."""

    def close(db: Connection, limit: int) -> int:
        return payment_requests.expire(db, run.at, limit)

    return sweep(run, LINKS, "links_expired", close)


def drop_keys(run: Run) -> StepDone:
    """Drop the keys of writes that nobody repeats any more, and the results they keep."""
    before = run.at - timedelta(days=run.limits.write_keys_days)

    def drop(db: Connection, limit: int) -> int:
        return keys.drop(db, before, limit)

    return sweep(run, KEYS, "keys_dropped", drop)


def _promises_due(db: Connection, run: Run, page: Page) -> list[Item]:
    return list(due.promises(db, run.today, page))


def _instalments_due(db: Connection, run: Run, page: Page) -> list[Item]:
    return list(due.instalments(db, run.today, page))


def _claims_due(db: Connection, run: Run, page: Page) -> list[Item]:
    return list(due.claims(db, run.at, page))


def _mandates_due(db: Connection, run: Run, page: Page) -> list[Item]:
    return list(due.mandates(db, add_months(run.today, -LAPSE_MONTHS), page))


def _cards_due(db: Connection, run: Run, page: Page) -> list[Item]:
    found = methods.expiring_on(db, warned_days(run.today))
    items = [Item(m.id, m.customer) for m in found if m.id > page.after]
    return items[: page.size]


def _offers_due(db: Connection, run: Run, page: Page) -> list[Item]:
    return list(due.offers(db, run.at, page))


PROMISES = Step("promises settled", _promises_due, _settle_promise)
INSTALMENTS = Step("instalments missed", _instalments_due, _miss_parts)
CLAIMS = Step("claims ran out", _claims_due, _end_claim)
MANDATES = Step("mandates lapsed", _mandates_due, _lapse_mandate)
LINKS = "pay links expired"
KEYS = "keys dropped"
CARDS = Step("cards run out", _cards_due, _warn_of_card)
OFFERS = Step("offers expired", _offers_due, _expire_offer)
