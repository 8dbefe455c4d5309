"""Promises to whoever waits: made with the step that promises, kept, broken, kept late or taken back; each step is a fact."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from handoff.adapters.sql.promises import AT_ONCE, SqlPromises
from handoff.contract import Promised
from handoff.conversations.effects import Ending, PromiseKind, PromiseState, after
from handoff.conversations.flow import Flow
from handoff.desk.promises.making import AFTER_OPENING
from handoff.desk.promises.ports import Told
from tests.integration.handoff.house import (
    JON,
    MAYA,
    House,
    anonymous,
    cid,
    in_queue,
    owned,
)

WISHED = Promised(kind="callback", state="wished")


@pytest.fixture
def promises(house: House, flow: Flow) -> SqlPromises:
    """Beside the conversations of the first node."""
    return SqlPromises(house.stores[0])


def states(told: Sequence[Told]) -> list[tuple[str, str]]:
    return [(one.promise.kind.value, one.promise.state.value) for one in told]


def facts(told: Sequence[Told]) -> list[list[str]]:
    return [[fact.what for fact in one.facts] for one in told]


async def test_whoever_waits_while_somebody_is_there_is_promised_the_target(
    flow: Flow, house: House, promises: SqlPromises
) -> None:
    await flow.set_available(MAYA, on=True)
    waits = await in_queue(flow)
    (one,) = await promises.of(waits.id)
    assert house.clock is not None
    assert (one.promise.kind, one.promise.state) == (PromiseKind.FIRST_ANSWER, PromiseState.OPEN)
    assert one.promise.due_at - one.promise.made_at == timedelta(seconds=120)
    assert one.promise.case_number == waits.case_number
    assert [fact.what for fact in one.facts] == ["made"]


async def test_while_nobody_is_there_an_answer_after_the_opening_is_promised(
    flow: Flow, house: House, promises: SqlPromises
) -> None:
    assert house.clock is not None
    house.clock.now = house.clock.now.replace(hour=23)
    waits = await in_queue(flow)
    (one,) = await promises.of(waits.id)
    assert one.promise.kind is PromiseKind.WAITING
    assert (one.promise.due_at - AFTER_OPENING).astimezone(one.promise.due_at.tzinfo).hour == 7


@pytest.mark.parametrize(("late", "state"), [(60, "kept"), (121, "kept_late")])
async def test_a_persons_words_keep_it_in_time_or_late(
    flow: Flow, house: House, promises: SqlPromises, late: int, state: str
) -> None:
    await flow.set_available(MAYA, on=True)
    chat = await owned(flow)
    assert states(await promises.of(chat.id)) == [("first_answer", "open")]
    assert house.clock is not None
    house.clock.pass_(seconds=late)
    await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text="Guten Tag")
    await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text="noch etwas")
    told = await promises.of(chat.id)
    assert (states(told), facts(told)) == ([("first_answer", state)], [["made", state]])
    assert told[0].promise.ended_at == house.clock.now


async def test_what_is_overdue_is_broken_once_and_may_be_kept_late(
    flow: Flow, house: House, promises: SqlPromises
) -> None:
    await flow.set_available(MAYA, on=True)
    waits = await in_queue(flow)
    assert house.clock is not None
    house.clock.pass_(seconds=120)
    assert await promises.break_overdue() == 0
    house.clock.pass_(seconds=1)
    assert await promises.break_overdue() == 1
    assert await promises.break_overdue() == 0
    (broken,) = await promises.of(waits.id)
    assert (broken.promise.state, broken.promise.owed) == (PromiseState.BROKEN, True)
    await flow.take(waits.id, agent=MAYA, epoch=waits.epoch, cid=cid())
    chat = await flow.get(waits.id)
    await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text="Verzeihung")
    assert facts(await promises.of(chat.id)) == [["made", "broken", "kept_late"]]


async def test_many_that_are_overdue_are_broken_in_several_hands(
    flow: Flow, house: House, promises: SqlPromises
) -> None:
    for _ in range(AT_ONCE + 3):
        await in_queue(flow)
    assert house.clock is not None
    house.clock.pass_(days=1)
    assert [await promises.break_overdue() for _ in range(3)] == [AT_ONCE, 3, 0]


async def test_a_case_that_is_closed_without_a_word_leaves_it_broken(
    flow: Flow, promises: SqlPromises
) -> None:
    chat = await owned(flow)
    await flow.release(
        chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="closed", outcome="spam"
    )
    (one,) = await promises.of(chat.id)
    assert (one.promise.state, one.promise.owed) == (PromiseState.BROKEN, False)


async def test_whom_an_agent_took_from_the_bot_was_promised_nothing(
    flow: Flow, promises: SqlPromises
) -> None:
    conversation = await anonymous(flow)
    epoch = (await flow.get(conversation)).epoch
    await flow.take(conversation, agent=MAYA, epoch=epoch, cid=cid())
    assert await promises.of(conversation) == []


async def test_whoever_waits_again_after_an_answer_is_promised_the_next_one(
    flow: Flow, promises: SqlPromises
) -> None:
    await flow.set_available(JON, on=True)
    chat = await owned(flow)
    await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text="Moment")
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="queue", outcome="")
    assert states(await promises.of(chat.id)) == [
        ("first_answer", "kept"),
        ("first_answer", "open"),
    ]


async def test_asked_twice_it_is_promised_once(flow: Flow, promises: SqlPromises) -> None:
    waits = await in_queue(flow)
    await flow.ask_person(waits.id, cid=cid())
    assert len(await promises.of(waits.id)) == 1


async def test_what_was_promised_when_is_found_for_reports(
    flow: Flow, house: House, promises: SqlPromises
) -> None:
    assert house.clock is not None
    begun = house.clock.now
    first = await in_queue(flow)
    house.clock.pass_(hours=1)
    second = await in_queue(flow)
    found = await promises.between(begun, begun + timedelta(hours=1))
    assert [p.conversation for p in found] == [first.id]
    later = await promises.between(begun + timedelta(hours=1), begun + timedelta(hours=2))
    assert [p.conversation for p in later] == [second.id]


async def test_what_stands_is_what_the_facts_add_up_to(
    flow: Flow, house: House, promises: SqlPromises
) -> None:
    """The state can be computed anew from the facts alone."""
    assert house.clock is not None
    waits = await in_queue(flow)
    await flow.press(waits.id, cid=cid(), seq=waits.last_seq, index=0)
    await owned(flow)
    await in_queue(flow)
    house.clock.pass_(days=3)
    await promises.break_overdue()
    begun = house.clock.now - timedelta(days=9)
    found = await promises.between(begun, house.clock.now)
    assert len(found) == 4
    for one in found:
        (told,) = [t for t in await promises.of(one.conversation) if t.promise.id == one.id]
        ends = [fact.what for fact in told.facts if fact.what not in {"made", "fixed"}]
        assert one.state == (ends[-1] if ends else PromiseState.OPEN)


@pytest.mark.parametrize(
    "state", [PromiseState.KEPT, PromiseState.KEPT_LATE, PromiseState.WITHDRAWN]
)
def test_what_has_ended_ends_no_second_time(state: PromiseState) -> None:
    with pytest.raises(ValueError, match="ended"):
        after(state, "kept", late=False)


async def test_people_are_measured_by_how_long_they_have_a_chat(
    flow: Flow, house: House, promises: SqlPromises
) -> None:
    assert house.clock is not None
    chat = await owned(flow)
    assert await promises.handled(7) == []
    house.clock.pass_(minutes=4)
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="closed", outcome="")
    (one,) = await promises.handled(7)
    assert (one.skill, one.seconds) == ("BIL", 240)
    house.clock.pass_(days=8)
    assert await promises.handled(7) == []


async def test_an_ending_of_something_unknown_changes_nothing(promises: SqlPromises) -> None:
    assert not await promises.end("nothing", Ending("kept"))
