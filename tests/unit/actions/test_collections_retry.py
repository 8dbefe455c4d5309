"""Tries on a day, of one of several invoices, corrected, moved, refused."""

import sqlite3
from datetime import date, timedelta

import pytest

from subscriptions.policy.calendar import business_date


def today(clock) -> date:
    return business_date(clock())


def rows(database, statement: str) -> list[tuple]:
    with sqlite3.connect(database) as db:
        return db.execute(statement).fetchall()


def fail_also(database, invoice: str) -> None:
    """The debit of an earlier invoice came back as well."""
    with sqlite3.connect(database) as db:
        db.execute(
            "UPDATE invoices SET status = 'failed', paid_at = NULL WHERE number = ?", [invoice]
        )
        db.execute(
            "UPDATE attempts SET state = 'failed', raw_code = 'insufficient_funds', failure_class = 'soft_funds' WHERE invoice = ?",
            [invoice],
        )
        db.execute("DELETE FROM payments WHERE invoice = ?", [invoice])


SCHEDULED = "SELECT due_on FROM attempts WHERE invoice = 'RE-1001-0025' AND state = 'scheduled'"


async def test_a_day_is_proposed_corrected_and_planned_once(chat, clock, database) -> None:
    first, second = (today(clock) + timedelta(days=n) for n in (3, 9))
    talk = chat("K-1001")
    shown = await talk.says("am …", "retry_payment", entities={"date": first.isoformat()})
    assert f"{first:%d.%m.%Y}" in shown.text
    assert rows(database, SCHEDULED) == []
    other = await talk.says("nein, am …", "inform", entities={"date": second.isoformat()})
    assert f"{second:%d.%m.%Y}" in other.text
    yes = other.button("affirm")
    receipt = await talk.presses(yes)
    assert receipt.rows()["Ergebnis"] == "geplant"
    assert receipt.rows()["Geplant für"] == f"{second:%d.%m.%Y}"
    again = await talk.presses(yes)
    assert again.rows() == receipt.rows()
    assert rows(database, SCHEDULED) == [(second.isoformat(),)]


async def test_a_yes_that_repeats_the_day_is_a_yes(chat, clock) -> None:
    day = (today(clock) + timedelta(days=4)).isoformat()
    talk = chat("K-1001")
    await talk.says("am …", "retry_payment", entities={"date": day})
    receipt = await talk.says("ja, an dem Tag", "affirm", entities={"date": day})
    assert receipt.rows()["Ergebnis"] == "geplant"


async def test_a_yes_with_another_day_is_shown_first(chat, clock, database) -> None:
    days = [(today(clock) + timedelta(days=n)).isoformat() for n in (4, 5)]
    talk = chat("K-1001")
    await talk.says("am …", "retry_payment", entities={"date": days[0]})
    shown = await talk.says("ja, am …", "affirm", entities={"date": days[1]})
    assert shown.open == ["retry_payment"]
    assert rows(database, SCHEDULED) == []


async def test_a_planned_try_is_moved_not_doubled(chat, clock, database) -> None:
    days = [(today(clock) + timedelta(days=n)).isoformat() for n in (4, 6)]
    for day in days:
        talk = chat("K-1001")
        shown = await talk.says("am …", "retry_payment", entities={"date": day})
        await talk.presses(shown.button("affirm"))
    assert "fällt dann weg" in shown.text
    assert rows(database, SCHEDULED) == [(days[1],)]


async def test_the_day_of_the_failed_debit_is_not_the_wish(chat, clock) -> None:
    past = (today(clock) - timedelta(days=3)).isoformat()
    shown = await chat("K-1001").says("die vom …", "retry_payment", entities={"date": past})
    assert "jetzt" in shown.text


@pytest.mark.parametrize(("days", "words"), [(-1, "hinter uns"), (40, "spätestens")])
async def test_a_day_that_does_not_fit_is_explained_then_a_person(chat, clock, days, words) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    day = {"date": (today(clock) + timedelta(days=days)).isoformat()}
    asked = await talk.says("am …", "inform", entities=day)
    assert words in asked.text
    assert asked.handoff is None
    over = await talk.says("am …", "inform", entities=day)
    assert over.handoff is not None
    assert (over.handoff.reason, over.handoff.skill) == ("policy", "COL")


