"""How a process leaves while others stay: its sockets are closed bit by bit, its work is finished or given back.

Invariants: nothing is closed in the middle of an answer; clients come back to the others spread over `SPREAD_SECONDS`, not
all at once; leaving takes no longer than `SPREAD_SECONDS` and `LAST_SECONDS` together, whatever hangs.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

from handoff.web.connection import Connection, Hangup
from handoff.web.errors import RESTART
from handoff.web.sockets import Sockets

SPREAD_SECONDS = 3.0
LAST_SECONDS = 2.0
EACH_SECONDS = 0.05
"""A pause between two sockets is not longer than that, so that a few need no three seconds."""

log = structlog.get_logger(__name__)

FinishTurns = Callable[[float], Awaitable[None]]


class Draining:
    """Leaves once; `begun` says so from then on."""

    def __init__(self, sockets: Sockets, finish_turns: FinishTurns) -> None:
        """`finish_turns` ends the bot turns under way within some seconds, or gives them back."""
        self._sockets = sockets
        self._finish_turns = finish_turns
        self.begun = False

    async def leave(self) -> None:
        """Close all sockets with 1012 and let go of all work; nothing new must arrive any more."""
        self.begun = True
        log.info("gateway_leaves", sockets=len(self._sockets.open()))
        await asyncio.gather(
            self._close_sockets(), self._finish_turns(SPREAD_SECONDS + LAST_SECONDS)
        )

    async def _close_sockets(self) -> None:
        waiting = self._sockets.open()
        random.shuffle(waiting)
        pause = min(EACH_SECONDS, SPREAD_SECONDS / max(1, len(waiting)))
        for connection in waiting:
            connection.leave(Hangup(RESTART))
            await asyncio.sleep(pause)
        try:
            async with asyncio.timeout(LAST_SECONDS):
                while left := self._sockets.open():
                    _leave(left)  # who came in while the others left
                    await asyncio.sleep(EACH_SECONDS)
        except TimeoutError:
            log.warning("sockets_cut_off", sockets=len(self._sockets.open()))
            self._sockets.close_all(Hangup(RESTART))


def _leave(connections: list[Connection]) -> None:
    for connection in connections:
        connection.leave(Hangup(RESTART))
