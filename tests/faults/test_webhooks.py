"""The same webhook ten times at once at two gateways, out of order, in batches, with an entry about nothing we know."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Engine

from subscriptions import open_subscriptions
from subscriptions.migrations import upgrade
from subscriptions.provider import EventKind, ProviderEvent, SimulatedProvider
from subscriptions.seeding import seed
from subscriptions.store import tables as t
from subscriptions.store.engine import open_engine
from tests.faults.town import Town
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_settlement import newest_invoice, submitted
from tests.postgres import PostgresServer

SECRET = "what the simulator signs with"
SIGNER = SimulatedProvider(SECRET)
PATH = "/webhooks/payments/simulator"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shop_url(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: PostgresServer,
) -> Iterator[str]:
    """A business with the demo customers, on either database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('shop') / 'subscriptions.db'}"
        return
    with postgres_server.database() as url:
        yield url


@pytest.fixture
def shop(shop_url: str) -> Iterator[Engine]:
    """Its database, prepared."""
    upgrade(shop_url)
    engine = open_engine(shop_url)
    seed(engine, datetime.now(UTC))
    yield engine
    engine.dispose()


def status(engine: Engine, customer: str) -> str:
    """How the newest invoice of a customer stands."""
    (invoice,) = rows(engine, t.invoices, number=newest_invoice(engine, customer))
    return str(invoice["status"])


async def told_ten_times(bases: list[str], events: list[ProviderEvent]) -> None:
    """Batches in ten different orders, all at once, to the gateways in turn."""
    dice = random.Random(7)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        posts = []
        for number in range(10):
            shuffled = tuple(dice.sample(events, len(events)))
            headers, body = SIGNER.signed(shuffled, datetime.now(UTC))
            url = bases[number % len(bases)] + PATH
            posts.append(repeated(http, url, headers, body))
        await asyncio.gather(*posts)


async def repeated(http: httpx.AsyncClient, url: str, headers: dict[str, str], body: bytes) -> None:
    """Like a provider: again until it is taken; 503 asks for that."""
    for _ in range(20):
        answer = await http.post(url, content=body, headers=headers)
        if answer.status_code == 200:
            return
        assert answer.status_code == 503
        await asyncio.sleep(0.3)
    raise AssertionError("never taken")


async def test_each_event_counts_once_and_the_unknown_one_is_kept_and_replayed(
    small: Town, shop: Engine, shop_url: str
) -> None:
    now = datetime.now(UTC)
    debit = submitted(shop, "K-1003", at=now)
    later = newest_invoice(shop, "K-1001")
    unknown = f"{later}-{len(rows(shop, t.attempts, invoice=later)) + 1}"
    events = [
        ProviderEvent("evt-paid", EventKind.CHARGE_SUCCEEDED, now, debit.reference),
        ProviderEvent("evt-back", EventKind.CHARGE_RETURNED, now + timedelta(1), debit.reference, None, "AC04"),
        ProviderEvent("evt-unknown", EventKind.CHARGE_SUCCEEDED, now, unknown),
        ProviderEvent("evt-other", EventKind.OTHER, now),
    ]  # fmt: skip
    told = {
        "SUBSCRIPTIONS_MODE": "development",
        "SUBSCRIPTIONS_PAYMENT_PROVIDER": "simulator",
        "SUBSCRIPTIONS_PAYMENT_WEBHOOK_SECRET": SECRET,
        "SUBSCRIPTIONS_DATABASE_URL": shop_url,
    }
    async with AsyncExitStack() as stack:
        nodes = [await stack.enter_async_context(small.another(**told)) for _ in range(2)]
        await told_ten_times([node.base for node, _ in nodes], events)
    stored = {row["event"]: row["outcome"] for row in rows(shop, t.provider_events)}
    assert stored == {
        "evt-paid": stored["evt-paid"],
        "evt-back": "applied",
        "evt-unknown": "unknown",
        "evt-other": "ignored",
    }
    assert stored["evt-paid"] in {"applied", "stale"}
    assert len(rows(shop, t.payments, attempt=debit.reference)) <= 1
    assert status(shop, "K-1003") != "paid", "the debit that went back is the newer news"
    assert submitted(shop, "K-1001", at=now).reference == unknown
    with open_subscriptions(shop_url) as business:
        business.settlement.reconcile(datetime.now(UTC))
    (again,) = rows(shop, t.provider_events, event="evt-unknown")
    assert (again["outcome"], status(shop, "K-1001")) == ("applied", "paid")
