"""supervisord reads back what we wrote, and what runs gets its arguments and environment whatever characters they have."""

import sys
import time
from pathlib import Path

from launch.processes import Process, Supervisor, write_configuration

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
