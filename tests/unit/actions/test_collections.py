"""Pay links, promises, instalments, hardship, claims, reminders, disputes, blocked access."""

import sqlite3
from datetime import date, timedelta

import pytest

from tests.chats import plain, services_on
from tests.unit.actions.test_collections_retry import fail_also, rows, today


def change(database, *statements: str) -> None:
    with sqlite3.connect(database) as db:
        for statement in statements:
            db.execute(statement)


async def test_a_link_for_everything_then_for_one(chat, database) -> None:
    fail_also(database, "RE-1001-0024")
    talk = chat("K-1001")
    every = await talk.says("Link bitte", "pay_now")
    assert every.rows()["Betrag"] == "23,98 €"
    assert every.says[0].links[0].url.startswith("/pay/")
    one = await talk.says("nein, nur die", "deny", entities={"invoice": "RE-1001-0024"})
    assert one.rows()["Betrag"] == "11,99 €"
    assert one.rows()["Rechnung"] == "RE-1001-0024"
    back = await talk.presses(next(b for b in one.buttons if b.title == "Alles Offene"))
    assert back.rows()["Betrag"] == "23,98 €"
    open_ = "SELECT count(*) FROM payment_requests WHERE customer = 'K-1001' AND state = 'open'"
    assert rows(database, open_) == [(1,)]


async def test_an_invoice_that_is_not_open_is_asked_about(chat, database) -> None:
    fail_also(database, "RE-1001-0024")
    talk = chat("K-1001")
    asked = await talk.says("die", "pay_now", entities={"invoice": "RE-1001-0001"})
    assert "Welche Rechnung" in asked.text
    link = await talk.presses(next(b for b in asked.buttons if "RE-1001-0025" in b.title))
    assert link.rows()["Rechnung"] == "RE-1001-0025"


async def test_a_link_that_failed_twice_goes_to_billing(chat) -> None:
    talk = chat("K-1001")
    await talk.says("Link bitte", "pay_now")
    again = await talk.says("der Link geht nicht", "pay_now")
    assert "noch einmal" in again.text
    assert again.handoff is None
    over = await talk.says("geht immer noch nicht", "deny")
    assert over.handoff is not None
    assert (over.handoff.reason, over.handoff.skill) == ("policy", "BIL")


async def test_a_promise_is_made_once(chat, clock, database) -> None:
    talk = chat("K-1001")
    asked = await talk.says("ich zahle später", "promise_to_pay")
    last = today(clock) + timedelta(days=14)
    assert f"{last:%d.%m.%Y}" in asked.text
    shown = await talk.says("in zehn Tagen", "inform", entities={"duration": "P10D"})
    wanted = today(clock) + timedelta(days=10)
    assert f"{wanted:%d.%m.%Y}" in shown.text
    assert rows(database, "SELECT 1 FROM promises WHERE customer = 'K-1001'") == []
    yes = shown.button("affirm")
    receipt = await talk.presses(yes)
    assert (await talk.presses(yes)).rows() == receipt.rows()
    made = rows(
        database, "SELECT id, due_on, amount_minor, state FROM promises WHERE customer = 'K-1001'"
    )
    assert made == [(receipt.rows()["Referenz"], wanted.isoformat(), 1199, "confirmed")]


async def test_longer_than_allowed_is_explained_then_a_person(chat, clock, database) -> None:
    far = {"date": (today(clock) + timedelta(days=30)).isoformat()}
    talk = chat("K-1001")
    told = await talk.says("erst am …", "promise_to_pay", entities=far)
    assert "bis zu 14 Tage" in told.text
    assert told.handoff is None
    for way in (
        {"text": "nein", "intent": "deny"},
        {"text": "am", "intent": "inform", "entities": far},
    ):
        other = chat("K-1001")
        await other.says("erst am …", "promise_to_pay", entities=far)
        over = await other.says(**way)
        assert over.handoff is not None
        assert (over.handoff.reason, over.handoff.skill) == ("policy", "COL")
    assert rows(database, "SELECT 1 FROM promises WHERE customer = 'K-1001'") == []


@pytest.mark.parametrize("customer", ["K-1045"])
async def test_after_a_broken_promise_a_person(chat, customer) -> None:
    answer = await chat(customer).says("ich zahle später", "promise_to_pay")
    assert answer.handoff is not None
    assert (answer.handoff.reason, answer.handoff.skill) == ("policy", "COL")


async def test_a_promise_that_stands_is_told(chat) -> None:
    answer = await chat("K-1044", locale="en").says("later", "promise_to_pay")
    assert "stands already" in answer.text
    assert not answer.open


async def test_what_is_not_due_needs_no_promise(chat) -> None:
    answer = await chat("K-1054", locale="en").says("later", "promise_to_pay")
    assert "Nothing is due yet" in answer.text


