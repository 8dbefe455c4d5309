"""A long message in doubt inside an open matter is asked about, and its words are not typed twice."""

from datetime import date, timedelta

from tests.unit.actions.conftest import Start

REDIRECT = "In der Zeit bitte nach Hamburg senden, Elbchaussee 3, 22765 Hamburg"
_FIRST = date.today() + timedelta(days=60)
PLACE = {
    "street": "Elbchaussee 3",
    "postcode": "22765",
    "city": "Hamburg",
    "period": f"{_FIRST}/{_FIRST + timedelta(days=9)}",
}
LIKELY = ["suspend_delivery", "change_address"]


async def test_words_about_something_else_are_asked_about_and_taken_along(chat: Start) -> None:
    talk = chat("K-1036", locale="de")
    asked = await talk.says("Kaputt war sie", "delivery_problem")
    assert asked.open == ["delivery_problem"]
    doubt = await talk.says(REDIRECT, "nlu_fallback", ranking=LIKELY, entities=PLACE)
    assert doubt.handoff is None
    assert [b.intent for b in doubt.buttons] == [*LIKELY, "request_human"]
    assert "Elbchaussee" not in str(doubt.slots["last_say"]), "a button holds nothing private"
    taken = await talk.presses(doubt.button("suspend_delivery"))
    assert "Elbchaussee 3, 22765 Hamburg" in taken.all_words
    assert taken.open == ["suspend_delivery", "delivery_problem"]


async def test_the_same_again_ends_with_a_person(chat: Start) -> None:
    talk = chat("K-1036", locale="de")
    await talk.says("Kaputt war sie", "delivery_problem")
    await talk.says("Das verstehe wer will, ich nicht mehr", "nlu_fallback", ranking=LIKELY)
    again = await talk.says("Und das hier erst recht nicht mehr", "nlu_fallback", ranking=LIKELY)
    assert again.handoff is not None
    assert again.handoff.reason == "misunderstood"


async def test_a_few_words_are_asked_again(chat: Start) -> None:
    talk = chat("K-1036", locale="de")
    await talk.says("Kaputt war sie", "delivery_problem")
    asked = await talk.says("na ja halt", "nlu_fallback", ranking=LIKELY)
    assert "change_address" not in [button.intent for button in asked.buttons]
    assert asked.open == ["delivery_problem"]


async def test_an_emergency_begins_with_its_button_alone(chat: Start) -> None:
    doubt = await chat("K-1002").says(
        "Das ist mir alles zu viel gerade", "nlu_fallback", ranking=["cancel_subscription"]
    )
    assert doubt.button("cancel_subscription").value == {}


async def test_an_answer_that_fits_makes_up_for_the_miss_before_it(chat: Start) -> None:
    talk = chat("K-1002")
    await talk.says("Ich bin umgezogen", "change_address", entities={"street": "Neue Allee 4"})
    await talk.says("hm", "nlu_fallback")
    await talk.says("50674", "inform", entities={"postcode": "50674"})
    missed = await talk.says("hm", "nlu_fallback")
    assert missed.handoff is None
    assert (await talk.says("hm", "nlu_fallback")).handoff is not None


async def test_a_yes_to_a_question_with_one_answer_is_that_answer(chat: Start) -> None:
    talk = chat("K-1002")
    asked = await talk.says(
        "Neue Adresse",
        "change_address",
        entities={"street": "Neue Allee 4", "postcode": "50674", "city": "Köln"},
    )
    assert [button.intent for button in asked.buttons] == ["inform", "stop_flow"]
    shown = await talk.says("ja", "affirm")
    assert "Neue Allee 4" in shown.all_words
    assert shown.button("affirm")


async def test_what_its_context_made_clear_was_no_miss(chat: Start) -> None:
    talk = chat("K-1031")
    await talk.says("Was habe ich eigentlich für ein Abo?", "subscription_status")
    await talk.says("nein, ich meine den Streamingvertrag", "nlu_fallback")
    missed = await talk.says("hm", "nlu_fallback")
    assert missed.handoff is None
