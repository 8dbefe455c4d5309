"""The parties: subscribers who write and press, agents who take, answer and give back.

Invariants: what a party writes is unique, so that a message that stands twice is seen; a party decides by its own dice
and by what it has seen itself; told to be quiet it finishes what is under way and stays connected.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from joserfc.jwk import OctKey

from handoff.web.host_token import HostSite, sign
from tests.chaos.house import PASSWORD, SITE_SECRET
from tests.chaos.link import Address, Link
from tests.chaos.tally import Tally
from tests.chaos.views import Frame, View, Write
from tests.integration.handoff_web.gateway import replay

THINKING = (0.3, 2.2)
MOST_CHATS = 4
HOST = HostSite(issuer="host-site", keys={"host-site-1": OctKey.import_key(SITE_SECRET)})
COOKIE = "__Host-abolotse_desk"


class Party:
    """Somebody with a line, views and writes."""

    def __init__(self, name: str, nodes: list[Address], seed: str, tally: Tally) -> None:
        self.name = name
        self.dice = random.Random(f"{seed}:{name}")
        self.link = Link(nodes, self.dice, tally)
        self.link.hello = self.hello
        self.link.hear = self.hear
        self.link.once_more = self.once_more
        self.writes: list[Write] = []
        self.quiet = asyncio.Event()
        self._said = 0

    def hello(self) -> Frame:
        raise NotImplementedError

    async def hear(self, frame: Frame) -> None:
        raise NotImplementedError

    def once_more(self) -> Frame:
        """Asks for a whole log again."""
        raise NotImplementedError

    async def act(self) -> None:
        raise NotImplementedError

    async def live(self) -> None:
        """Act until quiet, then only keep the line; until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.link.keep())
            while not self.quiet.is_set():
                await self.think()
                await self.act()

    async def think(self) -> None:
        """Pause like a person; after a loss only until the line is back."""
        try:
            async with asyncio.timeout(self.dice.uniform(*THINKING)):
                await self.link.hurry.wait()
        except TimeoutError:
            pass
        await self.link.online.wait()
        self.link.hurry.clear()

    def words(self) -> str:
        """Words that nobody has said before."""
        self._said += 1
        return f"{self.name} says {self._said}"

    async def write(self, type: str, conversation: str, /, **fields: Any) -> Write:  # noqa: A002
        """Send something until it is answered, and remember it."""
        author = "subscriber" if isinstance(self, Subscriber) else self.name
        made = Write(type, conversation, fields, author, fields.get("text"))
        self.writes.append(made)
        await self.link.write(made)
        return made

    @property
    def done(self) -> bool:
        """Quiet, connected, and nothing under way."""
        calm = self.quiet.is_set() and self.link.online.is_set()
        return calm and all(write.answered for write in self.writes)


class Subscriber(Party):
    """Writes messages, presses buttons, asks for a person. Some are signed in by the host site."""

    def __init__(self, name: str, nodes: list[Address], seed: str, tally: Tally) -> None:
        super().__init__(name, nodes, seed, tally)
        self.view = View()
        self.conversation = ""
        self.number = name if self.dice.random() < 0.3 else None
        self._session: str | None = None

    def hello(self) -> Frame:
        frame: Frame = {"type": "hello", "session": self._session, "since": self.view.last}
        if self.number is not None and (self._session is None or self.dice.random() < 0.2):
            now = datetime.now(UTC)
            frame["jwt"] = sign(HOST, kid="host-site-1", subscriber=self.number, name=self.name, now=now)  # fmt: skip
        return frame

    async def hear(self, frame: Frame) -> None:
        if frame["type"] == "welcome":
            self._session = frame["session"]
            if frame["reset"] or self.conversation not in {"", frame["conversation"]}:
                self.view = View()
            self.conversation, self.view.asked = frame["conversation"], None
        elif frame["type"] == "event" and not self.view.take(frame):
            await self.link.tell(type="sync", since=self.view.last)

    def once_more(self) -> Frame:
        return {"type": "sync", "since": 0}

    async def act(self) -> None:
        """One of the things that people do in a chat."""
        chance = self.dice.random()
        if chance < 0.05:
            await self.write("person", self.conversation)
        elif chance < 0.13 and (shown := self.view.buttons()):
            seq = self.dice.choice(shown)
            await self.write("press", self.conversation, seq=seq, index=0)
        elif chance < 0.2:
            await self.link.tell(type="read", seq=self.view.last)
            await self.link.tell(type="typing", on=True)
        else:
            await self.write("send", self.conversation, text=self.words())


