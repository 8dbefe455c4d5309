"""Nobody at the desk: a call or a written answer may be chosen instead of waiting, and nothing else changes."""

import pytest

from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.flow import Flow
from handoff.conversations.model import Author, Controller, Event
from tests.integration.handoff.house import (
    MAYA,
    anonymous,
    cid,
    codes,
    handoff,
    log_of,
    say,
    turn_of,
)


async def told(flow: Flow, conversation: str) -> Event:
    """The notice that nobody is there."""
    await flow.ask_person(conversation, cid=cid())
    return (await log_of(flow, conversation))[-1]


async def test_a_call_and_a_written_answer_are_offered(flow: Flow) -> None:
    conversation = await anonymous(flow)
    notice = await told(flow, conversation)
    assert (notice.author, notice.body["code"]) == (Author.SYSTEM, "nobody_available")
    titles = [button["title"] for button in notice.body["buttons"]]
    assert titles == ["Rückruf vereinbaren", "Schriftliche Antwort"]
    assert all(set(button) == {"title", "style", "order"} for button in notice.body["buttons"])


async def test_who_is_answered_soon_is_offered_nothing_else(flow: Flow) -> None:
    await flow.set_available(MAYA, on=True)
    conversation = await anonymous(flow)
    notice = await told(flow, conversation)
    assert (notice.body["code"], notice.body["buttons"]) == ("queued", [])


@pytest.mark.parametrize(
    ("index", "intent", "value"),
    [(0, "request_human", ("call", "yes")), (1, "complaint", ("concern", "question"))],
)
async def test_the_choice_goes_to_the_bot_and_the_case_is_held(
    flow: Flow, index: int, intent: str, value: tuple[str, str]
) -> None:
    conversation = await anonymous(flow)
    notice = await told(flow, conversation)
    waited = await flow.get(conversation)
    await flow.press(conversation, cid=cid(), seq=notice.seq, index=index)
    now = await flow.get(conversation)
    assert (now.controller, now.epoch, now.case_number) == (
        Controller.BOT, waited.epoch + 1, waited.case_number,
    )  # fmt: skip
    assert codes(await log_of(flow, conversation))[-1] == "bot"
    turn = await turn_of(flow, conversation)
    assert turn.text == f"/{intent}"
    assert turn.metadata.pressed == {value[0]: value[1], "desk": waited.case_number}
    assert await flow.answer(turn, [say("Wann?")])
    assert await flow.place_in_line(conversation) == 0


async def test_pressed_twice_it_is_one_choice(flow: Flow) -> None:
    conversation = await anonymous(flow)
    notice = await told(flow, conversation)
    first = await flow.press(conversation, cid="press-001", seq=notice.seq, index=0)
    again = await flow.press(conversation, cid="press-001", seq=notice.seq, index=0)
    assert (again.seq, again.repeated) == (first.seq, True)
    assert len(await flow.due_turns()) == 1


async def test_with_a_person_the_choice_is_only_a_message(flow: Flow) -> None:
    conversation = await anonymous(flow)
    notice = await told(flow, conversation)
    epoch = (await flow.get(conversation)).epoch
    await flow.take(conversation, agent=MAYA, epoch=epoch, cid=cid())
    await flow.press(conversation, cid=cid(), seq=notice.seq, index=0)
    assert (await flow.get(conversation)).controller is Controller.AGENT
    assert await flow.due_turns() == []
    assert codes(await log_of(flow, conversation))[-1] == "Rückruf vereinbaren"


async def test_an_older_button_of_the_bot_does_not_end_the_waiting(flow: Flow) -> None:
    conversation = await anonymous(flow)
    await told(flow, conversation)
    with pytest.raises(ConversationError) as refused:
        await flow.press(conversation, cid=cid(), seq=1, index=0)
    assert refused.value.code is Refusal.UNKNOWN_BUTTON
    assert (await flow.get(conversation)).controller is Controller.QUEUE


async def test_who_changes_their_mind_waits_again_with_the_same_case_and_age(flow: Flow) -> None:
    conversation = await anonymous(flow)
    notice = await told(flow, conversation)
    before = await flow.get(conversation)
    await flow.press(conversation, cid=cid(), seq=notice.seq, index=0)
    turn = await turn_of(flow, conversation)
    assert await flow.answer(turn, [say("Gut."), handoff()])
    now = await flow.get(conversation)
    assert now.controller is Controller.QUEUE
    assert (now.case_number, now.waiting_since) == (before.case_number, before.waiting_since)


async def test_an_older_button_of_what_a_person_must_look_at_by_now_does_not_end_it(
    flow: Flow,
) -> None:
    conversation = await anonymous(flow)
    notice = await told(flow, conversation)
    await flow.press(conversation, cid=cid(), seq=notice.seq, index=0)
    await flow.answer(await turn_of(flow, conversation), [say("Gut."), handoff("write_failed")])
    waits = await flow.get(conversation)
    await flow.press(conversation, cid=cid(), seq=notice.seq, index=1)
    now = await flow.get(conversation)
    assert (now.controller, now.case_number) == (Controller.QUEUE, waits.case_number)
    assert await flow.due_turns() == []
    assert codes(await log_of(flow, conversation))[-1] == "Schriftliche Antwort"


@pytest.mark.parametrize(
    ("reason", "skill"), [("write_failed", "BIL"), ("crisis", "CMP"), ("catalogue", "SEC")]
)
async def test_what_a_person_must_look_at_cannot_be_ended(
    flow: Flow, reason: str, skill: str
) -> None:
    conversation = await anonymous(flow)
    await flow.receive(conversation, cid=cid(), text="Hallo")
    request = handoff(reason).model_copy(update={"skill": skill})
    await flow.answer(await turn_of(flow, conversation), [say("Ein Mensch sieht nach."), request])
    notices = [(await log_of(flow, conversation))[-1], await told(flow, conversation)]
    assert [notice.body["code"] for notice in notices] == ["nobody_available"] * 2
    assert [notice.body["buttons"] for notice in notices] == [[], []]
