"""The faults: what may break, in an order that the seed decides, while the parties go on.

Invariants: four lanes break things at once: the gateways, what they stand on, the assistant, the sockets; each goes
through all its faults in a shuffled order before one comes again; when the time is up every fault is undone.
"""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

import httpx

from tests.chaos.bot import MODES
from tests.chaos.house import GRACE_SECONDS, House, Node
from tests.chaos.parties import Agent, Party
from tests.chaos.tally import Tally

PAUSES = {
    "gateways": (0.5, 3.0),
    "stores": (1.5, 6.0),
    "assistant": (0.3, 1.5),
    "sockets": (0.8, 3.0),
}
"""Seconds between two faults of a lane: there must be time in which something works."""

DOWN = (0.2, 1.5)
FROZEN = (1.0, 6.0)
MODE_HOLDS = (1.0, 4.0)
SLOW_READING = (3.0, 16.0)
"""Up to a third of the run at most."""

ABSENCE = (0.5 * GRACE_SECONDS, 2.0 * GRACE_SECONDS)
"""Longer than an agent's grace, more often than not: then the chats go back to the line."""

Fault = Callable[[], Awaitable[None]]


@dataclass
class Faults:
    """Breaks what it is given, and counts it."""

    house: House
    parties: list[Party]
    tally: Tally
    dice: random.Random
    seconds: float
    tell: Callable[[str], None] = lambda _line: None
    began: float = field(default_factory=monotonic)
    counts: Counter[str] = field(default_factory=Counter)
    one_at_the_gateways: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self) -> None:
        """Break things until the time is up; then everything runs again."""
        until = monotonic() + self.seconds
        lanes = {
            "gateways": self._of_gateways(),
            "stores": self._of_stores(),
            "assistant": self._of_assistant(),
            "sockets": self._of_sockets(),
        }
        async with asyncio.TaskGroup() as group:
            for name, faults in lanes.items():
                dice = random.Random(self.dice.random())
                if faults:
                    group.create_task(self._lane(faults, dice, until=until, pause=PAUSES[name]))
        await self._mode("well")

    async def _lane(
        self,
        faults: dict[str, Fault],
        dice: random.Random,
        *,
        until: float,
        pause: tuple[float, float],
    ) -> None:
        while True:
            for name in dice.sample(list(faults), len(faults)):
                await asyncio.sleep(dice.uniform(*pause))
                if monotonic() >= until:
                    return
                self.counts[name] += 1
                began = monotonic()
                await faults[name]()
                self.tell(f"{began - self.began:6.1f} s  {name} ({monotonic() - began:.1f} s)")

    def _of_gateways(self) -> dict[str, Fault]:
        found: dict[str, Fault] = {
            "gateway killed": self._gateway_killed,
            "gateway restarted": self._gateway_restarted,
        }
        if len(self.house.gateways) > 1:
            found["gateway frozen"] = self._gateway_frozen
        return found

    def _of_stores(self) -> dict[str, Fault]:
        if not (self.house.postgres and self.house.redis):
            return {}
        return {
            "redis killed": self._redis_killed,
            "redis frozen": self._redis_frozen,
            "postgres crashed": self._postgres_crashed,
            "everything killed": self._everything_killed,
        }

    def _of_assistant(self) -> dict[str, Fault]:
        found: dict[str, Fault] = {
            f"assistant: {mode}": partial(self._for_a_while, mode) for mode in MODES
        }
        return {**found, "assistant killed": self._assistant_killed}

    def _of_sockets(self) -> dict[str, Fault]:
        return {
            "sockets cut": self._sockets_cut,
            "readers slow": self._readers_slow,
            "agent away": self._agent_away,
        }

    # --- processes

    def _gateway(self) -> Node:
        return self.dice.choice(self.house.gateways)

    async def _gateway_killed(self) -> None:
        """Whoever was connected counts the seconds."""
        node = self._gateway()
        async with self.one_at_the_gateways:
            number = self.house.gateways.index(node)
            for party in self.parties:
                party.link.node_died(number, monotonic())
            await node.end()
            await asyncio.sleep(self.dice.uniform(*DOWN))
            await node.start()

    async def _gateway_restarted(self) -> None:
        node = self._gateway()
        async with self.one_at_the_gateways:
            await node.end(signal.SIGTERM)
            await node.start()

    async def _gateway_frozen(self) -> None:
        node = self._gateway()
        async with self.one_at_the_gateways:
            node.tell(signal.SIGSTOP)
            await asyncio.sleep(self.dice.uniform(*FROZEN))
            node.tell(signal.SIGCONT)

    async def _redis_killed(self) -> None:
        assert self.house.redis
        await asyncio.to_thread(self.house.redis.stop, signal.SIGKILL)
        await asyncio.sleep(self.dice.uniform(*DOWN))
        await asyncio.to_thread(self.house.redis.start)

    async def _redis_frozen(self) -> None:
        assert self.house.redis
        assert self.house.redis.process
        self.house.redis.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(self.dice.uniform(*FROZEN))
        self.house.redis.process.send_signal(signal.SIGCONT)

    async def _postgres_crashed(self) -> None:
        assert self.house.postgres
        await asyncio.to_thread(self.house.postgres.stop, signal.SIGQUIT)
        await asyncio.sleep(self.dice.uniform(*DOWN))
        await asyncio.to_thread(self.house.postgres.start)

    async def _everything_killed(self) -> None:
        assert self.house.postgres
        assert self.house.redis
        async with self.one_at_the_gateways:
            for party in self.parties:
                party.link.nobody_counts()
            await asyncio.gather(*(node.end() for node in self.house.gateways))
            await asyncio.to_thread(self.house.redis.stop, signal.SIGKILL)
            await asyncio.to_thread(self.house.postgres.stop, signal.SIGQUIT)
            await asyncio.to_thread(self.house.postgres.start)
            await asyncio.to_thread(self.house.redis.start)
            await asyncio.gather(*(node.start() for node in self.house.gateways))

    # --- the assistant

    async def _mode(self, mode: str) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
            (await http.put(f"{self.house.bot.base}/mode/{mode}")).raise_for_status()

    async def _for_a_while(self, mode: str) -> None:
        await self._mode(mode)
        await asyncio.sleep(self.dice.uniform(*MODE_HOLDS))
        await self._mode("well")

    async def _assistant_killed(self) -> None:
        await self.house.bot.end()
        await asyncio.sleep(self.dice.uniform(*DOWN))
        await self.house.bot.start()

    # --- the parties' sockets

    async def _sockets_cut(self) -> None:
        for party in self.dice.sample(self.parties, len(self.parties) // 3):
            party.link.cut_next()

    async def _readers_slow(self) -> None:
        slow = self.dice.sample(self.parties, 2)
        least, most = SLOW_READING
        seconds = self.dice.uniform(least, max(least, min(most, self.seconds / 3)))
        await asyncio.gather(*(party.link.read_slowly(seconds) for party in slow))

    async def _agent_away(self) -> None:
        agents = [party for party in self.parties if isinstance(party, Agent)]
        self.dice.choice(agents).link.vanish(self.dice.uniform(*ABSENCE))
