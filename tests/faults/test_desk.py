"""Two agents at once, and agents who go: by closing the tab, by sleeping, by a deploy, or without leaving the page."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.faults.town import Town, seen
from tests.integration.handoff_web.gateway import Talk, cid


def owner(town: Town, conversation: str) -> tuple[Any, ...]:
    """Who speaks now: controller, agent, epoch, since when it waits."""
    found = town.rows(
        "SELECT controller, agent, epoch, waiting_since FROM conversation WHERE id = :c",
        c=conversation,
    )
    return found[0]


async def waiting(talk: Talk) -> int:
    """Ask for a person; the epoch under which the chat waits."""
    await talk.send("person", cid=cid())
    control = await talk.event("control", controller="queue")
    return int(control["event"]["epoch"])


async def take(agent: Talk, conversation: str, epoch: int) -> dict[str, Any]:
    """Try to take a chat; the answer."""
    its = cid()
    await agent.send("take", cid=its, conversation=conversation, epoch=epoch)
    return await agent.until(lambda f: f.get("cid") == its)


async def race(first: Talk, second: Talk, conversation: str, epoch: int) -> int:
    """Both take at once; which one won. Whoever lost writes under the old epoch and under the new one."""
    answers = await asyncio.gather(*(take(a, conversation, epoch) for a in (first, second)))
    kinds = [answer["type"] for answer in answers]
    assert sorted(kinds) == ["ack", "nack"]
    won = kinds.index("ack")
    refused = answers[1 - won]
    assert (refused["code"], refused["retry"]) == ("taken", False)
    loser, stale = (second, first)[won], cid()
    old = conversation < "a"
    said = {"conversation": conversation, "epoch": epoch if old else epoch + 1, "text": "mine!"}
    await loser.send("send", cid=stale, **said)
    nack = await loser.of("nack", cid=stale)
    assert nack["code"] == ("stale_epoch" if old else "not_owner")
    return won


async def test_of_two_who_take_at_once_one_wins_and_the_other_cannot_write(town: Town) -> None:
    last = len(town.gateways) - 1
    won = []
    for pair in (("maya", "jonas"), ("ada", "ben")):
        async with AsyncExitStack() as stack:
            first = await stack.enter_async_context(town.agent(pair[0], 0))
            second = await stack.enter_async_context(town.agent(pair[1], last))
            for number in range(10):
                talk, welcome = await stack.enter_async_context(town.subscriber(number % 2 * last))
                chat = welcome["conversation"]
                epoch = await waiting(talk)
                winner = await race(first, second, chat, epoch)
                won.append(winner)
                assert owner(town, chat)[:3] == ("agent", pair[winner], epoch + 1)
                assert town.rows(
                    "SELECT count(*) FROM event WHERE conversation = :c AND author = 'agent' AND kind = 'message'",
                    c=chat,
                ) == [(0,)]
    assert len(won) == 20


async def test_who_closes_the_tab_or_sleeps_gives_the_chat_back_at_its_age(town: Town) -> None:
    async with AsyncExitStack() as stack:
        chats: dict[str, tuple[Talk, str, int]] = {}
        for login in ("maya", "jonas", "ada"):
            talk, welcome = await stack.enter_async_context(town.subscriber())
            chats[login] = (talk, welcome["conversation"], await waiting(talk))
        since = {login: owner(town, chat)[3] for login, (_, chat, _) in chats.items()}
        agents = {login: await stack.enter_async_context(town.agent(login)) for login in chats}
        for login, (_, chat, epoch) in chats.items():
            assert (await take(agents[login], chat, epoch))["type"] == "ack"
        younger, _ = await stack.enter_async_context(town.subscriber())
        await waiting(younger)
        await agents["maya"].socket.close()
        agents["jonas"].socket.transport.pause_reading()  # no close, no answer to any ping
        for login in ("maya", "jonas"):
            talk, chat, epoch = chats[login]
            await talk.event("message", author="system", code="agent_lost")
            assert owner(town, chat) == ("queue", None, epoch + 2, since[login])
            await talk.until(lambda f: f["type"] == "queue" and f["position"] > 0)
        await agents["ada"].send("ping")
        _, chat, epoch = chats["ada"]
        assert owner(town, chat) == ("agent", "ada", epoch + 1, since["ada"])
        mine, other = chats["maya"][1], younger_id(younger)
        wanted = {mine, other}
        ada = agents["ada"]
        while not wanted <= set(line(ada)):
            await ada.of("inbox")
        assert line(ada).index(mine) < line(ada).index(other)


def line(agent: Talk) -> list[str]:
    """Who waits, as this agent sees it; longest first."""
    waits = [row for row in agent.inbox.values() if row["controller"] == "queue"]
    return [row["conversation"] for row in sorted(waits, key=lambda row: row["waiting_since"])]


def younger_id(talk: Talk) -> str:
    """The conversation of a socket."""
    return next(str(f["conversation"]) for f in talk.seen if f["type"] == "welcome")


@pytest.mark.postgres
async def test_a_page_at_which_nobody_sits_is_nobody(large: Town) -> None:
    async with AsyncExitStack() as stack:
        _, number = await stack.enter_async_context(large.another(HANDOFF_AGENT_IDLE="5"))
        talk, welcome = await stack.enter_async_context(large.subscriber(0))
        ben = await stack.enter_async_context(large.agent("ben", number))
        chat, epoch = welcome["conversation"], await waiting(talk)
        assert (await take(ben, chat, epoch))["type"] == "ack"
        pinging = asyncio.create_task(ping(ben))
        try:
            await talk.event("message", author="system", code="agent_lost")
        finally:
            pinging.cancel()
        there = "SELECT available, seen_until > now() FROM agent_presence WHERE agent = 'ben'"
        assert large.rows(there) == [(True, False)]
        await ben.send("active")
        await seen(lambda: large.rows(there) == [(True, True)])


async def ping(agent: Talk) -> None:
    """What an open page does by itself."""
    while True:
        await agent.send("ping")
        await agent.of("pong")
        await asyncio.sleep(0.5)
