"""A part now and the rest later: said truthfully, with what may be arranged instead."""

import pytest

from tests.chats import plain, services_on
from tests.unit.actions.test_collections_retry import fail_also, rows


async def test_a_part_of_ones_own_choice_is_not_promised(chat, database) -> None:
    talk = chat("K-1001")
    told = await talk.says(
        "Ich zahle jetzt 5 Euro und den Rest später", "instalments", entities={"amount": "500"}
    )
    assert "5,00 €" in told.text
    assert "11,99 €" in told.text
    assert [b.intent for b in told.buttons] == ["promise_to_pay", "pay_now", "request_human"]
    assert rows(database, "SELECT count(*) FROM instalments WHERE customer = 'K-1001'") == [(0,)]
    link = await talk.presses(told.button("pay_now"))
    assert link.rows()["Betrag"] == "11,99 €"


@pytest.mark.parametrize("intent", ["pay_now", "promise_to_pay"])
async def test_an_amount_that_is_no_invoices_is_a_part_whatever_is_said_with_it(
    chat, intent: str
) -> None:
    told = await chat("K-1001").says("5 Euro jetzt", intent, entities={"amount": "500"})
    assert "5,00 €" in told.text
    assert told.open == []


async def test_the_amount_of_one_invoice_is_no_part(chat, database) -> None:
    fail_also(database, "RE-1001-0024")
    link = await chat("K-1001").says("11,99 jetzt", "pay_now", entities={"amount": "1199"})
    assert link.rows()["Betrag"] in {"11,99 €", "23,98 €"}
    assert link.says[0].links


async def test_single_invoices_are_offered_first(chat, database) -> None:
    fail_also(database, "RE-1001-0024")
    talk = chat("K-1001")
    told = await talk.says("Kann ich erst mal nur einen Teil zahlen?", "pay_now")
    first = told.buttons[0]
    assert (first.intent, first.value) == ("pay_now", {"invoices": first.title.split()[-1]})
    link = await talk.presses(first)
    assert link.rows()["Betrag"] == "11,99 €"


async def test_where_instalments_are_offered_each_is_a_button(
    chat, seeded, tmp_path, clock
) -> None:
    folder = tmp_path / "generous"
    folder.mkdir()
    with services_on(seeded, folder, clock, limits='{"instalments_on": true}') as services:
        talk = chat("K-1053", subscriptions=services.subscriptions)
        told = await talk.says(
            "150 jetzt, Rest später", "instalments", entities={"amount": "15000"}
        )
        plan = next(b for b in told.buttons if b.value.get("parts") == "3")
        assert plain(plan.title) == "3 Raten zu 100,00 €"
        shown = await talk.presses(plan)
        assert shown.open == ["instalments"]
        assert "3. Rate" in shown.all_words


async def test_no_promise_is_offered_where_none_is_allowed(chat, database) -> None:
    talk = chat("K-1001")
    await talk.says("ich zahle in 5 Tagen", "promise_to_pay", entities={"duration": "P5D"})
    await talk.says("ja", "affirm")
    told = await talk.says(
        "5 Euro jetzt, den Rest später", "instalments", entities={"amount": "500"}
    )
    assert "promise_to_pay" not in [b.intent for b in told.buttons]


async def test_who_asks_again_gets_a_person(chat) -> None:
    talk = chat("K-1001")
    words = "5 Euro jetzt und den Rest später"
    await talk.says(words, "instalments", entities={"amount": "500"})
    over = await talk.says("doch, nur 4 Euro", "instalments", entities={"amount": "400"})
    assert over.handoff is not None
    assert (over.handoff.reason, over.handoff.skill) == ("policy", "COL")
