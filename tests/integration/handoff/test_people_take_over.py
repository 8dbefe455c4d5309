"""People take chats, speak in them, give them away, and lose them."""

import asyncio

import pytest

from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.flow import Flow
from handoff.conversations.model import Author, Controller
from tests.integration.handoff.house import (
    JON,
    MAYA,
    House,
    anonymous,
    asked,
    cid,
    codes,
    handoff,
    in_queue,
    log_of,
    owned,
    say,
    turn_of,
)


async def test_the_button_goes_straight_to_the_queue_and_once(flow: Flow) -> None:
    await flow.set_available(MAYA, on=True)
    conversation = await anonymous(flow)
    first = await flow.ask_person(conversation, cid="person-01")
    again = await flow.ask_person(conversation, cid="person-01")
    assert again.repeated
    assert again.seq == first.seq
    assert codes(await log_of(flow, conversation)) == ["welcome", "queue", "packet", "queued"]
    assert await flow.due_turns() == []


async def test_who_waits_and_asks_again_is_told_again_without_a_second_case(flow: Flow) -> None:
    chat = await in_queue(flow)
    await flow.ask_person(chat.id, cid=cid())
    after = await flow.get(chat.id)
    assert (after.epoch, after.case_number) == (chat.epoch, chat.case_number)
    told = (await log_of(flow, chat.id))[-1]
    assert told.body["facts"]["case_number"] == chat.case_number


async def test_who_has_a_person_and_asks_for_one_is_told_who_it_is(flow: Flow) -> None:
    chat = await owned(flow)
    await flow.ask_person(chat.id, cid=cid())
    after = await flow.get(chat.id)
    assert (after.controller, after.epoch, after.snippet) == (chat.controller, chat.epoch, "")
    told = (await log_of(flow, chat.id))[-1]
    assert (told.author, told.body["code"]) == (Author.SYSTEM, "person_here")
    assert chat.agent_name in told.body["text"]


async def test_what_was_acknowledged_while_a_person_was_there_is_not_done_after_they_left(
    flow: Flow,
) -> None:
    """The repeat was on its way for long; its client had its answer from another node."""
    chat = await owned(flow)
    first = await flow.ask_person(chat.id, cid="person-01")
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="bot", outcome="")
    again = await flow.ask_person(chat.id, cid="person-01")
    assert (again.seq, again.repeated) == (first.seq, True)
    assert (await flow.get(chat.id)).controller is Controller.BOT
    stored = [e.seq for e in await log_of(flow, chat.id) if e.cid == "s:person-01"]
    assert stored == [first.seq]


async def test_messages_in_the_queue_and_with_a_person_are_kept_without_the_bot(flow: Flow) -> None:
    chat = await in_queue(flow)
    await flow.receive(chat.id, cid=cid(), text="noch da?")
    await flow.take(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid())
    await flow.receive(chat.id, cid=cid(), text="danke")
    assert await flow.due_turns() == []
    assert [c for c in codes(await log_of(flow, chat.id)) if c in {"noch da?", "danke"}] == [
        "noch da?",
        "danke",
    ]


async def test_two_take_at_once_and_one_wins(house: House) -> None:
    one, other = house.node(), house.node()
    for _ in range(10):
        chat = await in_queue(one)
        outcome = await asyncio.gather(
            one.take(chat.id, agent=MAYA, epoch=chat.epoch, cid="take-same"),
            other.take(chat.id, agent=JON, epoch=chat.epoch, cid="take-same"),
            return_exceptions=True,
        )
        (refused,) = [result for result in outcome if isinstance(result, ConversationError)]
        winner = await one.get(chat.id)
        assert refused.code is Refusal.TAKEN
        assert refused.facts == {"agent_name": winner.agent_name}
        assert codes(await log_of(one, chat.id)).count("agent_joined") == 1


async def test_a_take_by_an_old_view_is_refused(flow: Flow) -> None:
    chat = await owned(flow)
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="queue", outcome="")
    with pytest.raises(ConversationError) as refused:
        await flow.take(chat.id, agent=JON, epoch=chat.epoch, cid=cid())
    assert refused.value.code is Refusal.STALE_EPOCH


