"""Variables in saved replies: `{name}` and a few more, filled by our own renderer.

Invariants: only the variables of the list exist, anything else in braces is refused when a reply is saved; one pass, so what
a value holds is never read as a variable; a missing value leaves a gap that reads as one and that the gateway refuses to send.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from handoff.contract import Locale
from handoff.conversations.text import GAP_CLOSES, GAP_OPENS

Variable = Literal["name", "case_number", "plan", "amount_open", "agent"]

GAPS: Mapping[Variable, Mapping[Locale, str]] = {
    "name": {"de": "Name", "en": "name"},
    "case_number": {"de": "Vorgangsnummer", "en": "case number"},
    "plan": {"de": "Tarif", "en": "plan"},
    "amount_open": {"de": "offener Betrag", "en": "open amount"},
    "agent": {"de": "Ihr Name", "en": "your name"},
}
"""The variables, and what stands in the gap when a value is missing."""

_BRACES = re.compile(r"\{([^{}]*)\}")
_NO_MARKS = str.maketrans("", "", GAP_OPENS + GAP_CLOSES)


class PlaceholderRefused(ValueError):
    """A text cannot be saved; `what` is the piece of it that is no variable."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Filled:
    """A text to put into the text field, and the variables for which there was no value."""

    text: str
    gaps: tuple[Variable, ...]


def checked(text: str) -> str:
    """The text as it may be saved. Raises `PlaceholderRefused` for an unknown variable, a lone brace or a mark of a gap."""
    for found in _BRACES.finditer(text):
        if found[1] not in GAPS:
            raise PlaceholderRefused(found[0][:60])
    rest = _BRACES.sub("", text)
    for mark in ("{", "}", GAP_OPENS, GAP_CLOSES):
        if mark in rest:
            raise PlaceholderRefused(mark)
    return text


def variables_of(text: str) -> tuple[Variable, ...]:
    """Which variables a saved text asks for, each once, in the order of the list."""
    named = set(_BRACES.findall(text))
    return tuple(variable for variable in GAPS if variable in named)


def fill(text: str, values: Mapping[Variable, str | None], locale: Locale) -> Filled:
    """The text with its values; what is missing or empty becomes a gap in the text's language."""
    missing: list[Variable] = []

    def value(found: re.Match[str]) -> str:
        variable = next((known for known in GAPS if known == found[1]), None)
        if variable is None:
            return found[0]  # was never saved like this
        known = (values.get(variable) or "").translate(_NO_MARKS).strip()
        if known:
            return known
        if variable not in missing:
            missing.append(variable)
        return f"{GAP_OPENS}{GAPS[variable][locale]}{GAP_CLOSES}"

    return Filled(_BRACES.sub(value, text), tuple(missing))
