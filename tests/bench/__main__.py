"""`python -m tests.bench [PART ...]`: measure, print tables with targets; see `--help`."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from launch.console import line
from launch.settings import ROOT
from tests.bench import echo, idle, long_chat, messages, reconnect, recovery, turn
from tests.bench.figures import Figure, keep, table
from tests.bench.machine import Cores, conditions, cores, many_files, on_core
from tests.bench.plan import TINY, Plan

Part = Callable[[Plan, Cores, Path], list[Figure]]
PARTS: dict[str, tuple[str, Part]] = {
    "echo": ("Echo: our WebSocket stack against a raw one", echo.measure),
    "messages": ("Messages: persisted, acked, seen", messages.measure),
    "handshakes": ("Handshakes", echo.measure_handshakes),
    "idle": ("Open chats in which nothing is said", idle.measure),
    "reconnect": ("Everybody comes back at once", reconnect.measure),
    "turn": ("A turn of the bot: text, action, answer", turn.measure),
    "long": ("A long chat does not slow the bot down", long_chat.measure),
    "recovery": ("The death of a node", recovery.measure),
}
FILE = ROOT / "planning" / "measured.json"


def run(names: list[str], plan: Plan) -> list[Figure]:
    """Measure these parts one after the other, printing each table when it is there."""
    used = cores()
    measured: list[Figure] = []
    many_files()
    for name, value in conditions(used).items():
        line(f"{name}: {value}")
    with tempfile.TemporaryDirectory(prefix="abolotse-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL is another user
        for name in names:
            title, part = PARTS[name]
            begun = perf_counter()
            with on_core(used.load):
                figures = part(plan, used, Path(folder))
            line(table(f"{title} ({perf_counter() - begun:.0f} s)", figures))
            line(f"load average now: {conditions(used)['load average']}")
            measured += figures
    return measured


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--tiny", action="store_true", help="only see that the parts work")
    parser.add_argument(
        "--keep", nargs="?", type=Path, const=FILE, help="put the figures into the planner's file"
    )
    return parser


def main() -> int:
    """The exit code is 1 when a target was missed."""
    parser = _parser()
    given = parser.parse_args()
    names = [part for word in given.parts for part in word.split(",") if part] or list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        parser.error(f"there is no part {', '.join(unknown)}; parts are {', '.join(PARTS)}")
    figures = run(names, TINY if given.tiny else Plan())
    if given.keep:
        keep(given.keep, figures, conditions(cores()))
    missed = [figure.what for figure in figures if figure.verdict() == "missed"]
    line(f"\n{len(missed)} targets missed" + "".join(f"\n  {what}" for what in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
