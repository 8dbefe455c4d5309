"""Part `reconnect`: everybody comes back at once, with session and cursor, and a chat that goes on meanwhile.

Invariants: all sockets of the crowd are dropped without a word and opened anew as fast as the gateway takes them, a browser's waits
left out, which would only make it easier; one is drained when it has its welcome and the event it missed; the chat that goes on
is between two who stayed, and is measured by a process of its own.
"""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.bench import wire
from tests.bench.beside import PAUSE_SECONDS, Beside, chat_beside
from tests.bench.chats import Party, subscriber
from tests.bench.figures import Figure
from tests.bench.machine import Cores, part_of
from tests.bench.plan import Plan
from tests.bench.servers import on_postgres, serving
from tests.bench.wire import opened

AT_ONCE = 64
LAST_SECONDS = 2.0


async def _crowd(port: int, count: int) -> list[tuple[Party, str]]:
    """So many open chats with their sessions."""
    found: list[tuple[Party, str]] = []
    numbers = iter(range(count))

    async def some() -> None:
        for _ in numbers:
            party, welcome = await subscriber(port)
            found.append((party, welcome["session"]))

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return found


async def _back(port: int, session: str, begun: float) -> float:
    """Seconds until one of them has what was said."""
    party = Party(await opened(port, "/ws/subscriber"))
    party.send("hello", session=session, since=0)
    await party.of("welcome")
    await party.of("event", kind="message")
    return perf_counter() - begun


@dataclass(frozen=True, slots=True)
class _Return:
    """Seconds until each had what was said, and of the messages beside before and meanwhile."""

    back: list[float]
    calm: list[float]
    during: list[float]


async def _measure(plan: Plan, port: int, beside: Beside) -> _Return:
    crowd = await _crowd(port, plan.returning)
    calm = perf_counter()
    await asyncio.sleep(5 if len(crowd) > AT_ONCE else 0.5)
    await _some(beside, calm)
    begun = perf_counter()
    for party, _ in crowd:
        party.client.drop()
    back = await asyncio.gather(*(_back(port, session, begun) for _, session in crowd))
    await _some(beside, begun)
    ended = perf_counter()
    await asyncio.sleep(LAST_SECONDS)  # for what was sent in the crowd and seen behind it
    return _Return(list(back), beside.took(calm, begun), beside.took(begun, ended))


async def _some(beside: Beside, since: float) -> None:
    """A tiny crowd may be back before the chat beside said anything."""
    while not beside.took(since, perf_counter()):  # noqa: ASYNC110 - another thread hears it
        await asyncio.sleep(PAUSE_SECONDS)


def measure(plan: Plan, used: Cores, folder: Path) -> list[Figure]:
    """On PostgreSQL and Redis."""
    (folder / "reconnect").mkdir(mode=0o755)
    with ExitStack() as stack:
        backing = stack.enter_context(on_postgres(folder / "reconnect", used))
        server = stack.enter_context(
            serving("gateway", used, log=folder, environment=backing.environment)
        )
        beside = stack.enter_context(chat_beside(server.port))
        before = server.cpu()
        found = wire.run(_measure(plan, server.port, beside))
        cost = (server.cpu() - before) / len(found.back) * 1000
    back, calm, during = found.back, found.calm, found.during
    return [
        Figure("return_p50_s", f"half of {len(back):,} drained after", part_of(back, 50), "s"),
        Figure("return_s", f"all {len(back):,} drained after", max(back), "s", at_most=15),
        Figure("return_cpu_ms", "CPU of the gateway for one, first and second time", cost, "ms"),
        Figure("beside_calm_ms", "a message of a chat beside, before, p95", part_of(calm, 95) * 1000, "ms"),
        Figure("beside_p95_ms", "a message of a chat beside, meanwhile, p95", part_of(during, 95) * 1000, "ms", at_most=100),
        Figure("beside_most_ms", "a message of a chat beside, meanwhile, slowest", max(during) * 1000, "ms", at_most=1000),
    ]  # fmt: skip
