"""A subscriber writes and the bot answers: once, in order, and only while it may."""

import pytest

from handoff.contract import Button
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.flow import Flow
from handoff.conversations.model import Author, Controller
from tests.integration.handoff.house import (
    MAYA,
    House,
    anonymous,
    asked,
    cid,
    codes,
    handoff,
    log_of,
    owned,
    say,
    signed_in,
    turn_of,
)


async def test_a_new_conversation_begins_with_the_bot_saying_what_it_is(flow: Flow) -> None:
    entered = await signed_in(flow)
    (first,) = await log_of(flow, entered.conversation.id)
    assert (first.seq, first.author, first.body["code"]) == (1, "bot", "welcome")
    assert entered.is_new


async def test_the_same_cid_is_one_message_and_one_turn(flow: Flow) -> None:
    conversation = await anonymous(flow)
    first = await flow.receive(conversation, cid="same-cid-1", text="hallo")
    again = await flow.receive(conversation, cid="same-cid-1", text="hallo")
    assert (first.seq, first.repeated) == (2, False)
    assert (again.seq, again.repeated) == (2, True)
    assert len(await log_of(flow, conversation)) == 2
    assert len(await flow.due_turns()) == 1


async def test_the_own_message_carries_its_cid(flow: Flow) -> None:
    conversation = await anonymous(flow)
    await flow.receive(conversation, cid="my-own-cid", text="hallo")
    assert (await log_of(flow, conversation))[-1].body["cid"] == "my-own-cid"


async def test_a_subscriber_cannot_block_the_bots_answer_with_a_clever_cid(flow: Flow) -> None:
    conversation = await anonymous(flow)
    await flow.receive(conversation, cid="b:2:0-guess", text="eins")
    await flow.receive(conversation, cid="b:2:0:::::", text="zwei")
    turn = await turn_of(flow, conversation)
    assert await flow.answer(turn, [say("da")])
    assert codes(await log_of(flow, conversation))[-1] == "da"


async def test_three_messages_are_three_turns_one_at_a_time_in_order(flow: Flow) -> None:
    conversation = await anonymous(flow)
    for text in ("eins", "zwei", "drei"):
        await flow.receive(conversation, cid=cid(), text=text)
    served = []
    while turns := await flow.due_turns():
        (turn,) = turns
        assert await flow.due_turns() == []
        served.append((turn.text, turn.metadata.first_turn))
        assert await flow.answer(turn, [say(f"zu {turn.text}")])
    assert served == [("eins", True), ("zwei", False), ("drei", False)]


async def test_a_claim_that_nobody_honoured_is_given_out_again(house: House) -> None:
    flow, other = house.node(), house.node()
    conversation = await anonymous(flow)
    lost = await asked(flow, conversation)
    assert await other.due_turns() == []
    assert house.clock is not None
    house.clock.pass_(seconds=21)
    again = await turn_of(other, conversation)
    assert (again.seq, again.attempts) == (lost.seq, 2)
    assert again.metadata.turn == lost.metadata.turn
    assert await other.answer(again, [say("einmal")])
    assert not await flow.answer(lost, [say("zweimal")])
    assert codes(await log_of(flow, conversation)).count("einmal") == 1
    assert "zweimal" not in codes(await log_of(flow, conversation))


async def test_the_bot_learns_who_asks_only_from_metadata(flow: Flow) -> None:
    entered = await signed_in(flow, "K-1004")
    turn = await asked(flow, entered.conversation.id, "was ist das?")
    assert turn.metadata.subscriber_id == "K-1004"
    assert turn.metadata.level == 1
    assert turn.metadata.turn == f"{entered.conversation.id}:{turn.seq}"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/restart", "restart"),
        ('/inform{"contract_id": 1}', 'inform{"contract_id": 1}'),
        ("  //  ／affirm", "affirm"),
        ("\u200b/deny", "deny"),
        ("///", "?"),
        ("x" * 3000, "x" * 1000),
    ],
)
async def test_typed_text_is_never_a_command_and_never_long(
    flow: Flow, typed: str, read: str
) -> None:
    turn = await asked(flow, await anonymous(flow), typed)
    assert turn.text == read


async def test_a_button_is_pressed_by_place_and_its_meaning_stays_with_us(flow: Flow) -> None:
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation)
    button = Button(title="Ja", intent="affirm", value={"order": "secret-token"})
    await flow.answer(turn, [say("Wirklich?", button)])
    shown = (await log_of(flow, conversation))[-1]
    assert shown.body["buttons"] == [{"title": "Ja", "style": "reply", "order": None}]
    assert "secret-token" not in str(shown.body)
    await flow.press(conversation, cid=cid(), seq=shown.seq, index=0)
    pressed = await turn_of(flow, conversation)
    assert pressed.text == "/affirm"
    assert pressed.metadata.pressed == {"order": "secret-token"}
    assert (await log_of(flow, conversation))[-1].body["text"] == "Ja"


@pytest.mark.parametrize(("seq", "index"), [(1, 0), (2, 0), (3, 1), (99, 0)])
async def test_a_button_that_was_never_shown_is_refused(flow: Flow, seq: int, index: int) -> None:
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation)
    await flow.answer(turn, [say("?", Button(title="Ja", intent="affirm"))])
    with pytest.raises(ConversationError) as refused:
        await flow.press(conversation, cid=cid(), seq=seq, index=index)
    assert refused.value.code is Refusal.UNKNOWN_BUTTON
    assert len(await log_of(flow, conversation)) == 3


