"""A yes belongs to one showing: an old button writes nothing; what is called to mind says what it is about."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from subscriptions.policy.calendar import business_date, working_days
from tests.chats import Clock
from tests.unit.actions.conftest import Start

PROMISES = "SELECT due_on FROM promises WHERE customer = 'K-1001'"
TRIES = "SELECT count(*) FROM attempts WHERE invoice LIKE 'RE-1001-%'"


def rows_of(database: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as db:
        return db.execute(statement).fetchall()


async def test_the_yes_of_what_was_declined_writes_nothing(chat: Start, database: Path) -> None:
    talk = chat("K-1001")
    before = rows_of(database, TRIES)
    yes = (await talk.says("noch einmal", "retry_payment")).button("affirm")
    await talk.says("nein", "deny")
    late = await talk.presses(yes)
    assert late.rows() == {}
    assert late.handoff is None
    assert not late.open
    assert rows_of(database, TRIES) == before
    again = await talk.presses(late.button("inform"))
    assert "11,99 €" in again.text
    assert (await talk.presses(again.button("affirm"))).rows()


async def test_the_yes_of_what_was_corrected_shows_what_holds(
    chat: Start, clock: Clock, database: Path
) -> None:
    today = business_date(clock())
    first, second = working_days(today + timedelta(days=2), today + timedelta(days=12))[:2]
    talk = chat("K-1001", locale="en")
    shown = await talk.says("later", "promise_to_pay", entities={"date": first.isoformat()})
    other = await talk.says("no, then", "deny", entities={"date": second.isoformat()})
    late = await talk.presses(shown.button("affirm"))
    assert late.rows() == {}
    assert "changed" in late.text
    assert f"{second.day} {second:%b}" in late.text
    assert late.open == ["promise_to_pay"]
    assert late.button("affirm") == other.button("affirm")
    assert (await talk.presses(late.button("affirm"))).rows()
    assert rows_of(database, "SELECT count(*) FROM promises WHERE customer = 'K-1001'") == [(1,)]


async def test_what_was_carried_out_has_its_receipt_again(chat: Start, database: Path) -> None:
    talk = chat("K-1001")
    yes = (await talk.says("noch einmal", "retry_payment")).button("affirm")
    first = await talk.presses(yes)
    after = rows_of(database, TRIES)
    assert (await talk.presses(yes)).rows() == first.rows()
    assert rows_of(database, TRIES) == after


async def test_a_payment_is_called_to_mind_with_its_amount(chat: Start) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    between = await talk.says("Wer bist du?", "about_bot")
    assert "11,99 €" in between.says[-1].text.replace("\N{NO-BREAK SPACE}", " ")
    assert "gezeigt" not in between.text


async def test_a_card_is_called_to_mind_with_what_it_lists(chat: Start) -> None:
    talk = chat("K-1006", locale="en")
    shown = await talk.says("smaller", "downgrade_plan")
    between = await talk.says("thanks", "thank")
    assert shown.rows()["New plan"] in between.text
    assert "as shown" not in between.text


async def test_an_order_is_called_to_mind_with_its_price(chat: Start) -> None:
    talk = chat("K-1004")
    quote = await talk.says("größer", "upgrade_plan")
    order = quote.button("affirm").order
    assert order is not None
    between = await talk.says("Wer bist du?", "about_bot")
    assert order.price in between.says[-1].text


async def test_in_another_language_it_is_shown_anew(chat: Start) -> None:
    talk = chat("K-1001")
    old = (await talk.says("noch einmal", "retry_payment")).button("affirm")
    english = await talk.says("English please", "switch_language")
    assert "€11.99" in english.text
    assert (await talk.presses(old)).rows() == {}
    assert (await talk.presses(english.button("affirm"))).rows()


async def test_after_a_while_it_is_shown_anew(chat: Start, clock: Clock) -> None:
    talk = chat("K-1001")
    old = (await talk.says("noch einmal", "retry_payment")).button("affirm")
    clock.ahead += timedelta(hours=2)
    between = await talk.says("Wer bist du?", "about_bot")
    assert between.open == ["retry_payment"]
    assert between.button("affirm") != old
    assert (await talk.presses(between.button("affirm"))).rows()


async def test_after_a_person_an_old_yes_claims_nothing_of_what_was_done(chat: Start) -> None:
    talk = chat("K-1001")
    yes = (await talk.says("noch einmal", "retry_payment")).button("affirm")
    assert (await talk.presses(yes)).rows()
    await talk.says("Ich möchte einen Menschen", "request_human")
    late = await talk.presses(yes)
    assert "Klick" in late.text, "what is said is said of this press, not of the payment"
    assert "nichts ausgeführt" not in late.text