async def test_now_is_a_correction_too(chat, clock) -> None:
    talk = chat("K-1001")
    day = (today(clock) + timedelta(days=4)).isoformat()
    await talk.says("am …", "retry_payment", entities={"date": day})
    shown = await talk.says("nein, doch jetzt gleich", "deny")
    assert "jetzt" in shown.text
    assert (await talk.says("ja", "affirm")).rows()["Ergebnis"] == "bezahlt"


async def test_which_of_several_is_asked_and_done(chat, database) -> None:
    fail_also(database, "RE-1001-0024")
    talk = chat("K-1001")
    asked = await talk.says("noch einmal", "retry_payment")
    assert asked.open == ["retry_payment"]
    choice = next(b for b in asked.buttons if "RE-1001-0024" in b.title)
    shown = await talk.presses(choice)
    assert "RE-1001-0024" in shown.text
    receipt = await talk.says("ja", "affirm")
    assert receipt.rows()["Rechnung"] == "RE-1001-0024"
    assert "RE-1001-0025" in receipt.button("retry_payment").title
    paid = rows(
        database, "SELECT number FROM invoices WHERE customer = 'K-1001' AND status <> 'paid'"
    )
    assert paid == [("RE-1001-0025",)]


async def test_one_of_several_is_named(chat, database) -> None:
    fail_also(database, "RE-1001-0024")
    talk = chat("K-1001")
    shown = await talk.says("die", "retry_payment", entities={"invoice": "RE-1001-0024"})
    assert "RE-1001-0024" in shown.text
    other = await talk.says("nein, die andere", "deny", entities={"invoice": "RE-1001-0025"})
    assert "RE-1001-0025" in other.text
    none = await talk.says("nein", "inform", entities={"invoice": "RE-1001-0003"})
    assert "keine Zahlung fehlgeschlagen" in none.text


async def test_all_failures_are_told(chat, database) -> None:
    fail_also(database, "RE-1001-0024")
    answer = await chat("K-1001").says("warum", "why_payment_failed")
    told = [card.rows[1].value for card in answer.says[0].cards]
    assert told == ["RE-1001-0025", "RE-1001-0024"]
    assert "Insgesamt sind 2 Zahlungen" in answer.text


async def test_no_try_left_is_a_persons(chat) -> None:
    answer = await chat("K-1064", locale="en").says("again", "retry_payment")
    assert answer.handoff is not None
    assert (answer.handoff.reason, answer.handoff.skill) == ("policy", "COL")


async def test_who_insists_on_a_forbidden_try_gets_a_person(chat) -> None:
    talk = chat("K-1005")
    assert (await talk.says("noch einmal", "retry_payment")).handoff is None
    answer = await talk.says("doch, bitte noch einmal", "retry_payment")
    assert answer.handoff is not None
    assert answer.handoff.skill == "COL"


async def test_what_rests_is_not_tried(chat) -> None:
    answer = await chat("K-1047").says("noch einmal", "retry_payment")
    assert "F-1047HARD" in answer.text
    assert not answer.open


async def test_money_under_way_is_not_asked_for_again(chat) -> None:
    for intent in ("retry_payment", "why_payment_failed", "pay_now", "already_paid"):
        answer = await chat("K-1052", locale="en").says("again", intent)
        assert "under way" in answer.text, intent
        assert not answer.open


async def test_another_wish_about_the_money_takes_the_place_of_the_first(chat, clock) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    day = {"date": (today(clock) + timedelta(days=4)).isoformat()}
    promise = await talk.says("ich zahle am …", "promise_to_pay", entities=day)
    assert promise.open == ["promise_to_pay"]
    dropped = await talk.says("nein", "deny")
    assert dropped.open == []
    assert "Zahlung noch einmal versuchen" not in dropped.text
