"""Watching real processes under a real supervisord: who is up, who ended, what is said about it."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch import watch
from launch.console import Trouble
from launch.processes import Process, Supervisor
from launch.settings import HOST, free_port

SLEEP = (sys.executable, "-c", "print('good night', flush=True); import time; time.sleep(60)")


@pytest.fixture
def web(tmp_path: Path) -> Process:
    """A process that answers 200 at its root."""
    port = free_port()
    serve = (sys.executable, "-m", "http.server", str(port), "--bind", HOST)
    return Process("web", serve, {}, f"http://{HOST}:{port}/", tmp_path)


@pytest.fixture
def sleeper(tmp_path: Path) -> Process:
    """A process that never answers."""
    return Process("sleeper", SLEEP, {}, f"http://{HOST}:{free_port()}/", tmp_path)


@pytest.fixture
def started(tmp_path: Path, web: Process, sleeper: Process) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path, (web, sleeper))
    yield supervisor
    supervisor.stop()


def until_said(path: Path, words: str) -> None:
    """Wait until a log holds the words."""
    deadline = time.monotonic() + 20
    while not (path.exists() and words in path.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_who_answers_200_is_healthy(
    started: Supervisor, web: Process, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watch.wait_until_healthy(started, (web,), tmp_path)
    assert "web is up after" in capsys.readouterr().out
    missing = Process("web", (), {}, f"{web.health}no-such-page")
    assert not watch.healthy(missing)


def test_who_stays_silent_too_long_is_named_with_the_last_words(
    started: Supervisor, sleeper: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    until_said(tmp_path / "log" / "sleeper.log", "good night")
    monkeypatch.setattr(watch, "START_SECONDS", 0.5)
    with pytest.raises(Trouble, match=r"'sleeper' did not get healthy in .* good night"):
        watch.wait_until_healthy(started, (sleeper,), tmp_path)


def test_who_keeps_ending_is_named_before_the_time_is_over(tmp_path: Path) -> None:
    # Longer than supervisord waits before it believes in a start, so that it tries for ever.
    ends = (sys.executable, "-c", "import time; print('wrong option', flush=True); time.sleep(2.2)")
    process = Process("ending", ends, {}, f"http://{HOST}:{free_port()}/", tmp_path)
    supervisor = Supervisor(tmp_path, (process,))
    try:
        with pytest.raises(
            Trouble, match=r"'ending' keeps ending while it starts; .* wrong option"
        ):
            watch.wait_until_healthy(supervisor, (process,), tmp_path)
    finally:
        supervisor.stop()


def test_who_is_killed_is_started_again_and_said_so(
    started: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    until_said(tmp_path / "log" / "sleeper.log", "good night")
    first = int(started.states()["sleeper"]["pid"])
    deadline = time.monotonic() + 20
    heard: list[str] = []

    def stopping() -> bool:
        heard.append(capsys.readouterr().out)
        if len(heard) == 3:
            os.kill(first, signal.SIGKILL)
        return "ended unexpectedly" in heard[-1] or time.monotonic() > deadline

    watch.watch(started, tmp_path, stopping)
    assert f"The process 'sleeper' ({first}) ended unexpectedly" in heard[-1]
    assert "web" not in heard[-1]


def test_a_process_that_was_given_up_ends_the_watch(started: Supervisor, tmp_path: Path) -> None:
    watch.require_alive(started, {"web": {"statename": "RUNNING"}}, tmp_path)
    with pytest.raises(Trouble, match=r"'web' cannot be started; .*web\.log ends with: nothing"):
        watch.require_alive(started, {"web": {"statename": "FATAL"}}, tmp_path / "elsewhere")


def test_a_supervisor_that_ended_ends_the_watch(started: Supervisor, tmp_path: Path) -> None:
    started.stop()
    with pytest.raises(Trouble, match=r"The supervisor ended"):
        watch.watch(started, tmp_path, lambda: False)
