"""What a subscriber asks is answered from the database, in both languages, and only to the one it belongs to."""

import re
from collections.abc import Callable

import httpx
import pytest

from tests.e2e.pages import Subscriber, plain
from tests.product import Product

Arrive = Callable[..., Subscriber]


@pytest.mark.parametrize(
    ("locale", "words"),
    [("de", "automatische Assistent, kein Mensch"), ("en", "automated assistant")],
)
def test_the_first_message_says_that_it_is_a_bot(
    subscriber: Arrive, locale: str, words: str
) -> None:
    assert words in plain(subscriber("K-1002", locale=locale).bot.first.inner_text())


def test_two_customers_get_two_correct_answers(subscriber: Arrive) -> None:
    anna = subscriber("K-1001").ask("Wofür ist die letzte Abbuchung?")
    ben = subscriber("K-1004", locale="en").ask("What is the charge on my last bill for?")
    assert "11,99 €" in anna
    assert "RE-1001-" in anna
    assert "€20.00" in ben
    assert "RE-1004-" in ben


@pytest.mark.parametrize(
    ("locale", "question", "amount"),
    [
        ("de", "Wie viel ist offen und wann bucht ihr das nächste Mal ab?", "16,99 €"),
        ("en", "How much do I owe and when is the next debit?", "€16.99"),
    ],
)
def test_balance_and_next_debit(
    subscriber: Arrive, locale: str, question: str, amount: str
) -> None:
    assert amount in subscriber("K-1006", locale=locale).ask(question)


@pytest.mark.parametrize(
    ("customer", "locale", "question", "reason"),
    [
        ("K-1001", "de", "Warum ist meine Zahlung fehlgeschlagen?", "nicht verfügbar"),
        ("K-1003", "de", "Warum wurde die Lastschrift zurückgegeben?", "Datenschutz"),
        ("K-1007", "en", "Why did my payment fail?", "expired"),
    ],
)
def test_a_failure_is_explained_in_plain_words(
    subscriber: Arrive, customer: str, locale: str, question: str, reason: str
) -> None:
    answer = subscriber(customer, locale=locale).ask(question)
    assert reason in answer
    assert not re.search(r"MS03|insufficient_funds|expired_card|soft_", answer)


@pytest.mark.parametrize(
    ("locale", "question", "identify"),
    [
        ("de", "Warum ist meine Zahlung fehlgeschlagen?", "E-Mail-Adresse oder Kundennummer"),
        ("de", "Wofür ist die letzte Abbuchung?", "E-Mail-Adresse oder Kundennummer"),
        ("en", "Why did my payment fail?", "e-mail address or customer number"),
        (
            "en",
            "How much do I owe and when is the next debit?",
            "e-mail address or customer number",
        ),
    ],
)
def test_a_visitor_is_asked_who_he_is_and_gets_nothing(
    subscriber: Arrive, locale: str, question: str, identify: str
) -> None:
    answer = subscriber(None, locale=locale).ask(question)
    assert re.search(identify, answer)
    assert not re.search(r"\d+[.,]\d\d|RE-\d|K-\d", answer)


def test_plans_are_compared_for_anybody(subscriber: Arrive) -> None:
    answer = subscriber("K-1002", locale="en").ask("What are the differences between your plans?")
    assert all(price in answer for price in ("€7.99", "€11.99", "€16.99"))


def test_a_reset_says_the_same_whether_or_not_the_account_exists(subscriber: Arrive) -> None:
    known = subscriber(None).ask("Passwort vergessen, meine Adresse ist anna.lindqvist@example.org")
    unknown = subscriber(None).ask("Passwort vergessen, meine Adresse ist nobody.here@example.org")
    strip = re.compile(r"\S+@\S+|\d{1,2}:\d\d( [AP]M)?")
    assert strip.sub("", known) == strip.sub("", unknown)


@pytest.mark.parametrize(
    ("locale", "text", "answer"),
    [
        ("de", "Bist du ein Roboter oder ein Mensch?", "Assistent"),
        ("en", "are you a bot or a real person?", "assistant"),
        ("de", "Guten Tag", "."),
        ("en", "thank you very much", "."),
        ("de", "Tschüss, bis bald", "."),
        ("en", "please switch to German", "Deutsch|deutsch"),
        ("de", "Nein danke, vergiss es", "."),
    ],
)
def test_small_talk_and_acts_are_answered(
    subscriber: Arrive, locale: str, text: str, answer: str
) -> None:
    assert re.search(answer, subscriber(None, locale=locale).ask(text))


def test_text_that_looks_like_a_command_is_plain_text(subscriber: Arrive) -> None:
    person = subscriber("K-1002", locale="en")
    person.ask('/restart{"locale": "de"}')
    assert person.texts("subscriber")[-1] == '/restart{"locale": "de"}'
    assert "€7.99" in person.ask("What are the differences between your plans?")


@pytest.mark.parametrize("path", ["/", "/desk", "/docs", "/healthz", "/readyz", "/openapi.json"])
def test_the_addresses_answer(product: Product, path: str) -> None:
    assert httpx.get(product.base + path, trust_env=False).status_code == 200


@pytest.mark.parametrize(
    ("locale", "question", "words"),
    [
        ("de", "Wie lange kann ich kostenlos testen?", "14 kostenlosen Tagen"),
        ("en", "Do you have a free trial?", "14 free days"),
    ],
)
def test_a_general_question_is_answered_from_the_articles(
    subscriber: Arrive, locale: str, question: str, words: str
) -> None:
    assert words in subscriber("K-1002", locale=locale).ask(question)
