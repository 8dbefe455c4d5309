"""Debits and blocks as the line reads them from the real business: what lies ahead, and nothing it does not know."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handoff.desk.routing.dates import BusinessDates, due_of
from handoff.desk.routing.ports import Due
from subscriptions.connecting import BusinessSettings, open_business
from subscriptions.migrations import upgrade
from subscriptions.model.base import Caller, Level
from subscriptions.model.dunning import DunningState
from subscriptions.overview.money_values import Dunning
from subscriptions.overview.values import Overview
from subscriptions.policy.calendar import midnight
from subscriptions.port import Business
from subscriptions.seeding import seed
from subscriptions.store.engine import open_engine

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
AGENT = Caller(None, Level.CONFIRMED, "agent:test")


@pytest.fixture(scope="module")
def business(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Business]:
    """The business with the customers of the demo."""
    url = f"sqlite:///{tmp_path_factory.mktemp('business') / 'subscriptions.db'}"
    upgrade(url)
    engine = open_engine(url)
    seed(engine, NOW)
    engine.dispose()
    settings = BusinessSettings(mode="development", database_url=url)
    opened = open_business(settings, lambda: NOW, settings.connections(lambda: NOW))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def paying(business: Business) -> Overview:
    """Somebody of the demo who will be debited."""
    customers = business.identity.demo_customers()
    views = [business.overview.of(AGENT, customer.number) for customer in customers]
    return next(view for view in views if view.money.balance.next_on and not view.money.dunning)


async def test_the_next_debit_counts_until_its_day_begins(
    business: Business, paying: Overview
) -> None:
    day = paying.money.balance.next_on
    assert day is not None
    dates = BusinessDates(business, lambda: NOW)
    found = await dates.due(paying.header.number)
    assert found == Due(midnight(day), "debit")
    on_the_day = BusinessDates(business, lambda: midnight(day) + timedelta(hours=1))
    assert await on_the_day.due(paying.header.number) == Due()


async def test_a_number_that_nobody_has_runs_out_of_nothing(business: Business) -> None:
    assert await BusinessDates(business, lambda: NOW).due("K-0000") == Due()


async def test_a_business_that_does_not_answer_is_asked_again(tmp_path: Path) -> None:
    settings = BusinessSettings(
        mode="development", database_url=f"sqlite:///{tmp_path / 'not-prepared.db'}"
    )
    away = open_business(settings, lambda: NOW, settings.connections(lambda: NOW))
    try:
        assert await BusinessDates(away, lambda: NOW).due("K-1001") is None
    finally:
        away.close()


@pytest.mark.parametrize(
    ("step", "hours", "kind"),
    [
        ("limit_access", 2, "block"),
        ("message_neutral", 2, "debit"),
        ("retry_debit", 2, "debit"),
        ("limit_access", -2, "debit"),
        (None, 2, "debit"),
    ],
)
def test_a_block_that_comes_sooner_than_the_debit(
    paying: Overview, step: str | None, hours: int, kind: str
) -> None:
    at = NOW + timedelta(hours=hours)
    dunning = Dunning("D-1", DunningState.REMINDED, NOW, step, at, None, ())
    found = due_of(replace(paying, money=replace(paying.money, dunning=dunning)), NOW)
    assert found.kind == kind
    assert (found.at == at) is (kind == "block")
