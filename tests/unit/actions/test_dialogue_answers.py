"""Small words in an open matter: what fits the question is its answer, what is clearly read otherwise is not."""

from datetime import timedelta

import pytest

from subscriptions.policy.calendar import business_date, working_days
from tests.chats import Chat, Clock
from tests.unit.actions.conftest import Start


async def asked_for_a_day(chat: Start) -> Chat:
    talk = chat("K-1001")
    asked = await talk.says("ich zahle später", "promise_to_pay")
    assert asked.open == ["promise_to_pay"]
    assert asked.slots["open"][0]["asks"] == "on"
    return talk


@pytest.mark.parametrize(
    ("intent", "confidence"),
    [("greet", 0.99), ("goodbye", 0.9), ("crisis", 0.39), ("request_human", 0.4)],
)
async def test_a_day_wins_over_small_talk_and_a_weak_reading(
    chat: Start, clock: Clock, intent: str, confidence: float
) -> None:
    today = business_date(clock())
    day = working_days(today + timedelta(days=2), today + timedelta(days=12))[0]
    talk = await asked_for_a_day(chat)
    shown = await talk.says(
        "am Montag", intent, confidence=confidence, entities={"date": day.isoformat()}
    )
    assert shown.handoff is None
    assert f"{day:%d.%m.%Y}" in shown.text
    assert shown.button("affirm").title == "Ja"


@pytest.mark.parametrize(
    ("words", "intent", "confidence"),
    [
        ("am Montag", "crisis", 0.9),
        ("ich kann seit gestern einfach nicht mehr", "crisis", 0.4),
        ("Montag will ich einen Menschen", "request_human", 0.9),
    ],
)
async def test_what_is_clearly_read_is_no_answer(
    chat: Start, clock: Clock, words: str, intent: str, confidence: float
) -> None:
    talk = await asked_for_a_day(chat)
    day = business_date(clock()) + timedelta(days=3)
    answer = await talk.says(
        words, intent, confidence=confidence, entities={"date": day.isoformat()}
    )
    assert answer.handoff is not None


@pytest.mark.parametrize(
    ("locale", "words", "intent"),
    [("de", "Weiß ich nicht mehr.", "crisis"), ("en", "I don't remember", "reset_password")],
)
async def test_the_words_of_a_button_are_its_answer_whatever_they_are_read_as(
    chat: Start, locale: str, words: str, intent: str
) -> None:
    talk = chat("K-1001", locale=locale)
    asked = await talk.says("schon gezahlt", "already_paid")
    assert asked.slots["open"][0]["asks"] == "on"
    shown = await talk.says(words, intent, confidence=0.9)
    assert shown.handoff is None
    assert shown.open == ["already_paid"]
    assert shown.slots["open"][0]["on"]


async def test_no_the_other_contract_after_it_was_shown(chat: Start) -> None:
    talk = chat("K-1031")
    asked = await talk.says("pausieren", "pause_subscription", entities={"duration": "P1M"})
    assert asked.slots["open"][0]["asks"] == "subscription"
    await talk.says("das Streaming", "inform")
    assert talk.slots["open"][0]["subscription"] == "S-1031"
    await talk.says("nein, die Zeitung", "delivery_problem", confidence=0.99)
    assert talk.slots["open"][0]["kind"] == "pause_subscription"
    assert talk.slots["open"][0]["subscription"] == "S-1031-2"


@pytest.mark.parametrize(
    "words", ["Cancel", "cancel that", "No, just cancel it please", "ok, cancel"]
)
async def test_cancel_that_stops_what_is_open(chat: Start, words: str) -> None:
    talk = chat("K-1001", locale="en")
    assert (await talk.says("again", "retry_payment")).open
    stopped = await talk.says(words, "cancel_subscription", confidence=1.0)
    assert stopped.rows() == {}
    assert not stopped.open


@pytest.mark.parametrize(
    "words", ["cancel my subscription", "cancel that contract", "cancel it all, I quit"]
)
async def test_cancelling_the_contract_stays_a_declaration(chat: Start, words: str) -> None:
    talk = chat("K-1001", locale="en")
    await talk.says("again", "retry_payment")
    assert (await talk.says(words, "cancel_subscription", confidence=1.0)).rows()["Reference"]


async def test_cancel_it_under_the_question_how_to_cancel_declares(chat: Start) -> None:
    talk = chat("K-1001", locale="en")
    asked = await talk.says("How do I cancel?", "cancel_subscription")
    assert asked.open == ["cancel_subscription"]
    assert (await talk.says("cancel it", "cancel_subscription", confidence=1.0)).rows()["Reference"]


async def test_with_nothing_open_cancel_it_is_a_declaration(chat: Start) -> None:
    talk = chat("K-1001", locale="en")
    assert (await talk.says("cancel it", "cancel_subscription")).rows()["Reference"]


async def test_what_is_none_of_our_business_offers_a_person_and_forces_nobody(chat: Start) -> None:
    for locale, words in (("de", "Rechnungen"), ("en", "invoices")):
        talk = chat(None, locale=locale)
        await talk.says("Wetter?", "out_of_scope")
        for _ in range(2):
            again = await talk.says("Fußball?", "out_of_scope")
            assert again.handoff is None
            assert words in again.text
            assert again.buttons[-1].style == "person"
        assert (await talk.presses(again.buttons[-1])).handoff is not None


async def test_in_the_middle_of_a_payment_it_forces_nobody_either(chat: Start) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    for _ in range(3):
        answer = await talk.says("Wie wird das Wetter?", "out_of_scope")
        assert answer.handoff is None
        assert answer.open == ["retry_payment"]
        assert "11,99 €" in answer.text
