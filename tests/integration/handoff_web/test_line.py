"""Offers at the sockets of a real gateway: shown, declined, run out and come back from, passed on, and a supervisor's right."""

from contextlib import AsyncExitStack
from typing import Any

import pytest

from handoff.desk.routing.model import Rules
from tests.integration.handoff_web.gateway import HEADER, Gateway, Talk, cid


async def waits(gateway: Gateway, stack: AsyncExitStack) -> str:
    """A subscriber who asked for a person; the conversation."""
    talk, welcome = await stack.enter_async_context(gateway.subscriber())
    await talk.send("person", cid=cid())
    await talk.event("control", controller="queue")
    return str(welcome["conversation"])


async def row(agent: Talk, conversation: str, **wanted: Any) -> dict[str, Any]:
    """The row of the list, as soon as it is so."""
    while True:
        found = agent.inbox.get(conversation)
        if found and all(found[key] == value for key, value in wanted.items()):
            return found
        await agent.of("inbox")


async def offered(agent: Talk, conversation: str, login: str) -> dict[str, Any]:
    """The row, as soon as the chat is offered to this person."""
    while True:
        found = agent.inbox.get(conversation)
        if found and found["offer"] and found["offer"]["agent"] == login:
            return found
        await agent.of("inbox")


async def told(agent: Talk, type: str, **fields: Any) -> dict[str, Any]:  # noqa: A002
    """Send a write; its answer."""
    its = cid()
    await agent.send(type, cid=its, **fields)
    return await agent.until(lambda f: f.get("cid") == its)


async def test_an_offer_is_shown_and_accepting_is_taking(gateway: Gateway) -> None:
    async with AsyncExitStack() as stack:
        maya = await stack.enter_async_context(gateway.agent("maya"))
        chat = await waits(gateway, stack)
        its = await offered(maya, chat, "maya")
        assert its["offer"]["agent_name"] == "Maya Brandt"
        assert (its["why"], its["team"], its["wanted"]) == ("", None, None)
        assert its["deadline"] > its["waiting_since"]
        answer = await told(maya, "take", conversation=chat, epoch=its["epoch"])
        assert answer["type"] == "ack"
        after = await row(maya, chat, controller="agent")
        assert (after["offer"], after["deadline"]) == (None, None)


async def test_a_declined_chat_goes_to_the_colleague(gateway: Gateway) -> None:
    async with AsyncExitStack() as stack:
        maya = await stack.enter_async_context(gateway.agent("maya"))
        chat = await waits(gateway, stack)
        its = await offered(maya, chat, "maya")
        answer = await told(maya, "decline", conversation=chat, epoch=its["epoch"])
        assert (answer["type"], answer["seq"]) == ("ack", its["last"])
        assert (await row(maya, chat, why="dropped"))["offer"] is None
        jonas = await stack.enter_async_context(gateway.agent("jonas"))
        await offered(jonas, chat, "jonas")
        again = await told(maya, "decline", conversation=chat, epoch=its["epoch"])
        assert again["type"] == "ack"
        await offered(maya, chat, "jonas")


async def test_who_does_not_answer_hears_so_and_comes_back(gateway: Gateway) -> None:
    async with AsyncExitStack() as stack:
        await gateway.web.routing.store.set_rules(Rules(accept=5), by="test")
        maya = await stack.enter_async_context(gateway.agent("maya"))
        chat = await waits(gateway, stack)
        await offered(maya, chat, "maya")
        await maya.of("standing", standing="not_responding")
        other = await waits(gateway, stack)
        assert (await row(maya, other, why="nobody"))["offer"] is None
        await maya.send("back")
        await maya.of("standing", standing="available")
        await offered(maya, other, "maya")
        async with gateway.agent("jonas") as jonas:
            welcome = next(f for f in jonas.seen if f["type"] == "welcome")
            assert (welcome["role"], welcome["standing"]) == ("agent", "away")


async def test_a_chat_is_passed_on_with_a_note(gateway: Gateway) -> None:
    async with AsyncExitStack() as stack:
        maya = await stack.enter_async_context(gateway.agent("maya"))
        chat = await waits(gateway, stack)
        its = await offered(maya, chat, "maya")
        await told(maya, "take", conversation=chat, epoch=its["epoch"])
        jonas = await stack.enter_async_context(gateway.agent("jonas"))
        mine = await row(maya, chat, controller="agent")
        passing = {"conversation": chat, "epoch": mine["epoch"], "to": "agent"}
        refused = await told(jonas, "transfer", id="jonas", **passing)
        assert (refused["type"], refused["code"]) == ("nack", "not_owner")
        refused = await told(maya, "transfer", id="nobody", **passing)
        assert (refused["type"], refused["code"]) == ("nack", "unknown_destination")
        answer = await told(maya, "transfer", id="jonas", note="She has paid already.", **passing)
        assert answer["type"] == "ack"
        assert (await offered(jonas, chat, "jonas"))["wanted"] == "jonas"
        await jonas.send("watch", conversation=chat)
        await jonas.event("note", text="She has paid already.")


async def test_a_supervisor_passes_on_what_others_have(gateway: Gateway) -> None:
    async with AsyncExitStack() as stack:
        maya = await stack.enter_async_context(gateway.agent("maya"))
        chat = await waits(gateway, stack)
        its = await offered(maya, chat, "maya")
        await told(maya, "take", conversation=chat, epoch=its["epoch"])
        ines = await stack.enter_async_context(gateway.agent("ines"))
        mine = await row(ines, chat, controller="agent")
        passing = {"conversation": chat, "epoch": mine["epoch"], "to": "team", "id": "tech"}
        assert (await told(ines, "transfer", **passing))["type"] == "ack"
        after = await row(ines, chat, controller="queue", team="tech")
        assert (after["waiting_since"], after["agent"]) == (its["waiting_since"], None)
        stale = await told(maya, "send", conversation=chat, epoch=mine["epoch"], text="mine")
        assert (stale["type"], stale["code"]) == ("nack", "stale_epoch")


@pytest.mark.parametrize(("login", "status"), [("maya", 403), ("ines", 200)])
async def test_supervising_needs_the_role(gateway: Gateway, login: str, status: int) -> None:
    headers = {"Cookie": await gateway.login(login), **HEADER}
    assert (await gateway.http.get("/api/desk/board", headers=headers)).status_code == status
    me = (await gateway.http.get("/api/agent/me", headers=headers)).json()
    assert me["role"] == ("supervisor" if status == 200 else "agent")
