"""A tiny real HTTP server in the place of Rasa that answers as badly as the test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

GOOD: dict[str, Any] = {"type": "say", "text": "Guten Tag", "locale": "de"}


@dataclass(frozen=True)
class Reply:
    """What the server does with one request: wait, then send `body` under `status`, cut off after `cut`.

    `names`: as our channel does, the answer names its question; `again`: behind it another one to the same question.
    """

    body: bytes = b""
    status: int = 200
    wait: float = 0.0
    cut: int | None = None
    hang_up: bool = False
    names: bool = False
    again: bytes = b""


def items(*customs: Any, recipient: str = "conv") -> bytes:
    """A reply list of Rasa's REST channel."""
    return json.dumps([{"recipient_id": recipient, "custom": c} for c in customs]).encode()


@dataclass
class Rasa:
    """The server: `replies` in order, the last one for ever; and what it was asked."""

    replies: list[Reply]
    port: int = 0
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while (request := await _request(reader)) is not None:
                target, body, question = request
                self.asked.append((target, body))
                reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
                await asyncio.sleep(reply.wait)
                if not await _send(writer, reply, question):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> tuple[str, dict[str, Any], str] | None:
    head = await reader.readuntil(b"\r\n\r\n")
    target = head.split(b" ")[1].decode()
    length, question = 0, ""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
        if line.startswith(b"x-question:"):
            question = line.split(b":")[1].strip().decode()
    body = await reader.readexactly(length)
    return target, json.loads(body) if body else {}, question


async def _send(writer: asyncio.StreamWriter, reply: Reply, question: str) -> bool:
    """False when the connection is to end."""
    if reply.hang_up:
        return False
    head = f"HTTP/1.1 {reply.status} X\r\ncontent-type: application/json\r\n"
    head += f"x-question: {question}\r\n" if reply.names else ""

    def whole(body: bytes) -> bytes:
        return head.encode() + f"content-length: {len(body)}\r\n\r\n".encode() + body

    cut = None if reply.cut is None else reply.cut - len(reply.body)
    writer.write(whole(reply.body)[:cut] + (whole(reply.again) if reply.again else b""))
    await writer.drain()
    return reply.cut is None


@asynccontextmanager
async def misbehaving(*replies: Reply | Callable[[], Reply]) -> AsyncIterator[Rasa]:
    """The server on a free port while the block runs."""
    rasa = Rasa([reply if isinstance(reply, Reply) else reply() for reply in replies])
    server = await asyncio.start_server(rasa.serve, "127.0.0.1", 0)
    rasa.port = server.sockets[0].getsockname()[1]
    try:
        yield rasa
    finally:
        server.close()
