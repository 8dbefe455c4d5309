"""What waits to be sent on a socket, how its sender sleeps, and how long a frame may take to leave.

Invariants: frames leave in the order in which they came; there are never more than `most`; waiting for room is first come,
first served. All of it belongs to one event loop. A socket on which nothing is said holds no timer, and little memory: a deque
is 700 bytes, and there are thousands of sockets.
"""

import asyncio
from collections.abc import Callable


class Wake:
    """An `asyncio.Event` for one sleeper, without the list of them."""

    __slots__ = ("_set", "_sleeper")

    def __init__(self) -> None:
        self._set = False
        self._sleeper: asyncio.Future[None] | None = None

    def set(self) -> None:
        """Whoever waits, or comes to wait, goes on."""
        self._set = True
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)

    def clear(self) -> None:
        """From now on one waits again."""
        self._set = False

    def is_set(self) -> bool:
        """Whether nobody would wait."""
        return self._set

    async def wait(self) -> None:
        """Return when it is set."""
        if self._set:
            return
        self._sleeper = asyncio.get_running_loop().create_future()
        try:
            await self._sleeper
        finally:
            self._sleeper = None


class Outbox:
    """A bounded line of frames with one taker; leaner than `asyncio.Queue`, because every frame passes it."""

    __slots__ = ("_frames", "_most", "_some", "_waiting")

    def __init__(self, most: int) -> None:
        self._most = most
        self._frames: list[str] = []
        self._some = Wake()
        self._waiting: list[asyncio.Future[None]] = []

    def offer(self, frame: str) -> bool:
        """Put a frame behind the others, unless there is no room or somebody waits for room already."""
        if len(self._frames) >= self._most or self._waiting:
            return False
        self._put(frame)
        return True

    async def put(self, frame: str) -> None:
        """Put a frame behind the others as soon as there is room."""
        while len(self._frames) >= self._most:
            room: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(room)
            try:
                await room
            finally:
                if room in self._waiting:
                    self._waiting.remove(room)
        self._put(frame)

    def is_empty(self) -> bool:
        """Whether nothing is to be sent before the next frame."""
        return not self._frames and not self._waiting

    def first(self) -> str | None:
        """The frame that is to be sent now, or None when there is none. It stays until it was `sent`."""
        return self._frames[0] if self._frames else None

    def sent(self) -> None:
        """The first frame is gone, so there is room."""
        del self._frames[0]
        while self._waiting:
            if not (first := self._waiting.pop(0)).done():
                first.set_result(None)
                break

    async def some(self) -> None:
        """Return when there is a frame."""
        self._some.clear()
        if not self._frames:
            await self._some.wait()

    def _put(self, frame: str) -> None:
        self._frames.append(frame)
        self._some.set()


class Patience:
    """Calls once when something that was begun is not over after so many seconds.

    One timer that looks now and then serves any number of beginnings: setting one for each would cost more than a frame.
    """

    __slots__ = ("_loop", "_lost", "_seconds", "_since", "_timer")

    def __init__(self, seconds: float, lost: Callable[[], None]) -> None:
        self._seconds = seconds
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._since: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """From now on it takes time."""
        self._since = self._loop.time()
        if self._timer is None:
            self._timer = self._loop.call_later(self._seconds, self._look)

    def end(self) -> None:
        """It is over."""
        self._since = None

    def close(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        if self._since is None:
            return
        left = self._since + self._seconds - self._loop.time()
        if left <= 0:
            self._lost()
        else:
            self._timer = self._loop.call_later(left, self._look)
