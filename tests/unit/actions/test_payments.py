"""Failed payments: why, the ways out, and a retry that happens once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from subscriptions.model.base import Caller, Level
from subscriptions.model.payments import Failure, FailureClass, WayOut
from subscriptions.policy import reasons


@pytest.mark.parametrize(
    ("customer", "words", "retry"),
    [
        ("K-1001", "nicht verfügbar", True),
        ("K-1003", "Stimmt das hinterlegte Konto noch", True),
        ("K-1005", "anderen Zahlungsweg", False),
        ("K-1007", "abgelaufen", False),
        ("K-1008", "Stimmt etwas nicht", False),
        ("K-1009", "ohne uns einen Grund zu nennen", True),
    ],
)
async def test_the_reason_and_two_ways_out(chat, customer: str, words: str, retry: bool) -> None:
    answer = await chat(customer).says("Warum ging das schief?", "why_payment_failed")
    assert words in answer.text
    offered = {button.intent for button in answer.buttons}
    assert ("retry_payment" in offered) is retry
    assert len(offered - {"request_human"}) >= 2
    assert "request_human" in offered
    assert answer.handoff is None


async def test_who_stopped_the_payment_is_offered_a_person_first(chat) -> None:
    answer = await chat("K-1008").says("Warum?", "why_payment_failed")
    assert answer.buttons[0].style == "person"


async def test_nothing_failed(chat) -> None:
    answer = await chat("K-1002").says("Warum?", "why_payment_failed")
    assert "keine" in answer.text.lower()


@pytest.mark.parametrize("customer", ["K-1001", "K-1003", "K-1005", "K-1007", "K-1008", "K-1009"])
@pytest.mark.parametrize("locale", ["de", "en"])
async def test_reason_and_ways_are_the_ones_of_the_business(
    chat, services, *, customer: str, locale: str
) -> None:
    talk = chat(customer, locale=locale)
    caller = Caller(customer, Level.IDENTIFIED, "bot")
    failure = services.subscriptions.payments.why_failed(caller)
    assert failure is not None
    answer = await talk.says("?", "why_payment_failed")
    for said in (failure.reason, failure.todo):
        assert said is not None
        assert getattr(said, locale) in answer.text
    offered = [button.intent for button in answer.buttons]
    best = [str(way) for way in failure.ways[:3]]
    assert offered == (best if WayOut.PERSON in failure.ways else [*best, "request_human"])


async def test_a_retry_is_proposed_then_executed_once(chat) -> None:
    talk = chat("K-1001")
    proposal = await talk.says("Bitte noch einmal abbuchen", "retry_payment")
    assert "11,99 €" in proposal.text
    assert "Visa •••• 4242" in proposal.text
    assert [b.title for b in proposal.buttons] == ["Ja", "Nein"]
    still_open = await chat("K-1001").says("Was ist offen?", "balance_next_charge")
    assert "11,99 €" in still_open.text

    yes = proposal.button("affirm")
    receipt = await talk.presses(yes)
    assert receipt.rows()["Ergebnis"] == "bezahlt"
    assert receipt.rows()["Referenz"]
    assert not receipt.open
    again = await talk.presses(yes)
    assert again.rows() == receipt.rows()
    paid = await talk.says("Was ist offen?", "balance_next_charge")
    assert "überfällig" not in paid.text
    assert "why_payment_failed" not in {b.intent for b in paid.buttons}


async def test_a_typed_yes_counts_for_a_retry(chat) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    receipt = await talk.says("ja", "affirm")
    assert receipt.rows()["Ergebnis"] == "bezahlt"
    late = await talk.says("ja", "affirm")
    assert late.rows() == {}


async def test_a_direct_debit_is_submitted_not_paid(chat) -> None:
    talk = chat("K-1003")
    await talk.says("noch einmal", "retry_payment")
    receipt = await talk.says("ja", "affirm")
    assert receipt.rows()["Ergebnis"] == "eingereicht"
    assert "noch zurückgeben" in receipt.text


async def test_a_retry_that_fails_again_says_so(chat) -> None:
    talk = chat("K-1009", locale="en")
    await talk.says("again please", "retry_payment")
    answer = await talk.says("yes", "affirm")
    assert "did not succeed" in answer.text
    assert "without giving us a reason" in answer.text
    assert {"retry_payment", "change_payment_method"} <= {b.intent for b in answer.buttons}


@pytest.mark.parametrize("customer", ["K-1005", "K-1007", "K-1008"])
async def test_a_forbidden_retry_is_refused_honestly(chat, customer: str) -> None:
    talk = chat(customer)
    answer = await talk.says("noch einmal", "retry_payment")
    assert not answer.open
    offered = {button.intent for button in answer.buttons}
    assert "affirm" not in offered
    assert "retry_payment" not in offered
    assert len(offered - {"request_human"}) >= 2


async def test_a_provider_that_is_down_changes_nothing_and_calls_a_person(chat) -> None:
    talk = chat("K-1010")
    await talk.says("noch einmal", "retry_payment")
    answer = await talk.says("ja", "affirm")
    assert "nichts passiert" in answer.text
    assert answer.handoff is not None
    assert answer.handoff.reason == "write_failed"
    assert answer.handoff.skill == "COL"
    assert "payment service" in answer.handoff.tried[-1].result_en


async def test_an_old_proposal_is_shown_again_before_anything_happens(chat, clock) -> None:
    talk = chat("K-1001")
    proposal = await talk.says("noch einmal", "retry_payment")
    clock.ahead = timedelta(minutes=31)
    shown = await talk.presses(proposal.button("affirm"))
    assert shown.rows() == {}
    assert "eine Weile her" in shown.text
    assert (await talk.says("ja", "affirm")).rows()["Ergebnis"] == "bezahlt"


async def test_a_question_in_between_is_answered_and_the_proposal_called_to_mind(chat) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    between = await talk.says("Wofür?", "explain_charge")
    assert between.says[0].cards
    assert "Zahlung noch einmal versuchen" in between.says[-1].text
    assert between.open == ["retry_payment"]
    assert (await talk.says("ja", "affirm")).rows()["Ergebnis"] == "bezahlt"


async def test_a_foreign_proposal_is_worth_nothing(chat) -> None:
    proposal = await chat("K-1001").says("noch einmal", "retry_payment")
    answer = await chat("K-1002").presses(proposal.button("affirm"))
    assert answer.rows() == {}
    stranger = await chat(None).presses(proposal.button("affirm"))
    assert stranger.rows() == {}


def _held_back(failure: Failure, kind: FailureClass) -> Failure:
    """The same failure in another class, as the business would say it."""
    said = reasons.EXPLAINED[kind]
    ways = reasons.ways_out(kind, retry=True, promise=True)
    return replace(failure, kind=kind, ways=ways, reason=said.reason, todo=said.todo)


@pytest.mark.parametrize("kind", [FailureClass.RISK, FailureClass.STOP_ALL])
@pytest.mark.parametrize("intent", ["why_payment_failed", "retry_payment"])
async def test_risk_goes_to_a_person_without_a_word(
    chat, services, monkeypatch, *, kind, intent
) -> None:
    real = services.subscriptions.payments.why_failed
    monkeypatch.setattr(
        services.subscriptions.payments,
        "why_failed",
        lambda caller: _held_back(real(caller), kind),
    )
    answer = await chat("K-1001").says("Warum?", intent)
    assert answer.handoff is not None
    assert (answer.handoff.reason, answer.handoff.skill) == ("policy", "COL")
    assert answer.says[0].cards == []
    assert "11,99" not in answer.text
