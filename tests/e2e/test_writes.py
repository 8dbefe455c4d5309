"""What changes data is confirmed, done once, visible in the data and audited."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.e2e.pages import Subscriber

Arrive = Callable[..., Subscriber]
Look = Callable[..., list[tuple[Any, ...]]]

ATTEMPTS = """SELECT a.state FROM attempts a JOIN invoices i ON i.number = a.invoice
    JOIN subscriptions s ON s.id = i.subscription WHERE s.customer = ? ORDER BY a.at"""


def test_a_retry_is_confirmed_done_once_and_audited(subscriber: Arrive, data: Look) -> None:
    before = len(data(ATTEMPTS, "K-1001"))
    anna = subscriber("K-1001")
    proposal = anna.ask("Bitte versuchen Sie die Abbuchung noch einmal")
    assert "11,99 €" in proposal
    assert len(data(ATTEMPTS, "K-1001")) == before
    receipt = anna.ask("Ja, bitte")
    again = anna.ask("Ja, bitte")
    assert "Beleg" in receipt
    assert "Beleg:" not in again
    assert len(data(ATTEMPTS, "K-1001")) == before + 1
    assert data(ATTEMPTS, "K-1001")[-1] == ("succeeded",)
    audited = data(
        "SELECT count(*) FROM audit_entries WHERE customer = 'K-1001' AND action LIKE '%retry%'"
    )
    assert audited == [(1,)]


def test_a_method_that_may_not_be_tried_again_is_refused(subscriber: Arrive, data: Look) -> None:
    before = data(ATTEMPTS, "K-1005")
    gerda = subscriber("K-1005")
    answer = gerda.ask("Bitte versuchen Sie die Abbuchung noch einmal")
    assert "nicht" in answer
    gerda.ask("Ja")
    assert data(ATTEMPTS, "K-1005") == before


def test_an_upgrade_is_quoted_to_the_day_and_ordered_by_its_button_only(
    subscriber: Arrive, data: Look
) -> None:
    ben = subscriber("K-1004", locale="en")
    quote = ben.ask("I would like to upgrade to the Pro plan")
    assert all(amount in quote for amount in ("€10.00", "€15.00", "€5.00"))
    plan = "SELECT plan FROM subscriptions WHERE customer = 'K-1004'"
    typed = ben.ask("yes")
    assert "button" in typed
    assert data(plan) == [("learn-start",)]
    receipt = ben.press("Order with obligation to pay")
    assert "€5.00" in receipt
    assert data(plan) == [("learn-pro",)]
    orders = data(
        "SELECT count(*) FROM audit_entries WHERE customer = 'K-1004' AND action LIKE '%order%'"
    )
    assert orders == [(1,)]
    expect(ben.log.get_by_role("button", name="Order with obligation to pay")).to_have_count(0)


def test_a_downgrade_waits_for_the_end_of_the_period(subscriber: Arrive, data: Look) -> None:
    tom = subscriber("K-1006")
    tom.ask("Ich möchte in einen kleineren Tarif wechseln, Basic reicht mir")
    tom.press("Ja")
    row = data("SELECT plan, pending_plan FROM subscriptions WHERE customer = 'K-1006'")
    assert row == [("stream-premium", "stream-basic")]


def test_a_cancellation_is_receipted_at_once_and_only_once(subscriber: Arrive, data: Look) -> None:
    marcus = subscriber("K-1002", locale="en")
    receipt = marcus.ask("I want to cancel my subscription")
    rows = data(
        "SELECT c.reference FROM cancellations c JOIN subscriptions s ON s.id = c.subscription"
        " WHERE s.customer = 'K-1002'"
    )
    assert len(rows) == 1
    assert rows[0][0] in receipt
    assert rows[0][0] in marcus.ask("I want to cancel my subscription")
    assert data("SELECT state FROM subscriptions WHERE customer = 'K-1002'") == [
        ("cancel_scheduled",)
    ]


def test_a_visitor_may_cancel_and_a_person_assigns_it(subscriber: Arrive, data: Look) -> None:
    visitor = subscriber(None)
    receipt = visitor.ask("Hiermit kündige ich mein Abo zum nächstmöglichen Termin")
    [(reference,)] = data("SELECT reference FROM cancellations WHERE subscription IS NULL")
    assert reference in receipt
    expect(visitor.notices.first).to_be_visible()
