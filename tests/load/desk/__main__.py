"""`python -m tests.load.desk`: 200 agents, 2,000 chats, two nodes over PostgreSQL; ends with 1 when a gate is missed.

`--control choice` replaces the choice by chance, `--control sweep` lets nobody look: both must miss their gate.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from handoff.logs import silence
from handoff.migrations import migrate
from tests.load.desk.shift import Plan, Shift, at_random
from tests.postgres import running_postgres


@contextmanager
def database(*, embedded: bool) -> Iterator[str]:
    """A fresh database of the gateway."""
    if embedded:
        with tempfile.TemporaryDirectory(prefix="abolotse-load-") as folder:
            url = f"sqlite:///{Path(folder) / 'handoff.db'}"
            migrate(url)
            yield url
        return
    with running_postgres() as server, server.database() as url:
        migrate(url)
        yield url


def plan_of(given: argparse.Namespace) -> Plan:
    """The shift that was asked for."""
    plan = Plan(agents=given.agents, chats=given.chats, seconds=given.seconds, nodes=given.nodes)
    if given.control == "choice":
        return replace(plan, choose=at_random(plan.seed))
    if given.control == "sweep":
        return replace(plan, swept=False, patience=5.0)
    return plan


def main() -> int:
    """Run one shift and say what came out."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.desk", description=__doc__)
    parser.add_argument("--agents", type=int, default=Plan.agents)
    parser.add_argument("--chats", type=int, default=Plan.chats)
    parser.add_argument("--seconds", type=float, default=Plan.seconds, help="in which they come")
    parser.add_argument("--nodes", type=int, default=Plan.nodes)
    parser.add_argument("--sqlite", action="store_true", help="one embedded node's database")
    parser.add_argument("--control", choices=["choice", "sweep"], help="a negative control")
    given = parser.parse_args()
    silence()
    with database(embedded=given.sqlite) as url:
        figures = asyncio.run(Shift(url, plan_of(given)).run())
    for line in figures.lines():
        print(line)
    failures = figures.failures()
    for failure in failures:
        print(f"MISSED: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
