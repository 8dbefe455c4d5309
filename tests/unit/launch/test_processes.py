"""supervisord reads back what we wrote, and what runs gets its arguments and environment whatever characters they have."""

import sys
import time
from pathlib import Path

import pytest

from actions.settings import ActionSettings
from handoff.settings import Settings
from launch.processes import Ports, Process, Supervisor, product, socket_of, write_configuration
from launch.settings import Secrets

AWKWARD = 'a "quoted" 100% back\\slash, comma'
ECHO = (
    "import os, sys, time; print([sys.argv[1], os.environ['SAMPLE']], flush=True); time.sleep(60)"
)


def test_awkward_characters_survive(tmp_path: Path) -> None:
    process = Process("sample", (sys.executable, "-c", ECHO, AWKWARD), {"SAMPLE": AWKWARD}, "")
    supervisor = Supervisor(tmp_path, (process,))
    try:
        until = time.monotonic() + 20
        log = tmp_path / "log" / "sample.log"
        while not (log.exists() and log.read_text()) and time.monotonic() < until:
            time.sleep(0.1)
        assert log.read_text().strip() == str([AWKWARD, AWKWARD])
        assert supervisor.states()["sample"]["statename"] in {"STARTING", "RUNNING"}
    finally:
        supervisor.stop()
    assert not supervisor.alive()


def test_the_configuration_is_private(tmp_path: Path) -> None:
    path = write_configuration(tmp_path, ())
    assert path.stat().st_mode & 0o077 == 0


def test_every_process_is_told_where_the_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = Secrets(
        host_site_secret="h" * 40,
        session_secret="s" * 40,
        code_secret="c" * 40,
        payment_secret="p" * 40,
        rasa_token="r" * 40,
        actions_token="a" * 40,
        demo_password="d" * 8,
    )
    actions, rasa, gateway = product(
        Path("var"), Path("m.tar.gz"), Ports(gateway=1, rasa=2, actions=3), secrets
    )
    for name, value in (actions.environment | gateway.environment).items():
        monkeypatch.setenv(name, value)
    told, actions_told = Settings(), ActionSettings.model_validate({})
    assert (told.port, told.rasa_url, told.actions_url) == (
        1,
        ("http://127.0.0.1:2",),
        "http://127.0.0.1:3",
    )
    assert told.business == actions_told.business
    business = told.business
    assert business.development
    assert business.outbox.get_secret_value() == "file:var/outbox.jsonl"
    assert business.database_url == "sqlite:///var/subscriptions.db"
    assert business.public_address == business.payment_return_url == "http://127.0.0.1:1/"
    assert business.code_secret.get_secret_value() == "c" * 40
    assert business.payment_webhook_secret.get_secret_value() == "p" * 40
    assert actions_told.port == 3
    assert rasa.environment["RASA_ACTIONS_URL"] == "http://127.0.0.1:3/webhook"
    assert rasa.environment["RASA_TOKEN"] == told.rasa_token.get_secret_value() == "r" * 40
    token = actions_told.token.get_secret_value()
    assert rasa.environment["RASA_ACTIONS_TOKEN"] == token == "a" * 40
    written = " ".join(word for process in (actions, rasa, gateway) for word in process.command)
    assert not [secret for secret in secrets.model_dump().values() if secret in written]
    assert rasa.command[rasa.command.index("--port") + 1] == "2"


def test_a_deep_folder_has_its_socket_where_one_fits(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    assert len(str(socket_of(deep))) <= 100
    assert socket_of(deep) == socket_of(deep)
    assert socket_of(deep) != socket_of(deep / "c")
