"""A process that stands in for Rasa: speaks its REST channel, and misbehaves on demand.

`python -m tests.chaos.bot PORT`; `PUT /mode/<name>` changes how it behaves. Invariants: a good answer names the turn it
belongs to, so that an answer under the wrong question is seen; what it says is in the contract's shape.
"""

import asyncio
import json
import random
import sys
from typing import Any

from handoff.contract import Button, HandoffRequest, Say

MODES = ("refuse", "slow", "error", "half", "nonsense", "twice", "late")
SLOW_SECONDS = 30.0
LATE_SECONDS = (1.0, 6.0)
FIRST = "answer to "
SECOND = "second answer to "

Turn = dict[str, Any]


def replies(turn: Turn, opening: str) -> list[dict[str, Any]]:
    """What the assistant says: words, sometimes with buttons, sometimes the wish for a person."""
    place, locale = turn["metadata"]["turn"], turn["metadata"]["locale"]
    dice = random.Random(place)
    buttons = [Button(title=f"press {place}", intent="affirm")] if dice.random() < 0.3 else []
    says: list[Say | HandoffRequest] = [
        Say(text=opening + place, locale=locale, buttons=buttons),
        *([Say(text=opening + place, locale=locale)] if dice.random() < 0.2 else []),
        *([HandoffRequest(reason="asked", skill="BIL", locale=locale)] if dice.random() < 0.08 else []),
    ]  # fmt: skip
    return [
        {"recipient_id": turn["sender"], "custom": said.model_dump(mode="json")} for said in says
    ]


def response(status: int, body: bytes, *, promised: int | None = None) -> bytes:
    """An HTTP response; `promised` is a length that is not kept."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {promised or len(body)}\r\n\r\n"
    return head.encode() + body


def answer(turn: Turn, opening: str = FIRST) -> bytes:
    """A good response."""
    return response(200, json.dumps(replies(turn, opening)).encode())


class Assistant:
    """Serves connections, each for as long as its client keeps it."""

    def __init__(self) -> None:
        self.mode = "well"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; False: the connection ends."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        lengths = [line[15:] for line in head.split("\r\n") if line.startswith("content-length:")]
        body = await reader.readexactly(int(lengths[0])) if lengths else b""
        path = head.split()[1]
        if path.startswith("/mode/"):
            self.mode = path.removeprefix("/mode/")
        if not path.startswith("/webhooks/"):
            writer.write(response(200, b"{}"))
            return True
        return await self._turn(json.loads(body), writer)

    async def _turn(self, turn: Turn, writer: asyncio.StreamWriter) -> bool:
        match self.mode:
            case "refuse":
                return False
            case "slow":
                await asyncio.sleep(SLOW_SECONDS)
            case "late":
                await asyncio.sleep(random.uniform(*LATE_SECONDS))
            case "error":
                writer.write(response(500, b"{}"))
                return True
            case "half":
                whole = json.dumps(replies(turn, FIRST)).encode()
                writer.write(response(200, whole[: len(whole) // 2], promised=len(whole)))
                return False
            case "nonsense":
                writer.write(response(200, random.choice((b"[]", b"{", b'[{"text": "?"}]'))))
                return True
            case "twice":
                writer.write(answer(turn) + answer(turn, SECOND))
                return True
        writer.write(answer(turn))
        return True


async def main(port: int) -> None:
    """Serve until killed."""
    server = await asyncio.start_server(Assistant().serve, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
