"""Which invoice is meant: months and days that lie ahead, weeks, amounts, the one before."""

from datetime import date, timedelta

import pytest

from actions.topics.billing_meant import meant, month_named
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceSummary

TODAY = date(2026, 11, 22)


def invoice(issued: date, minor: int = 1199) -> InvoiceSummary:
    return InvoiceSummary(
        number=f"RE-{issued:%Y%m%d}",
        issued_on=issued,
        due_on=issued,
        total=Money(minor),
        status="paid",
        lifecycle="final",
        overdue=False,
        disputed=False,
        kind="period",
        subscription="S-1",
    )


EVERY = [
    invoice(date(2026, 11, 14)),
    invoice(date(2026, 10, 14), 959),
    invoice(date(2026, 9, 14)),
    invoice(date(2025, 12, 14), 999),
]


@pytest.mark.parametrize(
    ("facts", "issued"),
    [
        ({}, [date(2026, 11, 14), date(2026, 10, 14), date(2026, 9, 14), date(2025, 12, 14)]),
        ({"month": "2026-10"}, [date(2026, 10, 14)]),
        ({"month": "2026-12"}, [date(2025, 12, 14)]),
        ({"month": "2026-08"}, []),
        ({"date": "2026-10-14"}, [date(2026, 10, 14)]),
        ({"date": "2026-10-17"}, [date(2026, 10, 14)]),
        ({"date": "2026-10-13"}, []),
        ({"date": "2026-12-15"}, [date(2025, 12, 14)]),
        ({"period": "2025-01-01/2025-12-31"}, [date(2025, 12, 14)]),
        ({"period": "2026-11-16/2026-11-22"}, [date(2026, 11, 14)]),
        ({"amount": "959"}, [date(2026, 10, 14)]),
        ({"amount": "1199"}, [date(2026, 11, 14), date(2026, 9, 14)]),
        ({"amount": "1"}, []),
        ({"amount": "1", "month": "2026-10"}, [date(2026, 10, 14)]),
        ({"before": "davor"}, [date(2026, 10, 14)]),
    ],
)
def test_what_fits(facts: dict[str, str], issued: list[date]) -> None:
    assert [each.issued_on for each in meant(EVERY, facts, TODAY)] == issued


def test_the_29th_of_february_that_lies_ahead_is_the_28th() -> None:
    every = [invoice(date(2027, 2, 28))]
    assert list(meant(every, {"date": "2028-02-29"}, date(2027, 6, 1))) == every


@pytest.mark.parametrize("ahead", range(0, 400, 31))
def test_a_month_is_never_ahead(ahead: int) -> None:
    named = month_named(f"{TODAY + timedelta(days=ahead):%Y-%m}", TODAY)
    assert named <= f"{TODAY:%Y-%m}"
