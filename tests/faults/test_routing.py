"""The line under faults: a node killed with live offers, a laptop frozen with one, PostgreSQL and every node restarted."""

import asyncio
import json
import signal
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.faults.test_desk import take, waiting
from tests.faults.town import Town, seen
from tests.integration.handoff_web.gateway import Talk
from tests.postgres import PostgresServer

LIVE = """SELECT o.agent FROM offer o JOIN conversation c ON c.id = o.conversation
WHERE o.conversation = :c AND o.ended_at IS NULL AND o.epoch = c.epoch AND c.controller = 'queue'"""
ENDED = "SELECT agent, outcome FROM offer WHERE conversation = :c AND ended_at IS NOT NULL"
UNSEEN = """SELECT c.id FROM conversation c WHERE c.controller = 'queue'
AND NOT EXISTS (SELECT 1 FROM offer o WHERE o.conversation = c.id AND o.ended_at IS NULL)
AND NOT EXISTS (SELECT 1 FROM case_routing n WHERE n.case_number = c.case_number AND n.why <> '')"""


def quiet_desk(town: Town, *, accept: int) -> None:
    """How long offers stand in this town; nobody waits or is there from the tests before."""
    for table in ("desk_rule", "offer"):
        town.change(f"DELETE FROM {table}")
    town.change(
        "UPDATE conversation SET controller = 'closed' WHERE controller IN ('queue', 'agent')"
    )
    town.change("DELETE FROM agent_presence")
    rules = json.dumps({"accept": accept})
    town.change("INSERT INTO desk_rule (name, value) VALUES ('routing', :r)", r=rules)


def asked(town: Town, conversation: str) -> str | None:
    """Whom the chat is offered to now."""
    found = town.rows(LIVE, c=conversation)
    return str(found[0][0]) if found else None


async def offered(town: Town, conversation: str, *others: str) -> str:
    """Wait until the chat is offered to somebody other than these."""
    found: list[str] = []

    def is_offered() -> bool:
        agent = asked(town, conversation)
        found[:] = [agent] if agent and agent not in others else []
        return bool(found)

    await seen(is_offered)
    return found[0]


async def everybody_seen(town: Town) -> None:
    """No chat waits that is neither offered nor says why."""
    await seen(lambda: town.rows(UNSEEN) == [])


async def shown(agent: Talk, conversation: str, login: str) -> dict[str, Any]:
    """The agent's list shows that the chat is offered to this person; its row."""
    while True:
        row = agent.inbox.get(conversation)
        if row and row["offer"] and row["offer"]["agent"] == login:
            return row
        await agent.of("inbox")


async def accept(agent: Talk, conversation: str, login: str) -> None:
    """Take what the list shows as offered."""
    row = await shown(agent, conversation, login)
    assert (await take(agent, conversation, row["epoch"]))["type"] == "ack"


async def at_desk(stack: AsyncExitStack, town: Town, login: str, number: int) -> Talk:
    """An agent whose page stays open."""
    return await stack.enter_async_context(town.agent(login, number))


async def test_a_frozen_laptop_is_asked_in_vain_and_the_chat_goes_on(town: Town) -> None:
    quiet_desk(town, accept=5)
    async with AsyncExitStack() as stack:
        maya = await at_desk(stack, town, "maya", 0)
        talk, welcome = await stack.enter_async_context(town.subscriber())
        chat = welcome["conversation"]
        await waiting(talk)
        assert await offered(town, chat) == "maya"
        maya.socket.transport.pause_reading()
        ada = await at_desk(stack, town, "ada", len(town.gateways) - 1)
        assert await offered(town, chat, "maya") == "ada"
        await accept(ada, chat, "ada")
        ended = town.rows(ENDED, c=chat)
        assert ("ada", "accepted") in ended
        assert {outcome for agent, outcome in ended if agent == "maya"} <= {"timeout", "gone"}
        await everybody_seen(town)


