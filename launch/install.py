"""Makes both Python environments, with nothing but the standard library: it runs before there is anything else.

Invariants: an environment is rebuilt only when its lock changed; packages are checked by hash; what
cannot be installed ends in one sentence that says what to do.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
PRODUCT_PYTHON = ">=3.11,<3.14"
RASA_PYTHON = "3.10"


def say(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def works(command: list[str]) -> bool:
    """Whether a command can be run at all: version managers put stubs on the path that cannot."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def find_uv() -> str:
    """The path of a working uv: the system's, or one installed beside this project."""
    for candidate in (shutil.which("uv"), str(TOOLS / "bin" / "uv")):
        if candidate and works([candidate, "--version"]):
            return candidate
    say("      uv is not installed; fetching it into .tools/")
    try:
        subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], check=True, capture_output=True)
        pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv>=0.8,<1"]
        subprocess.run(pip, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise SystemExit(
            "uv could not be installed: install it yourself (docs.astral.sh/uv) and start again."
        ) from None
    return str(TOOLS / "bin" / "uv")


def python_for(uv: str, version: str) -> str:
    """An interpreter of this version: one uv knows, one of pyenv's, or the version itself for uv to fetch."""
    found = subprocess.run(
        [uv, "python", "find", "--no-project", version], capture_output=True, text=True, check=False
    )
    if found.returncode == 0:
        return found.stdout.strip().splitlines()[-1]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for candidate in sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True):
        if works([str(candidate), "--version"]):
            return str(candidate)
    return version


def environment(uv: str, folder: Path, lock: Path, version: str) -> None:
    """Bring `folder` to exactly what `lock` pins; does nothing when it is there already."""
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = folder / "lock.sha256"
    name = folder.relative_to(ROOT)
    if stamp.exists() and stamp.read_text() == wanted:
        say(f"      {name} is up to date")
        return
    say(f"      {name}: installing {lock.relative_to(ROOT)}")
    try:
        if not (folder / "bin" / "python").exists():
            python = python_for(uv, version)
            subprocess.run(
                [uv, "venv", "--quiet", "--clear", "--python", python, str(folder)], check=True
            )
        stamp.unlink(missing_ok=True)
        install = [
            uv,
            "pip",
            "sync",
            "--python",
            str(folder / "bin" / "python"),
            "--require-hashes",
            # Once here instead of at every start, where the system forbids Python to keep what it compiled.
            "--compile-bytecode",
        ]
        subprocess.run([*install, str(lock)], check=True)
    except subprocess.CalledProcessError:
        raise SystemExit(
            f"{name} could not be installed: look at the lines above, check the network, start again."
        ) from None
    stamp.write_text(wanted)


def main() -> None:
    """`install.py` for running, `install.py --tests` for running and testing."""
    tests = "--tests" in sys.argv[1:]
    uv = find_uv()
    suffix = "-dev" if tests else ""
    if not tests and is_installed("-dev"):
        suffix = "-dev"  # a developer's environment also runs the product
    say(f"[1/{3 if tests else 5}] Python environments")
    environment(uv, ROOT / ".venv", ROOT / f"requirements{suffix}.lock", PRODUCT_PYTHON)
    environment(
        uv, ROOT / "bot" / ".venv", ROOT / "bot" / f"requirements{suffix}.lock", RASA_PYTHON
    )


def is_installed(suffix: str) -> bool:
    """Whether both environments are at the locks with this suffix."""
    folders = (ROOT, ROOT / "bot")
    return all(
        (folder / ".venv" / "lock.sha256").exists()
        and (folder / ".venv" / "lock.sha256").read_text()
        == hashlib.sha256((folder / f"requirements{suffix}.lock").read_bytes()).hexdigest()
        for folder in folders
    )


if __name__ == "__main__":
    main()
