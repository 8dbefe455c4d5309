"""What somebody typed of themselves is in no slot and no button of an open matter, and still known when it is needed."""

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.chats import Answer, Mails
from tests.unit.actions.conftest import Start
from tests.unit.actions.test_care import rows

IBAN = "DE02120300000000202051"


def kept(answer: Answer) -> str:
    """Everything that is stored for later, and all that the buttons hold."""
    buttons = [button.model_dump(mode="json") for button in answer.buttons]
    return json.dumps([answer.slots["open"], buttons], ensure_ascii=False)


async def test_a_strangers_account_waits_where_it_was_typed(chat: Start, tmp_path: Path) -> None:
    talk = chat(None)
    words = f"Meine neue IBAN ist {IBAN}"
    asked = await talk.says(words, "change_bank_account", entities={"iban": IBAN})
    assert asked.open == ["identify", "change_bank_account"]
    assert IBAN not in kept(asked)
    sent = await talk.says("cem@example.org", "inform", entities={"email": "cem@example.org"})
    assert IBAN not in kept(sent)
    assert "cem@example.org" not in kept(sent)


async def test_after_the_proof_it_is_not_asked_again(chat: Start, tmp_path: Path) -> None:
    mails = Mails(tmp_path)
    known = chat("K-1002")
    known.level = 1
    await known.says(f"Neues Konto {IBAN}", "change_bank_account", entities={"iban": IBAN})
    going_on = await known.says(mails.next_secret(), "inform")
    assert going_on.slots["open"][0]["asks"] == "holder"
    assert IBAN not in kept(going_on)
    holder = going_on.button("inform")
    shown = await known.presses(holder)
    assert "2051" in shown.text
    assert IBAN not in kept(shown)
    assert (await known.presses(shown.button("affirm"))).rows()


async def test_another_code_goes_to_the_address_that_was_typed(chat: Start, tmp_path: Path) -> None:
    mails = Mails(tmp_path)
    talk = chat(None)
    await talk.says("Wofür?", "explain_charge")
    first = await talk.says("K-1001", "inform")
    assert mails.next_secret()
    again = next(b for b in first.buttons if b.title == "Neuen Code schicken")
    answer = await talk.presses(again)
    assert answer.open[0] == "identify"


async def test_a_reminder_of_something_private_is_shown_anew(chat: Start) -> None:
    talk = chat("K-1001")
    talk.level, talk.proven_at = 2, None
    asked = await talk.says(
        "Ich ziehe um, Lindenweg 5, 10115 Berlin ab morgen",
        "change_address",
        entities={"street": "Lindenweg 5", "postcode": "10115", "city": "Berlin"},
    )
    assert "Lindenweg 5" not in kept(asked)
    for _ in range(3):
        if any(button.intent == "affirm" for button in asked.buttons):
            break
        asked = await talk.presses(asked.button("inform"))
    assert "Lindenweg 5" in asked.all_words
    assert "Lindenweg 5" not in kept(asked)
    between = await talk.says("danke", "thank")
    assert "Lindenweg 5" in between.all_words


async def test_a_street_inside_a_sentence_is_not_copied(chat: Start, database: Path) -> None:
    talk = chat("K-1001")
    await talk.says("Beschwerde", "complaint")
    words = "Die Zeitung liegt immer vor Lindenweg 5 im Regen"
    shown = await talk.says(words, "complaint", entities={"street": "Lindenweg 5"})
    assert "Lindenweg 5" in shown.text
    assert "Lindenweg 5" not in kept(shown)
    done = await talk.says("ja", "affirm")
    assert rows(database, f"SELECT text FROM cases WHERE number = '{done.rows()['Vorgang']}'") == [
        (words,)
    ]


async def test_words_that_look_like_a_place_of_ours_are_words(chat: Start, database: Path) -> None:
    talk = chat("K-1001")
    await talk.says("Beschwerde", "complaint")
    words = "\N{LEFTWARDS ARROW WITH HOOK}c1:1|text|0 ist alles, was ich lesen kann"
    await talk.says(words, "complaint")
    done = await talk.says("ja", "affirm")
    assert rows(database, f"SELECT text FROM cases WHERE number = '{done.rows()['Vorgang']}'") == [
        (words,)
    ]


async def test_what_is_not_known_any_more_is_asked_for_again(chat: Start) -> None:
    talk = chat("K-1002")
    talk.level, talk.proven_at = 2, datetime.now(UTC).isoformat()
    asked = await talk.says(f"Konto {IBAN}", "change_bank_account", entities={"iban": IBAN})
    shown = await talk.presses(asked.button("inform"))
    assert shown.button("affirm")
    del talk.events[:1]  # the assistant reads a window of a long chat
    for said in (await talk.says("ja", "affirm"), await talk.presses(shown.button("affirm"))):
        assert said.rows() == {}
        assert said.handoff is None
        assert said.slots["open"][0]["asks"] == "iban"
