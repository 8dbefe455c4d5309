"""Pages of the provider by the provider's own reference: what they ask for, and what was done on them."""

from datetime import timedelta

from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.model.base import Money
from subscriptions.model.settlement import Outcome, PageAsked, PageState
from subscriptions.provider import EventKind, ProviderEvent
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import NOW, CountingProvider, SetClock, bot_for

JULIA = bot_for("K-1003")


def page_of(url: str) -> str:
    """The simulator's addresses end with the reference of the page."""
    return url.rsplit("/", 1)[1]


def decide(
    business: Subscriptions, provider: CountingProvider, page: str, *, succeeds: bool
) -> Outcome:
    headers, body = provider.simulator.decided(page, succeeds=succeeds, now=NOW)
    (outcome,) = business.settlement.receive("simulator", headers, body)
    return outcome


def test_a_pay_page_is_open_until_it_is_paid(
    business: Subscriptions, provider: CountingProvider
) -> None:
    link = business.payments.pay_link(JULIA, key="k")
    page = page_of(link.url)
    assert business.settlement.page(page) == PageAsked(PageState.OPEN, link.amount, link.invoices)
    assert decide(business, provider, page, succeeds=False) is Outcome.IGNORED
    asked = business.settlement.page(page)
    assert asked is not None
    assert asked.state is PageState.OPEN
    assert decide(business, provider, page, succeeds=True) is Outcome.APPLIED
    assert decide(business, provider, page, succeeds=True) is Outcome.DUPLICATE
    assert business.settlement.page(page) == PageAsked(PageState.DONE, link.amount, link.invoices)
    assert business.billing.balance(JULIA).open == Money(0)


def test_a_pay_page_runs_out(business: Subscriptions, clock: SetClock) -> None:
    link = business.payments.pay_link(JULIA, key="k")
    clock.now = link.expires_at
    asked = business.settlement.page(page_of(link.url))
    assert asked is not None
    assert asked.state is PageState.OVER


def test_a_setup_page_counts_by_its_own_reference_too(
    business: Subscriptions, engine: Engine, provider: CountingProvider, clock: SetClock
) -> None:
    link = business.methods.setup_link(JULIA, "card", key="k")
    page = page_of(link.url)
    assert business.settlement.page(page) == PageAsked(PageState.OPEN)
    clock.now = link.expires_at
    assert business.settlement.page(page) == PageAsked(PageState.OVER)
    clock.now = NOW + timedelta(minutes=1)
    assert decide(business, provider, page, succeeds=False) is Outcome.IGNORED
    assert decide(business, provider, page, succeeds=True) is Outcome.APPLIED
    assert business.settlement.page(page) == PageAsked(PageState.DONE)
    newest = business.methods.list(JULIA).methods[0]
    assert (newest.label, len(newest.contracts)) == ("Visa •••• 4242", 1)
    assert len(rows(engine, t.contacts, template="payment_method_changed")) == 1


def test_a_page_of_somebody_else_is_not_ours(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    assert business.settlement.page("cs_other") is None
    event = ProviderEvent("evt-other", EventKind.SETUP_DONE, NOW, None, "cs_other")
    headers, body = provider.simulator.signed((event,), NOW)
    assert business.settlement.receive("simulator", headers, body) == (Outcome.UNKNOWN,)
    assert not [each for each in rows(engine, t.payment_methods) if each["created_at"] == NOW]
