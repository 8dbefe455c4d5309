"""One accepted WebSocket: a bounded outbox with one writer, a reader of frames, and one way to hang up.

Invariants: what can be sent at once is, all else by the writer, in the order in which it came; only tasks of this very socket wait for room in its outbox, so a client
that stops reading slows nobody else and is closed after `SLOW_SECONDS`; every end has a close code;
a task of the socket that breaks closes it with 1011, so that the client resumes at its cursor. A process that stops
answers what a socket works on before it closes it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Never

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from handoff.contract import Wire
from handoff.protocol import Refused
from handoff.tasks import ending, unending
from handoff.web.errors import BROKEN, NORMAL, RESTART, SLOW_READER, where
from handoff.web.outbox import Outbox, Patience
from handoff.web.short_way import write_now

log = structlog.get_logger(__name__)

SLOW_SECONDS = 10.0
OUTBOX_FRAMES = 256


Errand = tuple[Callable[[], float], Callable[[], Coroutine[Any, Any, None]]]


class Hangup(Exception):  # an end, not always an error
    """The socket ends here: close code, and the code of the `refused` frame said before, if any."""

    def __init__(self, close: int, refused: str | None = None) -> None:
        super().__init__(f"{close} {refused or ''}")
        self.close = close
        self.refused = refused


class Connection:
    """A socket's outbox, reader and end."""

    def __init__(
        self, socket: WebSocket, *, departure: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """`departure` returns when what a peer that is gone leaves behind may be cleared away; without it that is at once."""
        self._socket = socket
        self._departure = departure
        self._outbox = Outbox(OUTBOX_FRAMES)
        self._write_now = write_now(socket.scope)
        self._end: Hangup | None = None
        self._group: asyncio.TaskGroup | None = None
        self._errand: Errand | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._leaving: Hangup | None = None
        self._listens = False

    async def push(self, frame: Wire) -> None:
        """Send a frame, waiting for room in the outbox. Only for tasks of this socket."""
        await self.push_text(frame.model_dump_json())

    async def push_text(self, text: str) -> None:
        """Like `push`, for a frame that was serialised already."""
        if not self._sent_at_once(text):
            await self._outbox.put(text)

    def offer(self, frame: Wire) -> bool:
        """Send a frame or put it into the outbox; False when that is full, and nothing happened. Never waits."""
        return self.offer_text(frame.model_dump_json())

    def offer_text(self, text: str) -> bool:
        """Like `offer`, for a frame that was serialised already."""
        return self._sent_at_once(text) or self._outbox.offer(text)

    def _sent_at_once(self, text: str) -> bool:
        return self._outbox.is_empty() and self._write_now(text)

    def hang_up(self, hangup: Hangup) -> None:
        """End the socket from outside: revoked session, lost hint reader, shutdown."""
        if self._end is None:
            self._end = hangup
            self._beside(_raised(hangup))

    def leave(self, hangup: Hangup) -> None:
        """End the socket as soon as the frame it works on is answered."""
        self._leaving = hangup
        if self._listens:
            self.hang_up(hangup)

    async def receive(self) -> str | None:
        """The next text frame; None for a binary one. Raises `WebSocketDisconnect` at the end, `Hangup` when we leave."""
        if self._leaving is not None:
            raise self._leaving
        self._listens = True
        try:
            message = await self._socket.receive()
        finally:
            self._listens = False
        if message["type"] == "websocket.disconnect":
            if self._departure is not None:
                await self._departure()
            raise WebSocketDisconnect(message.get("code", NORMAL))
        text: str | None = message.get("text")
        return text

    async def live(self, talk: Coroutine[Any, Any, None]) -> None:
        """Run the socket: its talk here, its writer and what the talk begins beside it, until one of them ends it; then close.

        A task of its own for each would be kilobytes for a socket on which nothing is said.
        """
        try:
            async with asyncio.TaskGroup() as self._group:
                self.beside(self._write)
                if self._end is not None:
                    self._beside(_raised(self._end))
                await unending(talk)
        except BaseExceptionGroup as broken:
            await self._close(_first_end(broken))
        finally:
            self._group = self._errand = None
            if self._timer is not None:
                self._timer.cancel()

    def beside(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do what never ends beside the talk; its failure ends the socket."""

        async def run() -> (
            None
        ):  # a task that is cancelled before its first step leaves nothing behind that was never begun
            await unending(work())

        self._beside(run())

    def again_and_again(
        self, seconds: Callable[[], float], errand: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Do this one thing beside the talk every so many seconds, for the first time after them; meanwhile it is but a timer."""
        self._errand = (seconds, errand)
        self._wait_again()

    def _wait_again(self) -> None:
        if self._errand is not None:
            seconds, _ = self._errand
            self._timer = asyncio.get_running_loop().call_later(seconds(), self._run_errand)

    def _run_errand(self) -> None:
        async def run(errand: Callable[[], Coroutine[Any, Any, None]]) -> None:
            await ending(errand())
            self._wait_again()

        if self._errand is not None:
            self._beside(run(self._errand[1]))

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """A task of this socket, unless it has not begun or is ending."""
        try:
            if self._group is not None:
                self._group.create_task(work)
                return
        except RuntimeError:  # another part has just failed: the group takes no more
            pass
        work.close()

    async def _write(self) -> Never:
        """Send the outbox in order."""
        patience = Patience(SLOW_SECONDS, lambda: self.hang_up(Hangup(SLOW_READER)))
        try:
            while True:
                await self._outbox.some()
                while (text := self._outbox.first()) is not None:
                    patience.begin()
                    await self._socket.send_text(text)
                    self._outbox.sent()
                    patience.end()
        finally:
            patience.close()

    async def _close(self, hangup: Hangup | None) -> None:
        """Say why, then close; what waits in the outbox stays unsent, the client resumes or may not see it.

        A restart is no reason to resume earlier than need be: there it is sent.
        """
        if hangup is None:
            return
        try:
            async with asyncio.timeout(1):
                while hangup.close == RESTART and (text := self._outbox.first()) is not None:
                    await self._socket.send_text(text)
                    self._outbox.sent()
                if hangup.refused is not None:
                    await self._socket.send_text(Refused(code=hangup.refused).model_dump_json())
                await self._socket.close(hangup.close, hangup.refused or "")
        except (TimeoutError, WebSocketDisconnect, RuntimeError, OSError):
            log.info("socket_close_unheard", close=hangup.close)


async def _raised(end: Exception) -> Never:
    raise end


def _first_end(broken: BaseExceptionGroup[BaseException]) -> Hangup | None:
    """What ended the socket: None when the peer is gone, 1011 when one of our tasks broke."""
    hangup: Hangup | None = None
    for error in _leaves(broken):
        if isinstance(error, WebSocketDisconnect):
            return None
        if isinstance(error, Hangup):
            hangup = hangup or error
        elif isinstance(error, Exception):
            log.error("socket_task_broke", error=type(error).__name__, at=where(error))
            hangup = Hangup(BROKEN)
        else:
            raise error
    return hangup


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    leaves: list[BaseException] = []
    for error in group.exceptions:
        leaves += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return leaves
