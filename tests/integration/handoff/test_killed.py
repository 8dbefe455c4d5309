"""kill -9 in the middle of commits: what was acknowledged is there, once and in its place; work is redone."""

import asyncio
import random
import sqlite3
import subprocess
import sys
import time

from tests.integration.handoff.house import House, anonymous, log_of

SEED = 20261123


async def test_a_killed_writer_loses_nothing_it_acknowledged(database_url: str) -> None:
    house = House(database_url, clock=None)
    flow = house.node()
    chat = await anonymous(flow)
    acked: dict[str, int] = {}
    dice = random.Random(SEED)
    for first in (0, 10_000, 20_000):
        seen = await asyncio.to_thread(
            _written_until_killed, database_url, chat, first, dice.uniform(0.05, 0.3)
        )
        acked.update(seen)
    events = await log_of(flow, chat)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    stored = {event.body["cid"]: event.seq for event in events[1:]}
    assert len(stored) == len(events) - 1
    assert len(acked) > 10, "the writer was killed before it wrote"
    assert {key: stored.get(key) for key in acked} == acked
    for key, seq in list(acked.items())[:5]:
        again = await flow.receive(chat, cid=key, text="again")
        assert (again.seq, again.repeated) == (seq, True)
    (turn,) = await flow.due_turns()
    assert turn.seq == 2, "the bot's work was committed with the messages"
    house.close()
    if database_url.startswith("sqlite"):
        file = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        file.close()


def _written_until_killed(url: str, chat: str, first: int, after: float) -> dict[str, int]:
    """What the process acknowledged before SIGKILL, `after` seconds after its first acknowledgement."""
    module = "tests.integration.handoff.killed_writer"
    with subprocess.Popen(
        [sys.executable, "-m", module, url, chat, str(first)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        time.sleep(after)
        process.kill()
        lines += process.stdout.read().splitlines(keepends=True)
    whole = [line.split() for line in lines if line.endswith("\n")]
    return {f"cid-{int(number):06}": int(seq) for number, seq in whole}
