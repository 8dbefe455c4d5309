"""HTTP to one address with aiohttp, over lines that are kept unless whoever asks wants none kept.

Invariants: a line serves one question at a time; an answer is whole or there is none; it is no longer than `MOST_BYTES`; nothing is followed, neither redirects nor proxies of the environment.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from yarl import URL

KEPT_SECONDS = 4.0
"""Rasa drops a line after 5 seconds without a question; ours have to be gone before."""

CONNECT_SECONDS = 1.0
MOST_BYTES = 4 * 1024 * 1024


class Broken(Exception):  # how one call ended, not an error of ours
    """There was no whole answer; the text is what happened, never what was said."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Address:
    """Where to ask: `http` or `https`, host, port and the path everything there begins with. For one event loop.

    `keeps`: whether a line may serve another question; it holds for lines opened after a change.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.keeps = True
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """One question. Raises Broken; cancelled, the line is closed."""
        url = URL(f"{self.url}{target}", encoded=True)
        try:
            async with self._opened().request(
                method, url, headers=headers, data=body, allow_redirects=False
            ) as response:
                told = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, told, await _body(response))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Its text may hold the address, and that a token.
            raise Broken(type(error).__name__) from None

    async def close(self) -> None:
        """Close every line, also one that waits for its answer; the next question opens another one."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _connector(self) -> aiohttp.TCPConnector:
        if self.keeps:
            return aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_SECONDS)
        return aiohttp.TCPConnector(limit=0, force_close=True)

    def _opened(self) -> aiohttp.ClientSession:
        """The lines, made by the first question, because they belong to the loop that asks it."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=self._connector(),
                timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
            )
        return self._session


async def _body(response: aiohttp.ClientResponse) -> bytes:
    parts, came = [], 0
    async for part in response.content.iter_any():
        came += len(part)
        if came > MOST_BYTES:
            response.close()
            raise Broken("too much")
        parts.append(part)
    return b"".join(parts)
