"""The console's list over real sockets: what is new, going on after a break, and rows that are asked for one by one."""

from typing import Any

import httpx

from tests.integration.handoff_web.gateway import HEADER, Gateway, Talk, cid
from tests.integration.handoff_web.test_conversation import hand_over, row_of, take


async def ask(gateway: Gateway, path: str = "", **query: str) -> httpx.Response:
    """A call of a signed-in agent's console."""
    headers = {**HEADER, "Cookie": await gateway.login("jonas")}
    return await gateway.http.get(f"/api/agent/conversations{path}", params=query, headers=headers)


def told(talk: Talk) -> list[dict[str, Any]]:
    """The frames of the list that this console got."""
    return [frame for frame in talk.seen if frame["type"] == "inbox"]


async def test_only_what_is_new_is_sent(gateway: Gateway) -> None:
    async with gateway.agent() as maya, gateway.subscriber() as (first, one):
        await hand_over(first)
        await row_of(maya, one["conversation"], controller="queue")
        async with gateway.subscriber() as (second, other):
            await hand_over(second)
            await row_of(maya, other["conversation"], controller="queue")
            await first.send("send", cid=cid(), text="still here")
            row = await row_of(maya, one["conversation"], snippet="still here")
        assert row["controller"] == "queue"
        last = told(maya)[-1]
        assert [r["conversation"] for r in last["rows"]] == [one["conversation"]]
    assert [frame["whole"] for frame in told(maya)] == [True, *[False] * (len(told(maya)) - 1)]


async def test_a_console_goes_on_where_its_connection_broke(gateway: Gateway) -> None:
    cookie = await gateway.login()
    async with gateway.subscriber() as (talk, welcome):
        async with gateway.agent(cookie=cookie) as maya:
            await hand_over(talk)
            row = await row_of(maya, welcome["conversation"], controller="queue")
            cursor = next(f["cursor"] for f in reversed(told(maya)) if f["cursor"])
        async with gateway.agent("jonas") as jonas:
            await take(jonas, welcome["conversation"])
            async with gateway.socket("/ws/agent", cookie=cookie) as again:
                again.inbox[row["conversation"]] = row
                await again.send("hello", inbox=cursor)
                seen = await row_of(again, welcome["conversation"], controller="agent")
    assert seen["agent_name"] == "Jonas Keller"
    assert not any(frame["whole"] for frame in told(again))


async def test_nothing_new_is_said_too_and_an_unknown_cursor_gets_everything(
    gateway: Gateway,
) -> None:
    cookie = await gateway.login()
    async with gateway.agent(cookie=cookie) as maya:
        cursor = next(f["cursor"] for f in reversed(told(maya)) if f["cursor"])
        for given, whole in ((cursor, False), ("another:7", True)):
            async with gateway.socket("/ws/agent", cookie=cookie) as again:
                await again.send("hello", inbox=given)
                frame = await again.of("inbox")
                assert (frame["whole"], frame["rows"]) == (whole, [])


async def test_older_chats_are_asked_for_by_pages(gateway: Gateway) -> None:
    chats = []
    for number in range(3):
        async with gateway.subscriber() as (talk, welcome):
            await talk.send("send", cid=cid(), text=f"chat {number}")
            await talk.event("message", author="bot", text=f"bot heard chat {number}")
            chats.append(welcome["conversation"])
    newest = (await ask(gateway, controller="bot")).json()
    assert [row["conversation"] for row in newest] == chats[::-1]
    older = (await ask(gateway, controller="bot", before=chats[1])).json()
    assert [(row["conversation"], row["snippet"]) for row in older] == [(chats[0], "chat 0")]
    assert (await ask(gateway, controller="closed")).json() == []
    assert (await ask(gateway, controller="bot", before="unknown")).status_code == 404
    assert (await ask(gateway, controller="queue")).status_code == 422


async def test_one_row_is_asked_for_by_its_conversation(gateway: Gateway) -> None:
    async with gateway.subscriber() as (talk, welcome):
        await talk.event("message", code="welcome")
        row = (await ask(gateway, f"/{welcome['conversation']}")).json()
        assert (row["conversation"], row["controller"]) == (welcome["conversation"], "bot")
    assert (await ask(gateway, "/unknown")).status_code == 404
    bare = await gateway.http.get(f"/api/agent/conversations/{welcome['conversation']}")
    assert bare.status_code == 403, "another page could have asked"
    unknown = await gateway.http.get(
        f"/api/agent/conversations/{welcome['conversation']}", headers=HEADER
    )
    assert unknown.status_code == 401
