"""A party's line to the gateways: one socket that comes back by itself, on this node or the other.

Invariants: one write is under way at a time and is sent again under its `cid` until it is acknowledged or refused for
good; a socket that does not answer is given up; what the faults do to a socket, they do to this end of it.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from socket import SO_RCVBUF, SOL_SOCKET
from socket import socket as new_socket
from time import monotonic

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from tests.chaos.tally import Tally
from tests.chaos.views import Frame as Shape
from tests.chaos.views import Write

ANSWER_SECONDS = 4.0
BEAT_SECONDS = 3.0
FIRST_PAUSE, LONGEST_PAUSE = 0.4, 2.0
SYNCS_PER_SECOND = 15
RECEIVE_BUFFER = 8192

LOST = (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, InvalidMessage, EOFError)


@dataclass(frozen=True)
class Address:
    """A node as this party reaches it; behind a proxy every party has an address of its own."""

    url: str
    origin: str
    peer: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """The port on this machine."""
        return int(self.url.split(":")[2].split("/")[0])


async def _small(port: int) -> new_socket:
    """A connection whose system takes little in advance, so that who stops reading is soon noticed."""
    line = new_socket()
    line.setsockopt(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER)
    line.setblocking(False)  # noqa: FBT003
    try:
        await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
    except BaseException:
        line.close()
        raise
    return line


class Link:
    """The socket of a party, its reconnects, and the writes that go over it."""

    def __init__(self, nodes: list[Address], dice: random.Random, tally: Tally) -> None:
        self.nodes = nodes
        self.at = dice.randrange(len(nodes))
        self.online = asyncio.Event()
        self.hurry = asyncio.Event()
        """Set when the line was lost: nobody thinks for a while before the next write then."""
        self.hello: Callable[[], Shape]
        self.hear: Callable[[Shape], Awaitable[None]]
        self.once_more: Callable[[], Shape]
        self.lost_node_at: float | None = None
        self._dice = dice
        self._tally = tally
        self._socket: ClientConnection | None = None
        self._busy = asyncio.Lock()
        self._waits: dict[str, asyncio.Future[Shape]] = {}
        self._fate: str | None = None
        self._gone = 0.0
        self._counting = False
        self._tries = 0

    # --- the line

    async def keep(self) -> None:
        """Connect, serve, and again after every loss; until cancelled."""
        while True:
            node = self.nodes[self.at]
            try:
                await self._serve(node)
            except LOST:
                pass
            finally:
                self.online.clear()
                self.hurry.set()
                self._socket = None
                self._no_more_answers()
                self._counting = self.lost_node_at is not None
            self._tally.reconnects += 1
            if self._dice.random() < 0.7:
                self.at = (self.at + 1) % len(self.nodes)
            self._tries += 1
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._tries, 8))
            await asyncio.sleep(self._gone + pause * self._dice.uniform(0.25, 0.75))
            self._gone = 0.0

    def _no_more_answers(self) -> None:
        """Nobody waits for what cannot come over a line that is lost."""
        for wait in self._waits.values():
            if not wait.done():
                wait.set_exception(ConnectionError("the line is lost"))
        self._waits.clear()

    async def _serve(self, node: Address) -> None:
        headers = {"X-Forwarded-For": node.peer, "X-Forwarded-Proto": "http", **node.headers}
        async with asyncio.timeout(ANSWER_SECONDS):
            socket = await connect(
                node.url,
                sock=await _small(node.port),
                origin=node.origin,  # type: ignore[arg-type]
                additional_headers=headers,
                compression=None,
                proxy=None,
                ping_interval=None,
                close_timeout=0.5,
                open_timeout=None,
            )
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await socket.send(json.dumps(self.hello()))
                await self._take(json.loads(await socket.recv()))
            self._socket, self._tries = socket, 0
            self.online.set()
            beat = asyncio.create_task(self._beat(socket))
            try:
                async for text in socket:
                    await self._take(json.loads(text))
            finally:
                beat.cancel()
                await asyncio.gather(beat, return_exceptions=True)
        finally:
            self._tally.ended(socket.close_code, socket.close_reason)
            socket.transport.abort()

    async def _take(self, frame: Shape) -> None:
        if frame["type"] in {"ack", "nack", "pong"}:
            wait = self._waits.pop(frame.get("cid", "pong"), None)
            if wait is not None and not wait.done():
                wait.set_result(frame)
                return
        await self.hear(frame)

    async def _beat(self, socket: ClientConnection) -> None:
        """A node that does not answer is as good as gone."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if self._busy.locked():
                continue
            try:
                await self._asked("pong", json.dumps({"type": "ping"}), socket)
            except LOST:
                socket.transport.abort()
                return

    async def _asked(self, name: str, text: str, socket: ClientConnection) -> Shape:
        """Send and wait for the answer with this name."""
        wait = self._waits[name] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await socket.send(text)
                return await wait
        finally:
            self._waits.pop(name, None)

    # --- what goes over it

    async def tell(self, **frame: object) -> bool:
        """Send a frame that nobody answers; False: the line is down, it is lost."""
        socket = self._socket
        if socket is None:
            return False
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await socket.send(json.dumps(frame))
        except LOST:
            socket.transport.abort()
            return False
        return True

    async def write(self, write: Write) -> None:
        """Send until it is acknowledged or refused for good."""
        while not write.answered:
            await self.online.wait()
            async with self._busy:
                frame = await self._try(write)
            write.heard = frame.get("code", "ack") if frame else "no answer"
            if frame is None:
                await asyncio.sleep(0.05)
            elif frame["type"] == "ack":
                write.seq = frame["seq"]
                self._measure()
            elif not frame["retry"]:
                write.refused = frame["code"]
            else:
                await asyncio.sleep(self._dice.uniform(0.3, 1.0))

    async def _try(self, write: Write) -> Shape | None:
        """One attempt; None: no answer, and the socket is given up."""
        socket = self._socket
        if socket is None:
            return None
        write.tries += 1
        text = json.dumps(write.frame())
        try:
            if self._fate is not None:
                fate, self._fate = self._fate, None
                await self._cut(socket, text, fate)
                return None
            return await self._asked(write.cid, text, socket)
        except LOST:
            self._give_up(socket)
            return None

    def _give_up(self, socket: ClientConnection) -> None:
        """This socket is of no use any more; another one may be open by now."""
        socket.transport.abort()
        if self._socket is socket:
            self.online.clear()

    def _measure(self) -> None:
        """The first acknowledgement after this party's node died."""
        if self.lost_node_at is not None and self._counting:
            self._tally.recoveries.append(monotonic() - self.lost_node_at)
            self.lost_node_at = None

    def node_died(self, number: int, at: float) -> None:
        """This party was connected to it: the time to its next acknowledgement counts."""
        if self.at == number and self._socket is not None and self.lost_node_at is None:
            self.lost_node_at = at

    def nobody_counts(self) -> None:
        """There is no node left to go to: this time says nothing."""
        self.lost_node_at = None

    # --- what the faults do

    def cut_next(self) -> None:
        """Break the line in the middle of the next write, right behind it, or before its answer is heard."""
        self._fate = self._dice.choice(("in the middle", "behind", "soon after"))

    async def _cut(self, socket: ClientConnection, text: str, fate: str) -> None:
        if fate != "in the middle":
            await socket.send(text)
            await asyncio.sleep(self._dice.uniform(0, 0.3) if fate == "soon after" else 0)
        elif socket.state is State.OPEN:
            frame = Frame(Opcode.TEXT, text.encode()).serialize(mask=True)
            socket.transport.write(frame[: len(frame) // 2])
            await asyncio.sleep(0)
        self._give_up(socket)

    def vanish(self, seconds: float) -> None:
        """The lid is closed: the line breaks, and nobody comes back for a while."""
        self._gone = seconds
        if self._socket is not None:
            self._socket.transport.abort()

    async def read_slowly(self, seconds: float) -> None:
        """Stop reading and ask for the whole log again and again, until the gateway has had enough of it."""
        async with self._busy:
            socket = self._socket
            if socket is None:
                return
            socket.transport.pause_reading()
            try:
                for _ in range(int(seconds * SYNCS_PER_SECOND)):
                    async with asyncio.timeout(ANSWER_SECONDS):
                        await socket.send(json.dumps(self.once_more()))
                    await asyncio.sleep(1 / SYNCS_PER_SECOND)
            except LOST:
                return
            finally:
                if not socket.transport.is_closing():
                    socket.transport.resume_reading()