@pytest.fixture
def generous(seeded, tmp_path, clock):
    """An operator who offers instalments."""
    folder = tmp_path / "generous"
    folder.mkdir()
    with services_on(seeded, folder, clock, limits='{"instalments_on": true}') as services:
        yield services


async def test_instalments_are_chosen_and_agreed_once(chat, generous, tmp_path) -> None:
    talk = chat("K-1053", subscriptions=generous.subscriptions)
    asked = await talk.says("Raten?", "instalments")
    assert "300,00 €" in asked.text
    assert "3 Raten zu 100,00 €" in [plain(b.title) for b in asked.buttons]
    shown = await talk.says("zwei", "inform")
    assert "in 2 Raten" in shown.text
    other = await talk.says("nein, drei", "inform", entities={"instalments": "3"})
    yes = other.button("affirm")
    receipt = await talk.presses(yes)
    assert (await talk.presses(yes)).rows() == receipt.rows()
    made = rows(
        tmp_path / "generous" / "subscriptions.db",
        "SELECT plan, amount_minor FROM instalments WHERE customer = 'K-1053'",
    )
    assert made == [(receipt.rows()["Referenz"], 10000)] * 3


async def test_too_many_instalments_are_a_persons(chat, generous) -> None:
    talk = chat("K-1053", subscriptions=generous.subscriptions)
    answer = await talk.says("zwölf", "instalments", entities={"instalments": "12"})
    assert answer.handoff is not None
    assert (answer.handoff.reason, answer.handoff.skill) == ("policy", "COL")


async def test_no_instalments_offered_means_other_ways_then_a_person(chat) -> None:
    talk = chat("K-1053")
    answer = await talk.says("Raten?", "instalments")
    assert {"promise_to_pay", "pay_now", "request_human"} <= {b.intent for b in answer.buttons}
    again = await talk.says("aber ich will Raten", "instalments")
    assert again.handoff is not None
    assert again.handoff.skill == "COL"


async def test_hardship_rests_first_and_only_once(chat, database) -> None:
    for _ in range(2):
        answer = await chat("K-1001").says("Ich kann nicht zahlen", "financial_hardship")
        assert answer.handoff is not None
        assert (answer.handoff.reason, answer.handoff.skill) == ("catalogue", "COL")
    holds = rows(database, "SELECT kind, case_number FROM holds WHERE customer = 'K-1001'")
    assert [kind for kind, _ in holds] == ["hardship"]
    assert holds[0][1] in answer.text


async def test_hardship_of_somebody_unknown_confirms_nothing(chat, database) -> None:
    answer = await chat(None).says("Ich kann nicht zahlen", "financial_hardship")
    (case,) = rows(
        database,
        "SELECT number, customer FROM cases WHERE kind = 'financial_hardship' ORDER BY opened_at DESC LIMIT 1",
    )
    assert case[1] is None
    assert case[0] in answer.text
    assert "ruht" not in answer.text
    assert answer.handoff is not None


async def test_a_dispute_rests_what_was_named_or_all(chat, database) -> None:
    one = await chat("K-1001").says(
        "stimmt nicht", "dispute_claim", entities={"invoice": "RE-1001-0025"}
    )
    assert "RE-1001-0025" in one.text
    assert one.handoff is not None
    assert (one.handoff.reason, one.handoff.skill) == ("catalogue", "CMP")
    strange = await chat("K-1003").says(
        "stimmt nicht", "dispute_claim", entities={"invoice": "INK-77"}
    )
    assert "was offen ist" in strange.text
    held = rows(
        database,
        "SELECT customer, invoice FROM holds WHERE kind = 'dispute' AND customer IN ('K-1001', 'K-1003') ORDER BY 1",
    )
    assert held == [("K-1001", "RE-1001-0025"), ("K-1003", None)]


async def test_a_claim_asks_the_day_looks_and_rests(chat, clock, database) -> None:
    talk = chat("K-1001")
    asked = await talk.says("schon bezahlt", "already_paid")
    assert asked.open == ["already_paid"]
    day = today(clock) - timedelta(days=4)
    shown = await talk.says("per Überweisung am …", "inform", entities={"date": day.isoformat()})
    assert f"am {day:%d.%m.%Y}, per Überweisung" in shown.text
    receipt = await talk.says("ja", "affirm")
    (hold,) = rows(database, "SELECT kind, case_number FROM holds WHERE customer = 'K-1001'")
    assert hold[0] == "claims_paid"
    assert hold[1] in receipt.text
    second = await chat("K-1001").says("schon bezahlt", "already_paid")
    assert "prüfen wir schon" in second.text


async def test_a_second_claim_after_the_hold_is_a_persons(chat, clock, database) -> None:
    change(database, "UPDATE holds SET released_at = until_at WHERE customer = 'K-1046'")
    talk = chat("K-1046", locale="en")
    await talk.says("I paid", "already_paid", entities={"date": today(clock).isoformat()})
    answer = await talk.says("yes", "affirm")
    assert answer.handoff is not None
    assert (answer.handoff.reason, answer.handoff.skill) == ("policy", "COL")


