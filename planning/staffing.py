"""How many agents the desk needs: `python -m planning.staffing --chats-per-day 400 --agents 4-12 --seed 1`.

Each line is a simulation of the same days with one agent more. The desk, its hours, skills and languages: `planning.desk`.
"""

import argparse
import sys
from dataclasses import fields, replace

try:
    from planning.desk import Demand, Outcome, Staff, simulate
except ModuleNotFoundError as missing:
    if missing.name != "simpy":
        raise
    sys.exit("SimPy is not installed: `make check` once installs what the simulation needs.")

IN_TIME = 120.0
"""Seconds in which a chat should be answered."""

ENOUGH = 0.8
"""The share that should be."""

DEMAND_WORDS = {
    "english": "share of chats in English",
    "special": "share that needs the special skill (security, complaints)",
    "handling": "seconds an agent spends on a chat, mean",
    "patience": "seconds after which people give up, mean",
}
STAFF_WORDS = {
    "at_once": "chats of one agent at the same time",
    "slower": "how much longer a chat takes for each other one of the same agent",
    "english": "share of agents who speak English",
    "special": "share of agents with the special skill",
    "opens": "the hour at which the desk opens",
    "closes": "the hour at which it closes",
}


def line(agents: int, out: Outcome) -> str:
    """One row of the table."""
    cells = (
        f"{agents:6}",
        f"{out.within(IN_TIME):11.1%}",
        f"{out.wait(50):8.0f} s",
        f"{out.wait(90):8.0f} s",
        f"{out.abandoned:9.1%}",
        f"{out.occupancy:9.1%}",
    )
    return "  ".join(cells)


HEAD = "agents  within 2 min    wait p50    wait p90  given up  occupancy"


def _span(text: str) -> range:
    first, _, last = text.partition("-")
    span = range(int(first), int(last or first) + 1)
    if not span or span[0] < 1:
        raise ValueError(text)
    return span


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m planning.staffing", description=__doc__)
    parser.add_argument("--chats-per-day", type=float, required=True, help="chats for people")
    parser.add_argument("--agents", type=_span, default=range(2, 13), help="from-to, as 4-12")
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    defaults = Demand(chats_per_day=0)
    for name, words in DEMAND_WORDS.items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=float, default=getattr(defaults, name), help=words)
    staff = Staff(agents=1)
    for name, words in STAFF_WORDS.items():
        option = "--staff-" + name.replace("_", "-")
        value = getattr(staff, name)
        parser.add_argument(option, type=type(value), default=value, help=words)
    return parser


def main() -> int:
    """Print what was assumed, a row for each number of agents, and which is the first that is enough."""
    given = vars(_parser().parse_args())
    demand = Demand(given["chats_per_day"], **{name: given[name] for name in DEMAND_WORDS})
    staff = Staff(agents=1, **{name: given[f"staff_{name}"] for name in STAFF_WORDS})
    shown = [f"{one.name}={getattr(demand, one.name)}" for one in fields(demand)]
    shown += [f"{one.name}={getattr(staff, one.name)}" for one in fields(staff)[1:]]
    print(f"{given['days']} days, seed {given['seed']}: {', '.join(shown)}\n{HEAD}")
    enough = None
    for agents in given["agents"]:
        out = simulate(
            demand, replace(staff, agents=agents), days=given["days"], seed=given["seed"]
        )
        print(line(agents, out))
        enough = agents if enough is None and out.within(IN_TIME) >= ENOUGH else enough
    share = f"{ENOUGH:.0%} within two minutes"
    print(f"{enough} agents are the first with {share}" if enough else f"none reaches {share}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
