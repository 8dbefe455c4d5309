"""Misses: once a choice, twice a person."""

RANKING = ["greet", "refund", "affirm", "explain_charge", "complaint"]


async def test_first_a_choice_then_a_person(chat) -> None:
    talk = chat("K-1001")
    first = await talk.says("blub", "nlu_fallback", ranking=RANKING)
    assert [b.title for b in first.buttons] == [
        "Erstattung",
        "Rechnung erklären",
        "Mit einem Menschen sprechen",
    ]
    assert first.handoff is None
    second = await talk.says("blub blub", "nlu_fallback", ranking=RANKING)
    assert second.handoff is not None
    assert second.handoff.reason == "misunderstood"


async def test_both_kinds_of_miss_count(chat) -> None:
    talk = chat(None, locale="en")
    first = await talk.says("What is the weather like", "out_of_scope")
    assert first.handoff is None
    assert first.buttons[-1].style == "person"
    assert (await talk.says("blub", "nlu_fallback")).handoff is not None


async def test_something_understood_between_starts_anew(chat) -> None:
    talk = chat(None)
    await talk.says("blub", "nlu_fallback")
    await talk.says("hallo", "greet")
    assert (await talk.says("blub", "nlu_fallback")).handoff is None


async def test_after_a_person_the_count_starts_anew(chat) -> None:
    talk = chat(None)
    await talk.says("blub", "nlu_fallback")
    await talk.says("blub", "nlu_fallback")
    assert (await talk.says("blub", "nlu_fallback")).handoff is None


async def test_a_turn_that_is_sent_again_is_one_miss(chat) -> None:
    """The first answer never arrived: Rasa's tracker has the message twice and nothing between."""
    talk = chat("K-1001")
    await talk.says("blub", "nlu_fallback", ranking=RANKING)
    talk.events = [event for event in talk.events if event["event"] == "user"]
    talk.slots.clear()
    again = await talk.says("blub", "nlu_fallback", again=True, ranking=RANKING)
    assert again.handoff is None
    assert (await talk.says("blub blub", "nlu_fallback")).handoff is not None


async def test_messages_past_the_gateway_count_one_by_one(chat) -> None:
    talk = chat(None)
    await talk.says("blub", "nlu_fallback", turn="")
    talk.events = [{**event, "metadata": {}} for event in talk.events]
    assert (await talk.says("blub", "nlu_fallback")).handoff is not None


async def test_a_guess_can_be_pressed(chat) -> None:
    talk = chat("K-1001")
    first = await talk.says("blub", "nlu_fallback", ranking=RANKING)
    answer = await talk.presses(first.button("explain_charge"))
    assert answer.rows()["Gesamt"] == "11,99 €"


async def test_one_miss_is_enough_while_a_payment_waits(chat) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    answer = await talk.says("blub", "nlu_fallback")
    assert answer.handoff is not None
    assert not answer.open


async def test_a_topic_that_is_hardly_likely_is_not_offered(chat) -> None:
    rows = (("out_of_scope", 0.99), ("subscriber_deceased", 0.004), ("refund", 0.04))
    parsed = {
        "intent": {"name": "out_of_scope", "confidence": 0.99},
        "entities": [],
        "text": "Wie wird das Wetter morgen?",
        "intent_ranking": [{"name": name, "confidence": sure} for name, sure in rows],
    }
    answer = await chat("K-1001").hears(parsed)
    offered = [button.intent for button in answer.buttons]
    assert offered[0] == "refund"
    assert "subscriber_deceased" not in offered


ANSWERED = {"verdict": "answer", "passages": [{"name": "invoices/1", "sure": 0.9}]}


async def test_a_likely_wish_is_asked_about_before_an_article_is_read_out(chat) -> None:
    rows = (("nlu_fallback", 0.32), ("get_invoice", 0.68), ("explain_charge", 0.31))
    parsed = {
        "intent": {"name": "nlu_fallback", "confidence": 0.32},
        "entities": [],
        "text": "Ich brauche meine letzte Rechnung",
        "intent_ranking": [{"name": name, "confidence": sure} for name, sure in rows],
        "knowledge": ANSWERED,
    }
    asked = await chat("K-1002").hears(parsed)
    assert [button.intent for button in asked.buttons[:2]] == ["get_invoice", "explain_charge"]


async def test_what_is_no_likely_wish_is_answered_by_the_article(chat) -> None:
    told = await chat("K-1002").says(
        "Wo finde ich das?", "nlu_fallback", ranking=["product_info"], knowledge=ANSWERED
    )
    assert told.says[0].links