async def test_words_and_handoff_of_one_answer_are_stored_together(flow: Flow) -> None:
    conversation = await anonymous(flow)
    await flow.receive(conversation, cid=cid(), text="eins")
    await flow.receive(conversation, cid=cid(), text="zwei")
    turn = await turn_of(flow, conversation)
    assert await flow.answer(turn, [say("Ich hole jemanden."), handoff("misunderstood")])
    now = await flow.get(conversation)
    assert (now.controller, now.epoch, now.reason) == (Controller.QUEUE, 2, "misunderstood")
    events = await log_of(flow, conversation)
    assert codes(events)[3:] == ["Ich hole jemanden.", "queue", "packet", "nobody_available"]
    packet = events[5].body["packet"]
    assert [turn["text"] for turn in packet["last_turns"]] == ["eins", "zwei", "Ich hole jemanden."]
    assert events[6].body["facts"]["case_number"] == now.case_number == packet["case_number"]
    assert events[6].body["facts"]["hours"] == "Mo–Fr 08:00–20:00"
    assert await flow.due_turns() == [], "the second message waits for a person, not for the bot"


async def test_the_packet_is_for_agents_only(flow: Flow) -> None:
    conversation = await anonymous(flow)
    await flow.ask_person(conversation, cid=cid())
    seen = await flow.events(conversation, since=0, for_agents=False)
    assert [event.kind for event in seen] == ["message", "control", "message"]


async def test_an_answer_under_way_is_dropped_by_a_take_over(flow: Flow) -> None:
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation)
    await flow.take(conversation, agent=MAYA, epoch=1, cid=cid())
    assert not await flow.answer(turn, [say("zu spät"), handoff()])
    assert not await flow.bot_failed(turn, reason="bot_unavailable")
    assert codes(await log_of(flow, conversation))[2:] == ["agent", "packet", "agent_joined"]
    assert (await flow.get(conversation)).controller is Controller.AGENT


async def test_an_answer_to_an_older_epoch_is_dropped_although_the_bot_speaks(flow: Flow) -> None:
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation)
    await flow.take(conversation, agent=MAYA, epoch=1, cid=cid())
    await flow.release(conversation, agent=MAYA, epoch=2, cid=cid(), to="bot", outcome="")
    assert (await flow.get(conversation)).controller is Controller.BOT
    assert not await flow.answer(turn, [say("alt")])
    assert "alt" not in codes(await log_of(flow, conversation))


async def test_a_bot_that_does_not_answer_ends_in_the_queue_and_says_so(flow: Flow) -> None:
    conversation = await anonymous(flow)
    await flow.set_available(MAYA, on=True)
    turn = await asked(flow, conversation)
    assert await flow.bot_failed(turn, reason="bot_unavailable")
    assert codes(await log_of(flow, conversation))[2:] == [
        "bot_unavailable",
        "queue",
        "packet",
        "queued",
    ]
    assert not await flow.bot_failed(turn, reason="bot_unavailable")


async def test_nothing_at_all_is_no_answer(flow: Flow) -> None:
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation)
    await flow.answer(turn, [])
    assert (await flow.get(conversation)).controller is Controller.QUEUE


async def test_the_language_follows_the_bot_and_the_widget(flow: Flow) -> None:
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation)
    await flow.answer(turn, [say().model_copy(update={"locale": "en"})])
    assert (await flow.get(conversation)).locale == "en"
    await flow.set_locale(conversation, locale="de")
    assert (await asked(flow, conversation)).metadata.locale == "de"


async def test_card_numbers_are_masked_before_storage(flow: Flow) -> None:
    chat = await owned(flow)
    await flow.receive(chat.id, cid=cid(), text="Karte 4111 1111 1111 1111 ok?")
    await flow.note(chat.id, agent=MAYA, cid=cid(), text="5500005555555559")
    assert codes(await log_of(flow, chat.id))[-2:] == ["Karte •••• 1111 ok?", "•••• 5559"]


async def test_text_that_is_nothing_is_refused(flow: Flow) -> None:
    conversation = await anonymous(flow)
    with pytest.raises(ConversationError) as refused:
        await flow.receive(conversation, cid=cid(), text="\x00 \u202e \ud800")
    assert refused.value.code is Refusal.EMPTY_TEXT


async def test_an_unknown_conversation_is_refused(flow: Flow) -> None:
    for step in (
        flow.receive("nowhere", cid=cid(), text="?"),
        flow.get("nowhere"),
        flow.ask_person("nowhere", cid=cid()),
    ):
        with pytest.raises(ConversationError) as refused:
            await step
        assert refused.value.code is Refusal.UNKNOWN_CONVERSATION


async def test_reads_are_logged_once_and_never_answer_each_other(flow: Flow) -> None:
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation)
    await flow.answer(turn, [say()])
    for up_to in (3, 3, 2, 99):
        await flow.mark_read(conversation, author=Author.SUBSCRIBER, up_to=up_to)
    events = await log_of(flow, conversation)
    assert [e.body["up_to"] for e in events if e.kind == "read"] == [3]


async def test_an_anonymous_visitor_gets_nothing_of_anybody(flow: Flow) -> None:
    turn = await asked(flow, await anonymous(flow))
    assert turn.metadata.subscriber_id is None
    assert turn.metadata.level == 0