async def test_only_the_owner_under_the_epoch_seen_may_speak(flow: Flow) -> None:
    chat = await owned(flow)
    for agent, epoch, code in (
        (JON, chat.epoch, Refusal.NOT_OWNER),
        (MAYA, chat.epoch - 1, Refusal.STALE_EPOCH),
    ):
        with pytest.raises(ConversationError) as refused:
            await flow.reply(chat.id, agent=agent, epoch=epoch, cid=cid(), text="hallo")
        assert refused.value.code is code
        assert refused.value.facts["agent_name"] == "Maya"
    assert (await flow.get(chat.id)).last_seq == chat.last_seq
    receipt = await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid="reply-01", text="Hallo")
    assert receipt.seq == chat.last_seq + 1


async def test_a_reply_that_is_sent_again_after_losing_the_chat_is_still_acknowledged(
    flow: Flow,
) -> None:
    chat = await owned(flow)
    first = await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid="reply-02", text="Hallo")
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="queue", outcome="")
    again = await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid="reply-02", text="Hallo")
    assert (again.seq, again.repeated) == (first.seq, True)


async def test_handed_back_the_bot_says_what_it_is_and_knows_what_happened_once(flow: Flow) -> None:
    chat = await owned(flow)
    await flow.release(
        chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="bot", outcome="Rechnung erklärt"
    )
    back = await flow.get(chat.id)
    assert (back.controller, back.case_number, back.waiting_since) == (Controller.BOT, None, None)
    assert codes(await log_of(flow, chat.id))[-4:] == [
        "bot",
        "Rechnung erklärt",
        "handed_back",
        "welcome_back",
    ]
    first = await asked(flow, chat.id, "und jetzt?")
    assert first.metadata.handback is not None
    assert first.metadata.handback.outcome == "Rechnung erklärt"
    await flow.answer(first, [say()])
    assert (await asked(flow, chat.id, "gut")).metadata.handback is None


async def test_the_brief_waits_until_an_answer_is_stored(house: House) -> None:
    flow = house.node()
    chat = await owned(flow)
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="bot", outcome="ok")
    lost = await asked(flow, chat.id)
    assert house.clock is not None
    house.clock.pass_(seconds=30)
    again = await turn_of(flow, chat.id)
    assert lost.metadata.handback == again.metadata.handback is not None


async def test_a_closed_chat_opens_again_with_the_bot_and_a_fresh_epoch(flow: Flow) -> None:
    chat = await owned(flow)
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="closed", outcome="ok")
    closed = await flow.get(chat.id)
    assert (closed.controller, closed.epoch) == (Controller.CLOSED, chat.epoch + 1)
    told = (await log_of(flow, chat.id))[-1].body
    assert (told["code"], told["facts"]) == ("case_closed", {"case_number": chat.case_number})
    turn = await asked(flow, chat.id, "noch etwas")
    assert turn.epoch == (await flow.get(chat.id)).epoch == chat.epoch + 2
    assert codes(await log_of(flow, chat.id))[-3:] == ["noch etwas", "bot", "welcome_back"]
    assert turn.metadata.handback is not None
    assert turn.metadata.handback.closed
    assert await flow.answer(turn, [say()])


@pytest.mark.parametrize("to", ["bot", "closed", "queue"])
async def test_what_came_of_a_case_is_a_note_for_agents_only(flow: Flow, to: str) -> None:
    chat = await owned(flow)
    words = "Bankverbindung geprüft"
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to=to, outcome=words)
    (note,) = [event for event in await log_of(flow, chat.id) if event.kind == "note"]
    assert (note.body["text"], note.body["name"], note.agents_only) == (words, MAYA.name, True)
    seen = await flow.events(chat.id, since=0, for_agents=False)
    assert words not in str([event.body for event in seen])


async def test_a_chat_taken_from_the_bot_says_so(flow: Flow) -> None:
    conversation = await anonymous(flow)
    await asked(flow, conversation, "ich rede mit dem Bot")
    epoch = (await flow.get(conversation)).epoch
    await flow.take(conversation, agent=MAYA, epoch=epoch, cid=cid())
    assert (await flow.get(conversation)).reason == "taken_over"


