"""Runs stages in lanes, the lanes side by side: what mostly waits beside what mostly computes.

Invariants: all stages run, a red one does not hide the next; what a stage printed stands together, printed at its
end; what failed side by side with others is repeated when nothing else runs any more.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Lock

from launch.console import line
from launch.settings import ROOT

# Status of a stage in the table.
GREEN, AGAIN, RED = "ok", "again", "FAILED"
FAILED_ONES = ("-n", "0", "--last-failed", "--last-failed-no-failures", "none")
TICK_SECONDS = 30.0
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
MEMORY_BYTES = 4 * 2**30
SCRATCH = "abolotse-tests-"


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


@dataclass(slots=True)
class Result:
    """What became of a stage, and its seconds."""

    stage: Stage
    status: str
    seconds: float


class Run:
    """One run of lanes of stages; the stages of a lane run one after the other."""

    def __init__(self, scratch: Path) -> None:
        # Everybody who runs tests shares the terminal and the list of what is going on.
        self._lock = Lock()
        self._over = Event()
        self._since: dict[str, float] = {}
        # Modules are compiled once, also where the system forbids Python to keep what it compiled.
        self._environment = {"TMPDIR": str(scratch), "PYTHONDONTWRITEBYTECODE": ""}

    def lanes(self, lanes: Sequence[Sequence[Stage]]) -> list[Result]:
        """Run all of them; results in the order of the lanes."""
        with ThreadPoolExecutor(len(lanes)) as threads:
            work = [threads.submit(self._lane, lane) for lane in lanes]
            try:
                self._watch(work)
            finally:
                self._over.set()
        results = [result for lane in work for result in lane.result()]
        return [self._repeated(result) for result in results]

    def _lane(self, stages: Sequence[Stage]) -> list[Result]:
        # Who pressed Ctrl-C ends the stages that run; none may begin after them.
        return [self._stage(stage) for stage in stages if not self._over.is_set()]

    def _stage(self, stage: Stage) -> Result:
        started = time.monotonic()
        with self._lock:
            self._since[stage.name] = started
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            passed = self._passes(stage, output.fileno())
            output.seek(0)
            with self._lock:
                del self._since[stage.name]
                line(f"\n--- {stage.name}\n{output.read()}")
        return Result(stage, GREEN if passed else RED, time.monotonic() - started)

    def _repeated(self, result: Result) -> Result:
        """The result after what failed had its second chance."""
        stage = result.stage
        if result.status != RED or not stage.repeated:
            return result
        line(f"\n--- {stage.name}: what failed, alone")
        started = time.monotonic()
        passed = self._passes(replace(stage, command=(*stage.command, *FAILED_ONES)))
        seconds = result.seconds + time.monotonic() - started
        return Result(stage, AGAIN if passed else RED, seconds)

    def _passes(self, stage: Stage, output: int | None = None) -> bool:
        environment = {**os.environ, **stage.environment, **self._environment}
        return (
            subprocess.run(
                stage.command,
                cwd=stage.folder,
                env=environment,
                stdout=output,
                stderr=output,
                check=False,
            ).returncode
            == 0
        )

    def _watch(self, work: Sequence[Future[list[Result]]]) -> None:
        """Say what is going on, until nothing is."""
        while wait(work, timeout=TICK_SECONDS).not_done:
            with self._lock:
                now = time.monotonic()
                going = [f"{name} {now - since:.0f} s" for name, since in self._since.items()]
                line(f"      … {', '.join(going)}")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for what tests write: in memory where that has room, because every commit waits for its disk.

    A killed process loses nothing there either; only a machine that loses power would.
    """
    place = MEMORY if _has_room(MEMORY) else Path(tempfile.gettempdir())
    for left in place.glob(f"{SCRATCH}*"):  # by runs that were killed
        if not Path("/proc", left.name.removeprefix(SCRATCH)).exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = place / f"{SCRATCH}{os.getpid()}"
    folder.mkdir(mode=0o711)  # PostgreSQL goes through it as somebody else
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _has_room(memory: Path) -> bool:
    """Whether a file system is writable, runs programs and has room for what the tests leave."""
    if not os.access(memory, os.W_OK) or os.statvfs(memory).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(memory).free >= MEMORY_BYTES


def run_stages(*lanes: Sequence[Stage]) -> int:
    """Run all, print the table, return 1 if any was red."""
    with scratch() as folder:
        results = Run(folder).lanes(lanes)
    line("\n" + "-" * 62)
    for result in results:
        line(f"  {result.status:<6}  {result.seconds:6.1f} s  {result.stage.name}")
    red = sum(result.status == RED for result in results)
    line("-" * 62)
    if any(result.status == AGAIN for result in results):
        line("again: some tests failed side by side with others and passed when repeated alone")
    line(f"stages: {len(results) - red} passed, {red} failed")
    return 1 if red else 0
