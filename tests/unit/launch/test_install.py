"""Installing: a uv that records what it is asked; the stamp decides whether anything is done."""

import sys
from pathlib import Path

import pytest

from launch import install

UV = """#!/bin/sh
echo "$@" >> "{log}"
case "$1 $2" in
"--version ") exit 0 ;;
"python find") {find} ;;
"pip sync") exit {sync} ;;
esac
[ "$1" = venv ] || exit 9
for folder; do :; done
mkdir -p "$folder/bin" && touch "$folder/bin/python"
"""


class FakeUv:
    """A uv on the path; `calls` are the command lines it got."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "path" / "uv"
        self.path.parent.mkdir()
        self.log = folder / "uv.log"
        self.behaves()

    def behaves(self, *, find: str = "exit 1", sync: int = 0) -> None:
        """What `python find` does, and how `pip sync` ends."""
        self.path.write_text(UV.format(log=self.log, find=find, sync=sync))
        self.path.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeUv:
    fake = FakeUv(tmp_path)
    monkeypatch.setenv("PATH", f"{fake.path.parent}:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return fake


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with locks and no environments."""
    folder = tmp_path / "repository"
    (folder / "bot").mkdir(parents=True)
    for place in (folder, folder / "bot"):
        for suffix in ("", "-dev"):
            (place / f"requirements{suffix}.lock").write_text(f"lock{suffix}")
    monkeypatch.setattr(install, "ROOT", folder)
    monkeypatch.setattr(install, "TOOLS", folder / ".tools")
    return folder


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


# --- uv and the interpreter


def test_the_uv_on_the_path_serves(uv: FakeUv, root: Path) -> None:
    assert install.find_uv() == str(uv.path)


def test_a_stub_that_cannot_run_is_passed_over(uv: FakeUv, root: Path) -> None:
    uv.path.write_text("#!/bin/sh\nexit 127\n")
    own = executable(root / ".tools" / "bin" / "uv", "#!/bin/sh\n")
    assert install.find_uv() == str(own)


def test_the_python_that_uv_knows_comes_first(uv: FakeUv) -> None:
    uv.behaves(find="echo /opt/python3.10; exit 0")
    assert install.python_for(str(uv.path), "3.10") == "/opt/python3.10"
    assert uv.calls == ["python find --no-project 3.10"]


def test_else_one_of_pyenv_that_works(uv: FakeUv, tmp_path: Path) -> None:
    versions = tmp_path / "pyenv" / "versions"
    works = executable(versions / "3.10.2" / "bin" / "python", "#!/bin/sh\n")
    executable(versions / "3.10.4" / "bin" / "python", "#!/bin/sh\nexit 1\n")
    executable(versions / "3.11.7" / "bin" / "python", "#!/bin/sh\n")
    assert install.python_for(str(uv.path), "3.10") == str(works)


def test_else_uv_is_left_to_fetch_it(uv: FakeUv) -> None:
    assert install.python_for(str(uv.path), "3.10") == "3.10"


# --- the stamp


def bring(uv: FakeUv, root: Path) -> list[str]:
    """Bring the environment to its lock; returns what uv was asked for that."""
    before = len(uv.calls)
    install.environment(str(uv.path), root / ".venv", root / "requirements.lock", "3.11")
    return uv.calls[before:]


def test_a_first_install_makes_the_environment_and_checks_hashes(uv: FakeUv, root: Path) -> None:
    _, venv, sync = bring(uv, root)
    assert venv == f"venv --quiet --clear --python 3.11 {root}/.venv"
    assert sync == (
        f"pip sync --python {root}/.venv/bin/python --require-hashes --compile-bytecode {root}/requirements.lock"
    )


def test_a_second_install_does_nothing(uv: FakeUv, root: Path) -> None:
    bring(uv, root)
    assert bring(uv, root) == []


def test_a_changed_lock_is_installed_into_the_same_environment(uv: FakeUv, root: Path) -> None:
    bring(uv, root)
    (root / "requirements.lock").write_text("changed")
    assert [call.split()[0] for call in bring(uv, root)] == ["pip"]
    assert bring(uv, root) == []


def test_a_failed_install_is_a_sentence_and_is_tried_again(uv: FakeUv, root: Path) -> None:
    bring(uv, root)
    (root / "requirements.lock").write_text("changed")
    uv.behaves(sync=2)
    with pytest.raises(SystemExit, match=r"\.venv could not be installed: .* start again"):
        bring(uv, root)
    (root / "requirements.lock").write_text("lock")
    uv.behaves()
    assert len(bring(uv, root)) == 1, "what stands there is unknown, so also the old lock is new"


def test_a_developers_environment_is_not_cut_down_for_running(
    uv: FakeUv, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["install.py", "--tests"])
    install.main()
    assert install.is_installed("-dev")
    assert not install.is_installed("")
    synced = [call for call in uv.calls if call.startswith("pip sync")]
    assert [call.endswith("requirements-dev.lock") for call in synced] == [True, True]
    monkeypatch.setattr(sys, "argv", ["install.py"])
    install.main()
    assert [call for call in uv.calls if call.startswith("pip sync")] == synced


def test_without_tests_the_small_locks_are_installed(
    uv: FakeUv, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["install.py"])
    install.main()
    assert install.is_installed("")
