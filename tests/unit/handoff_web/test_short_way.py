"""The short way of texts through a socket: whatever comes in whatever pieces, it is the same as by the long way."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from handoff.web.short_way import ShortWay, bounds, framed, write_now

HEAD = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
TEXTS = st.sampled_from(["", "a", "Grüße", "x" * 125, "y" * 126, "z" * 3000, "🙂" * 40])


class Wire(asyncio.Transport):
    """What a peer would see, and nothing else of a transport."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False

    @override
    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)}.get(name, default)

    @override
    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    @override
    def is_closing(self) -> bool:
        return self.closed

    @override
    def close(self) -> None:
        self.closed = True

    @override
    def pause_reading(self) -> None: ...

    @override
    def resume_reading(self) -> None: ...


Talk = Callable[[dict[str, Any], Any, Any], Any]


async def spoken_to(kind: type[WebSocketsSansIOProtocol], pieces: list[bytes]) -> tuple[Any, Any]:
    """What an application hears of these bytes, and what the peer was answered after the handshake."""
    heard: list[Any] = []

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            heard.append(await receive())
            if heard[-1]["type"] == "websocket.disconnect":
                return

    config = uvicorn.Config(application, ws_max_size=4096, ws_ping_interval=None, log_config=None)
    config.load()
    wire, protocol = Wire(), kind(config, ServerState(), {})
    protocol.connection_made(wire)
    protocol.data_received(HEAD)
    await asyncio.sleep(0.01)
    answered = len(wire.written)
    for piece in pieces:
        protocol.data_received(piece)
        await asyncio.sleep(0)
    await asyncio.sleep(0.001)
    protocol.connection_lost(None)
    await asyncio.sleep(0.001)
    return heard, b"".join(wire.written[answered:])


def masked(opcode: Opcode, payload: bytes, *, fin: bool = True) -> bytes:
    """A client's frame."""
    return Frame(opcode, payload, fin).serialize(mask=True)


GOOD = st.one_of(
    TEXTS.map(lambda text: masked(Opcode.TEXT, text.encode())),
    TEXTS.map(
        lambda text: (
            masked(Opcode.TEXT, text[:1].encode(), fin=False)
            + masked(Opcode.PING, b"between")
            + masked(Opcode.CONT, text[1:].encode())
        )
    ),
    st.just(masked(Opcode.PING, b"are you there")),
    st.just(masked(Opcode.BINARY, b"\0\1\2")),
)
LAST = st.sampled_from(
    [
        b"",
        masked(Opcode.TEXT, b"\xff\xfe"),
        masked(Opcode.TEXT, b"too much " * 1000),
        Frame(Opcode.TEXT, b"without a mask").serialize(mask=False),
        masked(Opcode.CONT, b"of nothing"),
        masked(Opcode.TEXT, b"begun", fin=False) + masked(Opcode.TEXT, b"and begun anew"),
        masked(Opcode.CLOSE, b"\x03\xe8bye"),
    ]
)
CUTS = st.lists(st.integers(1, 4000), max_size=12)


def cut(stream: bytes, at: list[int]) -> list[bytes]:
    """The pieces in which it arrives."""
    places = sorted({0, len(stream), *(place for place in at if place < len(stream))})
    return [stream[begin:end] for begin, end in pairwise(places)]


@settings(max_examples=150, deadline=None)
@given(good=st.lists(GOOD, max_size=6), last=LAST, cuts=CUTS)
def test_the_application_hears_the_same_and_the_peer_is_answered_the_same(
    good: list[bytes], last: bytes, cuts: list[int]
) -> None:
    """What ends the socket comes by itself: uvicorn drops what came in one piece with it."""
    pieces = [*cut(b"".join(good), cuts), *cut(last, cuts)]
    short = asyncio.run(spoken_to(ShortWay, pieces))
    assert short == asyncio.run(spoken_to(WebSocketsSansIOProtocol, pieces))


@given(payload=st.binary(max_size=70_000))
def test_our_frames_are_those_of_the_library(payload: bytes) -> None:
    frame = framed(payload)
    assert frame == Frame(Opcode.TEXT, payload).serialize(mask=False)
    start, end = bounds(frame) or (0, 0)
    assert frame[start:end] == payload
    assert all(bounds(frame[:size]) is None for size in range(2))


async def _opened(talk: Talk) -> tuple[Wire, ShortWay]:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await talk(scope, receive, send)

    config = uvicorn.Config(application, ws_ping_interval=None, log_config=None)
    config.load()
    wire, protocol = Wire(), ShortWay(config, ServerState(), {})
    protocol.connection_made(wire)
    protocol.data_received(HEAD)
    await asyncio.sleep(0.01)
    return wire, protocol


async def test_texts_of_one_turn_leave_in_one_write_and_before_the_close() -> None:
    async def talk(scope: Any, _receive: Any, send: Any) -> None:
        write = write_now(scope)
        assert write("one")
        assert write("two")
        await send({"type": "websocket.send", "text": "three"})
        assert write("four")
        await send({"type": "websocket.close", "code": 1000})
        assert not write("five")

    wire, _ = await _opened(talk)
    sent = b"".join(wire.written)
    words = [framed(word.encode()) for word in ("one", "two", "three", "four")]
    assert sent.split(b"\r\n\r\n", 1)[1].startswith(b"".join(words))
    assert words[0] + words[1] in wire.written
    assert b"five" not in sent


async def test_a_client_that_does_not_keep_up_is_not_written_to() -> None:
    async def talk(scope: Any, receive: Any, _send: Any) -> None:
        write = write_now(scope)
        accepted = 0
        while write("x" * 1000):
            accepted += 1
        assert 60 < accepted < 70
        await receive()

    _, protocol = await _opened(talk)
    protocol.pause_writing()
    write = write_now(dict(protocol.scope))
    assert not write("more")
    protocol.resume_writing()
    assert write("more")


def test_another_server_has_no_short_way() -> None:
    assert not write_now({"type": "websocket"})("a text")
