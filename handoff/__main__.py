"""The gateway's process: `python -m handoff [serve]`; and its commands `migrate`, `restored`, `reports` and `agent add|password|remove|list`."""

import argparse
import signal
import socket
import sys

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from handoff import agents, logs, reporting
from handoff.app import create_app
from handoff.desk.accounts import AccountRefused
from handoff.settings import Settings
from handoff.web.short_way import ShortWay
from handoff.web.socket_routes import SERVED, SocketRoutes
from subscriptions.connecting import read_or_end

LARGEST_FRAME = 65_536


def server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """uvicorn as measured best for many idle sockets: sansio, uvloop, no deflate, small frames, nothing around a socket."""
    return uvicorn.Config(
        SocketRoutes(app, served=SERVED),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        ws=ShortWay,
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,
        ws_ping_interval=settings.ping_seconds,
        ws_ping_timeout=settings.ping_seconds,
        timeout_graceful_shutdown=5,
        access_log=False,
        log_config=None,
        server_header=False,
    )


class Server(uvicorn.Server):
    """uvicorn, which on its own closes all sockets at once and in the middle of what they do."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        super().__init__(server_config(app, settings))
        self._app = app

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept nothing more, let everybody go bit by bit, then end."""
        for server in self.servers:
            server.close()
        await self._app.state.services.draining.leave()
        await super().shutdown(sockets)


def _serve() -> int:
    settings = read_or_end(Settings)
    logs.configure(development=settings.development)
    # uvicorn raises the signal again when it is done; an orderly end is no failure.
    signal.signal(signal.SIGTERM, lambda *_: None)
    server = Server(create_app(settings), settings)
    server.run()
    return 0 if server.started else 3


def _migrate(database_url: str | None) -> int:
    # Alembic takes half a second to load, which serving need not wait for.
    from handoff.migrations import migrate

    migrate(database_url or read_or_end(Settings).database_url)
    print("handoff: the database is up to date")
    return 0


def _restored(database_url: str | None) -> int:
    from handoff.migrations import restored

    restored(database_url or read_or_end(Settings).database_url)
    print("handoff: from now on this is another log; clients read it anew")
    return 0


def _agent(given: argparse.Namespace) -> int:
    logs.silence()
    try:
        print(agents.run(given, given.database_url or read_or_end(Settings).database_url))
    except AccountRefused as why:
        print(f"handoff: {why}", file=sys.stderr)
        return 1
    return 0


def _reports(given: argparse.Namespace) -> int:
    logs.silence()
    said, code = reporting.run(given, given.database_url or read_or_end(Settings).database_url)
    print(said)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m handoff", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--database-url", help="without it the one of HANDOFF_DATABASE_URL")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve", help="the gateway; also without a command")
    commands.add_parser(
        "migrate", parents=[common], help="bring the database to the newest version"
    )
    commands.add_parser(
        "restored", parents=[common], help="after a backup was put in place: clients read anew"
    )
    facts = "compute the facts of reports again from the log"
    reporting.describe(commands.add_parser("reports", parents=[common], help=facts))
    agents.describe(commands.add_parser("agent", help="who may sign in at the desk"), common)
    return parser


def main() -> int:
    """Run one command; its exit code says whether it worked."""
    given = _parser().parse_args()
    if given.command == "migrate":
        return _migrate(given.database_url)
    if given.command == "restored":
        return _restored(given.database_url)
    if given.command == "reports":
        return _reports(given)
    return _agent(given) if given.command == "agent" else _serve()


if __name__ == "__main__":
    raise SystemExit(main())
