"""Whatever kind of task dies, by an error or by a cancellation from within: what depends on it is closed and comes back."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handoff.conversations.flow import Flow
from handoff.web import agent_socket, subscriber_socket
from tests.integration.handoff_web.gateway import Gateway, cid, running_gateway

Dies = Callable[..., Any]


@pytest.fixture(params=[RuntimeError, asyncio.CancelledError])
def dies(request: pytest.FixtureRequest) -> Dies:
    """What a part of the gateway does when it dies."""

    async def broken(*_: Any, **__: Any) -> None:
        raise request.param

    return broken


async def resumed(gateway: Gateway, welcome: dict[str, Any]) -> None:
    """The client comes back, sees what came meanwhile, and the bot answers."""
    async with gateway.subscriber(session=welcome["session"], since=1) as (talk, _):
        await talk.send("send", cid=cid(), text="again")
        await talk.event("message", author="bot", text="bot heard again")
    async with asyncio.timeout(20):
        while (await gateway.http.get("/readyz")).json()["parts"]["tasks"] != "ok":
            pass


async def test_a_subscriber_is_closed_and_resumes(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, dies: Dies
) -> None:
    """The pump, the check of the session, and the sweep that finds lost hints."""
    monkeypatch.setattr(subscriber_socket, "RECHECK_SECONDS", 0.3)
    for part in ("events", "keep_session", "log_name"):
        await closed_and_resumes(gateway, monkeypatch, dies, part)


async def closed_and_resumes(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, dies: Dies, part: str
) -> None:
    async with gateway.subscriber() as (talk, welcome):
        await talk.event("message", code="welcome")
        with monkeypatch.context() as patched:
            patched.setattr(gateway.web.flow, part, dies)
            await talk.send("send", cid=cid(), text="kept")
            await talk.send("sync", since=0)
            assert await talk.close_code() == 1011
    await resumed(gateway, welcome)


async def test_an_agent_is_closed_and_comes_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, dies: Dies
) -> None:
    """The list of conversations, the renewal of presence and leases, and the check of the session."""
    monkeypatch.setattr(agent_socket, "RECHECK_SECONDS", 0.3)
    async with running_gateway(folder, agent_grace=5) as gateway:
        cookie = await gateway.login()
        for part in ("inbox", "heartbeat", "recheck"):
            async with gateway.agent(cookie=cookie) as maya, gateway.subscriber() as (talk, _):
                with monkeypatch.context() as patched:
                    owner = gateway.web.sign_ins if part == "recheck" else gateway.web.flow
                    patched.setattr(type(owner), part, dies)
                    await talk.send("send", cid=cid(), text="a change of the list")
                    assert await maya.close_code() == 1011
                await talk.send("ping")
                await talk.of("pong")
                await asyncio.sleep(1)  # the list's reader starts again


@pytest.mark.parametrize("part", ["due_turns", "sweep_leases"])
async def test_a_job_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, dies: Dies, part: str
) -> None:
    """Bot turns and the sweep of leases: nobody is closed, the work is done a little later."""
    died, went_on, broken = asyncio.Event(), asyncio.Event(), True
    works = getattr(Flow, part)

    async def noticed(flow: Flow, *asked: Any, **told: Any) -> Any:
        if broken:
            died.set()
            await dies()
        went_on.set()
        return await works(flow, *asked, **told)

    monkeypatch.setattr(Flow, part, noticed)
    async with running_gateway(folder) as gateway, gateway.subscriber() as (talk, _):
        await talk.send("send", cid=cid(), text="later")
        async with asyncio.timeout(30):
            await died.wait()
            broken = False
            await went_on.wait()
        await talk.event("message", author="bot", text="bot heard later")


async def test_who_reads_for_all_pumps_dies_and_nobody_waits_for_ever(gateway: Gateway) -> None:
    async with gateway.subscriber() as (talk, welcome):
        await talk.event("message", code="welcome")
        reader = gateway.web.flow._store._logs
        for _ in range(10):
            await talk.send("send", cid=cid(), text="while it dies")
            if reader._gathered._asking is not None:
                reader._gathered._asking.cancel()
            await asyncio.sleep(0.01)
        await talk.until(lambda f: f.get("seq", 0) >= 11)
    await resumed(gateway, welcome)
