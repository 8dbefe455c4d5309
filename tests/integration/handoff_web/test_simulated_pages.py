"""The simulator's pages, from a link that the assistant gives to the paid invoice and the new way to pay."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.model.base import Caller, Level
from subscriptions.model.payments import PayLink, PaymentRequestState
from subscriptions.provider import ProviderChoice, choose_provider
from subscriptions.store import tables as t
from subscriptions.store.engine import open_engine
from tests.integration.handoff_web.gateway import PRODUCTION, Gateway, running_gateway
from tests.integration.subscriptions.looking import rows

SECRET = "what the simulator signs with"
SHOP = "http://127.0.0.1:8000/"
JULIA = "K-1003"
GERMAN, ENGLISH = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.8"}, {"Accept-Language": "en-GB"}


@pytest.fixture
async def paying(folder: Path) -> AsyncIterator[Gateway]:
    """A gateway in development whose payment provider is the simulator."""
    async with running_gateway(
        folder, payment_webhook_secret=SECRET, payment_return_url=SHOP
    ) as running:
        yield running


@contextmanager
def business_of(folder: Path, *, age: timedelta = timedelta(0)) -> Iterator[Subscriptions]:
    """The business as the action server opens it, some time ago."""
    at = datetime.now(UTC) - age
    choice = ProviderChoice(webhook_secret=SECRET, return_url=SHOP)
    with open_subscriptions(
        f"sqlite:///{folder / 'subscriptions.db'}",
        lambda: at,
        connections=Connections(
            provider=choose_provider(choice, lambda: at), secret="a key of tokens, long enough"
        ),
    ) as business:
        yield business


def julia() -> Caller:
    return Caller(JULIA, Level.IDENTIFIED, "bot", datetime.now(UTC))


def pay_link(folder: Path, *, age: timedelta = timedelta(0)) -> PayLink:
    with business_of(folder, age=age) as business:
        caller = Caller(JULIA, Level.IDENTIFIED, "bot", datetime.now(UTC) - age)
        return business.payments.pay_link(caller, key="k")


def setup_url(folder: Path, kind: str = "card", *, age: timedelta = timedelta(0)) -> str:
    with business_of(folder, age=age) as business:
        caller = Caller(JULIA, Level.IDENTIFIED, "bot", datetime.now(UTC) - age)
        return business.methods.setup_link(caller, kind, key="s").url


def state_of(folder: Path, link: PayLink) -> PaymentRequestState:
    with business_of(folder) as business:
        return business.payments.pay_link_of(link.token).state


def stored(folder: Path, table: Any, **where: object) -> list[dict[str, Any]]:
    engine = open_engine(f"sqlite:///{folder / 'subscriptions.db'}")
    try:
        return rows(engine, table, **where)
    finally:
        engine.dispose()


def path(url: str) -> str:
    """The path on this test's gateway, which has a port of its own."""
    assert url.startswith(f"{SHOP}simulator/"), url
    return url.removeprefix(SHOP.rstrip("/"))


async def press(gateway: Gateway, url: str, button: str, lang: str = "en") -> httpx.Response:
    """What a person sees after pressing a button."""
    return await gateway.http.post(
        f"{path(url)}/{button}", params={"lang": lang}, follow_redirects=True
    )


async def test_the_page_says_what_is_to_be_paid_in_both_languages(
    paying: Gateway, folder: Path
) -> None:
    link = pay_link(folder)
    euros, cents = divmod(link.amount.minor, 100)
    german = await paying.http.get(path(link.url), headers=GERMAN)
    english = await paying.http.get(path(link.url), headers=ENGLISH)
    asked = await paying.http.get(path(link.url), params={"lang": "en"}, headers=GERMAN)
    assert asked.text == english.text
    assert (german.status_code, english.status_code) == (200, 200)
    assert '<html lang="de">' in german.text
    assert f"{euros},{cents:02}\N{NO-BREAK SPACE}€" in german.text
    assert "keine echte Karte" in german.text
    assert '<html lang="en">' in english.text
    assert f"€{euros}.{cents:02}" in english.text
    assert "no real card" in english.text
    for page in (german, english):
        assert all(number in page.text for number in link.invoices)
        assert f'class="back" href="{SHOP}"' in page.text
        assert "<input" not in page.text
        assert "<script" not in page.text
        assert "style=" not in page.text
        assert "Julia" not in page.text, "who it is for is nobody's business"


async def test_the_headers_let_only_its_own_forms_be_sent(paying: Gateway, folder: Path) -> None:
    page = await paying.http.get(path(pay_link(folder).url))
    policy = page.headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-frame-options"] == "DENY"
    shop = await paying.http.get("/healthz")
    assert "form-action 'none'" in shop.headers["content-security-policy"]
    sheet = await paying.http.get("/pages.css")
    assert (sheet.status_code, sheet.headers["content-type"]) == (200, "text/css; charset=utf-8")


