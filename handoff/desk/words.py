"""Sentences of the desk in both languages, and how amounts and days are written in them.

Invariants: an amount is made from whole minor units; a German sentence addresses nobody, so that it is right for
"du" and for "Sie"; a day is a calendar day, without a zone.
"""

from datetime import date
from typing import Literal

from handoff.contract import Locale, Wire

_MONTHS: dict[Locale, tuple[str, ...]] = {
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


class Words(Wire):
    """One sentence, or a part of one, in both languages."""

    de: str
    en: str

    def in_(self, locale: Locale) -> str:
        """The words in one language."""
        return self.de if locale == "de" else self.en


def same(text: str) -> Words:
    """What reads the same in both languages: a number, a name."""
    return Words(de=text, en=text)


def amount_text(minor: int, currency: str, language: Literal["de", "en"]) -> str:
    """An amount as people write it: 1.234,50 € and €1,234.50."""
    sign = "-" if minor < 0 else ""
    whole, cents = f"{abs(minor) // 100:,}", f"{abs(minor) % 100:02}"
    if language == "de":
        shown = "€" if currency == "EUR" else currency
        return f"{sign}{whole.replace(',', '.')},{cents}\N{NO-BREAK SPACE}{shown}"
    shown = "€" if currency == "EUR" else f"{currency}\N{NO-BREAK SPACE}"
    return f"{sign}{shown}{whole}.{cents}"


def money(minor: int, currency: str) -> Words:
    """An amount in both languages."""
    return Words(de=amount_text(minor, currency, "de"), en=amount_text(minor, currency, "en"))


def day(on: date) -> Words:
    """A calendar day in both languages."""
    de, en = (_MONTHS[locale][on.month - 1] for locale in ("de", "en"))
    return Words(de=f"{on.day}. {de} {on.year}", en=f"{on.day} {en} {on.year}")


def put(de: str, en: str, **parts: Words) -> Words:
    """A sentence with its parts put in at `{name}`; the parts are ours, never what a person wrote."""
    return Words(
        de=de.format(**{name: words.de for name, words in parts.items()}),
        en=en.format(**{name: words.en for name, words in parts.items()}),
    )
