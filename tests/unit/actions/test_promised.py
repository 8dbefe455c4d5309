"""What the bot tells the desk about calls and written answers: wished for, promised, taken back."""

from handoff.contract import Promised
from tests.chats import Clock
from tests.unit.actions.test_care import rows
from tests.unit.actions.test_care_calls_withdrawn import arranged
from tests.unit.actions.test_waiting import CALL, WRITTEN


def told(promised: list[Promised]) -> list[tuple[str, str]]:
    return [(one.kind, one.state) for one in promised]


async def test_a_call_is_wished_for_from_the_first_question_on_and_then_promised(
    chat, database
) -> None:
    talk = chat("K-1021")
    asked = await talk.presses(CALL)
    assert told(asked.promised) == [("callback", "wished")]
    await talk.presses(asked.buttons[0])
    done = await talk.says("ja", "affirm")
    ((number, case),) = rows(
        database, "SELECT id, \"case\" FROM callbacks WHERE customer = 'K-1021'"
    )
    (made,) = done.promised
    assert (made.state, made.reference, made.case) == ("made", number, case)
    assert made.due_at is not None


async def test_whoever_types_it_is_owed_it_too(chat) -> None:
    talk = chat("K-1021")
    asked = await talk.says("Rufen Sie mich bitte zurück", "request_human")
    assert told(asked.promised) == [("callback", "wished")]
    assert told((await talk.says("doch nicht", "stop_flow")).promised) == [
        ("callback", "withdrawn")
    ]


async def test_whose_call_is_only_moved_is_owed_no_second_one(chat, clock: Clock) -> None:
    talk = chat("K-1021")
    await arranged(talk, clock)
    moving = await talk.says(
        "Rufen Sie lieber um 15 Uhr an", "request_human", entities={"time": "15:00"}
    )
    assert moving.promised == []
    assert told((await talk.says("ja", "affirm")).promised) == [("callback", "made")]


async def test_a_call_that_is_not_wanted_any_more_is_taken_back_by_its_number(
    chat, clock: Clock
) -> None:
    talk = chat("K-1021")
    (made,) = (await arranged(talk, clock)).promised
    shown = await talk.says("Ich brauche keinen Rückruf mehr", "case_status")
    (gone,) = (await talk.presses(shown.button("affirm"))).promised
    assert (gone.state, gone.reference) == ("withdrawn", made.reference)


async def test_a_written_answer_is_owed_from_the_button_on_and_by_the_clock_of_its_case(
    chat, database
) -> None:
    talk = chat("K-1001")
    assert told((await talk.presses(WRITTEN)).promised) == [("written", "wished")]
    await talk.says("Gilt mein Abo auch in der Schweiz?", "product_info")
    done = await talk.says("ja", "affirm")
    (made,) = done.promised
    assert (made.kind, made.state) == ("written", "made")
    assert made.reference == done.rows()["Vorgang"]


async def test_who_cannot_be_written_to_is_promised_no_letter_and_not_forgotten(chat) -> None:
    talk = chat(None)
    await talk.presses(WRITTEN)
    shown = await talk.says("Gilt mein Abo auch in der Schweiz?", "product_info")
    assert told(shown.promised) == [("written", "wished")]
    assert (await talk.says("ja", "affirm")).promised == []


async def test_a_complaint_promises_an_answer_only_when_it_is_taken(chat) -> None:
    talk = chat("K-1001")
    shown = await talk.says("Seit Wochen kommt die Zeitung zu spät an.", "complaint")
    assert shown.promised == []
    assert told((await talk.says("ja", "affirm")).promised) == [("written", "made")]
