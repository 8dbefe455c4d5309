"""What every action is given: the business, the texts, the table of skills, the clock.

Invariants: built once by `runtime`, frozen; the business is synchronous and only called in a thread.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from actions.skills import Skills
from actions.texts import Texts
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Locale
from subscriptions import Subscriptions

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Services:
    """The surroundings of an action."""

    subscriptions: Subscriptions
    texts: Texts
    skills: Skills
    clock: Callable[[], datetime]
    zone: ZoneInfo

    def voice(self, turn: Turn) -> Voice:
        """How this turn is answered."""
        return self.voice_in(turn.locale, turn.key)

    def voice_in(self, locale: Locale, seed: str) -> Voice:
        """A voice for a language that is not the turn's."""
        return Voice(self.texts, locale, seed, self.zone)


async def ask(use_case: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a synchronous use case off the event loop; its errors come through unchanged."""
    return await asyncio.to_thread(use_case, *args, **kwargs)
