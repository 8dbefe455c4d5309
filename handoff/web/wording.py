"""The words of a page in both languages, and in the form of address that the operator chose for German.

Invariants: what German says otherwise with "du" is a rewording of what it says with "Sie": no name is added; English has one form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from handoff.web.pages import Language

W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Words:
    """One page: its title, its paragraphs, and what stands on its button."""

    title: str
    text: tuple[str, ...]
    button: str = ""


@dataclass(frozen=True, slots=True)
class Wording(Generic[W]):
    """Words by name; `du`: what German says otherwise where it says "du"."""

    de: Mapping[str, W]
    en: Mapping[str, W]
    du: Mapping[str, W]

    def of(self, language: Language, *, informal: bool) -> Mapping[str, W]:
        """The words of a language; `informal` says "du" in German."""
        if language == "en":
            return self.en
        return {**self.de, **self.du} if informal else self.de
