"""The negative control: a gateway that pushes and forgets, made of ours by a proxy between it and the subscribers.

A message that is sent again arrives under a new `cid`; who comes back is shown nothing of what happened meanwhile.
Invariant: all else is passed on unchanged, so that a run through it differs from a good one in just that.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.chaos.house import SITE, Node
from tests.processes import free_port

BROKEN = (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, InvalidMessage, EOFError)


class Talk:
    """One subscriber's socket on its way through."""

    def __init__(self, client: ServerConnection, gateway: ClientConnection) -> None:
        self._client = client
        self._gateway = gateway
        self._cids: dict[str, str] = {}
        self._resumed = False
        self._shown_from = 0

    async def in_(self) -> None:
        """From the subscriber: a new `cid` for each attempt, and no asking for the log."""
        async for text in self._client:
            frame = json.loads(text)
            if frame["type"] == "hello":
                self._resumed = frame["session"] is not None
            elif frame["type"] == "send":
                new = secrets.token_hex(8)
                self._cids[new] = frame["cid"]
                frame["cid"] = new
            if frame["type"] != "sync":
                await self._gateway.send(json.dumps(frame))

    async def out(self) -> None:
        """To the subscriber: only what happens from now on."""
        async for text in self._gateway:
            frame = json.loads(text)
            if frame["type"] == "welcome" and self._resumed:
                self._shown_from = frame["last"]
            if frame["type"] == "event":
                if frame["seq"] <= self._shown_from:
                    continue
                frame["after"] = 0
            if frame["type"] in {"ack", "nack"}:
                frame["cid"] = self._cids.get(frame["cid"], frame["cid"])
            await self._client.send(json.dumps(frame))


def passed_on(node: Node) -> "Handler":
    """What the proxy in front of a node does with a socket."""
    return Handler(f"ws://127.0.0.1:{node.port}")


class Handler:
    """Connects a subscriber to the gateway behind, until one of the two is gone."""

    def __init__(self, behind: str) -> None:
        self._behind = behind

    async def __call__(self, client: ServerConnection) -> None:
        assert client.request
        peer = {"X-Forwarded-For": client.request.headers["X-Forwarded-For"]}
        try:
            async with connect(
                self._behind + client.request.path,
                origin=SITE,  # type: ignore[arg-type]
                additional_headers=peer,
                compression=None,
                proxy=None,
                close_timeout=0.5,
            ) as gateway:
                talk = Talk(client, gateway)
                ways = [asyncio.create_task(way) for way in (talk.in_(), talk.out())]
                _, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in left:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except BROKEN:
            pass
        client.transport.abort()


@asynccontextmanager
async def naive(nodes: list[Node]) -> AsyncIterator[list[int]]:
    """A proxy in front of each node; their ports."""
    async with AsyncExitStack() as stack:
        ports = []
        for node in nodes:
            port = free_port()
            server: Server = await stack.enter_async_context(
                serve(passed_on(node), "127.0.0.1", port, compression=None, close_timeout=0.5)
            )
            assert server.sockets
            ports.append(port)
        yield ports
