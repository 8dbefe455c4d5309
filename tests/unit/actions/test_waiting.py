"""Instead of waiting for a person: a call or a written answer; and back in the line for who wants neither."""

from handoff.contract import Button
from tests.unit.actions.test_care import rows

CALL = Button(
    title="Rückruf vereinbaren", intent="request_human", value={"call": "yes", "desk": "C-1"}
)
WRITTEN = Button(
    title="Schriftliche Antwort", intent="complaint", value={"concern": "question", "desk": "C-1"}
)


async def test_a_call_is_arranged(chat, database) -> None:
    talk = chat("K-1021")
    asked = await talk.presses(CALL)
    assert asked.open == ["call_back"]
    await talk.presses(asked.buttons[0])
    await talk.says("ja", "affirm")
    assert rows(database, "SELECT state FROM callbacks WHERE customer = 'K-1021'") == [
        ("promised",)
    ]


async def test_a_question_is_taken_down_and_is_no_complaint(chat, database) -> None:
    talk = chat("K-1001")
    asked = await talk.presses(WRITTEN)
    assert asked.open == ["complaint"]
    assert "schriftlich" in asked.text
    shown = await talk.says("Gilt mein Abo auch in der Schweiz?", "product_info")
    assert "Schweiz" in shown.text
    done = await talk.says("ja", "affirm")
    number = done.rows()["Vorgang"]
    assert rows(database, f"SELECT kind, text FROM cases WHERE number = '{number}'") == [
        ("request_human", "Gilt mein Abo auch in der Schweiz?")
    ]


async def test_praise_in_a_question_stays_a_question(chat) -> None:
    talk = chat("K-1001")
    await talk.presses(WRITTEN)
    shown = await talk.says("Ihr Service ist super. Wie lange gilt der Gutschein?", "inform")
    assert "weiter" in shown.text
    assert "freut" not in shown.text


async def test_who_wants_neither_waits_again(chat, database) -> None:
    for button in (CALL, WRITTEN):
        talk = chat("K-1021")
        await talk.presses(button)
        back = await talk.says("ach nein, lass", "stop_flow")
        assert back.handoff is not None
        assert back.handoff.reason == "asked"
    assert rows(database, "SELECT count(*) FROM callbacks WHERE customer = 'K-1021'") == [(0,)]


async def test_who_did_not_wait_is_just_let_go(chat) -> None:
    talk = chat("K-1021")
    await talk.says("Rufen Sie mich bitte zurück", "request_human")
    assert (await talk.says("doch nicht", "stop_flow")).handoff is None


async def test_nobody_unknown_is_promised_an_answer_in_writing(chat) -> None:
    talk = chat(None)
    await talk.presses(WRITTEN)
    await talk.says("Gilt mein Abo auch in der Schweiz?", "product_info")
    done = await talk.says("ja", "affirm")
    assert done.rows()["Vorgang"] in done.text
    assert "antwort" not in done.text.lower()
    assert "dieser Nummer" in done.text
