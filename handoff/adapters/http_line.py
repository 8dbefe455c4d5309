"""HTTP/1.1 to one address, as little of it as a question to the assistant needs: lines that are kept, one question on each.

Invariants: a line serves one question at a time, and another one only if whoever asked wants it kept and nothing came
beside the answer; an answer is whole or there is none; it is no longer than `MOST_BYTES`; nothing is followed, neither
redirects nor proxies of the environment.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httptools
from typing_extensions import override

KEPT_SECONDS = 4.0
"""Rasa drops a line after 5 seconds without a question; ours have to be gone before."""

CONNECT_SECONDS = 1.0
MOST_BYTES = 4 * 1024 * 1024


class Broken(Exception):  # how one call ended, not an error of ours
    """There was no whole answer; the text is what happened, never what was said."""


@dataclass(slots=True)
class Answer:
    """A whole answer; names of headers in lower case."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class _Line(asyncio.Protocol):
    """One connection. What comes when nothing was asked closes it."""

    def __init__(self, lost: Callable[["_Line"], None]) -> None:
        self._lost = lost
        self._transport: asyncio.Transport
        self._waiting: asyncio.Future[Answer] | None = None
        self._parser: httptools.HttpResponseParser
        self._answer = Answer()
        self._parts: list[bytes] = []
        self._came = 0
        self._messages = 0
        self._whole = self._alive = False
        self.idle_since = 0.0

    async def ask(self, request: bytes) -> Answer:
        """Write the request and wait for its answer. Raises Broken."""
        self._waiting = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._answer, self._parts, self._came, self._messages = Answer(), [], 0, 0
        self._whole = self._alive = False
        self._transport.write(request)
        try:
            return await self._waiting
        finally:
            self._waiting = None

    @property
    def can_stay(self) -> bool:
        """Whether the answer came whole, nothing came beside it, and the other side keeps the line too."""
        return self._alive and self._messages == 1 and not self._transport.is_closing()

    def close(self) -> None:
        """At once, with whatever may still come."""
        self._transport.abort()

    # --- from the transport

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._break("hung up")
        self._lost(self)

    @override
    def data_received(self, data: bytes) -> None:
        self._came += len(data)
        if self._waiting is None or self._waiting.done() or self._came > MOST_BYTES:
            self._break("too much")
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._break("no HTTP")
            return
        if self._whole and not self._waiting.done():
            self._answer.status = self._parser.get_status_code()
            self._answer.body = b"".join(self._parts)
            self._waiting.set_result(self._answer)

    def _break(self, why: str) -> None:
        self._transport.abort()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Broken(why))

    # --- from the parser

    def on_message_begin(self) -> None:
        self._messages += 1

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._messages == 1:
            self._answer.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        if self._messages == 1:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        self._whole, self._alive = True, self._parser.should_keep_alive()


class Address:
    """Where to ask: `http` or `https`, host, port and the path everything there begins with. For one event loop."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        self.url = url.rstrip("/")
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if secure else 80)
        self._tls = ssl.create_default_context() if secure else None
        self._path = parts.path.rstrip("/")
        self._named = parts.netloc.rpartition("@")[2]
        self._idle: list[_Line] = []

    async def ask(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        keep: Callable[[Answer], bool] = lambda _answer: True,
    ) -> Answer:
        """One question; `keep` says whether the line may serve another one. Raises Broken; cancelled, the line is closed."""
        line = self._kept() or await self._opened()
        stays = False
        try:
            answer = await line.ask(self._request(method, target, headers or {}, body))
            stays = keep(answer) and line.can_stay
        finally:
            if stays:
                line.idle_since = asyncio.get_running_loop().time()
                self._idle.append(line)
            else:
                line.close()
        return answer

    async def close(self) -> None:
        """Close the lines that wait for a question."""
        for line in list(self._idle):
            line.close()
        self._idle.clear()
        await asyncio.sleep(0)

    def _kept(self) -> _Line | None:
        """The line used last, unless it waited too long: then the others did too."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            line = self._idle.pop()
            if now - line.idle_since < KEPT_SECONDS:
                return line
            line.close()
        return None

    async def _opened(self) -> _Line:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, line = await loop.create_connection(
                    lambda: _Line(self._gone), self._host, self._port, ssl=self._tls
                )
        except (OSError, TimeoutError) as error:
            raise Broken(f"not reached, {type(error).__name__}") from None
        return line

    def _gone(self, line: _Line) -> None:
        if line in self._idle:
            self._idle.remove(line)

    def _request(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
        told = {"Host": self._named, "Content-Length": str(len(body)), **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        return f"{method} {self._path}{target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body