async def test_one_case_per_episode(flow: Flow) -> None:
    chat = await owned(flow)
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="bot", outcome="ok")
    await flow.answer(await asked(flow, chat.id), [handoff()])
    second = await flow.get(chat.id)
    assert second.case_number not in {None, chat.case_number}


async def test_giving_a_chat_up_keeps_its_age_and_its_case(house: House) -> None:
    flow = house.node()
    chat = await owned(flow)
    assert house.clock is not None
    house.clock.pass_(minutes=7)
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="queue", outcome="")
    again = await flow.get(chat.id)
    assert (again.controller, again.agent) == (Controller.QUEUE, None)
    assert again.waiting_since == chat.waiting_since is not None
    assert again.case_number == chat.case_number


async def test_an_agent_who_is_gone_loses_the_chat_but_not_its_age(house: House) -> None:
    flow, other = house.node(), house.node()
    chat = await owned(flow)
    assert house.clock is not None
    house.clock.pass_(seconds=40)
    await flow.heartbeat(MAYA)
    house.clock.pass_(seconds=40)
    assert await flow.sweep_leases() == 0, "the heartbeat renewed the lease"
    house.clock.pass_(seconds=10)
    swept = await asyncio.gather(flow.sweep_leases(), other.sweep_leases())
    assert sum(swept) == 1, "both nodes sweep, one of them does it"
    lost = await flow.get(chat.id)
    assert (lost.controller, lost.waiting_since) == (Controller.QUEUE, chat.waiting_since)
    assert codes(await log_of(flow, chat.id))[-3:] == ["queue", "agent_lost", "nobody_available"]
    with pytest.raises(ConversationError):
        await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text="da bin ich")


async def test_the_line_is_ordered_by_age_and_the_inbox_begins_with_it(house: House) -> None:
    flow = house.node()
    assert house.clock is not None
    chats = []
    for _ in range(3):
        chats.append(await in_queue(flow))
        house.clock.pass_(seconds=30)
    talking = await anonymous(flow)
    await asked(flow, talking, "ich rede mit dem Bot")
    assert [await flow.place_in_line(chat.id) for chat in chats] == [1, 2, 3]
    assert await flow.place_in_line(talking) == 0
    await flow.set_available(MAYA, on=True)
    inbox = await flow.inbox()
    assert [row.conversation.id for row in inbox.rows] == [*(c.id for c in chats), talking]
    assert (inbox.rows[3].snippet, inbox.available) == ("ich rede mit dem Bot", 1)
    assert inbox.totals == {Controller.BOT: 1, Controller.CLOSED: 0}
    some = await flow.inbox([chats[1].id, "nothing-of-ours"])
    assert [row.conversation.id for row in some.rows] == [chats[1].id]


async def test_presence_fades_and_a_heartbeat_does_not_change_what_the_agent_said(
    house: House,
) -> None:
    flow = house.node()
    assert house.clock is not None
    await flow.heartbeat(JON)
    assert not await flow.is_available(JON.id)
    await flow.set_available(JON, on=True)
    await flow.heartbeat(JON)
    assert await flow.is_available(JON.id)
    house.clock.pass_(seconds=60)
    assert not await flow.is_available(JON.id)
    assert (await flow.inbox()).available == 0


async def test_notes_are_for_agents_and_reads_of_both_sides_are_logged(flow: Flow) -> None:
    chat = await owned(flow)
    await flow.note(chat.id, agent=JON, cid=cid(), text="kennt sie schon")
    await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text="Guten Tag")
    await flow.receive(chat.id, cid=cid(), text="Hallo")
    last = (await flow.get(chat.id)).last_seq
    await flow.mark_read(chat.id, author=Author.AGENT, up_to=last)
    await flow.mark_read(chat.id, author=Author.SUBSCRIBER, up_to=last)
    seen = await flow.events(chat.id, since=chat.last_seq, for_agents=False)
    assert [event.kind for event in seen] == ["message", "message", "read", "read"]
