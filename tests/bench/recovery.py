"""Part `recovery`: how long nobody is heard after a node was killed.

Two gateways on PostgreSQL and Redis: the subscribers of all chats are on one, their agents look on at the other. The one is
killed with SIGKILL; the subscribers come to the other one, after the waits of a widget, with session and cursor. A chat has recovered when its subscriber's
next message was acked and seen by the agent. Invariant: the clock runs from the kill.
"""

import asyncio
import json
import random
import signal
from contextlib import AbstractContextManager, ExitStack
from itertools import count
from pathlib import Path
from time import perf_counter

from tests.bench import wire
from tests.bench.chats import Chat, Party, agent, new_cid, signed_in, taken
from tests.bench.figures import Figure, of_repeats
from tests.bench.machine import Cores, part_of
from tests.bench.plan import Plan
from tests.bench.servers import Backing, Server, on_postgres, serving
from tests.bench.wire import Refused, opened

FIRST_DELAY = 0.5
"""Seconds a widget waits before it comes back, a quarter more or less; each further time twice as long."""


async def _back(port: int, chat: Chat) -> Party:
    """The subscriber's new socket on the node that lives."""
    for tries in count():
        await asyncio.sleep(FIRST_DELAY * 2**tries * random.uniform(0.75, 1.25))
        try:
            party = Party(await opened(port, "/ws/subscriber"))
        except (Refused, OSError):
            continue
        party.send("hello", session=chat.session, since=chat.last)
        welcome = await party.of("welcome")
        assert welcome["conversation"] == chat.conversation
        return party
    raise AssertionError("unreachable: there is always another try")


async def _recovered(port: int, chat: Chat, by: Party, killed: float) -> float:
    """Seconds from the kill until a message of this chat was acked and seen."""
    await chat.subscriber.client.gone
    party = await _back(port, chat)
    cid = new_cid()
    party.send("send", cid=cid, text="Sind Sie noch da?")
    await party.of("ack", cid=cid)
    while True:
        seen = await by.of("event", conversation=chat.conversation)
        if json.dumps(seen).count(cid):
            return perf_counter() - killed


async def _watching(port: int, cookie: str, chat: Chat) -> Party:
    """An agent's socket on the node that lives, for this chat alone."""
    by = await agent(port, cookie)
    by.send("watch", conversation=chat.conversation, since=chat.last)
    return by


async def _death(plan: Plan, doomed: Server, living: Server) -> list[float]:
    cookie = await signed_in(doomed.port, "maya")
    owner = await agent(doomed.port, cookie)
    chats = await taken(doomed.port, [owner], plan.parties)
    watchers = [await _watching(living.port, cookie, chat) for chat in chats]
    killed = perf_counter()
    doomed.process.send_signal(signal.SIGKILL)
    pairs = zip(chats, watchers, strict=True)
    return list(await asyncio.gather(*(_recovered(living.port, c, w, killed) for c, w in pairs)))


def measure(plan: Plan, used: Cores, folder: Path) -> list[Figure]:
    """Kill a node so often, each time with chats on it."""
    (folder / "recovery").mkdir(mode=0o755)
    last: list[float] = []
    times: list[float] = []
    with ExitStack() as stack:
        backing = stack.enter_context(on_postgres(folder / "recovery", used))
        living = stack.enter_context(_node(backing, used, folder))
        for _ in range(plan.deaths):
            doomed = stack.enter_context(_node(backing, used, folder))
            went = wire.run(_death(plan, doomed, living))
            times += went
            last.append(max(went))
    middle_one = Figure("recovery_p50_s", "half of the chats after", part_of(times, 50), "s")
    return [
        middle_one,
        of_repeats("recovery_s", "all chats of the node after", last, "s", at_most=2),
    ]


def _node(backing: Backing, used: Cores, folder: Path) -> AbstractContextManager[Server]:
    return serving("gateway", used, log=folder, environment=backing.environment)
