"""Bad settings end in a sentence; secrets are made once and are private."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch.console import Trouble
from launch.settings import (
    HOST,
    free_port,
    private_folder,
    read_settings,
    require_free,
    secrets_of,
)


def test_a_port_that_is_no_port_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    with pytest.raises(Trouble, match=r"PORT=many cannot be used"):
        read_settings()


def test_a_port_in_use_is_a_sentence_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Port {port} cannot be used .* PORT="):
            require_free(port)
    require_free(port)


def test_secrets_are_kept_and_private(tmp_path: Path) -> None:
    first = secrets_of(tmp_path)
    assert secrets_of(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    other = tmp_path / "other"
    other.mkdir()
    assert secrets_of(other) != first


def test_a_secret_that_a_newer_version_needs_is_added(tmp_path: Path) -> None:
    first = secrets_of(tmp_path)
    path = tmp_path / "secrets.json"
    older = first.model_dump(exclude={"actions_token"})
    path.write_text(json.dumps(older))
    path.chmod(0o644)
    now = secrets_of(tmp_path)
    assert now.actions_token
    assert now.model_dump(exclude={"actions_token"}) == older
    assert secrets_of(tmp_path) == now
    assert path.stat().st_mode & 0o077 == 0


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """What most accounts have, put back at the end because it belongs to the whole process."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_umask")
def test_nobody_else_reads_what_is_kept(tmp_path: Path) -> None:
    old = tmp_path / "old"
    for name in ("log", "run"):
        (old / name).mkdir(parents=True)
    for name in ("handoff.db", "handoff.db-wal", "secrets.json"):
        (old / name).touch()
    private_folder(old)
    private_folder(tmp_path / "new")
    (tmp_path / "new" / "rasa.db").touch()
    kept = [*old.iterdir(), tmp_path / "new", *(tmp_path / "new").iterdir()]
    assert len(kept) == 7
    assert not [path for path in kept if path.stat().st_mode & 0o077]


@pytest.mark.usefixtures("usual_umask")
def test_a_folder_of_everybody_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(Trouble, match="can be written by everybody"):
        private_folder(tmp_path)


def test_free_ports_can_be_bound() -> None:
    require_free(free_port())


def test_no_secret_looks_like_an_option(tmp_path: Path) -> None:
    for number in range(200):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert not [
            value for value in secrets_of(folder).model_dump().values() if not value.isalnum()
        ]
