"""A load balancer in front of gateways: TCP, round robin, and another node when one does not take a connection.

Invariants: a node that refuses, or hangs up before its first byte, is no client's business: what the client has said by then
is said again to the next one, as HAProxy and Caddy do it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle

CHUNK = 65_536
HOST = "127.0.0.1"


class Proxy:
    """Passes bytes to the nodes by turns."""

    def __init__(self, ports: list[int]) -> None:
        self._orders = cycle([ports[first:] + ports[:first] for first in range(len(ports))])
        self.taken: dict[int, int] = dict.fromkeys(ports, 0)
        self.turned_away = 0
        """Connections that no node took."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client's connection to its end."""
        try:
            said = await reader.read(CHUNK)
            for port in next(self._orders):
                if said and await self._passed(port, said, reader, writer):
                    return
            self.turned_away += bool(said)
        except OSError:
            pass
        finally:
            writer.close()

    async def _passed(
        self, port: int, said: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Try a node; False: it never said a word."""
        try:
            from_node, to_node = await asyncio.open_connection(HOST, port)
            to_node.write(said)
            first = await from_node.read(CHUNK)
        except OSError:
            return False
        if not first:
            to_node.close()
            return False
        self.taken[port] += 1
        writer.write(first)
        copies = [
            asyncio.create_task(_copy(reader, to_node)),
            asyncio.create_task(_copy(from_node, writer)),
        ]
        try:
            await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for copy in copies:
                copy.cancel()
            to_node.close()
        return True


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one side ends."""
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass


@asynccontextmanager
async def balancing(port: int, nodes: list[int]) -> AsyncIterator[Proxy]:
    """A proxy that listens while the block runs."""
    proxy = Proxy(nodes)
    async with asyncio.TaskGroup() as group:
        serving: set[asyncio.Task[None]] = set()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = group.create_task(proxy.serve(reader, writer))
            serving.add(task)
            task.add_done_callback(serving.discard)

        server = await asyncio.start_server(accept, HOST, port)
        try:
            yield proxy
        finally:
            server.close()
            for task in serving:
                task.cancel()
    await asyncio.sleep(0.1)  # transports close in the loop's next rounds