async def test_a_day_ahead_is_the_last_one_of_its_name(chat, clock) -> None:
    ahead = today(clock) + timedelta(days=5)
    talk = chat("K-1001")
    shown = await talk.says("am Freitag", "already_paid", entities={"date": ahead.isoformat()})
    assert f"{ahead - timedelta(days=7):%d.%m.%Y}" in shown.text


async def test_money_that_is_there_but_assigned_to_nothing_is_found(chat, clock, database) -> None:
    change(
        database,
        "INSERT INTO payments (reference, customer, invoice, amount_minor, currency, source, state, attempt, received_at)"
        f" VALUES ('Z-1', 'K-1001', NULL, 1199, 'EUR', 'transfer', 'received', NULL, '{today(clock) - timedelta(days=2)} 10:00:00')",
    )
    talk = chat("K-1001")
    await talk.says("bezahlt", "already_paid", entities={"amount": "1199"})
    shown = await talk.says("weiß ich nicht mehr", "inform")
    assert "11,99 €" in shown.text
    answer = await talk.says("ja", "affirm")
    assert "ist da" in answer.text


async def test_reminders_are_told_with_their_cost_and_what_comes_next(chat, database) -> None:
    answer = await chat("K-1064", locale="en").says("why this letter", "dunning_letter")
    due = date.fromisoformat(
        rows(database, "SELECT date(next_at) FROM dunning_cases WHERE id = 'D-1064'")[0][0]
    )
    assert "€0.00" in answer.text
    assert f"{due.day} {due:%b %Y}" in answer.text
    assert answer.rows()["Amount"] == "€30.00"
    sent = [row.label for row in answer.says[0].cards[0].rows].count("Reminder sent")
    assert sent == 2


@pytest.mark.parametrize(
    "words", ["Betrüger! Ich geh zum Anwalt", "Mein Anwalt wird sich melden", "I'll get my lawyer"]
)
async def test_the_threat_with_a_lawyer_is_a_complaint_and_no_letter(chat, words: str) -> None:
    told = await chat("K-1001").says(words, "dunning_letter")
    assert told.handoff is not None
    assert told.handoff.skill == "CMP"
    assert "Inkassobüro" not in told.text


@pytest.mark.parametrize("customer", ["K-1064", None])
async def test_a_collectors_letter_is_a_persons_at_once(chat, customer) -> None:
    answer = await chat(customer).says("Brief vom Inkassobüro", "dunning_letter")
    assert answer.handoff is not None
    assert (answer.handoff.reason, answer.handoff.skill) == ("policy", "COL")


async def test_a_block_is_explained_with_what_opens_it(chat) -> None:
    answer = await chat("K-1066", locale="en").says("blocked", "access_blocked")
    assert "€20.00" in answer.text
    offered = [b.intent for b in answer.buttons]
    assert offered == ["pay_now", "retry_payment", "change_payment_method", "request_human"]


async def test_a_block_against_our_rules_is_a_persons(chat, database) -> None:
    change(database, "UPDATE invoices SET disputed = 1 WHERE number = 'RE-1066-0003'")
    answer = await chat("K-1066", locale="en").says("blocked", "access_blocked")
    assert answer.handoff is not None
    assert (answer.handoff.reason, answer.handoff.skill) == ("policy", "COL")


@pytest.mark.parametrize(
    ("customer", "words"),
    [("K-1001", "nichts"), ("K-1016", "pausiert"), ("K-1030", "beendet")],
)
async def test_no_block_or_another_reason_is_said(chat, customer, words) -> None:
    answer = await chat(customer).says("gesperrt?", "access_blocked")
    assert words in answer.text
    assert "request_human" in {b.intent for b in answer.buttons}


@pytest.mark.parametrize("customer", ["K-1022", "K-1042"])
@pytest.mark.parametrize(
    "intent", ["pay_now", "promise_to_pay", "instalments", "already_paid", "dunning_letter"]
)
async def test_where_only_a_person_may_act_nothing_else_is_said(chat, customer, intent) -> None:
    answer = await chat(customer).says("bitte", intent)
    assert answer.handoff is not None
    assert answer.handoff.reason == "policy"
    assert "€" not in answer.all_words
    assert not answer.says[0].links


async def test_an_unknown_outcome_is_told_and_nothing_asked_again(chat, database) -> None:
    change(database, "UPDATE payment_methods SET hint = 'unheard' WHERE id = 'P-1001'")
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    answer = await talk.says("ja", "affirm")
    assert "unterwegs" in answer.text
    assert not answer.open
    link = await talk.says("dann eben per Link", "pay_now")
    assert "unterwegs" in link.text
    assert not link.says[0].links
