"""Who may do what: origins, tokens, sessions, headers, foreign conversations, production mode."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from handoff.app import create_app
from handoff.conversations.storage import Timing
from handoff.desk.sign_in import Account
from handoff.settings import Settings
from handoff.web import agent_socket, subscriber_socket
from handoff.web.limits import Buckets, Limits, Rate
from subscriptions.connecting import BusinessSettings
from tests.integration.handoff_web.gateway import (
    HEADER,
    PASSWORD,
    PRODUCTION,
    Gateway,
    cid,
    running_gateway,
    settings_for,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(
    business: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Gateway]:
    """One gateway for all tests here that leave it as it was; patient, because they are many."""
    folder = tmp_path_factory.mktemp("gateway")
    shutil.copy(business, folder / "subscriptions.db")
    many = Rate(burst=10_000, per_second=1_000)
    limits = Limits(
        connects=Buckets(many), logins_by_address=Buckets(many), logins_by_name=Buckets(many)
    )
    async with running_gateway(folder, limits=limits) as running:
        yield running


SOCKETS = ["/ws/subscriber", "/ws/agent"]
FOREIGN = [None, "null", "https://evil.example", "http://127.0.0.1", "http://127.0.0.1.evil:1"]


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_foreign_origin_is_refused_before_accept(
    gateway: Gateway, path: str, origin: str | None
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with gateway.socket(path, origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_an_allow_list_replaces_the_own_host(folder: Path) -> None:
    shop = "https://shop.example"
    async with running_gateway(folder, allowed_origins=f"{shop}, https://other.example") as gateway:
        async with gateway.socket("/ws/subscriber", origin=shop) as talk:
            await talk.send("hello")
            await talk.of("welcome")
        with pytest.raises(InvalidStatus):
            async with gateway.socket("/ws/subscriber"):
                pass


async def test_a_shop_that_embeds_the_widget_cannot_open_the_desk(folder: Path) -> None:
    shop = "https://shop.example"
    async with running_gateway(folder, allowed_origins=shop) as gateway:
        with pytest.raises(InvalidStatus) as refused:
            async with gateway.socket("/ws/agent", origin=shop):
                pass
        assert refused.value.response.status_code == 403
        async with gateway.agent():
            pass


async def test_doubled_origins_are_refused(gateway: Gateway) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            f"ws://127.0.0.1:{gateway.settings.port}/ws/subscriber",
            origin=gateway.base,  # type: ignore[arg-type]
            additional_headers=[("Origin", "https://evil.example")],
            proxy=None,
        ):
            pass
    assert refused.value.response.status_code in {400, 403}, "400: already the server's parser"


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize(
    "first",
    [
        '{"type":"ping"}',
        '{"type":"nonsense"}',
        "no json",
        "[]",
        "[" * 5000,
        '{"type":"hello","since":-1,"cursors":7}',
        b"\x00\x01",
    ],
)
async def test_anything_but_hello_first_ends_the_socket(
    gateway: Gateway, path: str, first: str | bytes
) -> None:
    cookie = await gateway.login() if path == "/ws/agent" else None
    async with gateway.socket(path, cookie=cookie) as talk:
        await talk.socket.send(first)
        assert (await talk.of("refused"))["code"] == "hello_first"
        assert await talk.close_code() == 1008


@pytest.mark.parametrize("path", SOCKETS)
async def test_a_client_that_never_says_hello_is_let_go(
    gateway: Gateway, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handoff.web.door.HELLO_SECONDS", 0.2)
    cookie = await gateway.login() if path == "/ws/agent" else None
    async with gateway.socket(path, cookie=cookie) as talk:
        assert (await talk.of("refused"))["code"] == "hello_late"
        assert await talk.close_code() == 4408


async def test_a_host_token_is_good_once(gateway: Gateway) -> None:
    made = (await gateway.http.post("/demo/token", json={"customer": "K-1002"})).json()["jwt"]
    async with gateway.subscriber(jwt=made) as (_, welcome):
        assert welcome["level"] == 2
    async with gateway.socket("/ws/subscriber") as talk:
        await talk.send("hello", jwt=made)
        assert (await talk.of("refused"))["code"] == "bad_token"
        assert await talk.close_code() == 4401


async def test_a_spent_token_stays_spent_after_a_restart(folder: Path) -> None:
    async with running_gateway(folder) as gateway:
        made = (await gateway.http.post("/demo/token", json={"customer": "K-1002"})).json()["jwt"]
        async with gateway.subscriber(jwt=made):
            pass
    async with running_gateway(folder) as gateway, gateway.socket("/ws/subscriber") as talk:
        await talk.send("hello", jwt=made)
        assert (await talk.of("refused"))["code"] == "bad_token"


@pytest.mark.parametrize("session", ["", "unknown", "x" * 5000])
async def test_an_unknown_session_is_refused(gateway: Gateway, session: str) -> None:
    async with gateway.socket("/ws/subscriber") as talk:
        await talk.send("hello", session=session)
        if session:
            assert (await talk.of("refused"))["code"] in {"session_expired", "hello_first"}
        else:
            await talk.of("welcome")


async def test_another_subscribers_session_is_not_resumed(gateway: Gateway) -> None:
    async def signed_in(customer: str, **hello: Any) -> dict[str, Any]:
        made = await gateway.http.post("/demo/token", json={"customer": customer})
        async with gateway.subscriber(jwt=made.json()["jwt"], **hello) as (_, welcome):
            return welcome

    anna = await signed_in("K-1001")
    marcus = await signed_in("K-1002", session=anna["session"], since=1)
    assert marcus["conversation"] != anna["conversation"]
    assert (marcus["name"], marcus["reset"]) == ("Marcus Okafor", True)


FRAMES = {
    "take": {"epoch": 1},
    "send": {"epoch": 1, "text": "x"},
    "send note": {"epoch": 1, "text": "x", "note": True},
    "release bot": {"epoch": 1, "to": "bot"},
    "release queue": {"epoch": 1, "to": "queue"},
    "release closed": {"epoch": 1, "to": "closed"},
}


@pytest.mark.parametrize("name", FRAMES)
async def test_a_conversation_that_is_not_there_is_refused(gateway: Gateway, name: str) -> None:
    async with gateway.agent() as maya:
        frame = {"conversation": "not-there", "cid": "a-client-id"} | FRAMES[name]
        await maya.send(name.split()[0], **frame)
        assert (await maya.of("nack", cid="a-client-id"))["code"] == "unknown_conversation"


@pytest.mark.parametrize("name", ["send", "release bot", "release queue", "release closed"])
async def test_only_the_owner_speaks_and_releases(gateway: Gateway, name: str) -> None:
    async with gateway.agent() as maya, gateway.subscriber() as (_, welcome):
        frame = {"conversation": welcome["conversation"], "cid": "a-client-id"} | FRAMES[name]
        await maya.send(name.split()[0], **frame)
        nack = await maya.of("nack", cid="a-client-id")
        assert nack["code"] in {"not_owner", "stale_epoch"}
        assert nack["retry"] is False


@pytest.mark.parametrize("name", ["take", "watch", "release", "available", "hello"])
async def test_a_subscriber_cannot_send_agents_frames(gateway: Gateway, name: str) -> None:
    async with gateway.subscriber() as (talk, welcome):
        fields = {"conversation": welcome["conversation"], "epoch": 1, "to": "bot", "on": True}
        await talk.send(name, cid="a-client-id", **fields)
        assert (await talk.of("nack", cid="a-client-id"))["code"] == "bad_frame"


async def test_a_subscriber_cannot_name_a_conversation(gateway: Gateway) -> None:
    async with gateway.subscriber() as (_, other), gateway.subscriber() as (talk, _welcome):
        await talk.send("send", cid="a-client-id", text="x", conversation=other["conversation"])
        assert (await talk.of("nack", cid="a-client-id"))["code"] == "bad_frame"


@pytest.mark.parametrize("path", SOCKETS)
async def test_patience_with_bad_frames_ends(gateway: Gateway, path: str) -> None:
    cookie = await gateway.login() if path == "/ws/agent" else None
    async with gateway.socket(path, cookie=cookie) as talk, gateway.subscriber() as (calm, _):
        await talk.send("hello")
        await talk.of("welcome")
        for _ in range(30):
            await talk.socket.send("{")
        assert (await talk.of("refused"))["code"] == "bad_frame"
        assert await talk.close_code() == 1008
        await calm.send("ping")
        await calm.of("pong")


async def test_a_flood_of_frames_ends_and_harms_nobody_else(gateway: Gateway) -> None:
    async with gateway.subscriber() as (talk, _), gateway.subscriber() as (calm, _welcome):
        for _ in range(200):
            await talk.send("ping")
        assert (await talk.of("refused"))["code"] == "rate_limited"
        assert await talk.close_code() == 1008
        await calm.send("send", cid=cid(), text="still here")
        await calm.of("ack")


async def test_too_many_messages_are_asked_to_wait(gateway: Gateway) -> None:
    async with gateway.subscriber() as (talk, _):
        for number in range(24):
            await talk.send("send", cid=f"message-{number:02}", text="x")
        assert (await talk.of("nack"))["code"] == "rate_limited"


async def test_an_oversized_frame_ends_the_socket(gateway: Gateway) -> None:
    async with gateway.subscriber() as (talk, _):
        await talk.send("send", cid=cid(), text="x" * 70_000)
        assert await talk.close_code() == 1009


async def test_too_many_connects_are_refused(folder: Path) -> None:
    limits = Limits(connects=Buckets(Rate(burst=2, per_second=0.01)))
    async with running_gateway(folder, limits=limits) as gateway:
        for _ in range(2):
            async with gateway.subscriber():
                pass
        with pytest.raises(InvalidStatus) as refused:
            async with gateway.subscriber():
                pass
    assert refused.value.response.status_code == 429


# --- the desk

OPEN = {("POST", "/api/agent/login"), ("POST", "/api/agent/logout")}
"""What needs no session."""


def desk_routes() -> list[tuple[str, str]]:
    """Every route of the desk, as the application has them."""
    development = Settings(business=BusinessSettings(mode="development"))
    found = {
        (method.upper(), re.sub(r"\{.*?\}", "not-there", path))
        for path, methods in create_app(development).openapi()["paths"].items()
        for method in methods
        if path.startswith(("/api/agent", "/api/desk"))
    }
    return sorted(found - OPEN)


ROUTES = desk_routes()


async def test_the_desk_has_routes_of_every_kind() -> None:
    assert len(ROUTES) > 40
    assert {method for method, _ in ROUTES} == {"DELETE", "GET", "POST", "PUT"}


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("cookie", [None, "abolotse_desk=guess", "abolotse_desk="])
async def test_desk_routes_need_a_session(
    gateway: Gateway, method: str, path: str, cookie: str | None
) -> None:
    headers = {**HEADER, **({"Cookie": cookie} if cookie else {})}
    answer = await gateway.http.request(method, path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_expired")


@pytest.mark.parametrize(("method", "path"), [*ROUTES, *sorted(OPEN)])
@pytest.mark.parametrize("header", [{}, {"X-Requested-With": "XMLHttpRequest"}])
async def test_desk_routes_need_the_header(
    gateway: Gateway, method: str, path: str, header: dict[str, str]
) -> None:
    cookie = await gateway.login()
    body = {"login": "maya", "password": PASSWORD} if method == "POST" else None
    answer = await gateway.http.request(
        method, path, headers={**header, "Cookie": cookie}, json=body
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "header_missing")
    assert "set-cookie" not in answer.headers


async def test_the_overview_of_a_foreign_or_anonymous_chat_is_not_found(gateway: Gateway) -> None:
    headers = {**HEADER, "Cookie": await gateway.login()}
    async with gateway.subscriber() as (_, welcome):
        for conversation in ("not-there", welcome["conversation"]):
            path = f"/api/agent/conversations/{conversation}/overview"
            assert (await gateway.http.get(path, headers=headers)).status_code == 404


@pytest.mark.parametrize(
    ("login", "password"), [("maya", "wrong"), ("nobody", PASSWORD), ("maya' --", PASSWORD)]
)
async def test_a_wrong_login_tells_nothing(gateway: Gateway, login: str, password: str) -> None:
    answer = await gateway.http.post(
        "/api/agent/login", json={"login": login, "password": password}, headers=HEADER
    )
    assert (answer.status_code, answer.json()) == (401, {"code": "wrong_login", "facts": {}})
    assert "set-cookie" not in answer.headers


async def test_a_bad_body_is_not_given_back(gateway: Gateway) -> None:
    body = {"login": "maya", "password": {"secret": "hunter2"}}
    answer = await gateway.http.post("/api/agent/login", json=body, headers=HEADER)
    assert answer.status_code == 422
    assert "hunter2" not in answer.text


async def test_logins_are_rate_limited(folder: Path) -> None:
    limits = Limits(logins_by_name=Buckets(Rate(burst=2, per_second=0.1)))
    async with running_gateway(folder, limits=limits) as gateway:
        body = {"login": "maya", "password": "wrong"}
        codes = [
            (await gateway.http.post("/api/agent/login", json=body, headers=HEADER)).status_code
            for _ in range(3)
        ]
        assert codes == [401, 401, 429]
        await gateway.login("jonas")


async def test_the_cookie_is_strict_and_new_at_each_login(gateway: Gateway) -> None:
    body = {"login": "Maya ", "password": PASSWORD}
    first = await gateway.http.post("/api/agent/login", json=body, headers=HEADER)
    flags = first.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=strict" in flags
    held = gateway.http.cookies["abolotse_desk"]
    again = await gateway.http.post("/api/agent/login", json=body, headers=HEADER)
    assert again.cookies["abolotse_desk"] != held
    gateway.http.cookies.clear()
    old = {**HEADER, "Cookie": f"abolotse_desk={held}"}
    assert (await gateway.http.get("/api/agent/me", headers=old)).status_code == 401


async def test_logout_revokes_and_ends_the_sockets(gateway: Gateway) -> None:
    cookie = await gateway.login()
    headers = {**HEADER, "Cookie": cookie}
    async with gateway.agent(cookie=cookie) as maya:
        answer = await gateway.http.post("/api/agent/logout", headers=headers, json={})
        assert answer.status_code == 204
        assert (await maya.of("refused"))["code"] == "session_expired"
        assert await maya.close_code() == 4401
        assert not await gateway.web.flow.is_available("maya"), "away at once"
    assert (await gateway.http.get("/api/agent/me", headers=headers)).status_code == 401
    async with gateway.socket("/ws/agent", cookie=cookie) as talk:
        assert (await talk.of("refused"))["code"] == "session_expired"


@pytest.mark.parametrize("cookie", [None, "abolotse_desk=guess"])
async def test_the_agent_socket_needs_a_session(gateway: Gateway, cookie: str | None) -> None:
    async with gateway.socket("/ws/agent", cookie=cookie) as talk:
        await talk.send("hello")
        assert (await talk.of("refused"))["code"] == "session_expired"
        assert await talk.close_code() == 4401
        assert "inbox" not in [frame["type"] for frame in talk.seen]


async def test_an_agents_cookie_is_nothing_to_the_subscriber_socket(gateway: Gateway) -> None:
    async with gateway.socket("/ws/subscriber", cookie=await gateway.login()) as talk:
        await talk.send("hello")
        assert (await talk.of("welcome"))["level"] == 0


async def test_sessions_are_checked_while_connected(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (subscriber_socket, agent_socket):
        monkeypatch.setattr(module, "RECHECK_SECONDS", 0.2)
    cookie = await gateway.login()
    async with gateway.agent(cookie=cookie) as maya, gateway.subscriber() as (talk, welcome):
        await gateway.web.flow.end_session(welcome["session"])
        await gateway.web.sign_ins.close(cookie.partition("=")[2])
        assert await talk.close_code() == 4401
        assert await maya.close_code() == 4401


async def test_a_socket_that_is_alive_outlives_the_idle_limit(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriber_socket, "RECHECK_SECONDS", 0.2)
    short = Timing(session=timedelta(seconds=1.5), renewal=timedelta())
    monkeypatch.setattr(gateway.web.flow, "_timing", short)
    async with gateway.subscriber() as (talk, welcome):
        await asyncio.sleep(2.5)
        await talk.send("ping")
        await talk.of("pong")
    await asyncio.sleep(2)
    async with gateway.socket("/ws/subscriber") as late:
        await late.send("hello", session=welcome["session"])
        assert (await late.of("refused"))["code"] == "session_expired"


async def test_a_session_ends_by_idling_and_absolutely(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {**HEADER, "Cookie": await gateway.login()}
    assert (await gateway.http.get("/api/agent/me", headers=headers)).status_code == 200
    monkeypatch.setattr("handoff.desk.sign_in.IDLE", timedelta(0))
    assert (await gateway.http.get("/api/agent/me", headers=headers)).status_code == 401
    monkeypatch.undo()
    headers = {**HEADER, "Cookie": await gateway.login()}
    monkeypatch.setattr("handoff.desk.sign_in.ABSOLUTE", timedelta(0))
    assert (await gateway.http.get("/api/agent/me", headers=headers)).status_code == 401


# --- production


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/demo/customers"), ("POST", "/demo/token"), ("GET", "/")]
)
async def test_the_demo_is_not_there_in_production(folder: Path, method: str, path: str) -> None:
    async with running_gateway(folder, **PRODUCTION) as gateway:
        body = {"customer": "K-1001"} if method == "POST" else None
        answer = await gateway.http.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert "strict-transport-security" in answer.headers


async def test_demo_agents_cannot_enter_production(folder: Path) -> None:
    async with running_gateway(folder) as gateway:
        cookie = await gateway.login()
    async with running_gateway(folder, **PRODUCTION) as gateway:
        body = {"login": "maya", "password": PASSWORD}
        answer = await gateway.http.post("/api/agent/login", json=body, headers=HEADER)
        assert answer.status_code == 401
        value = cookie.partition("=")[2]
        headers = {**HEADER, "Cookie": f"__Host-abolotse_desk={value}"}
        assert (await gateway.http.get("/api/agent/me", headers=headers)).status_code == 401


def command(folder: Path, *words: str) -> None:
    """`python -m handoff agent …` beside the running gateway."""
    url = settings_for(folder).database_url
    subprocess.run(
        [sys.executable, "-m", "handoff", "agent", *words, "--database-url", url],
        input=f"{PASSWORD}\n",
        text=True,
        check=True,
    )


async def test_an_agent_of_the_operator_enters_production_until_removed(folder: Path) -> None:
    async with running_gateway(folder, **PRODUCTION) as gateway:
        name = ("--name", "Noor Haddad")
        await asyncio.to_thread(command, folder, "add", "noor", *name)
        headers = {**HEADER, "Cookie": await gateway.login("noor")}
        me = await gateway.http.get("/api/agent/me", headers=headers)
        assert (me.json()["agent"], me.json()["name"]) == ("noor", "Noor Haddad")
        await asyncio.to_thread(command, folder, "remove", "noor")
        assert (await gateway.http.get("/api/agent/me", headers=headers)).status_code == 401
        body = {"login": "noor", "password": PASSWORD}
        answer = await gateway.http.post("/api/agent/login", json=body, headers=HEADER)
        assert answer.status_code == 401


async def test_the_demo_never_takes_an_operators_account_over(folder: Path) -> None:
    async with running_gateway(folder, demo_password="") as gateway:
        own = Account("maya", "Maya of the house", "hash", demo=False)
        await gateway.web.accounts.save_account(own)
    async with running_gateway(folder) as gateway:
        assert await gateway.web.accounts.account("maya") == own
        await gateway.login("jonas")


@pytest.mark.parametrize(
    "missing", ["rasa_token", "host_site_secret", "session_secret", "code_secret"]
)
async def test_production_refuses_to_start_without_own_secrets(
    tmp_path: Path, missing: str
) -> None:
    with pytest.raises(ValueError, match="secrets"):
        settings_for(tmp_path, **{**PRODUCTION, missing: "short"})


async def test_a_demo_token_only_for_customers_of_the_demo(gateway: Gateway) -> None:
    answer = await gateway.http.post("/demo/token", json={"customer": "K-9999"})
    assert answer.status_code == 404
    foreign = {"Origin": "https://evil.example"}
    answer = await gateway.http.post("/demo/token", json={"customer": "K-1001"}, headers=foreign)
    assert answer.status_code == 403


async def test_unknown_logins_take_as_long_as_wrong_passwords(gateway: Gateway) -> None:
    async def seconds(login: str) -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await gateway.http.post(
            "/api/agent/login", json={"login": login, "password": "wrong"}, headers=HEADER
        )
        return loop.time() - began

    await seconds("warm-up")
    known = min([await seconds("maya") for _ in range(3)])
    unknown = min([await seconds("nobody") for _ in range(3)])
    assert unknown > known / 3, json.dumps({"known": known, "unknown": unknown})


# --- values no client of ours sends

HUGE = 2**70


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "press", "cid": "a-client-id", "seq": HUGE, "index": 0},
        {"type": "sync", "since": HUGE},
        {"type": "read", "seq": HUGE},
        {"type": "send", "cid": "\x00" * 8, "text": "x"},
        {"type": "send", "cid": "\ud800" * 8, "text": "x"},
        {"type": "send", "cid": "\u202eback-to-front", "text": "x"},
        {"type": "send", "cid": "a client id", "text": "x"},
    ],
)
async def test_a_value_no_database_takes_is_a_bad_frame(
    gateway: Gateway, frame: dict[str, Any]
) -> None:
    async with gateway.subscriber() as (talk, _):
        await talk.socket.send(json.dumps(frame))
        assert (await talk.of("nack"))["code"] == "bad_frame"
        await talk.send("ping")
        await talk.of("pong")


@pytest.mark.parametrize("session", ["\ud800", "\x00", "x" * 60_000])
async def test_a_session_of_any_characters_is_only_unknown(gateway: Gateway, session: str) -> None:
    async with gateway.socket("/ws/subscriber") as talk:
        await talk.socket.send(json.dumps({"type": "hello", "session": session}))
        assert (await talk.of("refused"))["code"] == "session_expired"
