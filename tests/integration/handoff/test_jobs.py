"""The loops: the bot answers what is due, broken parts are outlived, lost agents lose their chats."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import ValidationError

from handoff.adapters.memory_hints import MemoryHints
from handoff.adapters.rasa import open_rasa
from handoff.adapters.sql import open_store
from handoff.adapters.sql.tables import conversation
from handoff.contract import BotReply, Identified
from handoff.conversations.flow import Flow
from handoff.conversations.model import Author, Controller
from handoff.conversations.ports import BotTurn, BotUnavailable
from handoff.conversations.storage import Timing
from handoff.desk.rules import Rules
from handoff.jobs import AT_ONCE, BotTurns, Repeated
from tests.integration.handoff.house import (
    MAYA,
    House,
    anonymous,
    cid,
    codes,
    in_queue,
    log_of,
    owned,
    say,
)
from tests.integration.handoff.misbehaving import GOOD, Reply, items, misbehaving


class ScriptedBot:
    """A bot that does what the script says to each turn; the last line for ever."""

    def __init__(self, *script: Callable[[BotTurn], Sequence[BotReply]]) -> None:
        self.script = list(script)
        self.turns: list[BotTurn] = []
        self.at_once = self.most_at_once = 0

    async def answer(self, turn: BotTurn) -> Sequence[BotReply]:
        self.turns.append(turn)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.02)
        self.at_once -= 1
        line = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return line(turn)

    async def ready(self) -> bool:
        return True


def echo(turn: BotTurn) -> Sequence[BotReply]:
    return [say(f"zu {turn.text}")]


def bug(_turn: BotTurn) -> Sequence[BotReply]:
    raise KeyError("a bug")


def away(_turn: BotTurn) -> Sequence[BotReply]:
    raise BotUnavailable


@asynccontextmanager
async def running(job: BotTurns | Repeated) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(job.run(stop))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


async def until(flow: Flow, chat: str, wanted: str, *, seconds: float = 10) -> list[str]:
    """The log, in short, as soon as it holds what is wanted."""
    async with asyncio.timeout(seconds):
        while wanted not in (log := codes(await log_of(flow, chat))):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return log


async def test_each_message_gets_its_answer_in_order_woken_by_hints(house: House) -> None:
    flow, bot = house.node(), ScriptedBot(echo)
    chat = await anonymous(flow)
    async with running(BotTurns(flow, bot, house.hints, every=60)):
        await asyncio.gather(*(flow.receive(chat, cid=cid(), text=f"{n}") for n in range(3)))
        await until(flow, chat, "zu 2")
    answers = [code for code in codes(await log_of(flow, chat)) if code.startswith("zu")]
    assert answers == ["zu 0", "zu 1", "zu 2"]


async def test_what_another_node_stored_is_found_by_a_sweep_when_its_hint_is_lost(
    house: House,
) -> None:
    flow, other = house.node(), house.node()
    chat = await anonymous(flow)
    deaf = MemoryHints()
    async with running(BotTurns(flow, ScriptedBot(echo), deaf, every=0.1)):
        await other.receive(chat, cid=cid(), text="hallo")
        await until(flow, chat, "zu hallo")


async def test_what_is_stored_here_is_asked_without_hint_and_without_sweep(house: House) -> None:
    flow, bot, deaf = house.node(), ScriptedBot(echo), MemoryHints()
    chats = [await anonymous(flow) for _ in range(3)]
    async with running(BotTurns(flow, bot, deaf, every=60)):
        await asyncio.gather(*(flow.receive(chat, cid=cid(), text="hallo") for chat in chats))
        for chat in chats:
            await until(flow, chat, "zu hallo")
    assert [turn.attempts for turn in bot.turns] == [1, 1, 1]
    assert all(turn.metadata.first_turn for turn in bot.turns)
    assert not await flow.due_turns()


async def test_a_message_behind_an_open_turn_is_not_claimed_with_its_commit(house: House) -> None:
    flow, bot = house.node(), SlowBot()
    chat = await anonymous(flow)
    async with running(BotTurns(flow, bot, house.hints, every=60)):
        for text in ("eins", "zwei"):
            await flow.receive(chat, cid=cid(), text=text)
        await asyncio.sleep(0.3)
        assert [turn.text for turn in bot.turns] == ["eins"]
        bot.may_answer.set()
        log = await until(flow, chat, "zu zwei", seconds=30)
    assert [code for code in log if code.startswith("zu")] == ["zu eins", "zu zwei"]
    assert [turn.metadata.first_turn for turn in bot.turns] == [True, False]


async def test_more_than_there_is_room_for_is_asked_in_the_end(house: House) -> None:
    flow, bot = house.node(), ScriptedBot(echo)
    chats = [await anonymous(flow) for _ in range(3 * AT_ONCE)]
    async with running(BotTurns(flow, bot, house.hints, every=0.2)):
        await asyncio.gather(*(flow.receive(chat, cid=cid(), text="hallo") for chat in chats))
        for chat in chats:
            await until(flow, chat, "zu hallo", seconds=60)
    assert len(bot.turns) == len(chats)
    assert bot.most_at_once <= AT_ONCE


async def test_a_bot_that_is_away_ends_with_a_person(house: House) -> None:
    flow = house.node()
    chat = await anonymous(flow)
    async with running(BotTurns(flow, ScriptedBot(away), house.hints, every=0.1)):
        await flow.receive(chat, cid=cid(), text="hallo")
        log = await until(flow, chat, "nobody_available")
    assert "bot_unavailable" in log
    assert (await flow.get(chat)).reason == "bot_unavailable"


async def test_a_bug_in_one_turn_does_not_end_the_loop_and_at_last_a_person_helps(
    sqlite_url: str,
) -> None:
    hints = MemoryHints()
    store = open_store(sqlite_url)
    flow = Flow(store, hints, desk=Rules(), timing=Timing(claim=timedelta(seconds=0.2)))
    poisoned, fine = await anonymous(flow), await anonymous(flow)

    def script(turn: BotTurn) -> Sequence[BotReply]:
        return bug(turn) if turn.conversation == poisoned else echo(turn)

    bot = ScriptedBot(script)
    async with running(BotTurns(flow, bot, hints, every=0.05)):
        await flow.receive(poisoned, cid=cid(), text="gift")
        await flow.receive(fine, cid=cid(), text="hallo")
        await until(flow, fine, "zu hallo")
        await until(flow, poisoned, "bot_unavailable")
    assert len([turn for turn in bot.turns if turn.conversation == poisoned]) == 3
    store.close()


async def test_a_database_that_fails_for_a_while_is_outlived(house: House) -> None:
    flow, other = house.node(), house.node()
    chat = await anonymous(flow)
    claim, failures = flow.due_turns, [OSError("gone"), RuntimeError("odd")]

    async def shaky(limit: int = 50) -> list[BotTurn]:
        if failures:
            raise failures.pop()
        return await claim(limit)

    flow.due_turns = shaky  # type: ignore[method-assign]
    async with running(BotTurns(flow, ScriptedBot(echo), house.hints, every=0.05)):
        await other.receive(chat, cid=cid(), text="hallo")
        await until(flow, chat, "zu hallo")
    assert not failures


async def test_typing_is_shown_while_the_bot_works_and_ends(house: House) -> None:
    flow = house.node()
    chat = await anonymous(flow)
    heard = house.hints.subscribe()
    async with running(BotTurns(flow, ScriptedBot(echo), house.hints, every=0.1)):
        await flow.receive(chat, cid=cid(), text="hallo")
        await until(flow, chat, "zu hallo")
    shown = []
    while len(shown) < 2:
        hint = await asyncio.wait_for(anext(heard), 60)
        if hint.typing_author is Author.BOT:
            shown.append(hint.typing_on)
    assert shown == [True, False]


async def test_a_lost_agents_chat_comes_back_by_itself(house: House) -> None:
    flow = house.node()
    chat = await in_queue(flow)
    await flow.take(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid())
    async with running(Repeated("lease_sweep", flow.sweep_leases, every=0.05)):
        assert house.clock is not None
        house.clock.pass_(minutes=1)
        await until(flow, chat.id, "agent_lost")
    assert (await flow.get(chat.id)).controller is Controller.QUEUE


async def test_a_chat_that_breaks_holds_up_no_other(house: House) -> None:
    """Of three whose agent is gone the first one cannot be read: the others wait for a person at once."""
    flow = house.node()
    chats = sorted([await owned(flow) for _ in range(3)], key=lambda c: c.id)
    store = house.stores[-1]
    unreadable = conversation.update().where(conversation.c.id == chats[0].id)
    change = unreadable.values(handback={"of": "another version"})
    await store.change(lambda db: db.execute(change).close())
    assert house.clock is not None
    house.clock.pass_(minutes=1)
    with pytest.raises(ValidationError):
        await flow.sweep_leases()
    for chat in chats[1:]:
        assert (await flow.get(chat.id)).controller is Controller.QUEUE


async def test_the_loop_asks_rasa_over_http_and_stores_what_it_says(house: House) -> None:
    flow = house.node()
    chat = await anonymous(flow)
    async with misbehaving(Reply(b"[]"), Reply(items(GOOD, recipient=chat))) as rasa:
        bot = open_rasa(rasa.url, token="t")
        async with running(BotTurns(flow, bot, house.hints, every=0.1)):
            await flow.receive(chat, cid=cid(), text="hallo")
            await until(flow, chat, "Guten Tag")
        await bot.close()
    assert [body["metadata"]["turn"] for _, body in rasa.asked] == [f"{chat}:2"] * 2


async def test_a_refused_proof_ends_with_a_person_and_names_nobody_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"subscriber_id": "K-1002", "level": 2, "proven_at": "2020-01-01T00:00:00+00:00"}

    def old(_turn: BotTurn) -> Sequence[BotReply]:
        return [Identified.model_validate(said), say("Guten Tag, Herr Weber.")]

    flow = house.node()
    chat = await anonymous(flow)
    async with running(BotTurns(flow, ScriptedBot(old), house.hints, every=0.1)):
        await flow.receive(chat, cid=cid(), text="123456")
        log = await until(flow, chat, "nobody_available")
    assert log[2:] == [
        "bot_unavailable",
        "proof_refused",
        "queue",
        "packet",
        "nobody_available",
    ]
    printed = capsys.readouterr()
    written = caplog.text + printed.out + printed.err
    assert "proof_refused" in written
    assert "too_old" in written
    for secret in ("K-1002", "Weber", "123456"):
        assert secret not in written


class StuckBot(ScriptedBot):
    """A bot that never comes to an end."""

    async def answer(self, turn: BotTurn) -> Sequence[BotReply]:
        self.turns.append(turn)
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_process_that_leaves_gives_its_turns_to_another_at_once(house: House) -> None:
    leaving_flow, flow = house.node(), house.node()
    stuck, quick = StuckBot(), ScriptedBot(echo)
    chat = await anonymous(leaving_flow)
    leaving = BotTurns(leaving_flow, stuck, house.hints, every=0.05)
    async with running(leaving):
        await leaving_flow.receive(chat, cid=cid(), text="hallo")
        async with asyncio.timeout(30):
            while not stuck.turns:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert not await flow.due_turns()
        await leaving.leave(0.1)
        await leaving_flow.receive(chat, cid=cid(), text="und?")
        async with running(BotTurns(flow, quick, house.hints, every=0.05)):
            await until(flow, chat, "zu und?", seconds=15)  # a claim would hold for 20 s
    assert [turn.attempts for turn in (*stuck.turns, *quick.turns)] == [1, 1, 1]
    assert [turn.text for turn in quick.turns] == ["hallo", "und?"]
    assert len(stuck.turns) == 1


async def test_a_claim_is_given_back_only_by_its_holder(house: House) -> None:
    flow = house.node()
    chat = await anonymous(flow)
    await flow.receive(chat, cid=cid(), text="hallo")
    (mine,) = await flow.due_turns()
    await flow.give_back([mine])
    (theirs,) = await flow.due_turns()
    assert theirs.attempts == mine.attempts == 1
    await flow.give_back([replace(theirs, attempts=theirs.attempts + 1)])
    assert not await flow.due_turns()
    await flow.answer(theirs, [say("da")])
    await flow.give_back([theirs])
    assert not await flow.due_turns()


def short_claims(house: House) -> Flow:
    """A node on the database's own clock whose claims run out after a second."""
    store = open_store(house.url)
    house.stores.append(store)
    return Flow(store, house.hints, desk=Rules(), timing=Timing(claim=timedelta(seconds=1)))


