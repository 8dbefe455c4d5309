"""The gateway alone with the demo's customers, and somebody who answers in the assistant's place: for the desk's tests.

Invariants: the gateway and the browsers are the real ones; what the assistant says is no matter here; whoever is started is
ended by its own handle.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from launch.processes import Ports, business, product
from launch.run import prepare_databases
from launch.settings import HOST, ROOT, secrets_of
from tests.processes import free_port, stop, wait_until

START_SECONDS = 120.0
GRACE = {"HANDOFF_AGENT_GRACE": "20"}


class DeskHouse:
    """One gateway on databases of its own."""

    def __init__(self, var: Path, **told: str) -> None:
        self.var = var
        self.secrets = secrets_of(var)
        self.ports = Ports(free_port(), free_port(), free_port())
        self.base = f"http://{HOST}:{self.ports.gateway}"
        self.told = GRACE | told
        self.gateway: subprocess.Popen[bytes] | None = None
        self.assistant: subprocess.Popen[bytes] | None = None

    @property
    def password(self) -> str:
        """Of the demo's agents."""
        return self.secrets.demo_password

    @property
    def database(self) -> str:
        """Where the conversations are."""
        return f"sqlite:///{self.var / 'handoff.db'}"

    def prepare(self, crowd: int = 0) -> None:
        """Schemas, customers, and as many chats that wait."""
        prepare_databases(self.var, business(self.var, self.ports.gateway, self.secrets))
        if crowd:
            self._run("tests.e2e.crowd", self.database, str(crowd)).wait(START_SECONDS)

    def _run(self, module: str, *arguments: str, **told: str) -> subprocess.Popen[bytes]:
        log = (self.var / f"{module}.log").open("ab")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env={**os.environ, **told},
                stdout=log,
                stderr=log,
            )

    def start(self) -> None:
        """Start both and wait until they answer."""
        gateway = product(self.var, Path(), self.ports, self.secrets)[-1]
        self.assistant = self._run("tests.faults.assistant", str(self.ports.rasa))
        self.gateway = self._run("handoff", **gateway.environment, **self.told)
        wait_until(self._answers, self.gateway, START_SECONDS)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.base}/healthz", timeout=5, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def end(self) -> None:
        """End both."""
        for process in (self.gateway, self.assistant):
            if process is not None:
                stop(process)


@contextmanager
def running_house(crowd: int = 0, **told: str) -> Iterator[DeskHouse]:
    """A house with as many chats that wait."""
    with tempfile.TemporaryDirectory(prefix="desk") as folder:
        house = DeskHouse(Path(folder), **told)
        house.prepare(crowd)
        try:
            house.start()
            yield house
        finally:
            house.end()
