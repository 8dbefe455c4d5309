"""The values of a message by their kind; a day or a length of time that breaks its normal form was never said.

Invariants: pure; a kind without a form of its own is always in form.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOUR = re.compile(r"\d{2}:\d{2}")
_DURATION = re.compile(r"P\d{1,4}[DWM]|P\d{1,3}Y|PT\d{1,4}H")


def values_of(entities: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The values that the assistant found in a message, by their kind, without those that break their form."""
    pairs = ((str(entity.get("entity")), str(entity.get("value"))) for entity in entities)
    return grouped(pair for pair in pairs if in_form(*pair))


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The values of each kind in the order they were said, each once."""
    by_kind: dict[str, tuple[str, ...]] = {}
    for kind, value in pairs:
        before = by_kind.get(kind, ())
        by_kind[kind] = before if value in before else (*before, value)
    return by_kind


def in_form(kind: str, value: str) -> bool:
    """Whether a value has the normal form of its kind: `date` 2026-02-28, `month` 2026-02, `time` 15:30,

    `period` two days with a slash, the first not after the last, `duration` P2W (ISO 8601, one unit).
    """
    check = _FORMS.get(kind)
    if check is None:
        return True
    try:
        return check(value)
    except ValueError:
        return False


def _day(value: str) -> date:
    """Only the long form: `date.fromisoformat` would read weeks and bare digits, too."""
    if _DAY.fullmatch(value) is None:
        raise ValueError(value)
    return date.fromisoformat(value)


def _is_day(value: str) -> bool:
    return _day(value) is not None


def _is_month(value: str) -> bool:
    return _is_day(f"{value}-01")


def _is_period(value: str) -> bool:
    first, last = map(_day, value.split("/"))
    return first <= last


def _is_time(value: str) -> bool:
    return _HOUR.fullmatch(value) is not None and time.fromisoformat(value) is not None


def _is_duration(value: str) -> bool:
    return _DURATION.fullmatch(value) is not None


_FORMS: Mapping[str, Callable[[str], bool]] = {
    "date": _is_day,
    "month": _is_month,
    "period": _is_period,
    "time": _is_time,
    "duration": _is_duration,
}
