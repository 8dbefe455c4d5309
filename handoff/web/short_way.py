"""uvicorn's WebSocket protocol with a short way for what nearly every frame is: a text in one piece.

Invariants: all else goes the long way, through `websockets`, which alone knows handshakes, fragments, pings, closing and errors; a
frame goes one way from its first byte to its last, and none overtakes another; what is sent in one turn of the loop leaves in one
write, because a write costs as much as all the rest of a frame.
"""

from collections.abc import Callable
from typing import Final

from starlette.types import Scope
from typing_extensions import override
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C where there is one
from websockets.http11 import Request
from websockets.protocol import State

WriteNow = Callable[[str], bool]
"""Sends a text, unless something is in its way; never waits."""

_EXTENSION: Final = "abolotse.write_now"
_TEXT, _MASKED = 0x81, 0x80
_TWO_BYTES, _EIGHT_BYTES = 126, 127
_MOST_AT_ONCE = 65_536
"""Bytes that one turn of the loop gathers; beyond it the client has to keep up."""


def write_now(scope: Scope) -> WriteNow:
    """How to send on this socket without waiting; under another server than ours that never works."""
    found: WriteNow = scope.get("extensions", {}).get(_EXTENSION, lambda _text: False)
    return found


def framed(payload: bytes) -> bytes:
    """A server's frame of one text."""
    size = len(payload)
    if size < _TWO_BYTES:
        return bytes((_TEXT, size)) + payload
    if size < 1 << 16:
        return bytes((_TEXT, _TWO_BYTES)) + size.to_bytes(2, "big") + payload
    return bytes((_TEXT, _EIGHT_BYTES)) + size.to_bytes(8, "big") + payload


def bounds(data: bytes) -> tuple[int, int] | None:
    """Where the payload of the first frame begins and ends; None when too little is there to tell."""
    if len(data) < 2:
        return None
    size, start = data[1] & ~_MASKED, 2
    if size >= _TWO_BYTES:
        start = 4 if size == _TWO_BYTES else 10
        if len(data) < start:
            return None
        size = int.from_bytes(data[2:start], "big")
    start += 4 if data[1] & _MASKED else 0
    return start, start + size


class ShortWay(WebSocketsSansIOProtocol):
    """Reads and writes whole texts itself."""

    _begun = b""
    """The first bytes of a frame whose length is not known yet."""
    _owed = 0
    """How many bytes are missing of a frame that goes the long way."""
    _gathered: bytes | bytearray = b""
    """What is to be written in this turn of the loop."""

    @override
    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["extensions"][_EXTENSION] = self._write  # type: ignore[assignment]

    @override
    def data_received(self, data: bytes) -> None:
        if not self.handshake_initiated:  # the request; uvicorn hands it over whole and alone
            super().data_received(data)
            return
        data, self._begun = self._begun + data, b""
        while data:
            place = (0, self._owed) if self._owed else bounds(data)
            if place is None:
                self._begun = data
                return
            start, end = place
            if self._is_short(data, end):
                self._hear(apply_mask(data[start:end], data[start - 4 : start]))
            else:
                self._owed = max(0, end - len(data))
                super().data_received(data[:end])
            data = data[end:]

    def _is_short(self, data: bytes, end: int) -> bool:
        """Whether a whole text begins here, and nothing before it is still open."""
        return (
            not self._owed
            and data[0] == _TEXT
            and data[1] >= _MASKED
            and end <= min(len(data), self.config.ws_max_size)
            and self.conn.cur_size is None
            and self.conn.state is State.OPEN
        )

    def _hear(self, payload: bytes) -> None:
        self.curr_msg_data_type = "text"
        self.frames = [payload]
        self.send_receive_event_to_app()

    def _write(self, text: str) -> bool:
        is_open = self.conn.state is State.OPEN and not (self.disconnected or self.close_sent)
        if not (is_open and self.writable.is_set() and len(self._gathered) < _MOST_AT_ONCE):
            return False
        if not self._gathered:
            self.loop.call_soon(self._flush)
            self._gathered = bytearray()
        self._gathered += framed(text.encode())
        return True

    def _flush(self) -> None:
        gathered, self._gathered = self._gathered, b""
        if gathered and not self.transport.is_closing():
            self.transport.write(gathered)

    @override
    async def send(self, message: ASGISendEvent) -> None:
        self._flush()
        if message["type"] == "websocket.close":
            self.writable.set()  # nothing comes behind it: who does not read learns of it when they do
        await super().send(message)
