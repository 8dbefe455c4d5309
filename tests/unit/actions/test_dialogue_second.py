"""Two requests in one message, and matters that wait under each other."""

from tests.chats import plain

BOTH = {"intent": "balance_next_charge", "confidence": 0.9, "text": "und was ist noch offen?"}


async def test_a_second_question_is_answered_after_the_first(chat) -> None:
    answer = await chat("K-1001").says(
        "Wofür, und was ist offen?", "explain_charge", second_request=BOTH
    )
    assert answer.says[0].cards[0].kind == "invoice"
    assert "11,99 €" in plain(answer.says[1].text)
    assert not answer.open


async def test_a_second_question_waits_until_the_first_matter_ends(chat) -> None:
    talk = chat("K-1001")
    first = await talk.says(
        "Noch mal abbuchen, und was ist offen?", "retry_payment", second_request=BOTH
    )
    assert first.open == ["retry_payment", "balance_next_charge"]
    done = await talk.says("ja", "affirm")
    assert done.rows()["Ergebnis"] == "bezahlt"
    assert len(done.says) > 1
    assert not done.open


async def test_a_matter_in_a_matter_is_taken_up_again(chat) -> None:
    talk = chat("K-1001")
    await talk.says("noch mal abbuchen", "retry_payment")
    other = await talk.says("größerer Tarif", "downgrade_plan")
    assert other.open[-1] == "retry_payment"
    back = await talk.says("nein", "deny")
    assert back.open == ["retry_payment"]
    assert (await talk.says("ja", "affirm")).rows()["Ergebnis"] == "bezahlt"


async def test_a_person_is_told_what_was_open(chat) -> None:
    talk = chat("K-1001")
    await talk.says("noch mal abbuchen", "retry_payment")
    passed = await talk.says("Mensch bitte", "request_human")
    assert passed.handoff is not None
    assert passed.handoff.open == ["retry_payment"]
    assert passed.handoff.skill == "COL"
    assert not passed.open


async def test_the_third_time_the_same_is_wanted_a_person_takes_over(chat) -> None:
    talk = chat("K-1001")
    for _ in range(2):
        answer = await talk.says("Wofür?", "explain_charge")
        assert answer.handoff is None
    third = await talk.says("Wofür denn?", "explain_charge")
    assert third.handoff is not None
    assert third.handoff.reason == "repeated"


async def test_three_different_invoices_are_three_demands(chat) -> None:
    talk = chat("K-1001")
    for number in ("RE-1001-0001", "RE-1001-0002", "RE-1001-0003"):
        answer = await talk.says(number, "explain_charge", entities={"invoice": number})
        assert answer.handoff is None


async def test_what_was_done_is_no_unanswered_demand(chat) -> None:
    talk = chat("K-1001")
    await talk.says("noch mal abbuchen", "retry_payment")
    await talk.says("bitte abbuchen", "retry_payment")
    await talk.says("ja", "affirm")
    again = await talk.says("noch mal abbuchen", "retry_payment")
    assert again.handoff is None
