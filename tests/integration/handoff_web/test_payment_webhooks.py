"""Webhooks of the payment provider, from the signed bytes to the paid invoice."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.web.payment_webhooks import MOST_BYTES
from subscriptions.provider import EventKind, ProviderEvent, SimulatedProvider, UntrustedEventError
from subscriptions.store import tables as t
from subscriptions.store.engine import open_engine
from tests.integration.handoff_web.gateway import Gateway, running_gateway
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_settlement import Debit, newest_invoice, submitted

SECRET = "what the simulator signs with"
PATH = "/webhooks/payments/simulator"
SIGNER = SimulatedProvider(SECRET)


@pytest.fixture
async def paying(folder: Path) -> AsyncIterator[Gateway]:
    """A gateway that believes the simulator."""
    async with running_gateway(folder, payment_webhook_secret=SECRET) as running:
        yield running


@pytest.fixture
def debit(folder: Path) -> Debit:
    """A debit that the bank has not answered yet."""
    engine = open_engine(f"sqlite:///{folder / 'subscriptions.db'}")
    try:
        return submitted(engine, "K-1003", at=datetime.now(UTC))
    finally:
        engine.dispose()


def signed(debit: Debit, *, age: timedelta = timedelta(0)) -> tuple[dict[str, str], bytes]:
    now = datetime.now(UTC)
    event = ProviderEvent("evt-1", EventKind.CHARGE_SUCCEEDED, now, debit.reference)
    return SIGNER.signed((event,), now - age)


def status(folder: Path) -> str:
    engine = open_engine(f"sqlite:///{folder / 'subscriptions.db'}")
    try:
        (invoice,) = rows(engine, t.invoices, number=newest_invoice(engine, "K-1003"))
        return str(invoice["status"])
    finally:
        engine.dispose()


async def test_a_signed_event_pays_the_invoice_and_may_come_twice(
    paying: Gateway, folder: Path, debit: Debit
) -> None:
    headers, body = signed(debit)
    for _ in range(2):
        answer = await paying.http.post(PATH, content=body, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    assert status(folder) == "paid"


@pytest.mark.parametrize("wrong", ["other bytes", "no signature", "old"])
async def test_what_is_not_signed_is_not_believed(
    paying: Gateway, folder: Path, debit: Debit, wrong: str
) -> None:
    headers, body = signed(debit, age=timedelta(minutes=6 if wrong == "old" else 0))
    if wrong == "other bytes":
        body += b" "
    answer = await paying.http.post(
        PATH, content=body, headers={} if wrong == "no signature" else headers
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_signature")
    assert status(folder) == "processing"


async def test_without_a_secret_nothing_is_believed(gateway: Gateway, debit: Debit) -> None:
    now = datetime.now(UTC)
    event = ProviderEvent("evt-1", EventKind.CHARGE_SUCCEEDED, now, debit.reference)
    headers, body = SimulatedProvider("").signed((event,), now)
    assert (await gateway.http.post(PATH, content=body, headers=headers)).status_code == 400


async def test_another_provider_is_not_found(paying: Gateway, debit: Debit) -> None:
    headers, body = signed(debit)
    answer = await paying.http.post("/webhooks/payments/stripe", content=body, headers=headers)
    assert answer.status_code == 404
    assert (await paying.http.get(PATH)).status_code == 405


async def test_a_body_that_is_too_large_is_not_read(paying: Gateway) -> None:
    answer = await paying.http.post(PATH, content=b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 413


async def test_a_store_that_is_away_lets_the_provider_repeat(
    paying: Gateway, folder: Path, debit: Debit
) -> None:
    headers, body = signed(debit)
    locked = sqlite3.connect(folder / "subscriptions.db", isolation_level=None)
    try:
        locked.execute("BEGIN EXCLUSIVE")
        answer = await paying.http.post(PATH, content=body, headers=headers, timeout=20)
        assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    finally:
        locked.close()
    answer = await paying.http.post(PATH, content=body, headers=headers)
    assert answer.status_code == 200
    assert status(folder) == "paid"


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300), st.text(max_size=80))
def test_no_bytes_break_the_verification(body: bytes, signature: str) -> None:
    headers = {"simulator-signature": signature}
    with pytest.raises(UntrustedEventError):
        SIGNER.verify(headers, body, datetime.now(UTC))


async def test_many_at_once_are_stored_once(paying: Gateway, folder: Path, debit: Debit) -> None:
    headers, body = signed(debit)
    answers = await asyncio.gather(
        *(paying.http.post(PATH, content=body, headers=headers, timeout=20) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} == {200}
    engine = open_engine(f"sqlite:///{folder / 'subscriptions.db'}")
    assert len(rows(engine, t.payments, attempt=debit.reference)) == 1
    engine.dispose()
