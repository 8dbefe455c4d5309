"""The processes of the product and their supervision by supervisord, which restarts what dies.

Invariants: the commands stand here once, for people and for tests; supervisord's own control socket is
private to the folder; stopping it stops everything.
"""

import hashlib
import os
import shlex
import subprocess
import sys
import tempfile
import xmlrpc.client
from configparser import RawConfigParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from launch.settings import HOST, ROOT, Secrets
from launch.training import RASA, rasa_environment

STOP_SECONDS = 15
_LONGEST_SOCKET = 90
"""Bytes of a socket's path: 104 to 108 by system, and supervisord adds its number for a moment."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its command, what its environment adds, and where it says that it is healthy."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    health: str
    directory: Path = ROOT


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each process listens, on loopback."""

    gateway: int
    rasa: int
    actions: int


def product(var: Path, model: Path, ports: Ports, secrets: Secrets) -> tuple[Process, ...]:
    """The three processes of the product on embedded defaults, in the order they are started."""
    actions = Process(
        name="actions",
        command=(sys.executable, "-m", "actions"),
        environment={
            "ACTIONS_PORT": str(ports.actions),
            "ACTIONS_TOKEN": secrets.actions_token,
            **business(var, ports.gateway, secrets),
        },
        health=f"http://{HOST}:{ports.actions}/health",
    )
    rasa = Process(
        name="rasa",
        command=rasa_command(model, ports.rasa),
        environment={
            **{k: v for k, v in rasa_environment().items() if os.environ.get(k) != v},
            "RASA_ACTIONS_URL": f"http://{HOST}:{ports.actions}/webhook",
            "RASA_ACTIONS_TOKEN": secrets.actions_token,
            "RASA_TOKEN": secrets.rasa_token,
            "RASA_TRACKER_DB": str(var / "rasa.db"),
        },
        health=f"http://{HOST}:{ports.rasa}/status?token={secrets.rasa_token}",
        directory=ROOT / "bot",
    )
    return actions, rasa, _gateway(var, ports, secrets)


def _gateway(var: Path, ports: Ports, secrets: Secrets) -> Process:
    return Process(
        name="gateway",
        command=(sys.executable, "-m", "handoff"),
        environment={
            "HANDOFF_HOST": HOST,
            "HANDOFF_PORT": str(ports.gateway),
            "HANDOFF_DATABASE_URL": f"sqlite:///{var / 'handoff.db'}",
            "HANDOFF_RASA_URL": f"http://{HOST}:{ports.rasa}",
            "HANDOFF_RASA_TOKEN": secrets.rasa_token,
            "HANDOFF_ACTIONS_URL": f"http://{HOST}:{ports.actions}",
            "HANDOFF_HOST_SITE_SECRET": secrets.host_site_secret,
            "HANDOFF_SESSION_SECRET": secrets.session_secret,
            "HANDOFF_DEMO_PASSWORD": secrets.demo_password,
            **business(var, ports.gateway, secrets),
        },
        health=f"http://{HOST}:{ports.gateway}/readyz",
    )


def business(var: Path, port: int, secrets: Secrets) -> dict[str, str]:
    """What all processes know of the business, whose pages the gateway has on `port`.

    Messages with codes and links go to a file: on one machine nobody has a mail server. What an operator says about
    payments stays; else the simulator collects.
    """
    gateway = f"http://{HOST}:{port}/"
    payments = {
        "SUBSCRIPTIONS_PAYMENT_WEBHOOK_SECRET": secrets.payment_secret,
        "SUBSCRIPTIONS_PAYMENT_RETURN_URL": gateway,
    }
    return {
        "SUBSCRIPTIONS_MODE": "development",
        "SUBSCRIPTIONS_DATABASE_URL": f"sqlite:///{var / 'subscriptions.db'}",
        "SUBSCRIPTIONS_PUBLIC_ADDRESS": gateway,
        "SUBSCRIPTIONS_OUTBOX": f"file:{var / 'outbox.jsonl'}",
        "SUBSCRIPTIONS_CODE_SECRET": secrets.code_secret,
        **{name: os.environ.get(name, value) for name, value in payments.items()},
    }


def rasa_command(model: Path, port: int) -> tuple[str, ...]:
    """Rasa on loopback; its token is in its environment, because everybody may read a command line."""
    return (
        str(RASA.parent / "python"), "start.py",
        "--interface", HOST, "--port", str(port), "--model", str(model),
    )  # fmt: skip


def write_configuration(var: Path, processes: tuple[Process, ...]) -> Path:
    """Write supervisord's configuration, readable by its owner only."""
    run, log = var / "run", var / "log"
    run.mkdir(parents=True, exist_ok=True)
    log.mkdir(parents=True, exist_ok=True)
    configuration = RawConfigParser()
    configuration["unix_http_server"] = {"file": str(socket_of(var)), "chmod": "0700"}
    configuration["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
    }
    configuration["supervisord"] = {
        "nodaemon": "true",
        "umask": "077",
        "silent": "true",
        "logfile": str(log / "supervisord.log"),
        "pidfile": str(run / "supervisord.pid"),
        "childlogdir": str(log),
    }
    for process in processes:
        configuration[f"program:{process.name}"] = program(process, log)
    path = run / "supervisord.conf"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        configuration.write(file)
    return path


def program(process: Process, log: Path) -> dict[str, str]:
    """One program section: restarted whenever it ends, given up when it cannot stay up for two seconds."""
    return {
        "command": shlex.join(process.command).replace("%", "%%"),
        "directory": str(process.directory),
        "autorestart": "true",
        "startsecs": "2",
        "startretries": "4",
        "stopwaitsecs": str(STOP_SECONDS),
        "stopasgroup": "true",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": str(log / f"{process.name}.log"),
    }


def socket_of(var: Path) -> Path:
    """The control socket of the supervisord that runs on this folder; where its path would be too long, in the system's
    folder for such things.
    """
    near = (var / "run" / "supervisord.sock").absolute()
    if len(os.fsencode(near)) <= _LONGEST_SOCKET:
        return near
    name = hashlib.sha256(os.fsencode(near)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"abolotse-{name}.sock"


class Supervisor:
    """A supervisord of ours, started in a session of its own so that Ctrl-C reaches only the launcher.

    The processes inherit supervisord's environment: their variables have prefixes and do not meet, and
    supervisord's own `environment` option cannot hold every character.
    """

    def __init__(self, var: Path, processes: tuple[Process, ...]) -> None:
        configuration = write_configuration(var, processes)
        environment = dict(os.environ)
        for process in processes:
            environment.update(process.environment)
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)]
        with (var / "log" / "supervisord.out").open("w") as out:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.socket = socket_of(var)

    def states(self) -> dict[str, dict[str, Any]]:
        """State of each program by name; empty while supervisord does not answer yet."""
        transport = SupervisorTransport(None, None, serverurl=f"unix://{self.socket}")
        try:
            proxy = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
            rows: Any = proxy.supervisor.getAllProcessInfo()
        except (OSError, xmlrpc.client.Error):
            return {}
        finally:
            transport.close()
        return {str(row["name"]): row for row in rows}

    def alive(self) -> bool:
        """Whether supervisord itself still runs."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Stop every program, then supervisord; waits until all are gone."""
        if self.alive():
            self.process.terminate()
        try:
            self.process.wait(timeout=3 * STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
