"""Records what really passes between Rasa, the actions and the gateway, into `recordings/`.

Run it with a Rasa whose action endpoint points at this recorder, and the action server behind it on a
freshly seeded database:

    ACTIONS_PORT=5055 ACTIONS_TOKEN=... SUBSCRIPTIONS_MODE=development SUBSCRIPTIONS_OUTBOX=file:<mails> \
        python -m actions
    RASA_ACTIONS_URL=http://127.0.0.1:5056/webhook RASA_ACTIONS_TOKEN=... RASA_TOKEN=... \
        RASA_TRACKER_DB=... python start.py --port 5005 --model ...        (in bot/, with its Python)
    python -m tests.contract.record --rasa http://127.0.0.1:5005 --token ... --mails <mails>

Invariants: one file a line of the script, overwritten; the domain, alike in all of them, is left out.
"""

import argparse
import json
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from handoff.contract import Identified, TurnMetadata, bot_reply
from tests.contract.script import SCENES, Line, Scene

RECORDINGS = Path(__file__).parent / "recordings"


class Recorder(ThreadingHTTPServer):
    """Stands between Rasa and the actions, and keeps the last call."""

    def __init__(self, port: int, actions: str) -> None:
        super().__init__(("127.0.0.1", port), _Between)
        self.actions = httpx.Client(base_url=actions, timeout=10)
        self.last: dict[str, Any] = {}


class _Between(BaseHTTPRequestHandler):
    server: Recorder

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: self.headers[name] for name in ("Content-Type", "Authorization")}
        answer = self.server.actions.post("/webhook", content=body, headers=headers)
        self.server.last = {"request": json.loads(body), "response": answer.json()}
        self.send_response(answer.status_code)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *args: object) -> None:
        """Say nothing: the requests hold conversations."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What the scenes are played with; `mails` is the mailbox of the actions."""

    rasa: httpx.Client
    recorder: Recorder
    mails: Path


def play(scene: Scene, stage: Stage) -> None:
    """Send the lines of a scene and store what was called and answered."""
    said: list[dict[str, Any]] = []
    known: dict[str, Any] = {
        "subscriber_id": scene.subscriber,
        "level": 1 if scene.subscriber else 0,
        "locale": scene.locale,
    }
    for number, line in enumerate(scene.lines, start=1):
        message, pressed = _message(line, said, stage.mails)
        metadata = TurnMetadata(
            turn=f"recorded-{scene.name}:{number}",
            first_turn=number == 1,
            handback=line.handback,
            pressed=pressed,
            **known,
        )
        body = {
            "sender": f"recorded-{scene.name}",
            "message": message,
            "metadata": metadata.model_dump(mode="json"),
        }
        said = stage.rasa.post("/webhooks/rest/webhook", json=body).raise_for_status().json()
        known |= _proven(said)
        _store(f"{scene.name}-{number}", line, stage.recorder.last, said)


def _proven(said: list[dict[str, Any]]) -> dict[str, Any]:
    """What the gateway tells about the speaker from now on, when an answer says that a code was right."""
    replies = [bot_reply.validate_python(item["custom"]) for item in said]
    proofs = [reply for reply in replies if isinstance(reply, Identified)]
    return proofs[-1].model_dump(exclude={"type"}) if proofs else {}


def _message(
    line: Line, said: list[dict[str, Any]], mails: Path
) -> tuple[str, dict[str, str] | None]:
    if line.code:
        time.sleep(1)  # mails leave beside the answer
        return str(json.loads(mails.read_text(encoding="utf-8").splitlines()[-1])["secret"]), None
    if line.press is None:
        return line.text, None
    buttons = [button for item in said for button in item["custom"].get("buttons", [])]
    pressed = next(button for button in buttons if button["intent"] == line.press)
    return f"/{line.press}", pressed["value"]


def _store(name: str, line: Line, call: dict[str, Any], rest: list[dict[str, Any]]) -> None:
    call["request"].pop("domain", None)
    recording = {
        "steady": line.steady,
        "request": call["request"],
        "response": call["response"],
        "rest": rest,
    }
    text = json.dumps(recording, ensure_ascii=False, indent=1)
    (RECORDINGS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{name}: {call['request']['next_action']}, {len(rest)} replies\n")


def main() -> None:
    """Record every scene."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rasa", default="http://127.0.0.1:5005")
    parser.add_argument("--token", default="")
    parser.add_argument("--actions", default="http://127.0.0.1:5055")
    parser.add_argument("--mails", type=Path, required=True)
    parser.add_argument("--listen", type=int, default=5056)
    given = parser.parse_args()
    recorder = Recorder(given.listen, given.actions)
    threading.Thread(target=recorder.serve_forever, daemon=True).start()
    with httpx.Client(base_url=given.rasa, params={"token": given.token}, timeout=20) as rasa:
        for scene in SCENES:
            play(scene, Stage(rasa, recorder, given.mails))
    recorder.shutdown()


if __name__ == "__main__":
    main()
