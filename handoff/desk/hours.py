"""When people are at the desk, and how that is said.

Invariants: opening hours are local wall-clock time of the desk's zone, also across the change to summer
time; texts are German and English.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handoff.contract import Locale

_DAYS: dict[Locale, tuple[str, ...]] = {
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """From `first` to `last` day of the week (0 is Monday), from `opens` to `closes`, in `zone`."""

    first: int = 0
    last: int = 4
    opens: time = time(8)
    closes: time = time(20)
    zone: str = "Europe/Berlin"

    def open_at(self, moment: datetime) -> bool:
        """Whether the desk is open at that moment."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return self._works_on(local) and self.opens <= local.time() < self.closes

    def next_opening(self, moment: datetime) -> datetime:
        """The next time the desk opens, strictly after the moment; aware, in the desk's zone."""
        local = moment.astimezone(ZoneInfo(self.zone))
        for days in range(9):
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
        return self.first <= local.weekday() <= self.last
