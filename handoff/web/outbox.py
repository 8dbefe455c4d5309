"""What waits to be sent on a socket, and how long a frame may take to leave.

Invariants: frames leave in the order in which they came; there are never more than `most`; waiting for room is first come,
first served. All of it belongs to one event loop. A socket on which nothing is said holds no timer.
"""

import asyncio
from collections import deque
from collections.abc import Callable


class Outbox:
    """A bounded line of frames with one taker; leaner than `asyncio.Queue`, because every frame passes it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._frames: deque[str] = deque()
        self._taker: asyncio.Future[None] | None = None
        self._waiting: deque[asyncio.Future[None]] = deque()

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

    def take(self) -> str | None:
        """The first frame, or None when there is none."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        if self._waiting:
            _wake(self._waiting.popleft())
        return frame

    async def some(self) -> None:
        """Return when there is a frame."""
        if not self._frames:
            self._taker = asyncio.get_running_loop().create_future()
            try:
                await self._taker
            finally:
                self._taker = None

    def _put(self, frame: str) -> None:
        self._frames.append(frame)
        if self._taker is not None:
            _wake(self._taker)


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)


class Patience:
    """Calls once when something that was begun is not over after so many seconds.

    One timer that looks now and then serves any number of beginnings: setting one for each would cost more than a frame.
    """

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
