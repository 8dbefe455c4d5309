"""Names for values of a told test: read with SQL or counted from today, in the form in which people read or type them.

    facts:
      due: {sql: "SELECT ...", as: money}     # as: text, money (minor units), day, month, typed (as people type it)
      soon: {days: 5, as: typed}              # a day counted from today in Berlin
      paper: {issues: -1, as: typed}          # the last day before today with a printed issue; 2: the second after it

Invariant: a fact that the database does not have fails.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date

from actions.voice import Voice
from handoff.contract import Locale
from subscriptions.model.base import Money
from subscriptions.policy.calendar import business_date, working_days
from tests.chats import plain


class Facts:
    """The facts of one told test."""

    def __init__(
        self, voice: Voice, one: Callable[[str], object], clock: Callable[[], datetime]
    ) -> None:
        """`one` gives the single value of an SQL statement."""
        self._voice, self._one, self._clock = voice, one, clock
        self._known: dict[str, str] = {}

    def learn(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Names for what the database holds now; `{name}` of earlier ones may stand in the SQL."""
        for name, how in told.items():
            value = self._value(how)
            assert value is not None, f"no fact {name}"
            self._known[name] = self._worded(value, how.get("as", "text"))

    def filled(self, words: str) -> str:
        """The words with the facts in place of `{name}`."""
        return re.sub(r"\{(\w+)\}", lambda m: self._known[m.group(1)], words)

    def check(self, statement: str, expected: object, place: str) -> None:
        """Raises AssertionError when the database holds something else."""
        found = self._one(self.filled(statement))
        wanted = self.filled(str(expected))
        assert str(found) == wanted, f"{place}: {statement}: {found}, not {wanted}"

    def _value(self, how: Mapping[str, Any]) -> object:
        today = business_date(self._clock())
        if "days" in how:
            return today + timedelta(days=int(how["days"]))
        if "issues" in how:
            return _issue_day(today, int(how["issues"]))
        return self._one(self.filled(how["sql"]))

    def _worded(self, value: object, form: str) -> str:
        if form == "money":
            return plain(self._voice.money(Money(int(str(value)))))
        if form == "text":
            return str(value)
        day = value if isinstance(value, date) else datetime.fromisoformat(str(value)).date()
        if form == "month":
            return str(format_date(day, "LLLL", locale=self._voice.locale))
        return self._voice.day(day) if form == "day" else _typed(day, self._voice.locale)


def _issue_day(today: date, count: int) -> date:
    """The day of an issue, counted from today."""
    far = timedelta(
        days=2 * abs(count) + 10
    )  # Sundays and the holidays around Christmas lie between
    if count < 0:
        return working_days(today - far, today - timedelta(days=1))[count]
    return working_days(today + timedelta(days=1), today + far)[count - 1]


def _typed(day: date, locale: Locale) -> str:
    return f"{day:%d.%m.%Y}" if locale == "de" else f"{day.day} {day:%B} {day.year}"
