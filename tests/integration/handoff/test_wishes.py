"""A call that was wished for: owed from the wish on, also when the talk about it is left half-way; then firm, moved or dropped."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from handoff.adapters.sql.promises import SqlPromises
from handoff.contract import Promised
from handoff.conversations.effects import PromiseState
from handoff.conversations.flow import Flow
from handoff.conversations.model import Controller
from handoff.conversations.pledging import SILENCE, WITHIN
from handoff.desk.promises.ports import Told
from tests.integration.handoff.house import (
    House,
    anonymous,
    asked,
    cid,
    codes,
    handoff,
    in_queue,
    log_of,
    say,
    turn_of,
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


async def made(flow: Flow, conversation: str, **told: str) -> None:
    """The bot says that a call was arranged."""
    promised = Promised.model_validate({"kind": "callback", "state": "made", **told})
    turn = await asked(flow, conversation, "am Dienstag um zehn")
    assert await flow.answer(turn, [say("Wir rufen an."), promised])


async def pressed_call(flow: Flow) -> str:
    """Nobody is there; "arrange a call" was pressed."""
    waits = await in_queue(flow)
    notice = (await log_of(flow, waits.id))[-1]
    await flow.press(waits.id, cid=cid(), seq=notice.seq, index=0)
    return waits.id


async def test_who_wants_a_call_and_falls_silent_has_a_case_and_a_promise_and_waits_again(
    flow: Flow, house: House, promises: SqlPromises
) -> None:
    conversation = await pressed_call(flow)
    held = await flow.get(conversation)
    assert (held.controller, bool(held.case_number)) == (Controller.BOT, True)
    assert states(await promises.of(conversation)) == [
        ("waiting", "withdrawn"),
        ("callback", "open"),
    ]
    assert await flow.answer(await turn_of(flow, conversation), [say("Wann?"), WISHED])
    assert house.clock is not None
    house.clock.pass_(seconds=SILENCE.total_seconds() - 1)
    assert await flow.sweep_wishes() == 0
    house.clock.pass_(seconds=2)
    assert await house.node().sweep_wishes() == 1
    assert await flow.sweep_wishes() == 0
    again = await flow.get(conversation)
    assert (again.controller, again.case_number) == (Controller.QUEUE, held.case_number)
    assert again.waiting_since == held.waiting_since
    wish = (await promises.of(conversation))[1].promise
    assert (wish.state, wish.due_at - wish.made_at) == (PromiseState.OPEN, WITHIN)
    assert codes(await log_of(flow, conversation))[-1] == "nobody_available"


async def test_who_only_typed_it_and_left_waits_too(
    flow: Flow, house: House, promises: SqlPromises
) -> None:
    turn = await asked(flow, await anonymous(flow), "Rufen Sie mich an")
    assert await flow.answer(turn, [say("Wann?"), WISHED])
    assert house.clock is not None
    house.clock.pass_(seconds=SILENCE.total_seconds() + 1)
    assert await flow.sweep_wishes() == 1
    now = await flow.get(turn.conversation)
    assert (now.controller, now.skill, bool(now.case_number)) == (Controller.QUEUE, "CMP", True)
    assert ("callback", "open") in states(await promises.of(turn.conversation))


async def test_a_call_that_was_arranged_ends_the_waiting_and_the_silence_is_none(
    flow: Flow, house: House, promises: SqlPromises
) -> None:
    conversation = await pressed_call(flow)
    assert await flow.answer(await turn_of(flow, conversation), [say("Wann?"), WISHED])
    assert house.clock is not None
    due = house.clock.now + timedelta(days=1)
    await made(flow, conversation, reference="T-1", case="F-1", due_at=due.isoformat())
    now = await flow.get(conversation)
    assert (now.controller, now.case_number, now.waiting_since) == (Controller.BOT, None, None)
    told = await promises.of(conversation)
    assert facts(told)[1] == ["made", "fixed"]
    call = told[1].promise
    assert (call.reference, call.due_at, call.state) == ("T-1", due, PromiseState.OPEN)
    house.clock.pass_(seconds=SILENCE.total_seconds() + 1)
    assert await flow.sweep_wishes() == 0
    house.clock.pass_(days=2)
    assert await promises.break_overdue() == 0  # the business decides about calls


async def test_a_call_that_is_moved_replaces_the_one_before(
    flow: Flow, promises: SqlPromises
) -> None:
    conversation = await anonymous(flow)
    for reference in ("T-1", "T-2", "T-2"):
        await made(flow, conversation, reference=reference, case="F-1")
    assert states(await promises.of(conversation)) == [
        ("callback", "withdrawn"),
        ("callback", "open"),
    ]
    assert [p.reference for p in await promises.firm(10)] == ["T-2"]


async def test_a_wish_that_is_dropped_is_owed_no_more(flow: Flow, promises: SqlPromises) -> None:
    conversation = await pressed_call(flow)
    turn = await turn_of(flow, conversation)
    gone = Promised(kind="callback", state="withdrawn")
    assert await flow.answer(turn, [say("Gut."), gone, handoff()])
    assert states(await promises.of(conversation)) == [
        ("waiting", "withdrawn"),
        ("callback", "withdrawn"),
        ("waiting", "open"),
    ]


async def test_a_promise_alone_is_no_answer(flow: Flow, promises: SqlPromises) -> None:
    turn = await asked(flow, await anonymous(flow))
    assert await flow.answer(turn, [WISHED])
    assert (await flow.get(turn.conversation)).controller is Controller.QUEUE
    assert ("callback", "open") not in states(await promises.of(turn.conversation))


async def test_a_late_answer_of_the_bot_promises_nothing(flow: Flow, promises: SqlPromises) -> None:
    turn = await asked(flow, await anonymous(flow))
    await flow.ask_person(turn.conversation, cid=cid())
    assert not await flow.answer(turn, [say("Wann?"), WISHED])
    assert len(await promises.of(turn.conversation)) == 1
