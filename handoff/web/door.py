"""What both sockets do before and around their talk: origin, limits, accept, frames, answers.

Invariants: nothing is accepted from a foreign origin; the first frame is `hello` within ten seconds; a
frame that is unknown or malformed is answered and costs patience, it never breaks the socket; a frame
with a `cid` is always answered with an ack or a nack.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from handoff.contract import Wire
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.ports import Receipt
from handoff.protocol import Ack, Nack
from handoff.web.connection import Connection, Hangup
from handoff.web.errors import HELLO_LATE, POLICY, REFUSALS, TRY_LATER, nack
from handoff.web.limits import Bucket, Limits
from handoff.web.origin import origin_allowed
from handoff.web.trouble import is_trouble

log = structlog.get_logger(__name__)

T = TypeVar("T")

HELLO_SECONDS = 10.0
_PATIENCE = 20
_LARGEST = 2**53 - 1
_LONG_NUMBER = re.compile(r"[0-9]{16}")
"""What may be a number above `_LARGEST`, which the validator alone would let through."""


def address(socket: WebSocket) -> str:
    """The peer's address, as uvicorn sees it behind a trusted proxy."""
    return socket.client.host if socket.client else "unknown"


@asynccontextmanager
async def admitted(
    socket: WebSocket, limits: Limits, *, origins: frozenset[str]
) -> AsyncIterator[Connection | None]:
    """Accept the socket, or refuse it with an HTTP status and give None. Its headers are gone then: they would stay in memory."""
    peer = address(socket)
    await limits.arrivals.turn()
    if not origin_allowed(HTTPConnection(socket.scope), origins):
        log.warning("socket_foreign_origin", path=socket.url.path)
        await socket.send_denial_response(PlainTextResponse("foreign origin", 403))
        yield None
        return
    if not limits.connects.allow(peer) or not limits.open_sockets.enter(peer):
        await socket.send_denial_response(
            PlainTextResponse("too many connections", 429, {"Retry-After": "5"})
        )
        yield None
        return
    try:
        yield await _accepted(socket, limits)
    finally:
        limits.open_sockets.leave(peer)


async def _accepted(socket: WebSocket, limits: Limits) -> Connection | None:
    """The connection, unless the peer left before it was made."""
    try:
        await socket.accept()
    except WebSocketDisconnect:
        return None
    socket.scope["headers"] = []
    return Connection(socket, departure=limits.departures.turn)


@dataclass(slots=True)
class Frames:
    """Parses a socket's frames by one adapter, with a rate and limited patience for bad ones."""

    connection: Connection
    adapter: TypeAdapter[Any]
    limits: Limits
    patience: int = _PATIENCE
    bucket: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self.bucket = Bucket(self.limits.frames)

    async def hello(self, kind: type[Wire]) -> Any:
        """The first frame, which must be of this kind. Raises `Hangup`."""
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                text = await self.connection.receive()
        except TimeoutError:
            raise Hangup(HELLO_LATE, "hello_late") from None
        frame, _cid = self._parse(text)
        if not isinstance(frame, kind):
            raise Hangup(POLICY, "hello_first")
        return frame

    async def next(self) -> Any:
        """The next well-formed frame within the rate. Raises `Hangup` when patience ends."""
        while True:
            frame, cid = self._parse(await self.connection.receive())
            if not self.bucket.allow():
                await self._complain(cid, "rate_limited", retry=True)
            elif frame is None:
                await self._complain(cid, "bad_frame", retry=False)
            else:
                return frame

    async def _complain(self, cid: str, code: str, *, retry: bool) -> None:
        self.patience -= 1
        if self.patience < 0:
            raise Hangup(POLICY, code)
        await self.connection.push(Nack(cid=cid, code=code, retry=retry))

    def _parse(self, text: str | None) -> tuple[Any, str]:
        """The frame, or None; and the `cid` it carries as far as it can be read."""
        if text is not None and _LONG_NUMBER.search(text) is None:
            try:
                frame = self.adapter.validate_json(text)
            except ValidationError:
                pass  # to find its `cid`, or to be read as `json` reads it
            else:
                return frame, getattr(frame, "cid", "")
        return self._parse_slowly(text)

    def _parse_slowly(self, text: str | None) -> tuple[Any, str]:
        try:
            raw = json.loads(text, parse_int=_number) if text is not None else None
        except (ValueError, RecursionError):
            return None, ""
        cid = raw.get("cid") if isinstance(raw, dict) else None
        shown = cid if isinstance(cid, str) and len(cid) <= 64 and cid.isascii() else ""
        try:
            return self.adapter.validate_python(raw), shown
        except ValidationError:
            return None, shown


def _number(digits: str) -> int:
    """A whole number that browsers can count to; larger ones no database could store either."""
    number = int(digits)
    if abs(number) > _LARGEST:
        raise ValueError("too large")
    return number


async def answered(connection: Connection, cid: str, step: Awaitable[Receipt]) -> None:
    """Ack what was committed, nack what was refused; storage in trouble asks for another try."""
    try:
        receipt = await step
    except ConversationError as error:
        close = REFUSALS[error.code].close
        if close is not None:
            raise Hangup(close, error.code.value) from None
        await connection.push(nack(cid, error))
    except Exception as error:
        if not is_trouble(error):
            raise
        log.warning("step_unavailable", error=type(error).__name__)
        await connection.push(Nack(cid=cid, code=Refusal.UNAVAILABLE.value, retry=True))
    else:
        await connection.push(Ack(cid=cid, seq=receipt.seq))


async def needed(step: Awaitable[T]) -> T:
    """What a socket cannot begin without: storage in trouble ends it, and the client tries again later."""
    try:
        return await step
    except Exception as error:
        if not is_trouble(error):
            raise
        raise Hangup(TRY_LATER, "unavailable") from None


async def unanswered(step: Awaitable[None]) -> None:
    """A step that has no `cid`: lost to trouble it is repeated by the client's next one."""
    try:
        await step
    except ConversationError as error:
        log.info("step_ignored", code=error.code.value)
    except Exception as error:
        if not is_trouble(error):
            raise
        log.warning("step_lost", error=type(error).__name__)
