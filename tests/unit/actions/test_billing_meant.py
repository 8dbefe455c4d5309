"""Which invoice is meant: months and days that lie ahead, weeks, amounts, the one before."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from actions.topics.billing_meant import meant
from actions.topics.named_invoices import month_named, names_an_invoice, number_named
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


class Said:
    """What was pressed and what the assistant read."""

    def __init__(self, pressed: dict[str, str], **entities: tuple[str, ...]) -> None:
        self.pressed, self.entities = pressed, entities


def test_a_button_names_an_invoice_before_words_do() -> None:
    both = Said({"invoice": "RE-1001-0001"}, invoice=("RE-1001-0002",))
    assert number_named(both) == "RE-1001-0001"  # type: ignore[arg-type]
    assert number_named(Said({}, invoice=("RE-1001-0002",))) == "RE-1001-0002"  # type: ignore[arg-type]
    assert number_named(Said({})) is None  # type: ignore[arg-type]


def test_an_invoice_is_named_by_number_time_or_amount_only() -> None:
    assert names_an_invoice(Said({}, month=("2026-10",)))  # type: ignore[arg-type]
    assert not names_an_invoice(Said({}, phone=("+493023125061",)))  # type: ignore[arg-type]


def test_no_topic_reads_the_number_of_an_invoice_in_its_own_way() -> None:
    topics = Path(__file__).resolve().parents[3] / "actions" / "topics"
    own = re.compile(r"RE-\\|value_of\(\"invoice\"\)|(?:value|pressed\.get)\(\"invoice\"\)")
    found = {
        path.name for path in topics.glob("*.py") if own.search(path.read_text(encoding="utf-8"))
    }
    assert found == {
        "named_invoices.py",
        "invoices.py",
    }  # the latter only asks whether a year is one


@pytest.mark.parametrize(
    "words", ["Warum 3 Euro mehr als sonst?", "why is it 3 pounds more", "3 € teurer, wieso?"]
)
async def test_a_difference_is_no_amount_of_an_invoice(chat, words: str) -> None:
    answer = await chat("K-1002").says(words, "explain_charge", entities={"amount": "300"})
    assert "derselbe Betrag" in answer.all_words
    assert "RE-1002-" in answer.all_words