class Agent(Party):
    """Signs in, is available, takes chats from the line and sometimes from the bot, and works on them."""

    def __init__(self, name: str, nodes: list[Address], seed: str, tally: Tally) -> None:
        super().__init__(name, nodes, seed, tally)
        self.views: dict[str, View] = {}
        self.inbox: dict[str, Frame] = {}
        self._heard: str | None = None
        """Up to where the list of conversations is known; another connection goes on from there."""
        self.available = True
        self._asked_for: set[str] = set()
        """The chats whose log this connection was asked for."""
        self._chances: list[tuple[float, Callable[[str], Awaitable[None]]]] = [
            (0.62, self._reply),
            (0.70, self._note),
            (0.78, self._read),
            (0.88, self._give_back),
            (0.94, self._requeue),
            (1.00, self._close),
        ]

    async def sign_in(self) -> None:
        """Over HTTP at any node; the cookie is good at all."""
        async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
            answer = await http.post(
                self.link.nodes[self.link.at].origin + "/api/agent/login",
                json={"login": self.name, "password": PASSWORD},
                headers={"X-Requested-With": "abolotse"},
            )
        cookie = answer.raise_for_status().headers["set-cookie"].split(";")[0]
        for node in self.link.nodes:
            node.headers["Cookie"] = cookie

    def hello(self) -> Frame:
        self._asked_for = set(self.views)
        for view in self.views.values():
            view.asked = None
        cursors = {c: view.last for c, view in self.views.items()}
        return {"type": "hello", "cursors": cursors, "inbox": self._heard}

    @property
    def rows(self) -> list[Frame]:
        """The list of conversations, who waits longest first."""
        return sorted(self.inbox.values(), key=lambda row: row["waiting_since"] or "")

    async def hear(self, frame: Frame) -> None:
        if frame["type"] == "inbox":
            replay(self.inbox, frame)
            self._heard = frame["cursor"] or self._heard
            for conversation in self.views.keys() - self._asked_for:
                await self._watch(conversation)
        elif frame["type"] == "nack":
            self._asked_for.discard(frame["cid"])
        elif frame["type"] == "event":
            view = self.views[frame["conversation"]]
            if not view.take(frame):
                await self._watch(frame["conversation"])

    async def watch_all(self) -> None:
        """Look at every conversation of the list."""
        for row in self.rows:
            if row["conversation"] not in self.views:
                await self._watch(row["conversation"])

    async def _watch(self, conversation: str) -> None:
        view = self.views.setdefault(conversation, View())
        if await self.link.tell(type="watch", conversation=conversation, since=view.last):
            self._asked_for.add(conversation)

    def once_more(self) -> Frame:
        if not self.views:
            return {"type": "ping"}
        return {"type": "watch", "conversation": self.dice.choice(list(self.views)), "since": 0}

    async def act(self) -> None:
        """Work on a chat, take one, or take a break."""
        await self.link.tell(type="available", on=self.available)
        mine = [r for r in self.rows if r["agent"] == self.name and r["controller"] == "agent"]
        if self.dice.random() < 0.03:
            self.available = not self.available
        elif len(mine) < MOST_CHATS and self.dice.random() < 0.4:
            await self._take()
        elif mine:
            conversation = self.dice.choice(mine)["conversation"]
            chance = self.dice.random()
            await next(work for below, work in self._chances if chance < below)(conversation)

    async def _take(self) -> None:
        """The first of the line, more often than not; now and then one that the bot is talking in."""
        wanted = "bot" if self.dice.random() < 0.25 else "queue"
        found = [row for row in self.rows if row["controller"] == wanted][:5]
        if not found:
            return
        row = self.dice.choice(found)
        await self._watch(row["conversation"])
        await self.write("take", row["conversation"], conversation=row["conversation"], epoch=row["epoch"])  # fmt: skip

    async def _work(self, type: str, conversation: str, /, **fields: Any) -> None:  # noqa: A002
        """A write under the epoch that this agent has seen."""
        if conversation not in self.views:
            await self._watch(conversation)
            return
        epoch = self.views[conversation].epoch
        await self.write(type, conversation, conversation=conversation, epoch=epoch, **fields)

    async def _say(self, conversation: str, **fields: Any) -> None:
        """Words, knowing what this agent has seen of the log."""
        seen = self.views[conversation].last if conversation in self.views else 0
        await self._work("send", conversation, text=self.words(), seen=seen, **fields)

    async def _reply(self, conversation: str) -> None:
        await self._say(conversation)

    async def _note(self, conversation: str) -> None:
        await self._say(conversation, note=True)

    async def _read(self, conversation: str) -> None:
        if (view := self.views.get(conversation)) is not None:
            await self.link.tell(type="read", conversation=conversation, seq=view.last)
            await self.link.tell(type="typing", conversation=conversation, on=True)

    async def _give_back(self, conversation: str) -> None:
        await self._work("release", conversation, to="bot", outcome=self.words())

    async def _requeue(self, conversation: str) -> None:
        await self._work("release", conversation, to="queue")

    async def _close(self, conversation: str) -> None:
        await self._work("release", conversation, to="closed", outcome="settled")
