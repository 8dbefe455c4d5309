"""Two gateways behind one address are restarted one after the other while twenty people chat: nobody notices."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.chaos import link
from tests.chaos.checks import check, read_ledger, views_of
from tests.chaos.house import SITE, House, Node, running_house
from tests.chaos.link import Address
from tests.chaos.parties import Agent, Party, Subscriber
from tests.chaos.tally import Tally
from tests.integration.nodes.proxy import balancing
from tests.processes import free_port

SEED = "rolling"
AGENTS = ["agent-1", "agent-2", "agent-3", "agent-4"]
SUBSCRIBERS = 16
RACES = {"taken", "stale_epoch", "not_owner", "closed", "unknown_button"}
"""Refusals that belong to people who do the same at once."""

SOON = 120.0


async def people(port: int, tally: Tally) -> list[Party]:
    """Everybody knows the one address."""
    own = f"http://127.0.0.1:{port}"
    parties: list[Party] = []
    for number in range(SUBSCRIBERS):
        at = Address(f"ws://127.0.0.1:{port}/ws/subscriber", SITE, f"10.1.0.{number + 1}")
        parties.append(Subscriber(f"subscriber-{number + 1}", [at], SEED, tally))
    for number, login in enumerate(AGENTS):
        at = Address(f"ws://127.0.0.1:{port}/ws/agent", own, f"10.2.0.{number + 1}")
        agent = Agent(login, [at], SEED, tally)
        await agent.sign_in()
        parties.append(agent)
    return parties


@asynccontextmanager
async def alive(parties: list[Party]) -> AsyncIterator[None]:
    """All chat while the block runs; one who breaks breaks the test."""
    living = [asyncio.create_task(party.live()) for party in parties]
    try:
        yield
        for broken in filter(asyncio.Task.done, living):
            broken.result()
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)


async def all_acknowledged(parties: list[Party], more: int) -> None:
    """Until everybody has got so many more acknowledgements."""
    start = {party.name: acknowledged(party) for party in parties}
    async with asyncio.timeout(SOON):
        while any(acknowledged(party) < start[party.name] + more for party in parties):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def acknowledged(party: Party) -> int:
    return sum(write.seq is not None for write in party.writes)


async def restart(node: Node) -> int:
    """What an operator does; its exit code."""
    assert node.process is not None
    node.tell(signal.SIGTERM)
    code = await asyncio.to_thread(node.process.wait, SOON)
    await node.start()
    return code


async def visit(base: str, seen: Counter[int]) -> None:
    """A visitor who opens pages all the time, each over a connection of its own."""
    while True:
        for path in ("/healthz", "/readyz", "/api/agent/me", "/nowhere"):
            async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=SOON) as http:
                seen[(await http.get(path)).status_code] += 1
            await asyncio.sleep(0.02)


async def settled(house: House, parties: list[Party]) -> None:
    """Until everybody has seen all there is."""
    async with asyncio.timeout(SOON):
        while True:
            await asyncio.sleep(0.5)
            for agent in parties:
                if isinstance(agent, Agent):
                    await agent.watch_all()
            ledger = await asyncio.to_thread(read_ledger, house.database_url)
            answered = all(turn.done_at for turn in ledger.turns)
            if all(p.done for p in parties) and answered and check(ledger, parties).good:
                return


@pytest.mark.timeout(600)
async def test_a_rolling_restart_is_seen_by_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "ANSWER_SECONDS", SOON)  # a slow machine is no lost line
    tally, seen, port = Tally(), Counter[int](), free_port()
    async with running_house(tmp_path, AGENTS, embedded=False) as house:
        nodes = [node.port for node in house.gateways]
        async with balancing(port, nodes) as proxy:
            parties = await people(port, tally)
            visitor = asyncio.create_task(visit(f"http://127.0.0.1:{port}", seen))
            async with alive(parties):
                await all_acknowledged(parties[:SUBSCRIBERS], 2)
                codes = []
                for node in house.gateways:
                    codes.append(await restart(node))
                    await all_acknowledged(parties[:SUBSCRIBERS], 2)
                for party in parties:
                    party.quiet.set()
                with suppress(TimeoutError):  # the checks below say what is missing
                    await settled(house, parties)
                ledger = await asyncio.to_thread(read_ledger, house.database_url)
                findings = check(ledger, parties)
            if visitor.done():
                visitor.result()
            visitor.cancel()
    assert codes == [0, 0]
    assert findings.good, findings.wrong
    closed = tally.closed.pop(1012)
    assert not tally.closed, "closed with another code"
    assert tally.reconnects == closed, "somebody was not let in at once"
    assert closed >= len(parties), "nobody was moved: the test shows nothing"
    assert proxy.turned_away == 0
    assert set(seen) == {200, 403, 404}, seen
    refusals = Counter(write.refused for party in parties for write in party.writes)
    assert set(refusals) <= RACES | {None}
    again = sum(write.tries - 1 for party in parties for write in party.writes)
    assert again <= closed, "a message had to be sent again without a restart"
    said = [event.body.get("code") for log in ledger.logs.values() for event in log]
    assert "bot_unavailable" not in said
    assert all(views_of(party) for party in parties)
