"""When people are at the desk, and how that is said.

Invariants: opening hours are local wall-clock time of the desk's zone, also across the change to summer
time; nobody works on the holidays of the region, if one is named; texts are German and English.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from handoff.contract import Locale

_LONGEST_BREAK = 400
"""Days to look ahead for the next opening."""

_DAYS: dict[Locale, tuple[str, ...]] = {
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """From `first` to `last` day of the week (0 is Monday), from `opens` to `closes` (00:00 is the end of the day), in `zone`.

    Closed on the holidays of `region` (ISO 3166, like `DE` or `DE-BE`; none: open on holidays) and on `closed_on`.
    """

    first: int = 0
    last: int = 4
    opens: time = time(8)
    closes: time = time(20)
    zone: str = "Europe/Berlin"
    region: str = ""
    closed_on: frozenset[date] = frozenset()

    def open_at(self, moment: datetime) -> bool:
        """Whether the desk is open at that moment."""
        local = moment.astimezone(ZoneInfo(self.zone))
        until_midnight = self.closes == time()
        return (
            self._works_on(local)
            and self.opens <= local.time()
            and (until_midnight or local.time() < self.closes)
        )

    def next_opening(self, moment: datetime) -> datetime:
        """The next time the desk opens, strictly after the moment; aware, in the desk's zone."""
        local = moment.astimezone(ZoneInfo(self.zone))
        for days in range(_LONGEST_BREAK):
            day = local.date() + timedelta(days=days)
            opening = datetime.combine(day, self.opens, tzinfo=ZoneInfo(self.zone))
            if opening > moment and self._works_on(opening):
                return opening
        raise ValueError("the desk never opens")

    def words(self, locale: Locale) -> str:
        """The hours as a subscriber reads them, for example "Mo–Fr 08:00–20:00"."""
        names = _DAYS[locale]
        days = names[self.first] if self.first == self.last else (
            f"{names[self.first]}–{names[self.last]}"
        )  # fmt: skip
        return f"{days} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def _works_on(self, local: datetime) -> bool:
        day = local.date()
        weekday = self.first <= day.weekday() <= self.last
        return weekday and day not in self.closed_on and not _is_holiday(self.region, day)


def known_region(region: str) -> bool:
    """Whether the holidays of a region are known; the empty one keeps none."""
    try:
        _holidays(region, 2026)
    except NotImplementedError:
        return False
    return True


def _is_holiday(region: str, day: date) -> bool:
    return bool(region) and day in _holidays(region, day.year)


@lru_cache(maxsize=64)
def _holidays(region: str, year: int) -> frozenset[date]:
    if not region:
        return frozenset()
    country, _, part = region.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))
