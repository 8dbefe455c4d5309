"""The test command runs every stage, shows a table, and one red stage makes it red."""

import os
import sys
import tempfile
import time
from pathlib import Path
from threading import Event

import pytest
from typing_extensions import override

from launch import stages as running
from launch import tests as stages
from launch.console import Trouble
from launch.settings import ROOT
from launch.stages import Stage, run_stages

GREEN = Stage("green", (sys.executable, "-c", ""))
RED = Stage("red", (sys.executable, "-c", "raise SystemExit(3)"))


def test_all_green_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_stages([GREEN, GREEN]) == 0
    assert capsys.readouterr().out.endswith("stages: 2 passed, 0 failed\n")


def test_lanes_run_side_by_side_and_what_a_stage_printed_stands_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    meet = """
import pathlib, sys, time
mine, other = map(pathlib.Path, sys.argv[1:])
print("begins", mine.name, flush=True)
mine.touch()
until = time.monotonic() + 60
while not other.exists() and time.monotonic() < until: time.sleep(0.01)
print("ends", mine.name)
sys.exit(not other.exists())
"""
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    first = Stage("one", (sys.executable, "-c", meet, one, two))
    second = Stage("two", (sys.executable, "-c", meet, two, one))
    assert run_stages([first], [second]) == 0
    said = capsys.readouterr().out
    assert "--- one\nbegins one\nends one\n" in said
    assert "--- two\nbegins two\nends two\n" in said


def test_what_takes_long_says_that_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "TICK_SECONDS", 0.01)
    assert run_stages([Stage("long", (sys.executable, "-c", "import time; time.sleep(1)"))]) == 0
    assert "      … long 0 s\n" in capsys.readouterr().out


def test_after_an_interrupt_no_stage_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Over(Event):
        @override
        def set(self) -> None:
            super().set()
            (tmp_path / "over").touch()

    def interrupted(*_: object) -> None:
        while not (tmp_path / "first").exists():
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(running.Run, "_watch", interrupted)
    monkeypatch.setattr("launch.stages.Event", Over)
    wait = """
import pathlib, sys, time
folder = pathlib.Path(sys.argv[1])
(folder / sys.argv[2]).touch()
while not (folder / "over").exists(): time.sleep(0.01)
"""
    names = ("first", "second")
    both = [Stage(name, (sys.executable, "-c", wait, str(tmp_path), name)) for name in names]
    with pytest.raises(KeyboardInterrupt):
        run_stages(both)
    assert not (tmp_path / "second").exists()


LOOK = "import os, sys, tempfile; sys.exit(tempfile.gettempdir() != os.path.realpath(sys.argv[1]))"


@pytest.mark.parametrize("room", [0, 2**80])
def test_tests_write_to_memory_where_it_has_room_and_leave_nothing(
    room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, disk = tmp_path / "memory", tmp_path / "disk"
    for place in (memory, disk):
        (place / "abolotse-tests-0").mkdir(parents=True)
    monkeypatch.setattr(running, "MEMORY", memory)
    monkeypatch.setattr(running, "MEMORY_BYTES", room)
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    used, other = (memory, disk) if room == 0 else (disk, memory)
    wanted = str(used / f"abolotse-tests-{os.getpid()}")
    assert run_stages([Stage("look", (sys.executable, "-c", LOOK, wanted))]) == 0
    assert list(used.iterdir()) == []
    assert list(other.iterdir()) == [other / "abolotse-tests-0"]


def test_one_red_is_1_and_does_not_hide_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = {"PLACE": str(tmp_path / "ran")}
    touch = "import os, pathlib; pathlib.Path(os.environ['PLACE']).touch()"
    after = Stage("after", (sys.executable, "-c", touch), wanted)
    assert run_stages([GREEN, RED, after]) == 1
    assert (tmp_path / "ran").exists()
    *_, first, second, third, _, last = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in (first, second, third)] == ["ok", "FAILED", "ok"]
    assert [line.split()[-1] for line in (first, second, third)] == ["green", "red", "after"]
    assert last == "stages: 2 passed, 1 failed"


FLAKY = """
from pathlib import Path
def test_first_time():
    seen = Path(__file__).with_name("seen")
    was, _ = seen.exists(), seen.touch()
    assert was
def test_always(): assert {always}
"""


def pytest_stage(folder: Path, *, always: bool, repeated: bool) -> Stage:
    """Tests of which one passes at the second try, and one as told."""
    (folder / "test_it.py").write_text(FLAKY.format(always=always))
    command = (
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        "/dev/null",
        f"--rootdir={folder}",
        "test_it.py",
    )
    return Stage("flaky", command, folder=folder, repeated=repeated)


def test_what_passes_alone_is_told_apart_from_ok(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_stages([pytest_stage(tmp_path, always=True, repeated=True)]) == 0
    table = capsys.readouterr().out
    assert "  again " in table
    assert "passed when repeated alone" in table


@pytest.mark.parametrize(("always", "repeated"), [(False, True), (True, False)])
def test_what_fails_twice_or_is_not_repeated_is_red(
    tmp_path: Path, always: bool, repeated: bool
) -> None:
    assert run_stages([pytest_stage(tmp_path, always=always, repeated=repeated)]) == 1


def test_a_stage_that_cannot_start_its_tests_is_red(tmp_path: Path) -> None:
    stage = pytest_stage(tmp_path, always=True, repeated=True)
    (tmp_path / "test_it.py").unlink()
    assert run_stages([stage]) == 1


def test_check_runs_the_checks_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "CHECKS", (RED,))
    monkeypatch.setattr(sys, "argv", ["tests", "check"])
    assert stages.main() == 1
    monkeypatch.setattr(stages, "CHECKS", (GREEN,))
    assert stages.main() == 0


def test_trouble_before_the_stages_is_a_sentence_and_red(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> None:
        raise Trouble("The tests need redis-server: install it.")

    monkeypatch.setattr(stages, "require_programs", missing)
    monkeypatch.setattr(sys, "argv", ["tests"])
    assert stages.main() == 1
    assert capsys.readouterr().err.strip() == "The tests need redis-server: install it."


def all_tests() -> list[Stage]:
    """The stages of both lanes."""
    return [stage for lane in stages.tests() for stage in lane]


def test_what_needs_the_model_waits_for_its_training() -> None:
    lanes = [[stage.name for stage in lane] for lane in stages.tests()]
    lane = next(names for names in lanes if "training" in names)
    assert {"conversations", "end to end", "faults"} <= set(lane[lane.index("training") + 1 :])


def test_no_stage_names_a_folder_of_tests_that_is_not_there() -> None:
    everything = (*stages.CHECKS, *all_tests())
    named = {word for stage in everything for word in stage.command if "tests" in Path(word).parts}
    assert "tests/unit" in named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_folder_of_tests_is_in_a_stage() -> None:
    named = {word for stage in all_tests() for word in stage.command}
    folders = {
        f"tests/{path.relative_to(ROOT / 'tests').parts[0]}"
        for path in (ROOT / "tests").rglob("test_*.py")
    }
    assert folders - named == set()
