"""How a message names an invoice: the one reading of numbers, months and days that every topic about invoices uses.

Invariants: reading is pure; a number comes whole from the assistant's matcher or from our own button; a month or a day that
lies ahead is the last one of that name, for an invoice of the future is nothing anybody asks about.
"""

from datetime import date

from actions.dialogue.fields import value_of
from actions.turn import Turn

NAMES = ("invoice", "month", "date", "period", "amount")
"""The kinds of values by which an invoice is named."""

_said = value_of("invoice")


def number_named(turn: Turn) -> str | None:
    """The number of an invoice: of the pressed button, else as it was typed."""
    return turn.pressed.get("invoice") or _said(turn)


def names_an_invoice(turn: Turn) -> bool:
    """Whether a message holds something that an invoice may be meant by."""
    return any(kind in turn.entities for kind in NAMES)


def month_named(month: str, today: date) -> str:
    """The month as YYYY-MM; of one that lies ahead the last one of that name."""
    year, number = (int(part) for part in month.split("-"))
    while (year, number) > (today.year, today.month):
        year -= 1
    return f"{year}-{number:02d}"


def day_named(day: date, today: date) -> date:
    """The day itself, or the last one of that day and month. 29 February counts as the 28th."""
    while day > today:
        last = 28 if (day.month, day.day) == (2, 29) else day.day
        day = day.replace(year=day.year - 1, day=last)
    return day
