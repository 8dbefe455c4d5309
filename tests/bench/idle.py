"""Part `idle`: what a subscriber costs who only has the chat open.

Invariant: every socket is a whole one: session, conversation, pump and timers; nothing is said on it meanwhile.
"""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from tests.bench import wire
from tests.bench.chats import subscriber
from tests.bench.figures import Figure
from tests.bench.machine import Cores, resident_kib
from tests.bench.plan import Plan
from tests.bench.servers import Server, on_sqlite, serving

AT_ONCE = 64
WARM_UP = 50
CALM_SECONDS = 3.0
WATCH_SECONDS = 6.0


async def _open(port: int, count: int) -> None:
    """Open so many chats and leave them open."""
    numbers = iter(range(count))

    async def some() -> None:
        for _ in numbers:
            await subscriber(port)

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


async def _measure(plan: Plan, server: Server) -> list[Figure]:
    await _open(server.port, min(WARM_UP, plan.idle[0]))  # what is loaded only once
    base, there, figures = resident_kib(server.process.pid), 0, []
    for count in plan.idle:
        before, begun = server.cpu(), perf_counter()
        await _open(server.port, count - there)
        enters = (count - there) / (server.cpu() - before)
        took = perf_counter() - begun
        there = count
        await asyncio.sleep(min(CALM_SECONDS, took))
        each = (resident_kib(server.process.pid) - base) / count
        figures.append(
            Figure(f"idle_{count}_kib", f"memory of each of {count:,}", each, "KiB", at_most=40)
        )
    before, begun = server.cpu(), perf_counter()
    await asyncio.sleep(WATCH_SECONDS if there > WARM_UP else 1.0)
    share = (server.cpu() - before) / (perf_counter() - begun) / there * 1000
    figures.append(Figure("idle_cpu_percent", "CPU of 1,000 of them", share * 100, "% of a core"))
    figures.append(Figure("enters_per_core", "hello to welcome", enters, "/s and core"))
    return figures


def measure(plan: Plan, used: Cores, folder: Path) -> list[Figure]:
    """Memory of each open chat on the embedded database."""
    (folder / "idle").mkdir()
    with ExitStack() as stack:
        backing = stack.enter_context(on_sqlite(folder / "idle"))
        server = stack.enter_context(
            serving("gateway", used, log=folder, environment=backing.environment)
        )
        return wire.run(_measure(plan, server))
