"""Which language somebody asks to speak.

Invariants: a language that is refused ("not German", "kein Deutsch") is never the one chosen; without
any name of a language it is the other one.
"""

import re
from collections.abc import Mapping

from handoff.contract import Locale

_NAMES: dict[Locale, str] = {
    "de": r"\b(?:deutsche?[nr]?|german|tedesco|allemand)\b",
    "en": r"\b(?:englische?[nr]?|english|inglese|anglais)\b",
}
_ANY = "|".join(_NAMES.values())
_REFUSED = re.compile(
    r"\b(?:nicht|kein|keine|statt|anstatt|not|no|don'?t \w+|can'?t \w+|cannot \w+|instead of|rather than)"
    rf"\s+(?:(?:so|gut|auf|in|any|much|more)\s+)*(?:{_ANY})",
    re.IGNORECASE,
)


def chosen_language(text: str, pressed: Mapping[str, str], *, now: Locale) -> Locale:
    """The language asked for by a button or in words, else the one that is not spoken now."""
    other: Locale = "de" if now == "en" else "en"
    button = pressed.get("locale")
    if button in ("de", "en"):
        return "de" if button == "de" else "en"
    wanted = _first_named(_REFUSED.sub(" ", text))
    if wanted:
        return wanted
    refused = _first_named(text)
    if refused:
        return "de" if refused == "en" else "en"
    return other


def _first_named(text: str) -> Locale | None:
    found = {
        locale: match.start()
        for locale, pattern in _NAMES.items()
        if (match := re.search(pattern, text, re.IGNORECASE))
    }
    if not found:
        return None
    return "de" if found.get("de", len(text)) < found.get("en", len(text)) else "en"
