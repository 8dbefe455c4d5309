"""The machine a benchmark runs on: which core works for whom, what a process used, how busy it was beside us.

Invariants: server and load never share a core where there are two; CPU time is what the kernel counted for the
process and its threads, so other people's work on the machine costs time and hardly changes a figure.
"""

import os
import platform
import resource
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cores:
    """The core of the server that is measured, and the core of the load and of databases."""

    server: int
    load: int


def cores() -> Cores:
    """The last two cores that we may use; with one core both are the same."""
    ours = sorted(os.sched_getaffinity(0))
    return Cores(server=ours[-1], load=ours[-2] if len(ours) > 1 else ours[-1])


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Processes that are started in the block stay on this core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def many_files() -> None:
    """Let this process and its children hold as many sockets as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and its threads that are alive, in seconds."""
    nanoseconds = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            nanoseconds += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:
            continue
    return nanoseconds / 1e9


def family_cpu_seconds(pid: int) -> float:
    """CPU time of a process and its children: a PostgreSQL is many processes."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    total = cpu_seconds(pid)
    for child in listed:
        try:
            total += cpu_seconds(int(child))
        except FileNotFoundError:
            continue
    return total


def resident_kib(pid: int) -> int:
    """Resident memory of a process in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise ValueError(f"process {pid} has no memory")


def conditions(used: Cores) -> dict[str, str]:
    """What a figure has to be printed with."""
    load = " ".join(f"{part:.1f}" for part in os.getloadavg())
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "cores": f"server on {used.server}, load and databases on {used.load}",
        "load average": f"{load} (1, 5, 15 minutes; ours included)",
    }


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def part_of(values: Sequence[float], share: int) -> float:
    """The value below which `share` per cent lie."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, len(ranked) * share // 100)]
