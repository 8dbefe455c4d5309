"""What the chat says when the operator's own billing system does not answer, or does not offer a thing."""

import socket
from collections.abc import Iterator

import pytest

from subscriptions.port import Business
from subscriptions.remote import RemoteSettings, open_remote


@pytest.fixture
def away(database, clock) -> Iterator[Business]:
    """The business on a remote system at an address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: every connection is refused
        settings = RemoteSettings(f"http://127.0.0.1:{taken.getsockname()[1]}", "chat", "secret")
        with open_remote(settings, f"sqlite:///{database}", clock) as business:
            yield business


@pytest.mark.parametrize(
    ("locale", "words"),
    [("de", "komme gerade nicht an Ihre Daten"), ("en", "cannot reach your data")],
)
@pytest.mark.parametrize("intent", ["balance_next_charge", "explain_charge", "why_payment_failed"])
async def test_a_question_is_answered_honestly_and_a_person_comes(
    chat, away, locale, words, intent
) -> None:
    answer = await chat("K-77", locale=locale, subscriptions=away).says("?", intent)
    assert words in answer.text
    assert answer.handoff is not None
    assert answer.handoff.reason == "bot_unavailable"


async def test_a_cancellation_gets_its_receipt_all_the_same(chat, away) -> None:
    answer = await chat("K-77", subscriptions=away).says("Ich kündige.", "cancel_subscription")
    assert answer.rows()["Referenz"].startswith("C-")
    assert answer.handoff is not None


async def test_what_is_not_offered_goes_to_a_person(chat, away) -> None:
    answer = await chat(None, subscriptions=away).says(
        "Passwort vergessen", "reset_password", entities={"email": "a@example.org"}
    )
    assert "nicht selbst erledigen" in answer.text
    assert answer.handoff is not None
    assert answer.handoff.reason == "not_covered"
