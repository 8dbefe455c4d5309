"""`python -m tests.chaos`: one run and its table; exit code 1 when something was wrong."""

import argparse
import asyncio
import secrets
from functools import partial
from pathlib import Path

from tests.chaos.report import lines
from tests.chaos.run import Plan, run


def main() -> int:
    """Read the arguments, print the seed, run, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="how long faults happen")
    parser.add_argument("--seed", default="", help="of an earlier run, to have its order again")
    parser.add_argument("--embedded", action="store_true", help="one gateway on SQLite")
    parser.add_argument("--pushed", action="store_true", help="the negative control: must fail")
    parser.add_argument("--logs", type=Path, help="a folder in which the processes' logs stay")
    given = parser.parse_args()
    seed = given.seed or secrets.token_hex(4)
    print(f"seed {seed}", flush=True)
    plan = Plan(
        given.seconds,
        seed,
        embedded=given.embedded,
        pushed=given.pushed,
        logs=given.logs,
        tell=partial(print, flush=True),
    )
    outcome = asyncio.run(run(plan))
    print("\n".join(lines(outcome)))
    return 0 if outcome.findings.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
