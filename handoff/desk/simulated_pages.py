"""The pages of the built-in payment simulator: what they ask for, and its news after a button was pressed.

Invariants: a page that ran out, was replaced or never was is None; whatever happens on a page reaches the
business by the simulator's signed webhook only.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from subscriptions import Subscriptions
from subscriptions.model.settlement import PageState
from subscriptions.provider import SimulatedProvider


@dataclass(frozen=True, slots=True)
class SimulatedPage:
    """What a page asks for: `minor` units of a currency for invoices, or a new way to pay by its `label`."""

    done: bool
    minor: int = 0
    currency: str = ""
    invoices: tuple[str, ...] = ()
    label: str = ""


class SimulatedPages:
    """Pages by their reference at the provider. `back` is where people go from there."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        simulator: SimulatedProvider,
        clock: Callable[[], datetime],
        back: str,
    ) -> None:
        self._settlement = subscriptions.settlement
        self._simulator = simulator
        self._clock = clock
        self.back = back

    async def look(self, reference: str) -> SimulatedPage | None:
        """The page as it stands now. Raises STORE_UNAVAILABLE."""
        asked = await asyncio.to_thread(self._settlement.page, reference)
        if asked is None or asked.state is PageState.OVER:
            return None
        done = asked.state is PageState.DONE
        if asked.amount is None:
            return SimulatedPage(done, label=self._simulator.registered("", reference).label)
        return SimulatedPage(done, asked.amount.minor, asked.amount.currency, asked.invoices)

    def decided(self, reference: str, *, succeeds: bool) -> tuple[dict[str, str], bytes]:
        """Headers and body of the webhook that the simulator sends then."""
        return self._simulator.decided(reference, succeeds=succeeds, now=self._clock())
