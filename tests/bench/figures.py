"""A measured figure with its spread and its target, how figures are printed, and the file they are kept in.

Invariant: a figure without a target says so by a dash; "missed" is printed as plainly as "met".
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.machine import middle


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `at_most` or `at_least` is the target; `name` is its key in the file."""

    name: str
    what: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    at_most: float | None = None
    at_least: float | None = None

    def verdict(self) -> str:
        """met, missed, or a dash."""
        if self.at_most is not None:
            return "met" if self.value <= self.at_most else "missed"
        if self.at_least is not None:
            return "met" if self.value >= self.at_least else "missed"
        return "-"

    def target(self) -> str:
        """The target in words."""
        if self.at_most is not None:
            return f"<= {shown(self.at_most)}"
        return f">= {shown(self.at_least)}" if self.at_least is not None else "-"

    def spread(self) -> str:
        """From the lowest to the highest of the repeats."""
        if self.low is None or self.high is None:
            return "-"
        return f"{shown(self.low)} to {shown(self.high)}"


def of_repeats(
    name: str,
    what: str,
    values: Sequence[float],
    unit: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
) -> Figure:
    """The median of repeats with their spread."""
    return Figure(
        name,
        what,
        middle(values),
        unit,
        min(values),
        max(values),
        at_most=at_most,
        at_least=at_least,
    )


def shown(value: float) -> str:
    """With as many digits as mean something."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def table(title: str, figures: Iterable[Figure]) -> str:
    """A table for the terminal."""
    head = ("", "median", "unit", "spread", "target", "")
    rows = [(f.what, shown(f.value), f.unit, f.spread(), f.target(), f.verdict()) for f in figures]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if column == 1 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join((f"\n{title}", *lines))


def keep(path: Path, figures: Iterable[Figure], conditions: Mapping[str, str]) -> None:
    """Put the figures into a JSON file; those of other parts stay as they are there."""
    known = json.loads(path.read_text()) if path.exists() else {}
    now = ", ".join(f"{name}: {value}" for name, value in conditions.items())
    for figure in figures:
        known[figure.name] = {
            "what": figure.what,
            "value": round(figure.value, 3),
            "unit": figure.unit,
            "measured": now,
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")
