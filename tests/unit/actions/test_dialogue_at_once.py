"""Declarations and emergencies are received at once, whatever else is open, asked or said."""

from pathlib import Path

import pytest

from tests.chats import Mails


def second(intent: str, text: str) -> dict[str, object]:
    """A second request as the assistant reads it."""
    return {"intent": intent, "confidence": 0.9, "text": text}


async def test_the_third_message_about_an_end_may_declare_it(chat) -> None:
    talk = chat("K-1002")
    await talk.says("Wie kann ich kündigen?", "cancel_subscription")
    await talk.says("Wo kann ich kündigen?", "cancel_subscription")
    declared = await talk.says("Ich kündige hiermit meinen Vertrag", "cancel_subscription")
    assert declared.rows()["Referenz"]


async def test_an_angry_declaration_is_one(chat) -> None:
    talk = chat("K-1002")
    await talk.says("Die Zeitung kommt nie an und keiner hilft mir", "complaint")
    await talk.says("ja", "affirm")
    declared = await talk.says("Unverschämt, ich kündige hiermit!!!", "cancel_subscription")
    assert declared.rows()["Referenz"]


@pytest.mark.parametrize(
    "intent", ["cancel_subscription", "withdraw_contract", "subscriber_deceased", "crisis"]
)
async def test_an_open_question_swallows_none(chat, intent: str) -> None:
    talk = chat("K-1002")
    assert (await talk.says("Ich will mich beschweren", "complaint")).open == ["complaint"]
    answer = await talk.says("Ich kündige hiermit und erkläre das", intent)
    assert answer.open[:1] != ["complaint"] or answer.rows().get("Referenz")


async def test_a_pause_does_not_eat_a_cancellation(chat) -> None:
    talk = chat("K-1002")
    await talk.says("2 Monate pausieren", "pause_subscription", entities={"duration": "P2M"})
    day = {"date": "2026-12-31"}
    declared = await talk.says("Ich kündige zum 31.12.2026", "cancel_subscription", entities=day)
    assert "Referenz" in declared.rows()


async def test_a_crisis_that_stands_second_comes_first(chat) -> None:
    said = "Rechnung? Ich will nicht mehr leben."
    urgent = second("crisis", "Ich will nicht mehr leben.")
    answer = await chat(None).says(said, "explain_charge", second_request=urgent)
    assert "112" in answer.text
    assert answer.handoff is not None


async def test_a_declaration_that_stands_second_waits_for_no_proof(chat) -> None:
    urgent = second("cancel_subscription", "ich kündige hiermit")
    answer = await chat(None).says(
        "Wofür? Und ich kündige hiermit", "explain_charge", second_request=urgent
    )
    assert "Referenz" in answer.rows()


async def test_a_yes_with_a_withdrawal_withdraws(chat) -> None:
    talk = chat("K-1002")
    await talk.says("2 Monate pausieren", "pause_subscription", entities={"duration": "P2M"})
    urgent = second("withdraw_contract", "ich widerrufe hiermit")
    answer = await talk.says("Ja. Und ich widerrufe hiermit", "affirm", second_request=urgent)
    assert any("iderruf" in card.title for said in answer.says for card in said.cards)


async def test_one_proof_for_two_questions(chat, tmp_path: Path) -> None:
    mails = Mails(tmp_path)
    talk = chat(None)
    await talk.says("Wofür?", "explain_charge")
    again = await talk.says("Und was ist offen?", "balance_next_charge")
    assert again.open.count("identify") == 1
    await talk.says("K-1002", "inform")
    answer = await talk.says(mails.next_secret(), "inform")
    assert not answer.open
    assert "wer Sie sind" not in answer.text
    assert answer.says[-1].text != answer.says[1].text


async def test_digits_are_kept_nowhere(chat, tmp_path: Path) -> None:
    talk = chat(None)
    await talk.says("Wofür?", "explain_charge")
    await talk.says("K-1002", "inform")
    code = Mails(tmp_path).next_secret()
    answer = await talk.says(f"{code} und wofür war das?", "explain_charge")
    assert code not in str(answer.slots)
    assert answer.says[-1].cards
