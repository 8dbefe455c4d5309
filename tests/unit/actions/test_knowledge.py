"""Answers from the articles: told, offered, opened, not found, and a person after two rounds."""

from typing import Any

import pytest

from actions.runtime import build_services
from actions.services import Services
from actions.settings import ActionSettings
from actions.topics.knowledge import KNOWLEDGE_ANSWERS
from subscriptions.connecting import BusinessSettings
from tests.chats import Answer
from tests.unit.actions.conftest import Start

INTENTS = [kind.intent for kind in KNOWLEDGE_ANSWERS]


def found(verdict: str, *names: str) -> dict[str, Any]:
    """What the assistant's reading puts on a message."""
    return {"verdict": verdict, "passages": [{"name": name, "sure": 0.5} for name in names]}


def links(answer: Answer) -> list[str]:
    return [link.url for said in answer.says for link in said.links]


def asks_for_a_person(answer: Answer) -> bool:
    return any(button.intent == "request_human" for button in answer.buttons)


async def test_the_passage_is_told_with_its_heading_and_article(chat: Start) -> None:
    answer = await chat().says(
        "hab ich eine probezeit?",
        "product_info",
        knowledge=found("answer", "trial-and-order/1", "trial-and-order/2"),
    )
    assert answer.text.startswith("Kostenlos testen\n\nStream Standard und Stream Premium beginnen")
    assert links(answer) == ["/help/de/trial-and-order#p1"]
    assert asks_for_a_person(answer)
    assert answer.buttons[0].title == "Ermäßigter Einstieg"


async def test_it_answers_in_the_language_of_the_chat(chat: Start) -> None:
    answer = await chat(locale="en").says(
        "probezeit?", "product_info", knowledge=found("answer", "trial-and-order/1")
    )
    assert answer.text.startswith("Trying it for free")
    assert links(answer) == ["/help/en/trial-and-order#p1"]


async def test_numbers_come_from_the_limits(services: Services, chat: Start) -> None:
    business = BusinessSettings(mode="development", limits='{"promise_days": 5}')
    stricter = build_services(ActionSettings(token="t" * 32, business=business))  # type: ignore[arg-type]
    answer = await chat(knowledge=stricter.knowledge).says(
        "später zahlen?", "product_info", knowledge=found("answer", "failed-payments/3")
    )
    stricter.subscriptions.close()
    assert "höchstens 5 Tage voraus" in answer.text


async def test_an_unsure_reading_offers_what_it_found(chat: Start) -> None:
    talk = chat()
    answer = await talk.says(
        "irgendwas mit sport",
        "content_missing",
        knowledge=found("offer", "missing-content/2", "streaming-plans/3"),
    )
    titles = [button.title for button in answer.buttons]
    assert titles[:2] == ["Folge oder Staffel fehlt", "Zusatzpakete zum Streaming"]
    assert asks_for_a_person(answer)
    chosen = await talk.presses(answer.buttons[1])
    assert chosen.text.startswith("Zusatzpakete zum Streaming")
    assert links(chosen) == ["/help/de/streaming-plans#p3"]


@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("locale", ["de", "en"])
async def test_no_answer_says_so_and_offers_a_person(chat: Start, intent: str, locale: str) -> None:
    answer = await chat(locale=locale).says(
        "who is your chief executive", intent, knowledge=found("none", "about-us/1")
    )
    assert ("Hilfethemen" if locale == "de" else "help topics") in answer.text
    assert "offers three things" not in answer.text
    assert links(answer) == [f"/help/{locale}"]
    assert asks_for_a_person(answer)
    assert answer.handoff is None


@pytest.mark.parametrize("intent", INTENTS)
async def test_a_topic_that_was_only_named_shows_what_there_is(chat: Start, intent: str) -> None:
    answer = await chat().says(f"/{intent}", intent)
    choices = [button for button in answer.buttons if "passage" in button.value]
    assert 2 <= len(choices) <= 5
    assert asks_for_a_person(answer)


async def test_a_passage_that_is_gone_is_not_found(chat: Start) -> None:
    answer = await chat().says("?", "product_info", knowledge=found("answer", "long-gone/1"))
    assert "Hilfethemen" in answer.text


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"verdict": "answer", "passages": [{"name": "x", "sure": "y"}]},
        {"passages": None},
        {"passages": ["x"]},
        {"verdict": 3},
    ],
)
async def test_a_broken_reading_is_no_answer(chat: Start, broken: dict[str, Any]) -> None:
    answer = await chat().says("?", "product_info", knowledge=broken)
    assert "Hilfethemen" in answer.text


