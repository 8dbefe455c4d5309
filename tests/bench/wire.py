"""The load's end of WebSockets: as little work for a frame as Python allows, so that the server is what is measured.

Invariants: only what RFC 6455 wants of a client and a server of ours needs: text frames in one piece, pings answered,
the mask is zero (it protects proxies, and there is none); what was sent in one turn of the loop goes out in one write.
"""

import asyncio
import base64
import os
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, TypeVar, cast

import uvloop
from typing_extensions import override

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_MASK = b"\0\0\0\0"

T = TypeVar("T")


_sockets: ContextVar[list["Client"]] = ContextVar("sockets of this load")


class Refused(Exception):
    """The server did not open a socket; the text is its first line."""


def framed(payload: bytes, opcode: int = _TEXT) -> bytes:
    """One masked frame."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65_536:
        head = bytes((0x80 | opcode, 0x80 | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0x80 | 127)) + size.to_bytes(8, "big")
    return head + _MASK + payload


class Client(asyncio.Protocol):
    """One socket; every text frame goes to `heard`, the end to `gone`."""

    def __init__(self, head: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()
        self.heard: Callable[[bytes], None] = lambda _payload: None
        self._head = head
        self._data = bytearray()
        self._transport: asyncio.Transport

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._head)

    @override
    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self.opened.done() and not self._open():
            return
        while self._next_frame():
            pass

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(Refused("closed"))
        if not self.gone.done():
            self.gone.set_result(None)

    def send(self, payload: bytes) -> None:
        """Send a text frame."""
        self._transport.write(framed(payload))

    def drop(self) -> None:
        """End the connection without a word, as a network does."""
        self._transport.abort()

    def _open(self) -> bool:
        """Whether the handshake is over; raises nothing, a refusal is the result of `opened`."""
        head, found, rest = self._data.partition(b"\r\n\r\n")
        if not found:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            self.opened.set_exception(Refused(head.partition(b"\r\n")[0].decode()))
            self._transport.abort()
            return False
        self._data = rest
        self.opened.set_result(None)
        return True

    def _next_frame(self) -> bool:
        """Take one whole frame from what came; False when there is none."""
        data = self._data
        if len(data) < 2:
            return False
        size, start = data[1], 2
        if size == 126:
            size, start = int.from_bytes(data[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(data[2:10], "big"), 10
        if len(data) < start + size:
            return False
        payload, opcode = bytes(data[start : start + size]), data[0] & 15
        del data[: start + size]
        if opcode == _TEXT:
            self.heard(payload)
        elif opcode == _PING:
            self._transport.write(framed(payload, _PONG))
        elif opcode == _CLOSE:
            self._transport.close()
        return True


def run(load: Coroutine[Any, Any, T]) -> T:
    """Run a load on a loop of its own; every socket it opened is dropped at the end."""

    async def whole() -> T:
        _sockets.set([])
        try:
            return await load
        finally:
            for client in _sockets.get():
                client.drop()
            await asyncio.sleep(0)

    return uvloop.run(whole())


async def opened(port: int, path: str = "/", *, cookie: str = "") -> Client:
    """An open socket of a page of the server's own. Raises `Refused`, OSError."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(lambda: Client(head), "127.0.0.1", port)
    _sockets.get().append(client)
    await client.opened
    return client
