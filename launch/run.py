"""`make run` after the environments stand: train, prepare the data, start, wait, print the addresses, watch."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from launch.console import Trouble, fail, line, step
from launch.processes import Ports, Supervisor, business, product
from launch.settings import (
    HOST,
    ROOT,
    LaunchSettings,
    Secrets,
    free_port,
    private_folder,
    read_settings,
    require_free,
    secrets_of,
)
from launch.training import trained_model
from launch.watch import wait_until_healthy, watch

STEPS = 5


def prepare_databases(var: Path, environment: Mapping[str, str]) -> None:
    """Bring both databases to the newest schema and put the demo customers in; repeats are harmless."""
    for arguments in (
        ["subscriptions", "migrate"],
        ["subscriptions", "seed"],
        # Elsewhere a timer does it; here what became due while the product was off is done at the start.
        ["subscriptions", "daily"],
        ["handoff", "migrate", "--database-url", f"sqlite:///{var / 'handoff.db'}"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            words = " ".join((done.stderr or done.stdout).split())[-300:]
            raise Trouble(f"'python -m {' '.join(arguments[:2])}' failed: {words}")
        for said in done.stdout.splitlines()[:1]:
            line(f"      {said}")


def addresses(settings: LaunchSettings, secrets: Secrets) -> None:
    """Print where to go and how to sign in."""
    base = f"http://{HOST}:{settings.port}"
    line("")
    line("Abolotse is running.")
    line(f"  Demo shop with the chat   {base}/")
    line(
        f"  Agent desk                {base}/desk   sign in as maya or jonas, password {secrets.demo_password}"
    )
    line(f"  Supervision               {base}/desk/supervise   sign in as ines, same password")
    line(f"  API                       {base}/docs")
    line("Ctrl-C stops everything.")


def run(stop: threading.Event) -> None:
    """Start everything and stay until `stop`."""
    settings = read_settings()
    var = settings.abolotse_var.resolve()
    private_folder(var)
    (var / "log").mkdir(exist_ok=True)
    require_free(settings.port)
    secrets = secrets_of(var)
    step(2, STEPS, "The assistant's model")
    model = trained_model(var / "log")
    step(3, STEPS, "Databases and demo customers")
    prepare_databases(var, business(var, settings.port, secrets))
    step(4, STEPS, "Processes")
    processes = product(var, model, Ports(settings.port, free_port(), free_port()), secrets)
    supervisor = Supervisor(var, processes)
    try:
        wait_until_healthy(supervisor, processes, var)
        step(5, STEPS, "Ready")
        addresses(settings, secrets)
        watch(supervisor, var, stop.is_set)
    finally:
        line("\nStopping …")
        supervisor.stop()
        line("Everything is stopped.")


def main() -> int:
    """The exit code: 0 after Ctrl-C, 1 after a sentence about what is wrong."""
    stop = threading.Event()

    def interrupted(*_: object) -> None:
        if stop.is_set():
            return
        stop.set()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    try:
        run(stop)
    except KeyboardInterrupt:
        return 0
    except Trouble as trouble:
        return fail(trouble)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
