"""A real gateway for tests: real SQLite, real sockets on a free port, and an assistant that tests script.

Invariants: nothing of ours is replaced; what stands in for Rasa is a real HTTP server that answers in the
contract's shape; everything listens on 127.0.0.1 and is stopped at the end.
"""

import asyncio
import gc
import json
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from websockets.asyncio.client import ClientConnection, connect

from handoff.__main__ import server_config
from handoff.app import create_app
from handoff.contract import HandoffRequest, Say
from handoff.migrations import migrate
from handoff.settings import Settings
from handoff.web.limits import Limits
from subscriptions.connecting import BusinessSettings
from tests import production
from tests.processes import free_port

PASSWORD = "a password for the demo"
PATIENCE = 60.0  # seconds for what comes; on a busy machine it comes later
HEADER = {"X-Requested-With": "abolotse"}
Answer = Callable[[dict[str, Any]], list[Say | HandoffRequest]]


def echo(turn: dict[str, Any]) -> list[Say | HandoffRequest]:
    """The assistant of most tests says what it heard."""
    return [Say(text=f"bot heard {turn['message']}", locale=turn["metadata"]["locale"])]


class Assistant:
    """What stands in for Rasa: remembers the turns and answers with `answer`."""

    def __init__(self) -> None:
        self.turns: list[dict[str, Any]] = []
        self.answer: Answer = echo
        self.delay = 0.0

    async def webhook(self, request: Request) -> JSONResponse:
        turn = await request.json()
        self.turns.append(turn)
        await asyncio.sleep(self.delay)
        return JSONResponse(
            [
                {"recipient_id": turn["sender"], "custom": reply.model_dump(mode="json")}
                for reply in self.answer(turn)
            ]
        )

    async def status(self, _request: Request) -> JSONResponse:
        return JSONResponse({"model_id": "test"})

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/webhooks/rest/webhook", self.webhook, methods=["POST"]),
                Route("/status", self.status),
            ]
        )


@asynccontextmanager
async def running(config: uvicorn.Config) -> AsyncIterator[uvicorn.Server]:
    """Serve until the block ends."""
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(20):
            while not server.started:
                if serving.done():
                    await serving
                await asyncio.sleep(0.01)
        yield server
    finally:
        server.should_exit = True
        await serving


async def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # nobody tells us
            await asyncio.sleep(0.01)


def replay(inbox: dict[str, dict[str, Any]], frame: dict[str, Any]) -> None:
    """What an `inbox` frame changes in the list of conversations, as every console does it."""
    if frame["whole"]:
        inbox.clear()
    for conversation in frame["gone"]:
        inbox.pop(conversation, None)
    inbox.update({row["conversation"]: row for row in frame["rows"]})


