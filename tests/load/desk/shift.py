"""One shift: real nodes over a real database, agents who take, decline or sleep, chats that come all the time.

Invariants: nothing of ours is replaced but, for the negative controls, the choice or the sweep; what is judged is read from
the database by somebody who takes no part.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import sqlalchemy as sa

from handoff.adapters.memory_hints import MemoryHints
from handoff.adapters.sql import SqlAccounts, SqlStore, open_store
from handoff.adapters.sql.routing import SqlRouting
from handoff.conversations.errors import ConversationError
from handoff.conversations.flow import Flow
from handoff.conversations.ports import Agent, Visitor
from handoff.desk.routing.assign import assign, in_line
from handoff.desk.routing.desk import Routing
from handoff.desk.routing.model import LIVELY, Assignment, Look, Offered, Rules
from handoff.desk.routing.planning import Choose
from handoff.desk.routing.ports import Due, Profile
from handoff.desk.rules import Rules as DeskRules
from handoff.desk.sign_in import Account
from handoff.jobs import RoutingSweep
from tests.load.desk.figures import Figures

LOOK_SECONDS = 0.1
BEAT_SECONDS = 8.0

UNSEEN = sa.text("""SELECT c.id FROM conversation c WHERE c.controller = 'queue'
AND NOT EXISTS (SELECT 1 FROM offer o WHERE o.conversation = c.id AND o.ended_at IS NULL)
AND NOT EXISTS (SELECT 1 FROM case_routing n WHERE n.case_number = c.case_number AND n.why <> '')""")
OFFERS = sa.text("SELECT id, conversation, agent, epoch FROM offer WHERE ended_at IS NULL")
LOADS = sa.text(
    "SELECT agent, count(*) FROM conversation WHERE controller = 'agent' GROUP BY agent"
)
OUTCOMES = sa.text("SELECT outcome, count(*) FROM offer GROUP BY outcome")
WAITS = {
    "sqlite": sa.text(
        "SELECT (julianday(min(o.made_at)) - julianday(c.waiting_since)) * 86400.0 "
        "FROM offer o JOIN conversation c ON c.id = o.conversation GROUP BY c.id, c.waiting_since"
    ),
    "postgresql": sa.text(
        "SELECT extract(epoch FROM min(o.made_at) - c.waiting_since) "
        "FROM offer o JOIN conversation c ON c.id = o.conversation GROUP BY c.id, c.waiting_since"
    ),
}


@dataclass(frozen=True)
class Plan:
    """How large the shift is. `declined` and `slept`: the share of offers that are; `swept`: whether anybody looks."""

    agents: int = 200
    chats: int = 2000
    seconds: float = 40.0
    nodes: int = 2
    capacity: int = 20
    answer: tuple[float, float] = (0.1, 1.5)
    declined: float = 0.03
    slept: float = 0.01
    accept: int = 5
    swept: bool = True
    choose: Choose = assign
    patience: float = 120.0
    seed: int = 7


def at_random(seed: int) -> Choose:
    """The negative control of fairness: anybody who is free, however busy they are and whoever was asked last."""
    random = Random(seed)

    def choose(look: Look) -> Assignment:
        free = [p for p in look.people if not p.offers and p.load + LIVELY <= p.capacity]
        random.shuffle(free)
        line = in_line(look.chats)
        pairs = [(c, p) for c, p in zip(line, free, strict=False) if p.login not in c.dropped_by]
        offers = tuple(Offered(c, p.login, p.offered_at) for c, p in pairs)
        asked = {c.conversation for c, _ in pairs}
        return Assignment(
            offers, {c.conversation: "busy" for c in line if c.conversation not in asked}
        )

    return choose


class Nothing:
    """A business without dates."""

    async def due(self, subscriber_id: str) -> Due | None:
        return Due()


@dataclass
class Node:
    """A node of the gateway: its store, its door, its part of the line."""

    store: SqlStore
    flow: Flow
    routing: Routing
    sweeps: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, url: str, hints: MemoryHints, plan: Plan) -> "Node":
        store = open_store(url)
        routing = Routing(SqlRouting(store), hints, Nothing(), choose=plan.choose)
        node = cls(store, Flow(store, hints, desk=DeskRules()), routing)
        node.routing.sweep = node._timed(routing.sweep)  # type: ignore[method-assign]
        return node

    def _timed(self, sweep: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
        async def timed() -> int:
            begun = time.perf_counter()
            try:
                return await sweep()
            finally:
                self.sweeps.append(time.perf_counter() - begun)

        return timed


class Shift:
    """People and chats over one database."""

    def __init__(self, url: str, plan: Plan) -> None:
        self._plan = plan
        self._hints = MemoryHints()
        self._nodes = [Node.of(url, self._hints, plan) for _ in range(plan.nodes)]
        self._random = Random(plan.seed)
        self._agents = [
            Agent(f"agent{n:03}", f"Agent {n}", available=True) for n in range(plan.agents)
        ]
        self._asked: set[str] = set()
        self._answering: set[asyncio.Task[None]] = set()
        self._unseen_since: dict[str, float] = {}
        self._longest_unseen = 0.0
        self._stop = asyncio.Event()

    async def run(self) -> Figures:
        """From the first agent to the last chat; the figures."""
        begun, cpu = time.perf_counter(), time.process_time()
        await self._open()
        loops = [self._watch(), self._desk(), self._beats()]
        if self._plan.swept:
            loops += [RoutingSweep(n.routing, self._hints).run(self._stop) for n in self._nodes]
        running = [asyncio.create_task(loop) for loop in loops]
        try:
            await self._arrivals()
            await self._until_owned()
        finally:
            self._stop.set()
            await asyncio.gather(*running)
            for task in self._answering:
                task.cancel()
            await asyncio.gather(*self._answering, return_exceptions=True)
        try:
            took, used = time.perf_counter() - begun, time.process_time() - cpu
            return await self._figures(took, used)
        finally:
            for node in self._nodes:
                node.store.close()

    async def _open(self) -> None:
        """Everybody signs in."""
        first = self._nodes[0]
        await first.routing.store.set_rules(Rules(accept=self._plan.accept), by="load")
        accounts, profile = SqlAccounts(first.store), Profile(capacity=self._plan.capacity)
        for agent in self._agents:
            await accounts.save_account(Account(agent.id, agent.name, "hash", demo=False))
            await first.routing.store.put_profile(agent.id, profile, by="load")
            await first.flow.set_available(agent, on=True)

    async def _arrivals(self) -> None:
        """Subscribers come evenly and ask for a person."""
        begun, every = time.perf_counter(), self._plan.seconds / self._plan.chats
        for number in range(self._plan.chats):
            flow = self._nodes[number % len(self._nodes)].flow
            entered = await flow.enter(Visitor(None, 0, None, "de"), session=None)
            await flow.ask_person(entered.conversation.id, cid=f"cid-{number:08}")
            ahead = begun + number * every - time.perf_counter()
            if ahead > 0:
                await asyncio.sleep(ahead)

    async def _until_owned(self) -> None:
        """Until every chat has somebody, or patience ends."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._plan.patience):
                while sum((await self._loads()).values()) < self._plan.chats:  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_SECONDS)

    async def _loads(self) -> dict[str, int]:
        return dict(await self._ask(LOADS))

    async def _ask(self, query: sa.TextClause) -> list[tuple[Any, ...]]:
        return await self._nodes[-1].store.ask(lambda db: [tuple(row) for row in db.execute(query)])

    # --- agents

    async def _beats(self) -> None:
        """Everybody stays there."""
        while not self._stop.is_set():
            for agent in self._agents:
                await self._nodes[0].flow.heartbeat(agent)
                await asyncio.sleep(BEAT_SECONDS / len(self._agents))

    async def _desk(self) -> None:
        """Agents see what they are offered."""
        agents = {agent.id: agent for agent in self._agents}
        while not self._stop.is_set():
            for offer, chat, login, epoch in await self._ask(OFFERS):
                if offer not in self._asked:
                    self._asked.add(offer)
                    answer = self._answer(agents[login], chat, epoch)
                    task = asyncio.create_task(answer)
                    self._answering.add(task)
                    task.add_done_callback(self._answering.discard)
            await asyncio.sleep(LOOK_SECONDS)

    async def _answer(self, agent: Agent, chat: str, epoch: int) -> None:
        """Take it, say no, or sleep and come back later."""
        node = self._random.choice(self._nodes)
        mood = self._random.random()
        await asyncio.sleep(self._random.uniform(*self._plan.answer))
        if mood < self._plan.slept:
            await asyncio.sleep(self._plan.accept + 1.0)
            await node.routing.back(agent)
        elif mood < self._plan.slept + self._plan.declined:
            await node.routing.decline(
                chat, agent=agent, epoch=epoch, cid=f"no-{chat[:20]}-{epoch}"
            )
        else:
            with suppress(ConversationError):  # withdrawn meanwhile
                await node.flow.take(chat, agent=agent, epoch=epoch, cid=f"take-{chat[:20]}")

    # --- who judges

    async def _watch(self) -> None:
        """How long each chat is neither offered nor explained, seen from outside."""
        while not self._stop.is_set():
            unseen = {str(row[0]) for row in await self._ask(UNSEEN)}
            now = time.perf_counter()
            for chat in unseen:
                since = self._unseen_since.setdefault(chat, now)
                self._longest_unseen = max(self._longest_unseen, now - since)
            for chat in self._unseen_since.keys() - unseen:
                self._longest_unseen = max(self._longest_unseen, now - self._unseen_since.pop(chat))
            await asyncio.sleep(LOOK_SECONDS)

    async def _figures(self, took: float, cpu: float) -> Figures:
        loads = await self._loads()
        dialect = await self._nodes[0].store.ask(lambda db: db.dialect.name)
        return Figures(
            loads=[loads.get(agent.id, 0) for agent in self._agents],
            owned=sum(loads.values()),
            chats=self._plan.chats,
            unseen=self._longest_unseen,
            waits=[float(row[0]) for row in await self._ask(WAITS[dialect])],
            sweeps=[took for node in self._nodes for took in node.sweeps],
            outcomes=Counter({o or "standing": n for o, n in await self._ask(OUTCOMES)}),
            took=took,
            cpu=cpu,
        )
