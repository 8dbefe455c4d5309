"""Programs the tests need that are no Python packages: a browser, Redis, PostgreSQL, and a clock that goes wrong.

Invariant: nothing is skipped because a program is missing; it is installed, or the run ends with a sentence.
"""

import os
import shutil
import subprocess
from pathlib import Path

from launch.console import Trouble, line, ticking

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def has_browser() -> bool:
    """Whether a Chromium is on the path."""
    return any(shutil.which(name) for name in BROWSERS)


def has_postgresql() -> bool:
    """Whether `initdb` is on the path or where Debian puts it."""
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def has_faketime() -> bool:
    """Whether the library that gives a process another clock is where Debian puts it."""
    return bool(list(Path("/usr").glob("lib*/**/faketime/libfaketime.so.1")))


def missing() -> list[str]:
    """Debian names of the packages that are missing."""
    wanted = {
        "chromium": has_browser(),
        "redis-server": bool(shutil.which("redis-server")),
        "postgresql": has_postgresql(),
        "libfaketime": has_faketime(),
    }
    return [name for name, there in wanted.items() if not there]


def require_programs() -> None:
    """Install what is missing where that is possible without asking, or raise a sentence."""
    names = missing()
    if not names:
        line("      browser, Redis, PostgreSQL and libfaketime are there")
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Trouble(
            f"The tests need {', '.join(names)}: install them and start again "
            f"(Debian, Ubuntu: sudo apt-get install {' '.join(names)})."
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with ticking(f"installing {', '.join(names)}"):
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *names]):
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=False
            )
    if done.returncode != 0 or missing():
        raise Trouble(f"apt-get could not install {', '.join(missing())}: {done.stderr[-300:]}")
