"""Part `messages`: a message that is persisted, acked and seen by the other side, on SQLite and on PostgreSQL with Redis.

Invariants: the control (a raw echo) and all databases are measured in turns, in one run; a message counts when its sender
has the ack and the agent has the event.
"""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from tests.bench import wire
from tests.bench.chats import LOGINS, Chat, Traffic, agent, signed_in, taken
from tests.bench.echo import cost
from tests.bench.figures import Figure, of_repeats
from tests.bench.machine import Cores, part_of
from tests.bench.plan import Plan
from tests.bench.servers import Backing, Server, on_postgres, on_sqlite, serving


@dataclass(slots=True)
class Side:
    """One gateway with its database, and what was measured on it, turn by turn."""

    key: str
    server: Server
    backing: Backing
    hub: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    redis: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    acked: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    chats: list[Chat] = field(default_factory=list)

    async def prepare(self, count: int) -> None:
        """Open the chats."""
        port = self.server.port
        agents = [await agent(port, await signed_in(port, login)) for login in LOGINS]
        self.chats = await taken(port, agents, count)

    async def turn(self, messages: int, *, keep: bool = True) -> None:
        """Send so many messages and note what they cost."""
        before = (self.server.cpu(), self.backing.cpu(), self.backing.redis_cpu())
        begun, traffic = perf_counter(), Traffic(messages)
        await traffic.run(self.chats)
        took = perf_counter() - begun
        after = (self.server.cpu(), self.backing.cpu(), self.backing.redis_cpu())
        if not keep:
            return
        hub, database, redis = (
            (b - a) / messages * 1e6 for a, b in zip(before, after, strict=True)
        )
        self.hub.append(hub)
        self.database.append(database)
        self.redis.append(redis)
        self.rate.append(messages / took)
        self.acked += traffic.acked
        self.seen += traffic.seen


def measure(plan: Plan, used: Cores, folder: Path) -> list[Figure]:
    """Messages on both databases and the control, in turns."""
    raw: list[float] = []
    with ExitStack() as stack:
        control = stack.enter_context(serving("raw", used, log=folder))
        backings = {
            "sqlite": stack.enter_context(on_sqlite(folder)),
            "postgres": stack.enter_context(on_postgres(folder, used)),
        }
        sides = []
        for key, backing in backings.items():
            server = stack.enter_context(
                serving("gateway", used, log=folder, environment=backing.environment)
            )
            sides.append(Side(key, server, backing))
        wire.run(_turns(plan, control, raw, sides))
        figures = [of_repeats("messages_raw_us", "raw websockets echo, CPU", raw, "µs")]
        for side in sides:
            figures += _figures(side, raw)
    return figures


async def _turns(plan: Plan, control: Server, raw: list[float], sides: list[Side]) -> None:
    for side in sides:
        await side.prepare(plan.chats)
        await side.turn(plan.messages // 2, keep=False)  # what is slow only once
    for turn in range(plan.turns):
        raw.append((await asyncio.to_thread(cost, control, plan.echoes))[0])
        for side in sides[:: 1 if turn % 2 else -1]:
            await side.turn(plan.messages)


def _figures(side: Side, raw: list[float]) -> list[Figure]:
    key, name = side.key, side.backing.name
    ratios = [ours / echo for ours, echo in zip(side.hub, raw, strict=True)]
    cores = [1e6 / hub for hub in side.hub]
    found = [
        of_repeats(f"{key}_hub_us", f"{name}: CPU of the gateway for a message", side.hub, "µs"),
        of_repeats(f"{key}_ratio", f"{name}: to the raw echo", ratios, "x raw", at_most=5),
        of_repeats(f"{key}_per_core", f"{name}: messages", cores, "/s and core", at_least=4000),
        of_repeats(f"{key}_rate", f"{name}: messages as they went here", side.rate, "/s"),
    ]
    if any(side.database):
        found += [
            of_repeats(f"{key}_db_us", f"{name}: CPU of PostgreSQL", side.database, "µs"),
            of_repeats(f"{key}_redis_us", f"{name}: CPU of Redis", side.redis, "µs"),
            Figure(f"{key}_event_bytes", f"{name}: disk", side.backing.event_bytes(), "B/event"),
        ]
    for what, times in (("acked", side.acked), ("seen", side.seen)):
        p50, p95 = (part_of(times, share) * 1000 for share in (50, 95))
        found.append(Figure(f"{key}_{what}_ms", f"{name}: {what} after, p50", p50, "ms"))
        found.append(Figure(f"{key}_{what}_p95_ms", f"{name}: {what} after, p95", p95, "ms"))
    return found