async def test_a_payment_that_succeeds_pays_the_invoices_once(
    paying: Gateway, folder: Path
) -> None:
    link = pay_link(folder)
    first = await press(paying, link.url, "succeed")
    assert (first.status_code, "<h1>Paid</h1>" in first.text) == (200, True)
    assert state_of(folder, link) is PaymentRequestState.PAID
    for number in link.invoices:
        assert stored(folder, t.invoices, number=number)[0]["status"] == "paid"
    payments = stored(folder, t.payments, invoice=link.invoices[0])
    second = await press(paying, link.url, "succeed")
    assert "<h1>Already paid</h1>" in second.text
    assert "<form" not in second.text
    again = await press(paying, link.url, "decline", "de")
    assert "<h1>Bereits bezahlt</h1>" in again.text
    assert stored(folder, t.payments, invoice=link.invoices[0]) == payments
    (told,) = stored(folder, t.provider_events)
    assert (told["kind"], told["outcome"]) == ("page_paid", "applied")


async def test_pressing_many_times_at_once_pays_once(paying: Gateway, folder: Path) -> None:
    link = pay_link(folder)
    answers = await asyncio.gather(*(press(paying, link.url, "succeed") for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(stored(folder, t.provider_events)) == 1
    paid = [
        row
        for number in link.invoices
        for row in stored(folder, t.payments, invoice=number, state="received")
    ]
    assert sum(row["amount_minor"] for row in paid) == link.amount.minor


async def test_a_payment_that_is_declined_may_be_tried_again(paying: Gateway, folder: Path) -> None:
    link = pay_link(folder)
    for _ in range(2):
        declined = await press(paying, link.url, "decline")
        assert (declined.status_code, "was declined" in declined.text) == (200, True)
    assert state_of(folder, link) is PaymentRequestState.OPEN
    assert {row["outcome"] for row in stored(folder, t.provider_events)} == {"ignored"}
    assert "<h1>Paid</h1>" in (await press(paying, link.url, "succeed")).text
    assert state_of(folder, link) is PaymentRequestState.PAID


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("card", "Visa •••• 4242"),
        ("paypal", "PayPal •••• demo"),
        ("wallet", "Apple Pay •••• 4242"),
    ],
)
async def test_a_setup_page_changes_the_way_to_pay(
    paying: Gateway, folder: Path, kind: str, label: str
) -> None:
    url = setup_url(folder, kind)
    page = await paying.http.get(path(url), headers=GERMAN)
    assert label in page.text
    assert "Neue Zahlungsart" in page.text
    assert "was declined" not in page.text
    assert "Nothing has changed" in (await press(paying, url, "decline")).text
    assert stored(folder, t.setup_links)[0]["state"] == "open"
    done = await press(paying, url, "succeed", "de")
    assert "<h1>Hinterlegt</h1>" in done.text
    assert "<h1>Bereits hinterlegt</h1>" in (await press(paying, url, "succeed", "de")).text
    with business_of(folder) as business:
        newest = business.methods.list(julia()).methods[0]
    assert newest.label == label
    assert len(newest.contracts) == 1, "the contract is paid with it"
    assert stored(folder, t.setup_links)[0]["state"] == "done"


async def test_what_ran_out_was_replaced_or_never_was_is_a_page_that_says_so(
    paying: Gateway, folder: Path
) -> None:
    old_setup = setup_url(folder, age=timedelta(days=30))
    expired = pay_link(folder, age=timedelta(days=30))
    unknown = f"{SHOP}simulator/sim_payment_{'0' * 32}"
    odd = f"{SHOP}simulator/%3Cscript%3E"
    for url in (old_setup, expired.url, unknown, odd):
        page = await paying.http.get(path(url), headers=ENGLISH)
        assert page.status_code == 404
        assert "<h1>This page does not exist</h1>" in page.text
        assert "<form" not in page.text
        assert "<script" not in page.text
        assert (await press(paying, url, "succeed")).status_code == 404
    assert stored(folder, t.provider_events) == []
    assert state_of(folder, expired) is PaymentRequestState.EXPIRED


async def test_looking_presses_nothing(paying: Gateway, folder: Path) -> None:
    link = pay_link(folder)
    page = await paying.http.get(path(link.url), params={"after": "succeed", "lang": "en"})
    assert "<h1>Paid</h1>" not in page.text
    assert (await paying.http.get(f"{path(link.url)}/succeed")).status_code == 405
    assert (await paying.http.post(f"{path(link.url)}/other")).status_code == 422
    assert stored(folder, t.provider_events) == []


@pytest.mark.parametrize(
    "changes",
    [
        {**PRODUCTION, "payment_webhook_secret": SECRET},
        {
            "payment_provider": "stripe",
            "payment_secret_key": "sk_test_x",
            "payment_webhook_secret": SECRET,
            "payment_return_url": SHOP,
        },
        {},
    ],
    ids=["production", "stripe", "no secret"],
)
async def test_elsewhere_the_pages_are_not_there(folder: Path, changes: dict[str, Any]) -> None:
    link = pay_link(folder)
    async with running_gateway(folder, **changes) as gateway:
        asked = (
            await gateway.http.get(path(link.url)),
            await gateway.http.post(f"{path(link.url)}/succeed"),
        )
        for answer in asked:
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert state_of(folder, link) is PaymentRequestState.OPEN
