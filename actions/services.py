"""What every action is given: the business, the texts, the table of skills, the clock.

Invariants: built once by `runtime`, frozen; the business is synchronous and only called in a thread; a call
that stood in line too long is not begun, because the gateway may give the turn up before it ends.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from actions.skills import Skills
from actions.texts import Texts
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Locale
from handoff.knowledge import Knowledge
from subscriptions.errors import Code, SubscriptionError
from subscriptions.port import Business

P = ParamSpec("P")
R = TypeVar("R")

LONGEST_IN_LINE = 1.0
"""Seconds a use case may wait for a free thread; its own limits (`subscriptions.store.engine`) come on top."""


@dataclass(frozen=True, slots=True)
class Services:
    """The surroundings of an action. `facts`: the operator's limits by name, as sentences name them."""

    subscriptions: Business
    texts: Texts
    skills: Skills
    knowledge: Knowledge
    clock: Callable[[], datetime]
    zone: ZoneInfo
    facts: Mapping[str, str]

    def voice(self, turn: Turn) -> Voice:
        """How this turn is answered."""
        return self.voice_in(turn.locale, turn.key)

    def voice_in(self, locale: Locale, seed: str) -> Voice:
        """A voice for a language that is not the turn's."""
        return Voice(self.texts, locale, seed, self.zone)


async def ask(use_case: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a synchronous use case off the event loop; its errors come through unchanged.

    Raises STORE_UNAVAILABLE when no thread was free in time: then nothing was begun.
    """
    asked = monotonic()

    def begin() -> R:
        if monotonic() - asked > LONGEST_IN_LINE:
            raise SubscriptionError(Code.STORE_UNAVAILABLE)
        return use_case(*args, **kwargs)

    return await asyncio.to_thread(begin)