async def test_who_does_not_answer_says_when_they_are_back(town: Town) -> None:
    quiet_desk(town, accept=5)
    async with AsyncExitStack() as stack:
        maya = await at_desk(stack, town, "maya", 0)
        talk, welcome = await stack.enter_async_context(town.subscriber())
        chat, epoch = welcome["conversation"], await waiting(talk)
        await shown(maya, chat, "maya")
        pinging = asyncio.create_task(ping_quietly(maya))
        try:
            await seen(lambda: ("maya", "timeout") in town.rows(ENDED, c=chat))
        finally:
            pinging.cancel()
        await maya.of("standing", standing="not_responding")
        other, its = await stack.enter_async_context(town.subscriber())
        await waiting(other)
        await everybody_seen(town)
        assert asked(town, its["conversation"]) is None
        await maya.send("back")
        await maya.of("standing", standing="available")
        assert await offered(town, its["conversation"]) == "maya"
        assert (await take(maya, chat, epoch))["type"] == "ack"  # by hand it may still be taken


async def ping_quietly(agent: Talk) -> None:
    """An open page that nobody reads."""
    while True:
        await agent.send("ping")
        await asyncio.sleep(0.5)


@pytest.mark.postgres
async def test_a_node_is_killed_with_live_offers(large: Town) -> None:
    quiet_desk(large, accept=60)
    async with AsyncExitStack() as stack:
        await at_desk(stack, large, "maya", 0)
        people = [await stack.enter_async_context(large.subscriber(1)) for _ in range(2)]
        chats = [welcome["conversation"] for _, welcome in people]
        for talk, _ in people:
            await waiting(talk)
        first = await offered_one(large, chats)
        ada = await at_desk(stack, large, "ada", 1)
        second = await offered_one(large, [chat for chat in chats if chat != first])
        assert asked(large, second) == "ada"
        await large.gateways[0].end(signal.SIGKILL)
        await everybody_seen(large)
        await accept(ada, second, "ada")
        assert await offered(large, first, "maya") == "ada"
        assert ("maya", "gone") in large.rows(ENDED, c=first)
        await accept(ada, first, "ada")
        await everybody_seen(large)


async def offered_one(town: Town, chats: list[str]) -> str:
    """The one of these chats that is offered to somebody."""
    await seen(lambda: any(asked(town, chat) for chat in chats))
    return next(chat for chat in chats if asked(town, chat))


@pytest.mark.postgres
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
async def test_postgres_restarts_with_live_offers(
    large: Town, postgres_server: PostgresServer, how: signal.Signals
) -> None:
    quiet_desk(large, accept=10)
    async with AsyncExitStack() as stack:
        maya = await at_desk(stack, large, "maya", 0)
        people = [await stack.enter_async_context(large.subscriber(n % 2)) for n in range(4)]
        chats = [welcome["conversation"] for _, welcome in people]
        for talk, _ in people:
            await waiting(talk)
        first = await offered_one(large, chats)
        await asyncio.to_thread(postgres_server.stop, how)
        try:
            await asyncio.sleep(12)  # longer than an offer stands: nobody can answer it
        finally:
            await asyncio.to_thread(postgres_server.start)
        await everybody_seen(large)
        assert ("maya", "timeout") not in large.rows(ENDED, c=first)
        again = await offered_one(large, chats)
        await accept(maya, again, "maya")
        await everybody_seen(large)


async def test_every_node_restarts_with_live_offers(town: Town) -> None:
    quiet_desk(town, accept=60)
    async with AsyncExitStack() as stack:
        await at_desk(stack, town, "maya", 0)
        talk, welcome = await stack.enter_async_context(town.subscriber())
        chat = welcome["conversation"]
        await waiting(talk)
        assert await offered(town, chat) == "maya"
        for node in town.gateways:
            await node.end(signal.SIGKILL)
        await town.whole()
        jonas = await at_desk(stack, town, "jonas", 0)
        agent = await offered(town, chat, "maya")
        assert agent == "jonas"
        await accept(jonas, chat, "jonas")
        await everybody_seen(town)


async def test_an_unseen_chat_would_be_found(small: Town) -> None:
    """Without any sweep a chat stays unseen: the question that the other tests ask finds it."""
    quiet_desk(small, accept=60)
    async with small.subscriber() as (talk, welcome):
        await waiting(talk)
        await everybody_seen(small)
        small.change("DELETE FROM offer")
        await small.gateways[0].end(signal.SIGKILL)
        small.change("UPDATE case_routing SET why = ''")
        found = [row[0] for row in small.rows(UNSEEN)]
        assert welcome["conversation"] in found
