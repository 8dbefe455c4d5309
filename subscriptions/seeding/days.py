"""Days of a story, written relative to the day of seeding or to the periods of its contract.

Invariants: the same words give the same day on the same day of seeding, whatever the hour.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from subscriptions.policy.calendar import add_months

Written = int | str

_WORDS = re.compile(r"(today|start|end|began)?\s*([+-]?\d+)?(m|p)?(?: (\d\d):(\d\d))?")
_OFFICE = time(9, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Days:
    """The days a story may name: today, the first and the next first day of its period, when it began."""

    today: date
    start: date
    end: date
    began: date

    def day(self, written: Written) -> date:
        """`-3`: three days ago; `end+2m`: two months after the period; `-20p`: then or the day before, if a
        paper appeared (Monday to Saturday). Raises ValueError for anything else.
        """
        return self._read(str(written))[0]

    def moment(self, written: Written) -> datetime:
        """The day with its time in UTC (`-3 14:30`), in office hours when none is given."""
        day, at = self._read(str(written))
        return datetime.combine(day, at or _OFFICE)

    def _read(self, written: str) -> tuple[date, time | None]:
        found = _WORDS.fullmatch(written.strip())
        if found is None:
            raise ValueError(f"no day of a story: {written!r}")
        anchor, count, unit, hour, minute = found.groups()
        day: date = getattr(self, anchor or "today")
        step = int(count or 0)
        day = add_months(day, step) if unit == "m" else day + timedelta(days=step)
        if unit == "p" and day.isoweekday() == 7:
            day -= timedelta(days=1)
        return day, time(int(hour), int(minute), tzinfo=UTC) if hour else None
