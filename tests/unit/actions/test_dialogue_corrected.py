"""What was corrected counts alone: no order after all, another address for the code, values that are none, a No."""

import sqlite3
from contextlib import closing

import pytest

from actions.forms import in_form
from tests.chats import Mails


async def test_an_addon_not_wanted_after_all_is_removed_by_a_yes(chat) -> None:
    talk = chat("K-1029")
    quote = await talk.says("noch ein zusätzliches Profil dazubuchen", "manage_addon")
    assert quote.button("affirm").style == "order"
    removal = await talk.says("nein, weg damit", "deny")
    yes = removal.button("affirm")
    assert (yes.style, yes.order) == ("reply", None)
    done = await talk.presses(yes)
    assert not [button for button in done.buttons if button.order]
    assert [card.kind for said in done.says for card in said.cards] == ["receipt"]


async def test_a_smaller_plan_after_all_is_scheduled_by_a_yes(chat) -> None:
    talk = chat("K-1013")
    quote = await talk.says("größer bitte", "upgrade_plan")
    assert quote.button("affirm").style == "order"
    smaller = await talk.says("nein, lieber Basis", "deny", entities={"plan": "stream-basic"})
    yes = smaller.button("affirm")
    assert yes.order is None
    done = await talk.presses(yes)
    assert not [button for button in done.buttons if button.order]
    assert [card.kind for said in done.says for card in said.cards] == ["receipt"]


async def test_a_typed_yes_to_what_became_free_counts(chat) -> None:
    talk = chat("K-1029")
    await talk.says("noch ein zusätzliches Profil dazubuchen", "manage_addon")
    await talk.says("nein, weg damit", "deny")
    done = await talk.says("ja", "affirm")
    assert [card.kind for said in done.says for card in said.cards] == ["receipt"]


@pytest.mark.parametrize("by_mail", [True, False])
async def test_the_code_goes_to_the_corrected_address(
    chat, tmp_path, database, by_mail: bool
) -> None:
    with closing(sqlite3.connect(database)) as db:
        [email] = db.execute("SELECT email FROM customers WHERE number = 'K-1001'").fetchone()
    talk, mails = chat(None), Mails(tmp_path)
    await talk.says("Wofür?", "explain_charge")
    wrong = "nobody@example.org"
    first = await talk.says(wrong, "inform", entities={"email": wrong})
    right, found = (email, {"email": email}) if by_mail else ("K-1001", {})
    second = await talk.says(f"Entschuldigung, {right}", "inform", entities=found)
    assert second.text == first.text
    answer = await talk.says(mails.next_secret(), "inform")
    assert talk.subscriber == "K-1001"
    assert answer.says[-1].cards


async def test_the_same_address_again_sends_no_second_code(chat, tmp_path) -> None:
    talk, mails = chat(None), Mails(tmp_path)
    await talk.says("Wofür?", "explain_charge")
    await talk.says("K-1001", "inform")
    await talk.says("also K-1001", "inform")
    secret = mails.next_secret()
    assert (await talk.says(secret, "inform")).says[-1].cards


BROKEN = [
    ("explain_charge", "date", "2026-02-29"),
    ("explain_charge", "month", "2026-13"),
    ("explain_charge", "period", "2026-01-01/"),
    ("explain_charge", "period", "2026-03-01/2026-02-01"),
    ("pause_subscription", "month", "2026-13"),
    ("pause_subscription", "period", "2026-01-01"),
    ("pause_subscription", "date", "2026-02-30"),
    ("suspend_delivery", "month", "2026-00"),
    ("suspend_delivery", "duration", "P"),
    ("promise_to_pay", "date", "2026-02-29"),
]


@pytest.mark.parametrize(("intent", "kind", "value"), BROKEN)
async def test_a_value_that_breaks_its_form_was_never_said(chat, intent, kind, value) -> None:
    for subscriber in ("K-1001", "K-1002"):
        answer = await chat(subscriber).says("x", intent, entities={kind: value})
        plain = await chat(subscriber).says("x", intent)
        assert answer.open == plain.open
        assert [b.title for b in answer.buttons] == [b.title for b in plain.buttons]
        assert answer.handoff is None or answer.handoff == plain.handoff


def test_the_forms() -> None:
    fits = [("date", "2024-02-29"), ("month", "2026-12"), ("period", "2026-08-03/2026-08-03")]
    fits += [("time", "15:30"), ("duration", "P2W"), ("duration", "PT2H"), ("plan", "anything")]
    breaks = [("date", "20260228"), ("date", "2026-W01-1"), ("month", "2026-1"), ("time", "24:00")]
    breaks += [("time", "9"), ("duration", "P99999Y"), ("duration", "zwei"), ("period", "a/b/c")]
    assert [pair for pair in fits if not in_form(*pair)] == []
    assert [pair for pair in breaks if in_form(*pair)] == []


async def test_a_pressed_no_ends_a_matter_that_has_fields(chat) -> None:
    talk = chat("K-1002")
    proposed = await talk.says(
        "zwei Monate Pause", "pause_subscription", entities={"duration": "P2M"}
    )
    assert proposed.open == ["pause_subscription"]
    assert (await talk.presses(proposed.button("deny"))).open == []


async def test_a_correction_of_an_address_keeps_its_town(chat) -> None:
    talk = chat("K-1045")
    first = {"street": "12 Abbey Lane", "postcode": "50667", "city": "Köln"}
    await talk.says("Umgezogen", "change_address", entities=first)
    shown = await talk.says("ab heute", "inform")
    await talk.presses(shown.button("affirm"))
    again = await talk.says("nein, 14 Abbey Lane", "inform", entities={"street": "14 Abbey Lane"})
    assert "14 Abbey Lane" in again.all_words
    assert "50667 Köln" in again.all_words
