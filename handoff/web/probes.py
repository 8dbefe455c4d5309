"""Asks the parts the gateway depends on whether they work.

Invariants: a probe is bounded in time, never raises, and runs at most once a second however often
somebody asks.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog

log = structlog.get_logger(__name__)

PROBE_SECONDS = 2.0
FRESH_SECONDS = 1.0

State = Literal["ok", "down"]
Probe = Callable[[], Awaitable[bool]]


async def _probe(name: str, probe: Probe) -> State:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return "ok" if await probe() else "down"
    except Exception as error:  # noqa: BLE001  # whatever breaks a probe, its part is down
        log.info("probe_failed", part=name, error=type(error).__name__)
        return "down"


class Health:
    """Asks the parts, and remembers the answer for a moment."""

    def __init__(self, probes: dict[str, Probe]) -> None:
        self._probes = probes
        self._lock = asyncio.Lock()
        self._asked_at = float("-inf")
        self._parts: dict[str, State] = {}

    async def parts(self) -> dict[str, State]:
        """The state of every part, at most a second old."""
        async with self._lock:
            if time.monotonic() - self._asked_at > FRESH_SECONDS:
                states = await asyncio.gather(
                    *(_probe(name, probe) for name, probe in self._probes.items())
                )
                self._parts = dict(zip(self._probes, states, strict=True))
                self._asked_at = time.monotonic()
            return self._parts