class Talk:
    """A client's end of a socket, with the patience of a test."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []
        self.inbox: dict[str, dict[str, Any]] = {}

    async def send(self, type: str, **fields: Any) -> None:  # noqa: A002
        await self.socket.send(json.dumps({"type": type, **fields}))

    async def next(self, seconds: float = PATIENCE) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            frame: dict[str, Any] = json.loads(await self.socket.recv())
        self.seen.append(frame)
        if frame["type"] == "inbox":
            replay(self.inbox, frame)
        return frame

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first frame from now on that is wanted."""
        while True:
            if wanted(frame := await self.next()):
                return frame

    async def of(self, type: str, **fields: Any) -> dict[str, Any]:  # noqa: A002
        """The next frame of a type with these values."""
        wanted = {"type": type, **fields}
        return await self.until(lambda f: all(f.get(k) == v for k, v in wanted.items()))

    async def event(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next log frame whose event is of a kind with these values."""
        wanted = {"kind": kind, **fields}
        return await self.until(
            lambda f: (
                f["type"] == "event" and all(f["event"].get(k) == v for k, v in wanted.items())
            )
        )

    async def close_code(self) -> int:
        """Read to the end; the code the gateway closed with."""
        async with asyncio.timeout(PATIENCE):
            await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return self.socket.close_code


def cid() -> str:
    """A client's id of one write."""
    return secrets.token_hex(8)


class Gateway:
    """The running gateway and how to reach it."""

    def __init__(self, settings: Settings, assistant: Assistant, server: uvicorn.Server) -> None:
        self.settings = settings
        self.assistant = assistant
        self.server = server
        self.base = f"http://127.0.0.1:{settings.port}"
        self.http = httpx.AsyncClient(base_url=self.base, trust_env=False)

    @property
    def web(self) -> Any:
        """The services of the running application."""
        app: Any = self.server.config.app
        return app.inner.state.services

    @asynccontextmanager
    async def socket(
        self, path: str, *, origin: str | None = "own", cookie: str | None = None
    ) -> AsyncIterator[Talk]:
        """An open socket of a browser on our own page, unless told otherwise."""
        headers = {"Cookie": cookie} if cookie else {}
        async with connect(
            f"ws://127.0.0.1:{self.settings.port}{path}",
            origin=self.base if origin == "own" else origin,  # type: ignore[arg-type]
            additional_headers=headers,
            compression=None,
            proxy=None,
        ) as socket:
            yield Talk(socket)

    @asynccontextmanager
    async def subscriber(self, **hello: Any) -> AsyncIterator[tuple[Talk, dict[str, Any]]]:
        """A subscriber's socket after its welcome."""
        async with self.socket("/ws/subscriber") as talk:
            await talk.send("hello", **hello)
            yield talk, await talk.of("welcome")

    async def login(self, login: str = "maya") -> str:
        """Sign in; the cookie header."""
        answer = await self.http.post(
            "/api/agent/login", json={"login": login, "password": PASSWORD}, headers=HEADER
        )
        assert answer.status_code == 200, answer.text
        self.http.cookies.clear()
        return answer.headers["set-cookie"].split(";")[0]

    @asynccontextmanager
    async def agent(
        self, login: str = "maya", *, cookie: str | None = None, **hello: Any
    ) -> AsyncIterator[Talk]:
        """An available agent's socket after its welcome."""
        held = cookie or await self.login(login)
        async with self.socket("/ws/agent", cookie=held) as talk:
            await talk.send("hello", **hello)
            await talk.of("welcome")
            await talk.send("available", on=True)
            await talk.until(lambda f: f["type"] == "inbox" and f["agents_available"] > 0)
            yield talk


def settings_for(folder: Path, **changes: Any) -> Settings:
    """Settings of a gateway with databases of its own; `changes` of what all processes know are told apart by name."""
    values: dict[str, Any] = {
        "port": free_port(),
        "database_url": f"sqlite:///{folder / 'handoff.db'}",
        "demo_password": PASSWORD,
        "actions_url": "http://127.0.0.1:9",
    }
    business: dict[str, Any] = {
        "mode": "development",
        "database_url": f"sqlite:///{folder / 'subscriptions.db'}",
    }
    for name, value in changes.items():
        known = name in BusinessSettings.model_fields
        (business if known else values)[name] = value
    return Settings(**values, business=BusinessSettings(**business))


PRODUCTION = {
    **production.PRODUCTION,
    "demo_password": "",
    "rasa_token": "r" * 40,
    "host_site_secret": "h" * 40,
    "session_secret": "s" * 40,
}


def _make(url: str) -> None:
    """A migrated database, or the one that is there brought up to date."""
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.exists():
        file.write_bytes(_migrated())
    else:
        migrate(url)


@cache
def _migrated() -> bytes:
    """An empty SQLite database of this state of the tables."""
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/handoff.db")
        return Path(folder, "handoff.db").read_bytes()


@asynccontextmanager
async def running_gateway(
    folder: Path, *, dist: Path | None = None, limits: Limits | None = None, **changes: Any
) -> AsyncIterator[Gateway]:
    """A gateway with its assistant, from an empty conversation database."""
    assistant = Assistant()
    port = free_port()
    rasa = uvicorn.Config(
        assistant.app(), port=port, log_config=None, access_log=False, ws="none", lifespan="off"
    )
    settings = settings_for(folder, **({"rasa_url": f"http://127.0.0.1:{port}"} | changes))
    _make(settings.database_url)
    more = {} if dist is None else {"dist": dist}
    app = create_app(settings, limits=limits, **more)  # type: ignore[arg-type]
    gc.freeze()  # The gateway looks for garbage when it starts: among its own, not in all that pytest holds.
    async with running(rasa), running(server_config(app, settings)) as server:
        gateway = Gateway(settings, assistant, server)
        try:
            yield gateway
        finally:
            await gateway.http.aclose()
