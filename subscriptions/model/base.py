"""Who asks, when, and how much: the values everything else is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Literal

Clock = Callable[[], datetime]
"""Where the current moment (aware UTC) comes from; tests set it."""


class Level(IntEnum):
    """How sure we are who is speaking."""

    ANONYMOUS = 0
    IDENTIFIED = 1
    CONFIRMED = 2


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a use case. `actor` is `bot` or `agent:<login>` and ends in the audit."""

    subscriber: str | None
    level: Level
    actor: str
    proven_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents) of one currency."""

    minor: int
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages. The German addresses nobody, so that it is right for "du" and for "Sie"."""

    de: str
    en: str


FormOfAddress = Literal["sie", "du"]
"""How German addresses people, as the operator chose."""

Fact = str | int | date | Money | None
"""What may explain a refusal or a notice: never a secret, never what a person wrote."""
