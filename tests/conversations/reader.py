"""How a message is read: Rasa with the trained assistant, asked over HTTP.

`RASA_URL` and `RASA_TOKEN` name one that runs already; else one is started for the whole run.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from launch.processes import rasa_command
from launch.settings import HOST
from launch.training import ROOT, rasa_environment, trained_model
from tests.processes import free_port, stop, wait_until

TOKEN = "token-of-the-tests"


class Reader:
    """Reads typed words the way the product does."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(base_url=url, params={"token": token}, timeout=30)

    def read(self, text: str) -> dict[str, Any]:
        """Intent, ranking, values, language of a message."""
        answer = self._http.post("/model/parse", json={"text": text})
        answer.raise_for_status()
        parsed: dict[str, Any] = answer.json()
        return parsed

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def ready(self) -> bool:
        """Whether the assistant is loaded."""
        try:
            status = self._http.get("/status")
        except httpx.HTTPError:
            return False
        return status.status_code == httpx.codes.OK and bool(status.json().get("model_file"))


@contextmanager
def reading(folder: Path) -> Iterator[Reader]:
    """A reader, started unless one is named."""
    if os.environ.get("RASA_URL"):
        with closing(Reader(os.environ["RASA_URL"], os.environ["RASA_TOKEN"])) as reader:
            yield reader
        return
    port = free_port()
    environment = {
        **rasa_environment(),
        "RASA_TOKEN": TOKEN,
        "RASA_ACTIONS_URL": f"http://{HOST}:1/webhook",
        "RASA_ACTIONS_TOKEN": TOKEN,
        "RASA_TRACKER_DB": str(folder / "tracker.db"),
    }
    with (folder / "rasa.log").open("wb") as log:
        rasa = subprocess.Popen(
            rasa_command(trained_model(folder), port),
            cwd=ROOT / "bot",
            env=environment,
            stdout=log,
            stderr=log,
        )
        reader = Reader(f"http://{HOST}:{port}", TOKEN)
        try:
            wait_until(reader.ready, rasa, 300)
            yield reader
        finally:
            reader.close()
            stop(rasa)
