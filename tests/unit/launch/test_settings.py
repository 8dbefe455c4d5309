"""Bad settings end in a sentence; secrets are made once and are private."""

import socket
from pathlib import Path

import pytest

from launch.console import Trouble
from launch.settings import HOST, free_port, read_settings, require_free, secrets_of


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


def test_free_ports_can_be_bound() -> None:
    require_free(free_port())
