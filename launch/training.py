"""Trains the assistant once per content: the same training data and code give the same file name, and no work.

Invariants: a model file is complete or absent (written beside, then renamed); the hash covers everything
that decides what the model does.
"""

import fcntl
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from launch.console import Trouble, line, ticking
from launch.settings import ROOT

RASA = ROOT / "bot" / ".venv" / "bin" / "rasa"
MODELS = ROOT / "bot" / "models"
VECTORS = MODELS / "vectors"
DECIDING = (
    "bot/config.yml",
    "bot/domain",
    "bot/components",
    "bot/requirements.lock",
    "data/knowledge",
    "data/nlu",
    "data/rules",
)
KEEP_MODELS = 5
WIDE = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}
"""What a processor must know for the widest arithmetic of OpenBLAS."""


def rasa_environment() -> dict[str, str]:
    """The environment Rasa runs in: quiet, one thread per operation, no telemetry."""
    return {
        **os.environ,
        "MALLOC_ARENA_MAX": "1",  # 20 MB less, for a process that does one thing at a time
        "OMP_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore::DeprecationWarning",
        "PYTHONPATH": str(ROOT / "bot"),
        "PYTHONHASHSEED": "0",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def deciding_files() -> Iterator[Path]:
    """Every file that decides what the model does, in a fixed order."""
    for name in DECIDING:
        path = ROOT / name
        if path.is_file():
            yield path
        else:
            yield from sorted(f for f in path.rglob("*") if f.suffix in {".md", ".py", ".yml"})


def content_hash() -> str:
    """The name of the model that belongs to the present content."""
    digest = hashlib.sha256()
    for path in deciding_files():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:20]


def trained_model(log_folder: Path) -> Path:
    """The model of the present content; trains it if it is not there yet."""
    model = MODELS / f"{content_hash()}.tar.gz"
    MODELS.mkdir(parents=True, exist_ok=True)
    # Who comes second waits, and finds the model.
    with (MODELS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if model.exists():
            line(f"      {model.relative_to(ROOT)} is up to date")
        else:
            _train(model, log_folder / "training.log")
    return model


def _train(model: Path, log: Path) -> None:
    """Train into a folder beside, and move what came out to `model`. Raises Trouble."""
    with tempfile.TemporaryDirectory(dir=MODELS) as folder, ticking("training"):
        command = [
            str(RASA), "train", "--quiet",
            "--config", "bot/config.yml", "--domain", "bot/domain",
            "--data", "data/nlu", "data/rules",
            "--out", folder, "--fixed-model-name", "model",
            # What the file name says is what Rasa would find out once more; `rasa data validate` is a test.
            "--force", "--skip-validation",
        ]  # fmt: skip
        # Training is one large factorisation; two threads, not "all", so that every machine rounds alike.
        environment = {
            **rasa_environment(),
            **widest_arithmetic(),
            "OMP_NUM_THREADS": "2",
            "RASA_VECTORS": str(VECTORS),
        }
        with log.open("w") as out, reading_ahead(environment, out):
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdout=out, stderr=out, check=False
            )
        fresh = Path(folder) / "model.tar.gz"
        if done.returncode != 0 or not fresh.exists():
            tail = " ".join(log.read_text().split())[-300:]
            raise Trouble(f"Training failed; the whole story is in {log}. It ends with: {tail}")
        fresh.rename(model)
    forget_old_models()


def widest_arithmetic(cpu: Path = Path("/proc/cpuinfo")) -> dict[str, str]:
    """The pinned OpenBLAS is older than some processors and multiplies half as wide as they can, unless it is told."""
    flags = set(cpu.read_text(encoding="utf-8").split()) if cpu.exists() else set()
    return {"OPENBLAS_CORETYPE": "SKYLAKEX"} if flags >= WIDE else {}


@contextmanager
def reading_ahead(environment: dict[str, str], out: IO[str]) -> Iterator[None]:
    """Meanwhile a process reads the messages; Rasa waits for it where it needs their vectors."""
    command = [str(RASA.with_name("python")), "bot/read_ahead.py", "data/nlu", "data/knowledge"]
    single = {**environment, "OMP_NUM_THREADS": "1"}
    reader = subprocess.Popen(command, cwd=ROOT, env=single, stdout=out, stderr=out)
    try:
        yield
    finally:
        reader.terminate()
        reader.wait()


def forget_old_models() -> None:
    """Keep the newest few models, so that switching back and forth stays quick and the disk stays clear."""
    models = sorted(MODELS.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in models[KEEP_MODELS:]:
        path.unlink()


def main() -> None:
    """Train the present content, if that was not done yet."""
    folder = ROOT / "var" / "training"
    folder.mkdir(parents=True, exist_ok=True)
    trained_model(folder)


if __name__ == "__main__":
    main()
