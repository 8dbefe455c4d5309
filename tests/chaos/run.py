"""One run: start everything, let the parties talk while faults happen, let it become quiet, check.

Invariants: the seed decides the order of the faults and the parties' dice, the machine decides the rest; the quiet phase
ends when nothing is under way any more, or when nothing changes, or when its time is over.
"""

import asyncio
import random
import statistics
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from tests.chaos.checks import Findings, Ledger, check, read_ledger, views_of
from tests.chaos.faults import Faults
from tests.chaos.house import SITE, House, Node, running_house
from tests.chaos.link import Address
from tests.chaos.naive import naive
from tests.chaos.parties import Agent, Party, Subscriber
from tests.chaos.tally import Tally

T = TypeVar("T")
SUBSCRIBERS = 24
AGENTS = 6
STILL_SECONDS = 6.0
"""Longer than any sweep: what has not come by then does not come."""

QUIET_SECONDS = 120.0


@dataclass(frozen=True)
class Plan:
    """What is asked for. `embedded`: one gateway on SQLite; `pushed`: the negative control; `logs`: a folder to keep
    what the processes said; `tell` hears of each fault."""

    seconds: float
    seed: str
    embedded: bool = False
    pushed: bool = False
    logs: Path | None = None
    tell: Callable[[str], None] = lambda _line: None


@dataclass
class Outcome:
    """What a run found."""

    plan: Plan
    findings: Findings
    faults: dict[str, int]
    tally: Tally

    @property
    def recoveries(self) -> str:
        """How long it took from the death of a node to the next acknowledgement of those who were connected to it."""
        found = self.tally.recoveries
        if not found:
            return "none"
        middle = statistics.median(found)
        return (
            f"{len(found)}: min {min(found):.2f} s, median {middle:.2f} s, max {max(found):.2f} s"
        )


async def run(plan: Plan) -> Outcome:
    """Do it all; the processes are gone afterwards."""
    logins = [f"agent-{number + 1}" for number in range(AGENTS)]
    async with AsyncExitStack() as stack:
        folder = plan.logs or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos")))
        folder.mkdir(parents=True, exist_ok=True)
        house = await stack.enter_async_context(
            running_house(folder, logins, embedded=plan.embedded)
        )
        ports = [node.port for node in house.gateways]
        if plan.pushed:
            ports = await stack.enter_async_context(naive(house.gateways))
        tally = Tally()
        parties = await _parties(plan, house.gateways, ports=ports, tally=tally, logins=logins)
        faults = Faults(
            house, parties, tally, random.Random(f"{plan.seed}:faults"), plan.seconds, plan.tell
        )
        ledger = await _talked(plan, house, parties, faults)
        findings = check(ledger, parties)
        findings.counts["seconds until all was quiet"] = round(tally.quiet_after)
        return Outcome(plan, findings, dict(sorted(faults.counts.items())), tally)


async def _parties(
    plan: Plan, nodes: list[Node], *, ports: list[int], tally: Tally, logins: list[str]
) -> list[Party]:
    """Thirty parties; the agents are signed in."""
    parties: list[Party] = []
    for number in range(SUBSCRIBERS):
        peer = f"10.1.0.{number + 1}"
        reached = [Address(f"ws://127.0.0.1:{port}/ws/subscriber", SITE, peer) for port in ports]
        parties.append(Subscriber(f"subscriber-{number + 1}", reached, plan.seed, tally))
    for number, login in enumerate(logins):
        peer = f"10.2.0.{number + 1}"
        desks = [Address(f"ws://127.0.0.1:{n.port}/ws/agent", n.base, peer) for n in nodes]
        agent = Agent(login, desks, plan.seed, tally)
        await agent.sign_in()
        parties.append(agent)
    return parties


async def _talked(plan: Plan, house: House, parties: list[Party], faults: Faults) -> Ledger:
    """Let them talk through the faults and come to rest; what the database holds then."""
    living = [asyncio.create_task(party.live()) for party in parties]
    try:
        await _first(faults.run(), living)
        for party in parties:
            party.quiet.set()
        began = monotonic()
        ledger = await _first(_settled(house, parties), living)
        faults.tally.quiet_after = monotonic() - began - STILL_SECONDS
        return ledger
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)


async def _first(work: Coroutine[Any, Any, T], living: list[asyncio.Task[None]]) -> T:
    """The work's result; a party that broke breaks the run."""
    working = asyncio.create_task(work)
    try:
        await asyncio.wait([working, *living], return_when=asyncio.FIRST_COMPLETED)
        for broken in filter(asyncio.Task.done, living):
            broken.result()
        return await working
    finally:
        working.cancel()


async def _settled(house: House, parties: list[Party]) -> Ledger:
    """Wait until all is done and nothing changes any more; the ledger of that moment."""
    until, still_since, before = monotonic() + QUIET_SECONDS, monotonic(), ""
    while True:
        await asyncio.sleep(0.5)
        for party in parties:
            if isinstance(party, Agent):
                await party.watch_all()
        ledger = await asyncio.to_thread(read_ledger, house.database_url)
        now = _state(ledger, parties)
        if now != before:
            still_since, before = monotonic(), now
        calm = all(party.done for party in parties) and all(turn.done_at for turn in ledger.turns)
        if (calm and monotonic() - still_since > STILL_SECONDS) or monotonic() > until:
            return ledger


def _state(ledger: Ledger, parties: list[Party]) -> str:
    """What must stand still."""
    stored = sum(row.last_seq for row in ledger.conversations.values())
    seen = [view.last for party in parties for view in views_of(party).values()]
    return f"{stored} {seen}"
