"""The demo data is true on any day, complete, and made only once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from subscriptions import open_subscriptions
from subscriptions.migrations import upgrade
from subscriptions.model.base import Money
from subscriptions.model.payments import FailureClass
from subscriptions.seeding import seed
from subscriptions.store import tables as t
from tests.integration.subscriptions.conftest import opened
from tests.integration.subscriptions.looking import count, fingerprint, rows
from tests.integration.subscriptions.people import NOW, SetClock, bot_for

HOW_MANY = 66

# A leap day, month ends, both changes of the clocks, the turn of the year, and late evenings on which
# it is tomorrow already in Germany.
DAYS = [
    datetime(2028, 2, 29, 12, tzinfo=UTC),
    datetime(2026, 1, 31, 12, tzinfo=UTC),
    datetime(2027, 3, 1, 12, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 8, 15, 22, 30, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_stories_are_true_on_any_day(tmp_path: Path, day: datetime) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    upgrade(url)
    with opened(url) as engine:
        assert seed(engine, day) == HOW_MANY
    with open_subscriptions(url, SetClock(day)) as business:
        quote = business.plans.quote(bot_for("K-1004"), "learn-pro")
        assert (quote.credit, quote.charge, quote.due_now) == (
            Money(-1000),
            Money(1500),
            Money(500),
        )
        failure = business.payments.why_failed(bot_for("K-1001"))
        assert failure is not None
        assert (failure.kind, failure.amount) == (FailureClass.SOFT_FUNDS, Money(1199))
        for number in range(1001, 1011):
            balance = business.billing.balance(bot_for(f"K-{number}"))
            assert balance.next_on is not None
            assert balance.next_on > day.date()


def test_seeding_again_changes_nothing(engine: Engine) -> None:
    before = fingerprint(engine)
    assert seed(engine, NOW) == 0
    assert seed(engine, NOW + timedelta(days=40)) == 0
    assert fingerprint(engine) == before


def test_two_years_of_invoices(engine: Engine) -> None:
    loyal = rows(engine, t.invoices, customer="K-1006")
    assert len(loyal) == 25
    assert {invoice["status"] for invoice in loyal} == {"paid"}


def test_periods_of_the_history_touch(engine: Engine) -> None:
    for number in ("K-1001", "K-1002", "K-1006"):
        lines = [
            line
            for invoice in rows(engine, t.invoices, customer=number)
            for line in rows(engine, t.invoice_lines, invoice=invoice["number"])
        ]
        lines.sort(key=lambda line: line["period_start"])
        assert [a["period_end"] for a in lines[:-1]] == [b["period_start"] for b in lines[1:]]
