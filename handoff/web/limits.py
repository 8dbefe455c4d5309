"""Rate limits of one process: token buckets by key, forgotten oldest first.

Invariants: a bucket never holds more than `burst` tokens; time comes from a monotonic clock; memory is
bounded by `max_keys`, so that a flood of addresses cannot exhaust it.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

Monotonic = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Rate:
    """At once `burst`, in the long run `per_second`."""

    burst: float
    per_second: float


class Buckets:
    """One rate for many keys: addresses, sessions, logins."""

    def __init__(
        self, rate: Rate, *, max_keys: int = 50_000, clock: Monotonic = time.monotonic
    ) -> None:
        self._rate = rate
        self._max_keys = max_keys
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allow(self, key: str) -> bool:
        """Take one token of `key`; False when there is none."""
        now = self._clock()
        tokens, seen = self._left.pop(key, (self._rate.burst, now))
        tokens = min(self._rate.burst, tokens + (now - seen) * self._rate.per_second)
        allowed = tokens >= 1
        self._left[key] = (tokens - 1 if allowed else tokens, now)
        if len(self._left) > self._max_keys:
            self._left.popitem(last=False)
        return allowed

    def retry_after(self) -> int:
        """Whole seconds after which a drained key has a token again."""
        return max(1, round(1 / self._rate.per_second))


class Bucket:
    """One rate for one key: a socket's frames."""

    __slots__ = ("_left", "_rate", "_seen")

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._left = rate.burst
        self._seen = time.monotonic()

    def allow(self) -> bool:
        """Take one token; False when there is none."""
        now = time.monotonic()
        left = min(self._rate.burst, self._left + (now - self._seen) * self._rate.per_second)
        self._seen = now
        allowed = left >= 1
        self._left = left - 1 if allowed else left
        return allowed


class Open:
    """How many sockets a key holds at this moment."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[str, int] = {}

    def enter(self, key: str) -> bool:
        """Count one more; False when the key holds its most already."""
        held = self._held.get(key, 0)
        if held >= self._most:
            return False
        self._held[key] = held + 1
        return True

    def leave(self, key: str) -> None:
        """Count one less."""
        held = self._held.get(key, 0) - 1
        if held > 0:
            self._held[key] = held
        else:
            self._held.pop(key, None)


class Turns:
    """Lets so many go on in one turn of the event loop, in the order in which they came; between turns everybody else has theirs.

    For one event loop. What thousands want at once, when a node or a network is gone, must not stop chats that go on.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._left = at_once
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def turn(self) -> None:
        """Return when it is one's turn: at once, unless there is a crowd."""
        loop = asyncio.get_running_loop()
        if self._left == self._at_once:
            loop.call_soon(self._next)
        if self._left > 0:
            self._left -= 1
            return
        future = loop.create_future()
        self._waiting.append(future)
        await future

    def _next(self) -> None:
        self._left = self._at_once
        while self._left and self._waiting:
            if not (first := self._waiting.popleft()).done():
                first.set_result(None)
                self._left -= 1
        if self._left < self._at_once:
            asyncio.get_running_loop().call_soon(self._next)


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of the gateway; one instance per process.

    Connects are generous because a whole office may sit behind one address and reconnects at once after a
    restart. Messages are counted per conversation, frames per socket, logins per address and per name.
    """

    connects: Buckets = field(default_factory=lambda: Buckets(Rate(burst=120, per_second=10)))
    open_sockets: Open = field(default_factory=lambda: Open(500))
    arrivals: Turns = field(default_factory=lambda: Turns(8))
    departures: Turns = field(default_factory=lambda: Turns(8))
    frames: Rate = Rate(burst=60, per_second=20)
    messages: Buckets = field(default_factory=lambda: Buckets(Rate(burst=20, per_second=1)))
    logins_by_address: Buckets = field(
        default_factory=lambda: Buckets(Rate(burst=20, per_second=0.2))
    )
    logins_by_name: Buckets = field(default_factory=lambda: Buckets(Rate(burst=10, per_second=0.1)))
    links: Buckets = field(default_factory=lambda: Buckets(Rate(burst=60, per_second=1)))
    demo_tokens: Buckets = field(default_factory=lambda: Buckets(Rate(burst=60, per_second=2)))
