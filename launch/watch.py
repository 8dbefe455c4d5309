"""Waits until every process is healthy, and reports what happens to them afterwards, a sentence each."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from launch.console import Trouble, line
from launch.processes import Process, Supervisor

START_SECONDS = 120.0
POLL_SECONDS = 0.4
GIVEN_UP = frozenset({"FATAL"})
# A process that starts this often without getting healthy will not get healthy by waiting.
STARTS_IN_VAIN = 4


def last_words(var: Path, name: str) -> str:
    """The end of a process's log, as one line."""
    log = var / "log" / f"{name}.log"
    text = log.read_text(errors="replace") if log.exists() else ""
    return " ".join(text.split())[-300:] or "nothing"


def require_alive(supervisor: Supervisor, states: dict[str, dict[str, Any]], var: Path) -> None:
    """Raise a sentence when supervisord is gone or has given a process up."""
    if not supervisor.alive():
        raise Trouble(
            f"The supervisor ended; its last words are in {var / 'log' / 'supervisord.out'}."
        )
    for name, state in states.items():
        if state["statename"] in GIVEN_UP:
            log = var / "log" / f"{name}.log"
            raise Trouble(
                f"The process '{name}' cannot be started; {log} ends with: {last_words(var, name)}"
            )


def count_starts(starts: dict[str, set[int]], states: dict[str, dict[str, Any]], var: Path) -> None:
    """Note the process ids seen so far; raise a sentence about one that keeps ending."""
    for name, state in states.items():
        seen = starts.setdefault(name, set())
        if state["pid"]:
            seen.add(int(state["pid"]))
        if len(seen) >= STARTS_IN_VAIN:
            raise Trouble(
                f"The process '{name}' keeps ending while it starts; "
                f"{var / 'log' / f'{name}.log'} ends with: {last_words(var, name)}"
            )


def healthy(process: Process) -> bool:
    """Whether the process answers 200 where it says that it is healthy."""
    try:
        return httpx.get(process.health, timeout=2.0, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def wait_until_healthy(supervisor: Supervisor, processes: tuple[Process, ...], var: Path) -> None:
    """Return when all are healthy; say so for each as it comes, and what is waited for in between."""
    started = time.monotonic()
    waiting = {process.name: process for process in processes}
    said = started
    starts: dict[str, set[int]] = {}
    while waiting:
        states = supervisor.states()
        require_alive(supervisor, states, var)
        count_starts(starts, {name: states[name] for name in waiting if name in states}, var)
        for process in [p for p in waiting.values() if healthy(p)]:
            del waiting[process.name]
            line(f"      {process.name} is up after {time.monotonic() - started:.0f} s")
        if time.monotonic() - said > 5 and waiting:
            said = time.monotonic()
            line(f"      waiting for {', '.join(waiting)} … {said - started:.0f} s")
        if waiting and time.monotonic() - started > START_SECONDS:
            name = next(iter(waiting))
            raise Trouble(
                f"The process '{name}' did not get healthy in {START_SECONDS:.0f} s; "
                f"its log ends with: {last_words(var, name)}"
            )
        time.sleep(POLL_SECONDS)


def watch(supervisor: Supervisor, var: Path, stopping: Callable[[], bool]) -> None:
    """Until `stopping`, say a sentence for every process that ended and was started again."""
    known: dict[str, int] = {}
    while not stopping():
        states = supervisor.states()
        require_alive(supervisor, states, var)
        for name, state in states.items():
            pid = int(state["pid"])
            before = known.get(name)
            if before and pid != before:
                again = f"started again as {pid}" if pid else "being started again"
                line(
                    f"The process '{name}' ({before}) ended unexpectedly; {again}. Log: {var}/log/{name}.log"
                )
            if pid or before is None:
                known[name] = pid
            elif before:
                known[name] = 0
        time.sleep(POLL_SECONDS)
