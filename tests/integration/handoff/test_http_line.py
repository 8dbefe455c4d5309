"""Lines to the assistant: kept as long as whoever asked wants it; an answer is whole or there is none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from handoff.adapters import http_line
from handoff.adapters.http_line import Address, Broken

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-One: a\r\n\r\nhi"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ni\r\n0\r\n\r\n"


@dataclass
class Server:
    """Sends these bytes for each request, one after the other, the last for ever; `late` comes a moment behind."""

    answers: list[bytes]
    late: bytes = b""
    ends: bool = False
    heads: list[bytes] = field(default_factory=list)
    lines: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        try:
            while True:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                for byte in answer[:60], answer[60:]:
                    writer.write(byte)
                    await writer.drain()
                    await asyncio.sleep(0.01)
                writer.write(self.late)
                if self.ends:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def asked(server: Server, path: str = "") -> AsyncIterator[Address]:
    running = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    address = Address(f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}{path}")
    try:
        yield address
    finally:
        await address.close()
        running.close()


@pytest.mark.parametrize("answer", [FINE, CHUNKED], ids=["length", "chunks"])
async def test_a_whole_answer_and_the_line_serves_the_next_question(answer: bytes) -> None:
    server = Server([answer])
    async with asked(server, "/rasa/") as address:
        for _ in range(3):
            said = await address.ask("GET", "/status?a=b", headers={"X-Two": "b"})
            assert (said.status, said.body) == (200, b"hi")
        assert server.lines == 1
        assert server.heads[0].startswith(b"GET /rasa/status?a=b HTTP/1.1\r\nHost: 127.0.0.1:")
        assert b"X-Two: b\r\n" in server.heads[0]


async def test_names_of_headers_come_in_lower_case() -> None:
    async with asked(Server([FINE])) as address:
        assert (await address.ask("GET", "/")).headers == {"content-length": "2", "x-one": "a"}


@pytest.mark.parametrize(
    "server",
    [
        Server([FINE.replace(b"X-One: a", b"Connection: close")]),
        Server([FINE], ends=True),
    ],
    ids=["close", "gone"],
)
async def test_a_line_that_ended_serves_no_other_question(server: Server) -> None:
    async with asked(server) as address:
        for _ in range(3):
            assert (await address.ask("GET", "/")).body == b"hi"
            await asyncio.sleep(0.1)
        assert server.lines == 3


async def test_whoever_asks_decides_whether_lines_are_kept() -> None:
    server = Server([FINE])
    async with asked(server) as address:
        address.keeps = False
        for _ in range(2):
            await address.ask("GET", "/")
        assert server.lines == 2


@pytest.mark.parametrize(
    "answer",
    [b"", FINE[:-1], CHUNKED[:-5], b"hello\r\n\r\n"],
    ids=["nothing", "cut", "cut chunks", "no HTTP"],
)
async def test_half_an_answer_is_none(answer: bytes) -> None:
    async with asked(Server([answer], ends=True)) as address:
        with pytest.raises(Broken):
            await address.ask("GET", "/")


async def test_an_answer_is_no_longer_than_we_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_line, "MOST_BYTES", 1)
    async with asked(Server([FINE])) as address:
        with pytest.raises(Broken):
            await address.ask("GET", "/")


async def test_a_line_that_waited_too_long_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server([FINE])
    monkeypatch.setattr(http_line, "KEPT_SECONDS", 0.05)
    async with asked(server) as address:
        await address.ask("GET", "/")
        await asyncio.sleep(0.2)
        await address.ask("GET", "/")
        assert server.lines == 2


async def test_who_stops_waiting_takes_the_line_along() -> None:
    server = Server([b"", FINE])
    async with asked(server) as address:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await address.ask("GET", "/")
        assert (await address.ask("GET", "/")).body == b"hi"
        assert server.lines == 2


async def test_closed_lines_take_along_what_they_still_hold() -> None:
    server = Server([FINE], late=FINE.replace(b"X-One: a", b"X-One: b"))
    async with asked(server) as address:
        assert (await address.ask("GET", "/")).headers["x-one"] == "a"
        await asyncio.sleep(0.1)
        await address.close()
        assert (await address.ask("GET", "/")).headers["x-one"] == "a"
        assert server.lines == 2
