"""The whole product and a stock Rasa, as processes for a benchmark.

Invariants: the product's processes are those of the launcher, with its settings; the stock bot is what `rasa init` makes,
trained once for a version of Rasa and kept in the system's folder for temporary files.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import httpx

from launch.console import ticking
from launch.processes import Ports, Process, business, product
from launch.run import prepare_databases
from launch.settings import HOST, secrets_of
from launch.training import RASA, rasa_environment, trained_model
from tests.bench.machine import Cores, cpu_seconds, on_core
from tests.bench.servers import START_SECONDS
from tests.processes import free_port, stop, wait_until


@dataclass(frozen=True, slots=True)
class Stack:
    """The running product."""

    gateway: str
    port: int
    rasa: str
    token: str
    pids: Mapping[str, int]

    def cpu(self) -> dict[str, float]:
        """CPU seconds of each process so far."""
        return {name: cpu_seconds(pid) for name, pid in self.pids.items()}


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


@contextmanager
def started(process: Process, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the product that is healthy, until the block ends."""
    environment = {**os.environ, **process.environment}
    with (log / f"{process.name}.log").open("wb") as out:
        running = subprocess.Popen(
            process.command, cwd=process.directory, env=environment, stdout=out, stderr=out
        )
    try:
        wait_until(lambda: _answers(process.health), running, START_SECONDS)
        yield running
    finally:
        stop(running)


@contextmanager
def whole_product(var: Path, used: Cores) -> Iterator[Stack]:
    """Actions, Rasa and gateway on the server's core, on the embedded databases."""
    secrets, ports = secrets_of(var), Ports(free_port(), free_port(), free_port())
    model = trained_model(var)
    prepare_databases(var, business(var, ports.gateway, secrets))
    with on_core(used.server), ExitStack() as stack:
        pids = {
            process.name: stack.enter_context(started(process, var)).pid
            for process in product(var, model, ports, secrets)
        }
        yield Stack(
            gateway=f"http://{HOST}:{ports.gateway}",
            port=ports.gateway,
            rasa=f"http://{HOST}:{ports.rasa}",
            token=secrets.rasa_token,
            pids=pids,
        )


def _stock_project() -> tuple[Path, float]:
    """What `rasa init` makes, trained, and the seconds that took."""
    version = RASA.with_name("python")
    said = subprocess.run(
        [str(version), "-c", "from importlib.metadata import version; print(version('rasa'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    home = Path(tempfile.gettempdir()) / f"abolotse-bench-rasa-{said.stdout.strip()}"
    project, seconds = home / "project", home / "seconds"
    if not seconds.exists():
        project.mkdir(parents=True, exist_ok=True)
        begun = perf_counter()
        with ticking("training a stock `rasa init`, once"), (home / "log").open("wb") as out:
            subprocess.run(
                [str(RASA), "init", "--no-prompt", "--init-dir", str(project)],
                env=_plain(), stdout=out, stderr=out, check=True,
            )  # fmt: skip
        seconds.write_text(f"{perf_counter() - begun:.0f}")
    return project, float(seconds.read_text())


def _plain() -> dict[str, str]:
    """Rasa's environment without our components."""
    return {name: value for name, value in rasa_environment().items() if name != "PYTHONPATH"}


@contextmanager
def stock_rasa(log: Path, used: Cores) -> Iterator[tuple[str, float]]:
    """The stock bot on the server's core: its address, and how long its training took."""
    project, seconds = _stock_project()
    port = free_port()
    process = Process(
        name="stock",
        command=(
            str(RASA),
            "run",
            "--quiet",
            "--enable-api",
            "--interface",
            HOST,
            "--port",
            str(port),
        ),
        environment=_plain(),
        health=f"http://{HOST}:{port}/status",
        directory=project,
    )
    with on_core(used.server), started(process, log):
        yield f"http://{HOST}:{port}", seconds