class SlowBot(ScriptedBot):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__(echo)
        self.may_answer = asyncio.Event()

    async def answer(self, turn: BotTurn) -> Sequence[BotReply]:
        self.turns.append(turn)
        await self.may_answer.wait()
        return echo(turn)


async def test_a_turn_that_takes_longer_than_its_claim_stays_with_its_node(house: House) -> None:
    one, other, bot = short_claims(house), short_claims(house), SlowBot()
    chat = await anonymous(one)
    await one.receive(chat, cid=cid(), text="hallo")
    async with (
        running(BotTurns(one, bot, house.hints, every=0.1, hold=0.2)),
        running(BotTurns(other, bot, house.hints, every=0.1, hold=0.2)),
    ):
        await asyncio.sleep(3)
        assert len(bot.turns) == 1
        bot.may_answer.set()
        await until(one, chat, "zu hallo", seconds=30)
    assert len(bot.turns) == 1


async def test_a_turn_nobody_works_on_any_more_is_soon_anothers(house: House) -> None:
    one, other, bot = short_claims(house), short_claims(house), ScriptedBot(echo)
    chat = await anonymous(one)
    await one.receive(chat, cid=cid(), text="hallo")
    assert len(await one.due_turns()) == 1, "claimed by a node that is never heard of again"
    assert await other.due_turns() == []
    async with running(BotTurns(other, bot, house.hints, every=0.1)):
        await until(other, chat, "zu hallo", seconds=30)
    assert [turn.attempts for turn in bot.turns] == [2]


async def test_a_claim_that_ran_out_and_came_back_is_not_asked_twice(house: House) -> None:
    node, bot = short_claims(house), SlowBot()
    chat = await anonymous(node)
    await node.receive(chat, cid=cid(), text="hallo")
    async with running(BotTurns(node, bot, house.hints, every=0.1, hold=60)):
        await asyncio.sleep(3)  # never renewed, it ran out and was claimed again, by the same node
        assert len(bot.turns) == 1
        bot.may_answer.set()
        log = await until(node, chat, "zu hallo", seconds=30)
    assert log.count("zu hallo") == 1
