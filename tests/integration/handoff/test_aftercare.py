"""What the desk asks by itself: is it settled, how was it."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from handoff.adapters.sql.aftercare import SqlAftercare
from handoff.adapters.sql.promises import SqlPromises
from handoff.conversations.asking import TALK_OVER, TOO_LATE
from handoff.conversations.flow import Flow
from handoff.conversations.model import Author, Controller, Event
from handoff.desk.promises.settled import SettledMatters
from subscriptions import Subscriptions
from subscriptions.store import tables as business_tables
from tests.integration.handoff.house import (
    MAYA,
    Clock,
    House,
    anonymous,
    asked,
    cid,
    codes,
    handoff,
    log_of,
    say,
    signed_in,
)
from tests.integration.subscriptions.making_identity import locked_login
from tests.integration.subscriptions.making_payments import paid, theirs
from tests.integration.subscriptions.people import (
    NOW,
)

OWES = "K-1001"


@pytest.fixture
def flow(paged: Flow) -> Flow:
    """A node whose pages can be reached."""
    return paged


async def last(flow: Flow, conversation: str) -> Event:
    return (await log_of(flow, conversation))[-1]


async def press(flow: Flow, event: Event, title: str) -> None:
    titles = [button["title"] for button in event.body["buttons"]]
    await flow.press(event.conversation, cid=cid(), seq=event.seq, index=titles.index(title))


async def waiting(flow: Flow, number: str = OWES) -> str:
    entered = await signed_in(flow, number)
    await flow.ask_person(entered.conversation.id, cid=cid())
    return entered.conversation.id


async def served(flow: Flow, to: str = "closed", number: str = "K-1002") -> str:
    """A person has answered and ended it."""
    await flow.set_available(MAYA, on=True)
    conversation = await waiting(flow, number)
    epoch = (await flow.get(conversation)).epoch
    await flow.take(conversation, agent=MAYA, epoch=epoch, cid=cid())
    await flow.reply(conversation, agent=MAYA, epoch=epoch + 1, cid=cid(), text="Erledigt.")
    await flow.release(
        conversation, agent=MAYA, epoch=epoch + 1, cid=cid(), to=to, outcome="gelöst"
    )
    return conversation


# --- settled while waiting


async def test_a_payment_that_arrives_asks_whether_it_is_settled_and_keeps_the_place(
    flow: Flow,
    aftercare: SqlAftercare,
    business: Subscriptions,
    business_engine: Engine,
    clock: Clock,
) -> None:
    matters = SettledMatters(aftercare, business, flow.ask_settled)
    conversation = await waiting(flow)
    before = await flow.get(conversation)
    assert [await matters.look() for _ in range(2)] == [0, 0]
    for invoice in theirs(business_engine, business_tables.invoices):
        if invoice["status"] != "paid":
            paid(business_engine, OWES, invoice["number"])
    clock.pass_(seconds=60)
    assert [await matters.look() for _ in range(2)] == [1, 0]
    question = await last(flow, conversation)
    assert (question.author, question.body["code"]) == (Author.SYSTEM, "settled")
    assert "Zahlung" in question.body["text"]
    now = await flow.get(conversation)
    assert (now.controller, now.waiting_since) == (Controller.QUEUE, before.waiting_since)
    await press(flow, question, "Nein, ich möchte einen Menschen sprechen")
    now = await flow.get(conversation)
    assert (now.controller, now.waiting_since) == (Controller.QUEUE, before.waiting_since)
    assert await flow.due_turns() == []
    assert await matters.look() == 0


async def test_settled_ends_the_waiting_as_resolved(
    flow: Flow, promises: SqlPromises, aftercare: SqlAftercare
) -> None:
    conversation = await waiting(flow)
    case = (await flow.get(conversation)).case_number or ""
    (matter,) = await aftercare.matters(10)
    await aftercare.looked(matter, frozenset({"payment:R-1"}))
    assert await flow.ask_settled(conversation, case_number=case, what="payment")
    assert not await flow.ask_settled(conversation, case_number=case, what="payment")
    question = await last(flow, conversation)
    await press(flow, question, "Ja, erledigt")
    now = await flow.get(conversation)
    assert now.controller is Controller.CLOSED
    assert codes(await log_of(flow, conversation))[-2:] == ["closed", "case_closed"]
    (told,) = await promises.of(conversation)
    assert (told.promise.state, told.facts[-1].facts) == ("withdrawn", {"why": "settled"})
    await press(flow, question, "Ja, erledigt")
    assert (await flow.get(conversation)).controller is Controller.CLOSED
    assert await flow.due_turns() == []


async def test_who_had_nothing_in_the_way_is_not_asked_and_not_looked_at_again(
    flow: Flow, aftercare: SqlAftercare, business: Subscriptions
) -> None:
    matters = SettledMatters(aftercare, business, flow.ask_settled)
    conversation = await waiting(flow, "K-1002")
    assert await matters.look() == 0
    assert await aftercare.matters(10) == []
    assert (await last(flow, conversation)).body["code"] == "nobody_available"


async def test_a_login_that_is_free_again_belongs_to_technical_matters_only(
    flow: Flow, aftercare: SqlAftercare, business: Subscriptions, business_engine: Engine
) -> None:
    matters = SettledMatters(aftercare, business, flow.ask_settled)
    locked_login(business_engine, "K-1002")
    conversation = await waiting(flow, "K-1002")  # about billing
    await matters.look()
    assert await aftercare.matters(10) == []
    assert (await flow.get(conversation)).controller is Controller.QUEUE


async def test_what_a_person_must_look_at_is_not_asked_about(flow: Flow) -> None:
    entered = await signed_in(flow)
    turn = await asked(flow, entered.conversation.id)
    assert await flow.answer(turn, [say("Ein Mensch sieht nach."), handoff("write_failed")])
    case = (await flow.get(turn.conversation)).case_number or ""
    assert not await flow.ask_settled(turn.conversation, case_number=case, what="payment")


# --- how it was


@pytest.mark.parametrize(("to", "controller"), [("closed", "closed"), ("bot", "bot")])
async def test_after_a_person_it_is_asked_once_how_it_was_and_the_answer_opens_nothing(
    flow: Flow, aftercare: SqlAftercare, clock: Clock, to: str, controller: str
) -> None:
    conversation = await served(flow, to)
    question = await last(flow, conversation)
    assert "Maya" in question.body["text"]
    assert "https://chat.example/transcripts/" in question.body["text"]
    await press(flow, question, "Geht so")
    thanks = await last(flow, conversation)
    assert "https://chat.example/feedback/" in thanks.body["text"]
    assert [button["title"] for button in thanks.body["buttons"]] == ["Verlauf per E-Mail"]
    await press(flow, question, "Gut")
    again = await last(flow, conversation)
    assert "erste Antwort" in again.body["text"]
    assert [button["title"] for button in again.body["buttons"]] == ["Verlauf per E-Mail"]
    begun = clock.now - timedelta(hours=1)
    (rated,) = await aftercare.rated_between(begun, clock.now + timedelta(hours=1))
    assert (rated.about, rated.answer, rated.agent, rated.skill) == ("person", "ok", "maya", "BIL")
    assert (await flow.get(conversation)).controller.value == controller
    assert await flow.due_turns() == []


async def test_an_answer_may_be_refused(flow: Flow, aftercare: SqlAftercare, clock: Clock) -> None:
    conversation = await served(flow)
    await press(flow, await last(flow, conversation), "Keine Angabe")
    (rated,) = await aftercare.rated_between(clock.now, clock.now + timedelta(hours=1))
    assert rated.answer == "refused"
    assert "feedback" not in (await last(flow, conversation)).body["text"]


@pytest.mark.parametrize("intent", ["crisis", "subscriber_deceased", "financial_hardship"])
async def test_after_a_crisis_a_death_or_hardship_nobody_asks(
    flow: Flow, aftercare: SqlAftercare, clock: Clock, intent: str
) -> None:
    await flow.set_available(MAYA, on=True)
    entered = await signed_in(flow)
    turn = await asked(flow, entered.conversation.id)
    request = handoff("catalogue").model_copy(update={"intent": intent})
    assert await flow.answer(turn, [say("Ein Mensch ist gleich da."), request])
    chat = await flow.get(turn.conversation)
    await flow.take(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid())
    await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch + 1, cid=cid(), text="Guten Tag")
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch + 1, cid=cid(), to="bot", outcome="")
    for _ in range(2):
        turn = await asked(flow, chat.id)
        assert await flow.answer(turn, [say("Gern.")])
    clock.pass_(seconds=TALK_OVER.total_seconds() + 1)
    assert await flow.sweep_talks() == 0
    assert await aftercare.rated_between(NOW, clock.now) == []


async def test_who_got_no_answer_is_not_asked_how_it_was(flow: Flow) -> None:
    conversation = await waiting(flow)
    epoch = (await flow.get(conversation)).epoch
    await flow.take(conversation, agent=MAYA, epoch=epoch, cid=cid())
    await flow.release(
        conversation, agent=MAYA, epoch=epoch + 1, cid=cid(), to="closed", outcome=""
    )
    offered = await last(flow, conversation)
    assert [b["title"] for b in offered.body["buttons"]] == ["Verlauf per E-Mail"]


async def test_after_a_talk_with_the_bot_it_is_asked_about_the_bot_once(
    flow: Flow, house: House, aftercare: SqlAftercare, clock: Clock
) -> None:
    conversation = await anonymous(flow)
    for _ in range(2):
        assert await flow.answer(await asked(flow, conversation), [say("Bitte sehr.")])
    assert await flow.sweep_talks() == 0
    clock.pass_(seconds=TALK_OVER.total_seconds() + 1)
    assert await house.node().sweep_talks() == 1
    question = await last(flow, conversation)
    assert "Assistenten" in question.body["text"]
    clock.pass_(seconds=TALK_OVER.total_seconds() + 1)
    assert await flow.sweep_talks() == 0
    await press(flow, question, "Schlecht")
    (rated,) = await aftercare.rated_between(NOW, clock.now)
    assert (rated.about, rated.answer, rated.agent) == ("bot", "bad", None)
    assert await aftercare.comment(rated.id, "x" * 2000)
    assert not await aftercare.comment("nobody", "x")
    (commented,) = await aftercare.rated_between(NOW, clock.now)
    assert commented.comment == "x" * 1000
    clock.pass_(days=2)  # another day, and still the same talk
    assert await flow.answer(await asked(flow, conversation), [say("Gern.")])
    clock.pass_(seconds=TALK_OVER.total_seconds() + 1)
    assert await flow.sweep_talks() == 0


@pytest.mark.parametrize(("turns", "minutes"), [(1, 6), (2, 4), (2, 62)])
async def test_a_short_talk_or_one_long_ago_is_not_asked_about(
    flow: Flow, clock: Clock, turns: int, minutes: int
) -> None:
    conversation = await anonymous(flow)
    for _ in range(turns):
        assert await flow.answer(await asked(flow, conversation), [say("Bitte sehr.")])
    clock.pass_(minutes=minutes)
    assert timedelta(minutes=62) > TOO_LATE
    assert await flow.sweep_talks() == 0
