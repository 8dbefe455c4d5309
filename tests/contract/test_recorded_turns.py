"""Recorded calls of Rasa against the real action server, and recorded replies against the gateway's parser."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from handoff.adapters.rasa import open_rasa
from handoff.contract import BotReply, HandoffRequest, Identified, TurnMetadata, bot_reply
from handoff.conversations.ports import BotTurn, BotUnavailable
from tests.integration.handoff.misbehaving import Reply, misbehaving
from tests.production import in_environment

REPOSITORY = Path(__file__).resolve().parents[2]
TOKEN = "only Rasa knows it"
RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.json"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """`python -m actions` on a free port and a seeded database of its own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('actions') / 'subscriptions.db'}"
    for command in ("migrate", "seed"):
        arguments = [sys.executable, "-m", "subscriptions", command, "--database-url", url]
        subprocess.run(arguments, check=True, cwd=REPOSITORY)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("log") / "actions.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "actions"],
            cwd=REPOSITORY,
            env={
                "PATH": "",
                "ACTIONS_PORT": str(port),
                "ACTIONS_TOKEN": TOKEN,
                "SUBSCRIPTIONS_MODE": "development",
                "SUBSCRIPTIONS_DATABASE_URL": url,
            },
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                wait_until_healthy(client, process)
                client.headers["authorization"] = f"Bearer {TOKEN}"
                client.headers["x-log"] = str(log)
                yield client
        finally:
            process.terminate()
            process.wait(10)


def wait_until_healthy(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the action server ended"
        try:
            if client.get("/health").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the action server did not become healthy")


def recording(path: Path) -> dict[str, Any]:
    """A recording, with matters that are still open: what was asked long ago is not gone on with."""
    soon = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    text = re.sub(r'"until": "[^"]+"', f'"until": "{soon}"', path.read_text(encoding="utf-8"))
    content: dict[str, Any] = json.loads(text)
    return content


def shape(reply: BotReply) -> object:
    """What must not differ from the day of recording: everything but wording, numbers and days."""
    if isinstance(reply, HandoffRequest):
        return (reply.reason, reply.skill, reply.intent, len(reply.tried), reply.slots)
    if isinstance(reply, Identified):
        return (reply.subscriber_id, reply.level)
    return (
        reply.locale,
        [(card.kind, len(card.rows), len(card.points)) for card in reply.cards],
        [(b.intent, b.style, sorted(b.value), b.order is None) for b in reply.buttons],
    )


def test_there_are_recordings() -> None:
    assert len(RECORDINGS) >= 20


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_the_actions_answer_a_recorded_call(path: Path, server: httpx.Client) -> None:
    recorded = recording(path)
    answer = server.post("/webhook", json={**recorded["request"], "domain": {}})
    assert answer.status_code == httpx.codes.OK
    body = answer.json()
    replies = [bot_reply.validate_python(item["custom"]) for item in body["responses"]]
    assert replies
    assert all(item["text"] is None for item in body["responses"])
    assert {event["name"] for event in body["events"]} == {"open", "last_say", "locale", "steps"}
    if recorded["steady"]:
        before = [bot_reply.validate_python(item["custom"]) for item in recorded["rest"]]
        assert [shape(reply) for reply in replies] == [shape(reply) for reply in before]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
async def test_the_gateway_reads_a_recorded_reply(path: Path) -> None:
    recorded = recording(path)
    replies = await asked(recorded["request"], recorded["rest"])
    assert [reply.model_dump(mode="json", exclude_unset=True) for reply in replies] == [
        item["custom"] for item in recorded["rest"]
    ]


@pytest.mark.parametrize(
    "rest",
    [
        [],
        {},
        [{"recipient_id": "c", "text": "Hello"}],
        [{"recipient_id": "c", "custom": {"type": "say", "text": "Hello"}}],
        [{"recipient_id": "c", "custom": {"type": "dance"}}],
    ],
)
async def test_the_gateway_takes_anything_else_for_a_failure(rest: object) -> None:
    request = {"sender_id": "c", "tracker": {"latest_message": {"text": "x"}, "events": []}}
    with pytest.raises(BotUnavailable):
        await asked(request, rest)


async def asked(request: dict[str, Any], rest: object) -> list[BotReply]:
    """What the gateway's own adapter makes of an answer of Rasa."""
    said = [event for event in request["tracker"]["events"] if event["event"] == "user"]
    stamped = said[-1]["metadata"] if said else {"turn": "c:1"}
    known = {name: stamped[name] for name in TurnMetadata.model_fields if name in stamped}
    turn = BotTurn(
        conversation=request["sender_id"],
        seq=1,
        epoch=1,
        text=request["tracker"]["latest_message"]["text"],
        metadata=TurnMetadata.model_validate(known),
        attempts=0,
    )
    async with misbehaving(Reply(json.dumps(rest).encode())) as rasa:
        bot = open_rasa(rasa.url, token="", limit=0.8)
        try:
            return list(await bot.answer(turn))
        finally:
            await bot.close()


def test_an_error_says_nothing_about_the_request(server: httpx.Client) -> None:
    secret = "my secret words"
    for body in (
        {"next_action": "action_unknown", "tracker": {"latest_message": {"text": secret}}},
        {"next_action": "action_greet", "domain": {}, "tracker": {"text": secret}},
    ):
        answer = server.post("/webhook", json=body)
        assert answer.is_error
        assert secret not in answer.text
    garbage = server.post("/webhook", content=secret.encode())
    assert garbage.is_error
    assert secret not in garbage.text
    assert secret not in Path(server.headers["x-log"]).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer guessed", TOKEN, f"Basic {TOKEN}", "Bearer \u00fc"]
)
def test_nobody_but_rasa_reaches_an_action(server: httpx.Client, authorization: str) -> None:
    """The call says who the subscriber is: who may call may speak for everybody."""
    forged = recording(RECORDINGS[0])["request"]
    headers = {"Authorization": authorization.encode(), "Content-Type": "text/plain"}
    for path in ("/webhook", "/webhook/", "//webhook", "/health/../webhook", "/health"):
        answer = server.post(path, content=json.dumps(forged), headers=headers)
        assert answer.status_code in {401, 404, 405}, path
        assert "responses" not in answer.text
    assert server.get("/actions", headers=headers).status_code == httpx.codes.UNAUTHORIZED


