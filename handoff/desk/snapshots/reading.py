"""How two views are read side by side: values deep in them, lists by a key, amounts and days in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from handoff.desk.words import Words, day, money

View = Mapping[str, Any]
NOTHING = Words(de="nichts", en="nothing")


def amount(value: Mapping[str, Any]) -> Words:
    """An amount of a view in words."""
    return money(int(value["minor"]), str(value["currency"]))


def day_of(value: str) -> Words:
    """A day of a view in words."""
    return day(date.fromisoformat(value[:10]))


def at(view: View, *path: str) -> Any:
    """A value deep in a view; None when it is not there."""
    found: Any = view
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def both(before: View, after: View, *path: str) -> tuple[Any, Any] | None:
    """Two values that differ and are both there."""
    old, new = at(before, *path), at(after, *path)
    return None if old is None or new is None or old == new else (old, new)


def listed(
    before: View, after: View, path: Sequence[str], *, key: str
) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
    """Two lists by a key of their entries; None when one of the views has no such list."""
    old, new = at(before, *path), at(after, *path)
    if old is None or new is None:
        return None
    return {one[key]: one for one in old}, {one[key]: one for one in new}


def know(before: View, after: View, *path: str) -> bool:
    """Whether both views have this part; what only one of them knows is no change."""
    return at(before, *path) is not None and at(after, *path) is not None
