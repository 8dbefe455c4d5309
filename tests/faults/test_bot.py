"""The assistant refuses, is slow, breaks or answers nonsense: the message is kept, people are offered, no late words come."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.faults.town import Town, seen
from tests.integration.handoff_web.gateway import Talk, cid

BAD = ["error", "half", "empty", "no_json", "other_shape", "html", "refused", "slow"]


@asynccontextmanager
async def behaving(town: Town, how: str) -> AsyncIterator[None]:
    """The assistant behaves like this while the block runs; `refused`: nobody listens at its port."""
    if how == "refused":
        await town.bot.end(signal.SIGKILL)
    else:
        await town.mode(how)
    try:
        yield
    finally:
        await town.whole()


def bot_words(talk: Talk) -> list[str]:
    """What the bot has said by itself, besides its welcome."""
    events = [f["event"] for f in talk.seen if f["type"] == "event"]
    return [
        e["text"] for e in events if e["kind"] == "message" and e["author"] == "bot" and e["text"]
    ]


async def offered(talk: Talk) -> None:
    """The subscriber is told that the bot is away, and waits for a person."""
    await talk.event("message", author="system", code="bot_unavailable")
    control = await talk.event("control", controller="queue")
    assert control["event"]["case_number"]


async def claimed(town: Town, conversation: str) -> None:
    """A gateway has begun to ask the assistant."""
    begun = "SELECT 1 FROM bot_turn WHERE conversation = :c AND attempts > 0"
    await seen(lambda: bool(town.rows(begun, c=conversation)))


async def test_two_answers_to_one_question_never_answer_the_next_one(town: Town) -> None:
    async with behaving(town, "twice"), town.subscriber() as (talk, _):
        await talk.event("message", code="welcome")
        for number in range(6):
            await talk.send("send", cid=cid(), text=f"question {number}")
            await talk.event("message", author="bot")
    wanted = [f"heard question {number}" for number in range(6)]
    assert bot_words(talk) == wanted


async def test_an_answer_after_the_take_over_is_never_said(town: Town) -> None:
    async with town.subscriber() as (talk, welcome), town.agent("maya") as maya:
        chat = welcome["conversation"]
        await maya.send("watch", conversation=chat)
        async with behaving(town, "hold"):
            await talk.send("send", cid=cid(), text="too late")
            await talk.of("ack")
            await maya.event("message", text="too late")
            await claimed(town, chat)
            await maya.send("take", cid=cid(), conversation=chat, epoch=1)
            await talk.event("control", controller="agent")
        # Answered by now. Whatever it was good for has happened when a later turn is through.
        async with town.subscriber() as (other, _):
            await other.send("send", cid=cid(), text="in time")
            await other.event("message", author="bot", text="heard in time")
        said = {"conversation": chat, "epoch": 2, "text": "a person here"}
        await maya.send("send", cid=cid(), **said)
        await talk.event("message", author="agent", text="a person here")
        assert bot_words(talk) == []
        late = "SELECT count(*) FROM event WHERE conversation = :c AND author = 'bot' AND epoch > 1"
        assert town.rows(late, c=chat) == [(0,)]
        assert town.rows(
            "SELECT count(*) FROM bot_turn WHERE conversation = :c AND done_at IS NULL", c=chat
        ) == [(0,)]


@pytest.mark.postgres
async def test_a_turn_whose_node_dies_is_answered_by_the_other(large: Town) -> None:
    async with large.subscriber(1) as (talk, welcome), behaving(large, "hold"):
        large.gateways[0].tell(signal.SIGSTOP)
        await talk.send("send", cid=cid(), text="whose turn")
        await talk.of("ack")
        await claimed(large, welcome["conversation"])
        await large.gateways[1].end(signal.SIGKILL)
        await large.mode("well")  # before anybody else asks: a node that is started takes its time
        large.gateways[0].tell(signal.SIGCONT)
    async with large.subscriber(0, session=welcome["session"]) as (talk, _):
        await talk.event("message", author="bot", text="heard whose turn")
    assert bot_words(talk) == ["heard whose turn"]


async def test_every_bad_answer_offers_a_person_and_keeps_the_message(town: Town) -> None:
    """All chats at once: the breaker opens in between, which is one more way not to be answered."""
    async with asyncio.timeout(120):
        for how in BAD:
            async with behaving(town, how), town.subscriber() as (talk, welcome):
                sent = cid()
                await talk.send("send", cid=sent, text=f"while it is {how}")
                await talk.of("ack", cid=sent)
                await offered(talk)
                assert town.stored(welcome["conversation"], sent) == 1
                assert bot_words(talk) == []


async def test_back_again_it_answers_and_waiting_chats_stay_with_people(town: Town) -> None:
    async with town.subscriber() as (waits, _):
        async with behaving(town, "refused"):
            await waits.send("send", cid=cid(), text="nobody there")
            await offered(waits)
        async with asyncio.timeout(60):
            while not await answers(town):
                pass
        await waits.send("send", cid=cid(), text="still waiting")
        await waits.of("ack")
        assert bot_words(waits) == []


async def answers(town: Town) -> bool:
    """Whether a new chat is answered; the breaker leaves the assistant alone for a while."""
    await asyncio.sleep(0.5)
    async with town.subscriber() as (talk, _):
        await talk.event("message", code="welcome")
        await talk.send("send", cid=cid(), text="is it back?")
        frame = await talk.event("message", text="is it back?")
        frame = await talk.until(lambda f: f["type"] == "event" and f["seq"] > frame["seq"])
        return bool(frame["event"].get("text") == "heard is it back?")
