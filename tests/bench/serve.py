"""The servers that are measured, each a process: `python -m tests.bench.serve raw|stack|outbox|gateway PORT`.

`raw` is the control: a bare `websockets` echo on uvloop. `stack` is an echo in uvicorn as the gateway starts it, `outbox`
the same through the gateway's own connection with its bounded outbox. `gateway` is the gateway itself, its settings from the
environment, with rate limits so wide that one address may be everybody.
Invariant: no deflate anywhere, so that the control is not handicapped.
"""

import asyncio
import sys
from typing import Never

import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_raw

from handoff import logs
from handoff.__main__ import LARGEST_FRAME, server_config
from handoff.app import create_app
from handoff.settings import Settings
from handoff.web.connection import Connection
from handoff.web.limits import Buckets, Limits, Open, Rate
from subscriptions.connecting import BusinessSettings

WIDE = Rate(burst=1e9, per_second=1e9)


async def _raw(port: int) -> None:
    async def echo(socket: ServerConnection) -> None:
        async for message in socket:
            await socket.send(message)

    async with serve_raw(
        echo, "127.0.0.1", port, compression=None, max_size=LARGEST_FRAME, ping_interval=None
    ):
        await asyncio.get_running_loop().create_future()


def _stack() -> FastAPI:
    app = FastAPI()

    @app.websocket("/")
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except WebSocketDisconnect:
            return

    return app


def _outbox() -> FastAPI:
    app = FastAPI()

    @app.websocket("/")
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        connection = Connection(socket)

        async def talk() -> Never:
            while True:
                await connection.push_text(await connection.receive() or "")

        await connection.live(talk())

    return app


def wide_limits() -> Limits:
    """All of the load comes from one address."""
    return Limits(
        connects=Buckets(WIDE), open_sockets=Open(10**6), frames=WIDE, messages=Buckets(WIDE)
    )


def main() -> None:
    """Serve until a signal ends it."""
    kind, port = sys.argv[1], int(sys.argv[2])
    if kind == "raw":
        uvloop.run(_raw(port))
        return
    if kind == "gateway":
        logs.configure(development=True)
        settings = Settings(port=port)
        app = create_app(settings, limits=wide_limits())
    else:
        settings = Settings(port=port, business=BusinessSettings(mode="development"))
        app = _stack() if kind == "stack" else _outbox()
    uvicorn.Server(server_config(app, settings)).run()


if __name__ == "__main__":
    main()
