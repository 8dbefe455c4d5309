"""Subscribers and agents as the load has them: open sockets on a gateway, chats that agents have taken.

Invariant: everything goes over the gateway's own sockets and routes, nothing is written behind its back.
"""

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import httpx

from tests.bench.servers import PASSWORD
from tests.bench.wire import Client, opened

HEADER = {"X-Requested-With": "abolotse"}
WATCHED = 48  # an agent may watch 50
LOGINS = ("maya", "jonas")


class Party:
    """A socket whose frames are awaited one by one: for everything but the load itself."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        client.heard = lambda payload: self._frames.put_nowait(json.loads(payload))

    def send(self, type: str, **fields: Any) -> None:  # noqa: A002
        self.client.send(json.dumps({"type": type, **fields}).encode())

    async def of(self, type: str, **fields: Any) -> dict[str, Any]:  # noqa: A002
        """The next frame of a type whose fields, or whose event's, have these values. Gives up after a minute."""
        async with asyncio.timeout(60):
            while True:
                frame = await self._frames.get()
                inner = {**frame, **frame.get("event", {})}
                if frame["type"] == type and all(inner.get(k) == v for k, v in fields.items()):
                    return frame


def new_cid() -> str:
    """A client's id of one write."""
    return secrets.token_hex(8)


async def subscriber(port: int, **hello: Any) -> tuple[Party, dict[str, Any]]:
    """A subscriber's socket after its welcome."""
    party = Party(await opened(port, "/ws/subscriber"))
    party.send("hello", **hello)
    return party, await party.of("welcome")


async def signed_in(port: int, login: str) -> str:
    """An agent's cookie."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        body = {"login": login, "password": PASSWORD}
        answer = await http.post("/api/agent/login", json=body, headers=HEADER, timeout=60)
    answer.raise_for_status()
    return str(answer.headers["set-cookie"].split(";")[0])


async def agent(port: int, cookie: str) -> Party:
    """An agent's socket after its welcome, taking chats."""
    party = Party(await opened(port, "/ws/agent", cookie=cookie))
    party.send("hello")
    await party.of("welcome")
    party.send("available", on=True)
    return party


@dataclass(slots=True)
class Chat:
    """A conversation that an agent has taken: both ends of it."""

    subscriber: Party
    agent: Party
    conversation: str
    session: str
    epoch: int
    last: int


async def taken(port: int, agents: list[Party], count: int) -> list[Chat]:
    """So many chats, spread over the agents."""
    return [await _taken(port, agents[number % len(agents)]) for number in range(count)]


async def _taken(port: int, by: Party) -> Chat:
    party, welcome = await subscriber(port)
    chat = welcome["conversation"]
    party.send("person", cid=new_cid())
    control = await party.of("event", kind="control", controller="queue")
    by.send("watch", conversation=chat)
    by.send("take", cid=new_cid(), conversation=chat, epoch=control["event"]["epoch"])
    control = await party.of("event", kind="control", controller="agent")
    await by.of("event", kind="control", controller="agent", conversation=chat)
    epoch = control["event"]["epoch"]
    return Chat(party, by, chat, welcome["session"], epoch, control["seq"])


@dataclass(slots=True)
class Traffic:
    """Messages under way: every subscriber has one, and sends the next when it was acked and seen."""

    wanted: int
    acked: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    _begun: dict[str, float] = field(default_factory=dict)
    _waits: dict[str, int] = field(default_factory=dict)
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, chats: list[Chat]) -> None:
        """Send until all that is wanted was acked and seen by the other side."""
        by_id = {chat.conversation: chat for chat in chats}
        for party in {chat.agent.client: None for chat in chats}:
            party.heard = lambda payload: self._agent_hears(payload, by_id)
        for chat in chats:
            chat.subscriber.client.heard = lambda payload, chat=chat: self._subscriber_hears(
                payload, chat
            )
        for chat in chats:
            self._send(chat)
        await self._done.wait()

    def _send(self, chat: Chat) -> None:
        if self.wanted <= 0:
            return
        self.wanted -= 1
        self._begun[chat.conversation] = perf_counter()
        self._waits[chat.conversation] = 2
        chat.subscriber.client.send(
            b'{"type":"send","cid":"%s","text":"Warum ist meine Zahlung fehlgeschlagen?"}'
            % new_cid().encode()
        )

    def _subscriber_hears(self, payload: bytes, chat: Chat) -> None:
        if payload.startswith(b'{"type":"ack"'):
            self.acked.append(perf_counter() - self._begun[chat.conversation])
            self._arrived(chat)
        elif payload.startswith(b'{"type":"nack"'):
            raise RuntimeError(payload.decode())

    def _agent_hears(self, payload: bytes, by_id: dict[str, Chat]) -> None:
        if payload.startswith(b'{"type":"event"') and b'"author":"subscriber"' in payload:
            start = payload.index(b'"conversation":"') + 16
            chat = by_id[payload[start : payload.index(b'"', start)].decode()]
            if chat.conversation in self._waits:
                self.seen.append(perf_counter() - self._begun[chat.conversation])
                self._arrived(chat)

    def _arrived(self, chat: Chat) -> None:
        self._waits[chat.conversation] -= 1
        if self._waits[chat.conversation] == 0:
            del self._waits[chat.conversation]
            self._send(chat)
            if not self._waits:
                self._done.set()
