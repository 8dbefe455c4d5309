"""Several Rasas: a conversation stays with its own, and goes on at another when that one is gone, hangs or answers nonsense."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest

from handoff.adapters.rasa import RasaBot, open_rasa
from handoff.conversations.ports import BotTurn, BotUnavailable
from handoff.settings import Settings
from tests.integration.handoff.misbehaving import GOOD, Rasa, Reply, items, misbehaving
from tests.integration.handoff.test_rasa import TURN
from tests.processes import free_port

HANGS = Reply(items(GOOD), wait=60)


def turn(conversation: str) -> BotTurn:
    return replace(TURN, conversation=conversation)


def fine(conversation: str) -> Reply:
    return Reply(items(GOOD, recipient=conversation))


@asynccontextmanager
async def replicas(
    *scripts: list[Reply], limit: float = 8.0
) -> AsyncIterator[tuple[RasaBot, list[Rasa]]]:
    """A bot before several Rasas, in the order in which the conversation "conv" asks them."""
    async with AsyncExitStack() as stack:
        found = [await stack.enter_async_context(misbehaving(fine("conv"))) for _ in scripts]
        bot = open_rasa(*(rasa.url for rasa in found), token="t", limit=limit)
        stack.push_async_callback(bot.close)
        by_url = {rasa.url: rasa for rasa in found}
        asked = [replica.address.url for replica, _ in bot._choices("conv")]
        order = [by_url[url] for url in asked[: len(found)]]
        for rasa, script in zip(order, scripts, strict=True):
            rasa.replies = list(script)
        yield bot, order


async def test_a_conversation_stays_with_one_replica_and_many_are_spread() -> None:
    async with AsyncExitStack() as stack:
        found = [await stack.enter_async_context(misbehaving(Reply(b"[]"))) for _ in range(3)]
        bot = open_rasa(*(rasa.url for rasa in found), token="t")
        stack.push_async_callback(bot.close)
        homes = {f"c{n}": next(bot._choices(f"c{n}"))[0] for n in range(300)}
        shares = Counter(id(home) for home in homes.values())
        assert len(shares) == 3
        assert min(shares.values()) > 50
        fewer = RasaBot(bot._replicas[:2])
        stayed = [c for c, home in homes.items() if home in bot._replicas[:2]]
        assert all(next(fewer._choices(c))[0] is homes[c] for c in stayed)


async def test_turns_go_home_only() -> None:
    async with replicas([fine("conv")], [fine("conv")]) as (bot, (home, other)):
        for _ in range(4):
            await bot.answer(TURN)
        assert (len(home.asked), len(other.asked)) == (4, 0)


@pytest.mark.parametrize(
    "bad",
    [Reply(hang_up=True), Reply(b"[]"), Reply(b"", status=503), Reply(items(GOOD), cut=10)],
    ids=["hangs up", "no reply", "503", "half a body"],
)
async def test_the_other_one_answers_at_once(bad: Reply) -> None:
    async with replicas([bad], [fine("conv")]) as (bot, (home, other)):
        assert await bot.answer(TURN)
        assert (len(home.asked), len(other.asked)) == (1, 1)
        assert home.asked == other.asked


async def test_one_that_is_gone_is_no_matter() -> None:
    async with replicas([fine("conv")]) as (one, (alive,)):
        bot = open_rasa(f"http://127.0.0.1:{free_port()}", alive.url, token="t")
        for number in range(8):
            alive.replies = [fine(f"c{number}")]
            assert await bot.answer(turn(f"c{number}"))
        assert await bot.ready()
        await bot.close()
        assert await one.ready()


async def test_one_that_hangs_leaves_the_other_time_and_is_then_left_alone() -> None:
    async with replicas([HANGS], [fine("conv")], limit=2.0) as (bot, (home, other)):
        for _ in range(5):
            assert await bot.answer(TURN)
        assert (len(home.asked), len(other.asked)) == (5, 5)
        began = time.monotonic()
        assert await bot.answer(TURN)
        assert time.monotonic() - began < 0.9
        assert (len(home.asked), len(other.asked)) == (5, 6)


async def test_a_rested_replica_is_tried_when_it_is_asked_and_not_when_another_answers() -> None:
    async with replicas([fine("conv")], [fine("conv")]) as (bot, (_home, other)):
        now = [0.0]
        second = [replica for replica, _ in bot._choices("conv")][1]
        second.breaker._clock = lambda: now[0]
        for _ in range(5):
            second.breaker.failed()
        now[0] = 60.0
        await bot.answer(TURN)
        assert not other.asked
        assert second.breaker.allows(), "its trial was used up without asking it"


async def test_when_all_fail_a_person_helps_within_the_limit() -> None:
    async with replicas([Reply(b"[]")], [Reply(b"[]")], limit=4.0) as (bot, (home, other)):
        with pytest.raises(BotUnavailable):
            await bot.answer(TURN)
        assert len(home.asked) + len(other.asked) == 4
        home.replies = other.replies = [HANGS]
        began = time.monotonic()
        with pytest.raises(BotUnavailable):
            await bot.answer(TURN)
        assert time.monotonic() - began < 20


async def test_what_no_replica_can_mend_is_not_asked_again() -> None:
    async with replicas([Reply(status=401)], [fine("conv")]) as (bot, (home, other)):
        with pytest.raises(BotUnavailable):
            await bot.answer(TURN)
        assert (len(home.asked), len(other.asked)) == (1, 0)


async def test_conversations_are_asked_side_by_side() -> None:
    slow = Reply(items(GOOD), wait=0.3)
    async with replicas([slow], [slow], limit=60) as (bot, _):
        await asyncio.gather(*(bot.answer(TURN) for _ in range(20)))


def test_an_operator_names_several_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBSCRIPTIONS_MODE", "development")
    monkeypatch.setenv("HANDOFF_RASA_URL", "http://a:5005, http://b:5005")
    assert Settings().rasa_url == ("http://a:5005", "http://b:5005")
    monkeypatch.setenv("HANDOFF_RASA_URL", " ")
    with pytest.raises(ValueError, match="rasa_url"):
        Settings()


async def test_a_chat_is_forgotten_by_whichever_answers_because_they_share_their_memory() -> None:
    async with replicas([Reply(b"", status=503)], [Reply(b"", status=204)]) as (bot, rasas):
        assert await bot.forget("conv/x y")
        asked = [target for rasa in rasas for target, _ in rasa.asked]
        assert set(asked) == {"/conversations/conv%2Fx%20y/memory?token=t"}


async def test_what_no_replica_has_forgotten_is_not_forgotten() -> None:
    async with replicas([Reply(b"", status=503)], [Reply(b"", status=401)]) as (bot, _):
        assert not await bot.forget("conv")
    gone = open_rasa(f"http://127.0.0.1:{free_port()}", token="t")
    assert not await gone.forget("conv")
    await gone.close()
