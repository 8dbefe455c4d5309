"""Plans: compared, quoted, ordered by the button only, or scheduled."""

from datetime import timedelta


async def test_a_stranger_is_asked_which_product(chat) -> None:
    answer = await chat(None).says("Welche Tarife gibt es?", "compare_plans")
    offered = {b.value["product"] for b in answer.buttons if b.intent == "inform"}
    assert offered == {"streaming", "press", "training"}
    chosen = await chat(None).presses(answer.buttons[0])
    assert len(chosen.says[0].cards) >= 3
    assert all(card.points for card in chosen.says[0].cards)


async def test_a_stranger_who_names_a_plan_sees_its_product(chat) -> None:
    answer = await chat(None).says("Premium?", "compare_plans", entities={"plan": "press-plus"})
    assert len(answer.says[0].cards) == 5


async def test_a_customer_sees_the_own_product(chat) -> None:
    answer = await chat("K-1004", locale="en").says("Compare plans", "compare_plans")
    assert [card.rows[0].value for card in answer.says[0].cards] == [
        "€20.00 a month",
        "€30.00 a month",
        "€300.00 a year",
        "€60.00 a month",
    ]
    assert {b.intent for b in answer.buttons} == {"upgrade_plan", "request_human"}


async def test_the_worked_example(chat) -> None:
    talk = chat("K-1004", locale="en")
    quote = await talk.says("I want the bigger plan", "upgrade_plan")
    rows = quote.rows()
    assert rows["Credit for the old plan"] == "-€10.00"
    assert rows["New plan for these days"] == "€15.00"
    assert rows["Due today"] == "€5.00"
    assert rows["Days left in the period"] == "15 of 30 days"
    order = quote.buttons[0]
    assert (order.style, order.title) == ("order", "Order with obligation to pay")
    assert order.order is not None
    assert order.order.price == "€5.00 today, then €30.00 a month"

    typed = await talk.says("yes", "affirm")
    assert "nothing is ordered" in typed.text
    assert typed.buttons[0] == order
    assert typed.rows() == {}

    receipt = await talk.presses(typed.buttons[0])
    assert receipt.rows()["Charged today"] == "€5.00"
    again = await talk.presses(order)
    assert again.rows() == receipt.rows()
    compared = await talk.says("Compare plans", "compare_plans")
    assert "downgrade_plan" in {b.intent for b in compared.buttons}


async def test_the_german_button_has_the_words_of_the_law(chat) -> None:
    quote = await chat("K-1002").says("größer", "upgrade_plan")
    assert quote.buttons[0].title == "Zahlungspflichtig bestellen"


async def test_a_named_plan_is_quoted(chat) -> None:
    talk = chat("K-1004")
    quote = await talk.says("Team", "upgrade_plan", entities={"plan": "learn-team"})
    assert "60,00 €" in quote.rows()["Neu"]
    other = await talk.presses(quote.button("upgrade_plan"))
    assert "30,00 €" in other.rows()["Neu"]


async def test_a_bare_plan_name_changes_the_quote(chat) -> None:
    talk = chat("K-1004")
    await talk.says("größer", "upgrade_plan")
    quote = await talk.says("Team", "inform", entities={"plan": "learn-team"})
    assert "60,00 €" in quote.rows()["Neu"]


async def test_the_biggest_has_nothing_above(chat) -> None:
    answer = await chat("K-1006").says("größer", "upgrade_plan")
    assert "größte" in answer.text or "order" in {b.style for b in answer.buttons}


async def test_an_old_offer_is_not_ordered(chat, clock) -> None:
    talk = chat("K-1004")
    quote = await talk.says("größer", "upgrade_plan")
    clock.ahead = timedelta(minutes=16)
    answer = await talk.presses(quote.buttons[0])
    assert "abgelaufen" in answer.text
    assert answer.rows() == {}


async def test_a_foreign_offer_is_not_ordered(chat) -> None:
    quote = await chat("K-1004").says("größer", "upgrade_plan")
    answer = await chat("K-1002").presses(quote.buttons[0])
    assert answer.rows() == {}
    assert not answer.open


async def test_a_downgrade_waits_for_the_period_end(chat) -> None:
    talk = chat("K-1006")
    proposal = await talk.says("kleiner", "downgrade_plan")
    assert [b.title for b in proposal.buttons][:2] == ["Ja", "Nein"]
    receipt = await talk.says("ja", "affirm")
    assert receipt.rows()["Heute berechnet"] == "0,00 €"
    assert receipt.rows()["Gilt ab"] in receipt.text
    second = await talk.says("noch kleiner", "downgrade_plan", entities={"plan": "stream-basic"})
    assert "vorgemerkt" in second.text


async def test_a_past_due_customer_cannot_upgrade_but_sees_ways(chat) -> None:
    answer = await chat("K-1001").says("größer", "upgrade_plan")
    assert {"why_payment_failed", "downgrade_plan"} <= {b.intent for b in answer.buttons}


async def test_asking_smaller_for_a_bigger_plan_still_needs_the_button(chat) -> None:
    answer = await chat("K-1004").says("x", "downgrade_plan", entities={"plan": "learn-pro"})
    assert answer.buttons[0].style == "order"
