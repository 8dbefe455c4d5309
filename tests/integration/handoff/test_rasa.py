"""The assistant misbehaves over real HTTP: nothing unusable passes, and nobody waits longer than the limit."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from handoff.adapters.breaker import Breaker
from handoff.adapters.rasa import RasaBot, open_rasa
from handoff.contract import HandoffRequest, Say, TurnMetadata
from handoff.conversations.ports import BotTurn, BotUnavailable
from tests.integration.handoff.misbehaving import GOOD, Rasa, Reply, items, misbehaving
from tests.processes import free_port

TURN = BotTurn(
    conversation="conv",
    seq=2,
    epoch=1,
    text="hallo",
    metadata=TurnMetadata(turn="conv:2", subscriber_id="K-1001", level=1),
    attempts=1,
)
FINE = Reply(items(GOOD))


@asynccontextmanager
async def bot_before(*replies: Reply, limit: float = 2.0) -> AsyncIterator[tuple[RasaBot, Rasa]]:
    async with misbehaving(*replies) as rasa:
        bot = open_rasa(rasa.url, token="secret-token", limit=limit)
        try:
            yield bot, rasa
        finally:
            await bot.close()


async def test_one_post_with_identity_in_the_metadata_only() -> None:
    async with bot_before(FINE) as (bot, rasa):
        assert await bot.answer(TURN) == [Say(text="Guten Tag", locale="de")]
        ((target, body),) = rasa.asked
        assert target == "/webhooks/rest/webhook?token=secret-token"
        assert (body["sender"], body["message"]) == ("conv", "hallo")
        assert body["metadata"]["subscriber_id"] == "K-1001"
        assert set(body) == {"sender", "message", "metadata"}


async def test_a_connection_whose_answers_name_their_questions_is_kept() -> None:
    async with bot_before(replace(FINE, names=True)) as (bot, rasa):
        for _ in range(3):
            assert await bot.answer(TURN) == [Say(text="Guten Tag", locale="de")]
        assert rasa.connections == 1


async def test_a_second_answer_is_never_the_answer_to_the_next_question() -> None:
    said_again = items({**GOOD, "text": "noch einmal"})
    for names in (True, False):
        doubled = replace(FINE, names=names, again=said_again)
        async with bot_before(doubled, replace(FINE, names=names)) as (bot, rasa):
            for _ in range(3):
                assert await bot.answer(TURN) == [Say(text="Guten Tag", locale="de")]
            assert rasa.connections >= 2


async def test_another_connection_serves_the_next_question() -> None:
    async with bot_before(FINE) as (bot, rasa):
        for _ in range(3):
            await bot.answer(TURN)
        assert rasa.connections == 3


async def test_a_handoff_comes_through_with_the_words_beside_it() -> None:
    handoff = {"type": "handoff", "reason": "asked", "skill": "BIL"}
    async with bot_before(Reply(items(GOOD, handoff))) as (bot, _):
        said, passed_on = await bot.answer(TURN)
        assert isinstance(said, Say)
        assert isinstance(passed_on, HandoffRequest)


@pytest.mark.parametrize(
    "bad",
    [
        Reply(b"", status=500),
        Reply(b"[]"),
        Reply(b"null"),
        Reply(b"{}"),
        Reply(b"<html>"),
        Reply(b"\xff\xfe"),
        Reply(b"[" * 5000),
        Reply(items(GOOD), cut=20),
        Reply(hang_up=True),
        Reply(items(GOOD, recipient="somebody else")),
        Reply(items({"type": "say", "text": "Hallo"})),
        Reply(items({**GOOD, "extra": 1})),
        Reply(items(GOOD, {"type": "transfer"})),
        Reply(b'[{"recipient_id": "conv", "text": "plain text"}]'),
        Reply(b'[{"recipient_id": "conv", "custom": null}]'),
    ],
    ids=lambda reply: repr(reply.body[:30]),
)
async def test_what_is_no_answer_is_asked_for_again_and_never_passes(bad: Reply) -> None:
    async with bot_before(bad, FINE) as (bot, rasa):
        assert await bot.answer(TURN) == [Say(text="Guten Tag", locale="de")]
        assert len(rasa.asked) == 2
        assert rasa.asked[0] == rasa.asked[1]
    async with bot_before(bad, limit=0.5) as (bot, _):
        with pytest.raises(BotUnavailable):
            await bot.answer(TURN)


async def test_a_refusal_is_not_asked_again() -> None:
    async with bot_before(Reply(status=401)) as (bot, rasa):
        with pytest.raises(BotUnavailable):
            await bot.answer(TURN)
        assert len(rasa.asked) == 1


async def test_nobody_waits_longer_than_the_limit() -> None:
    async with bot_before(Reply(items(GOOD), wait=5), limit=0.6) as (bot, _):
        began = time.monotonic()
        with pytest.raises(BotUnavailable):
            await bot.answer(TURN)
        assert 0.5 < time.monotonic() - began < 4.5


async def test_nobody_listens_there() -> None:
    bot = open_rasa(f"http://127.0.0.1:{free_port()}", token="t", limit=1.0)
    with pytest.raises(BotUnavailable):
        await bot.answer(TURN)
    assert not await bot.ready()
    await bot.close()


async def test_the_breaker_spares_a_dead_bot_and_tries_again() -> None:
    now = [0.0]
    async with misbehaving(*[Reply(status=401)] * 3, FINE) as rasa:
        bot = open_rasa(rasa.url, token="t")
        breaker = Breaker(threshold=3, rest=10, clock=lambda: now[0])
        bot._replicas = [replace(bot._replicas[0], breaker=breaker)]
        for _ in range(5):
            with pytest.raises(BotUnavailable):
                await bot.answer(TURN)
        assert len(rasa.asked) == 3, "the breaker is open"
        now[0] = 10.0
        assert await bot.answer(TURN)
        assert await bot.answer(TURN)
        await bot.close()


async def test_ready_asks_the_status_with_the_token() -> None:
    async with bot_before(Reply(b"{}"), Reply(status=409)) as (bot, rasa):
        assert await bot.ready()
        assert not await bot.ready()
        assert rasa.asked[0][0] == "/status?token=secret-token"


async def test_neither_token_nor_text_reaches_a_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    async with bot_before(Reply(items({"type": "say", "text": "Geheim"})), limit=0.4) as (bot, _):
        with pytest.raises(BotUnavailable):
            await bot.answer(TURN)
    printed = capsys.readouterr()
    for secret in ("secret-token", "hallo", "Geheim", "K-1001"):
        assert secret not in caplog.text + printed.out + printed.err


async def test_turns_of_many_conversations_are_asked_side_by_side() -> None:
    async with bot_before(Reply(items(GOOD), wait=1), limit=30) as (bot, _):
        began = time.monotonic()
        await asyncio.gather(*(bot.answer(TURN) for _ in range(8)))
        assert time.monotonic() - began < 6


async def test_a_link_to_nowhere_allowed_is_dropped_and_its_address_in_no_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = [
        "/pay/token",
        "https://pay.example/page",
        "https://evil.example/secret",
        "//evil.example",
    ]
    links = [{"title": "Zahlen", "url": url} for url in urls]
    async with misbehaving(Reply(items({**GOOD, "links": links}))) as rasa:
        bot = open_rasa(rasa.url, token="t", link_hosts=("pay.example",))
        (said,) = await bot.answer(TURN)
        await bot.close()
    assert isinstance(said, Say)
    assert [link.url for link in said.links] == urls[:2]
    assert said.text == "Guten Tag"
    printed = capsys.readouterr()
    written = caplog.text + printed.out + printed.err
    assert "links_dropped" in written
    assert "evil" not in written