def refused(**environment: str) -> list[str]:
    """What the actions say when they may not start."""
    done = subprocess.run(
        [sys.executable, "-m", "actions"],
        cwd=REPOSITORY,
        env={"PATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    return done.stderr.splitlines()


def test_without_a_token_there_are_no_actions() -> None:
    (said,) = refused(SUBSCRIPTIONS_MODE="development")
    assert said.startswith("settings: ACTIONS_TOKEN: ")


def test_in_production_the_actions_start_with_nothing_of_the_demo() -> None:
    simulated = {**in_environment(), "SUBSCRIPTIONS_PAYMENT_PROVIDER": "simulator"}
    (said,) = refused(ACTIONS_TOKEN=TOKEN, **simulated)
    assert "SUBSCRIPTIONS_PAYMENT_PROVIDER" in said
    (said,) = refused(ACTIONS_TOKEN=TOKEN, **{**in_environment(), "SUBSCRIPTIONS_SELLER": ""})
    assert "SUBSCRIPTIONS_SELLER" in said


def test_no_browser_origin_is_allowed(server: httpx.Client) -> None:
    answer = server.get("/health", headers={"Origin": "http://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_every_action_is_listed(server: httpx.Client) -> None:
    domain = yaml.safe_load((REPOSITORY / "bot" / "domain" / "actions.yml").read_text("utf-8"))
    listed = {action["name"] for action in server.get("/actions").json()}
    # These begin inside other matters; no intent of Rasa's leads to them.
    inside = {"action_identify", "action_call_back", "action_withdraw_call_back"}
    assert listed == {*domain["actions"], *inside}