async def test_what_is_far_from_the_question_is_not_offered(chat: Start) -> None:
    hits = [{"name": "trial-and-order/1", "sure": 0.9}, {"name": "downloads/4", "sure": 0.1}]
    reading = {"verdict": "answer", "passages": hits}
    answer = await chat().says("probezeit?", "product_info", knowledge=reading)
    assert not [button for button in answer.buttons if "passage" in button.value]


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
async def test_a_message_not_understood_is_answered_if_an_article_surely_does(
    chat: Start, intent: str
) -> None:
    hit = found("answer", "downloads/2")
    answer = await chat().says("film im flieger gucken?", intent, knowledge=hit)
    assert answer.text.startswith("So laden Sie einen Titel")
    unsure = await chat().says("hm?", intent, knowledge=found("offer", "downloads/2"))
    assert "So laden Sie" not in unsure.text
    assert asks_for_a_person(unsure)


async def test_after_two_rounds_a_technician_takes_over(chat: Start) -> None:
    talk = chat()
    hit = found("answer", "playback-problems/2")
    assert (await talk.says("ruckelt", "playback_problem", knowledge=hit)).handoff is None
    again = await talk.says("immer noch", "playback_problem", entities={"date": "1"}, knowledge=hit)
    assert again.handoff is None
    last = await talk.says("nö", "playback_problem", entities={"date": "2"}, knowledge=hit)
    assert last.handoff is not None
    assert (last.handoff.reason, last.handoff.skill) == ("not_covered", "TEC")


async def test_other_topics_between_are_no_rounds(chat: Start) -> None:
    talk = chat()
    hit = found("answer", "playback-problems/2")
    await talk.says("ruckelt", "playback_problem", knowledge=hit)
    await talk.says("und sonst", "product_info", knowledge=found("answer", "about-us/1"))
    answer = await talk.says("ruckelt", "playback_problem", entities={"date": "1"}, knowledge=hit)
    assert answer.handoff is None


async def test_a_no_after_a_hint_is_a_round_and_shows_the_others(chat: Start) -> None:
    talk = chat()
    hit = found("answer", "playback-problems/2")
    await talk.says("ruckelt", "playback_problem", knowledge=hit)
    other = await talk.says("bringt nichts", "deny", knowledge=hit)
    assert other.handoff is None
    assert [button for button in other.buttons if "passage" in button.value]
    last = await talk.says("geht immer noch nicht", "deny", knowledge=hit)
    assert last.handoff is not None
    assert last.handoff.skill == "TEC"


async def test_a_known_disturbance_comes_before_the_hint(chat: Start) -> None:
    hit = found("answer", "playback-problems/2")
    of_training = await chat("K-1004").says("ruckelt", "playback_problem", knowledge=hit)
    assert of_training.text.startswith("Online-Kurse: Die Videos der Kurse laden nicht.")
    assert "Router" in of_training.text
    of_streaming = await chat("K-1001").says("ruckelt", "playback_problem", knowledge=hit)
    assert "Kurse laden nicht" not in of_streaming.text


@pytest.mark.parametrize(
    ("typed", "intent", "skill"),
    [
        ("Lizenzfehler 12 im Kurs", "content_missing", "TEC"),
        ("the certificate is invalid, error 3", "content_missing", "TEC"),
        ("ein individuelles Angebot für 80 Leute bitte", "product_info", "SAL"),
        ("Can I get a custom quote?", "product_info", "SAL"),
    ],
)
async def test_some_words_pass_it_on_at_once(
    chat: Start, typed: str, intent: str, skill: str
) -> None:
    answer = await chat().says(typed, intent, knowledge=found("answer", "about-us/1"))
    assert answer.handoff is not None
    assert (answer.handoff.skill, answer.handoff.reason) == (skill, "catalogue")


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("Wie bekomme ich mein Zertifikat?", "content_missing"),
        ("the certificate of my course is missing", "content_missing"),
        ("Welche Angebote gibt es?", "product_info"),
        ("What does the offer cost?", "product_info"),
    ],
)
async def test_others_are_answered(chat: Start, typed: str, intent: str) -> None:
    answer = await chat().says(typed, intent, knowledge=found("answer", "about-us/1"))
    assert answer.handoff is None


async def test_three_questions_with_answers_of_their_own_are_not_one_asked_three_times(
    chat: Start,
) -> None:
    talk = chat()
    for name in ("trial-and-order/1", "gifts-and-students/1", "gifts-and-students/4"):
        answer = await talk.says("und das?", "product_info", knowledge=found("answer", name))
        assert answer.handoff is None


async def test_what_the_same_passage_did_not_answer_three_times_goes_to_a_person(
    chat: Start,
) -> None:
    talk = chat()
    for _ in range(3):
        answer = await talk.says(
            "hm?", "product_info", knowledge=found("answer", "trial-and-order/1")
        )
    assert answer.handoff is not None
    assert answer.handoff.reason == "repeated"
