"""The saved reply that fits is among the three suggested; where none fits, almost always none is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from handoff.desk.work.matching import MOST, suggested
from handoff.desk.work.replies import SavedReply, Worded
from handoff.desk.work.seeds import read_seeds
from handoff.desk.work.words import words_of

SEEDS = Path(__file__).resolve().parents[3] / "data" / "seed" / "replies.yml"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
FITTING = [
    ("Warum wurde meine Karte abgelehnt?", "payment_failed"),
    ("Meine Abbuchung ist geplatzt", "payment_failed"),
    ("Ich habe heute eine Mahnung im Briefkasten gehabt", "payment_failed"),
    ("why did my payment fail", "payment_failed"),
    ("the debit bounced and now you send me reminders", "payment_failed"),
    ("Sie haben mir den Betrag zweimal abgebucht, ich will das Geld zurück", "money_back"),
    ("Wo bleibt meine Erstattung", "money_back"),
    ("you charged me twice", "money_back"),
    ("when will I get the refund", "money_back"),
    ("Hiermit kündige ich mein Abo", "cancelled"),
    ("ist meine Kuendigung angekommen", "cancelled"),
    ("cancel my subscription please", "cancelled"),
    ("when does my contract run out", "cancelled"),
    ("Ich fahre drei Wochen in den Urlaub, kann ich so lange pausieren?", "pause"),
    ("Bitte die Zeitung für zwei Wochen aussetzen", "pause"),
    ("we're on holiday for a month, put it on hold", "pause"),
    ("Die Samstagszeitung war wieder nicht im Briefkasten", "delivery"),
    ("Mein Magazin fehlt diesen Monat", "delivery"),
    ("no newspaper in my letterbox this morning", "delivery"),
    ("the last issue never arrived", "delivery"),
    ("Ich komme nicht in mein Konto, Passwort vergessen", "login"),
    ("Anmeldung geht nicht", "login"),
    ("I can't sign in any more", "login"),
    ("my account is locked", "login"),
    ("Danke, das wars", "closing"),
    ("Super, vielen Dank für Ihre Hilfe", "closing"),
    ("thanks, bye", "closing"),
    ("Gibt es da einen echten Menschen?", "greeting"),
    ("can I talk to a real person", "greeting"),
]
NOT_FITTING = [
    "Welche Farbe hat der Himmel",
    "Mein Hund ist krank",
    "How tall is the Eiffel tower",
    "Ich wohne in Hamburg",
    "Könnten Sie mir die Uhrzeit sagen",
    "ok",
    "???",
    "1234",
    "The weather is nice in July",
    "Wer hat das Tor geschossen",
    "My cat likes tuna",
    "Ja bitte",
    "lorem ipsum dolor",
]


def kept(words: list[tuple[str, Worded]]) -> list[SavedReply]:
    return [SavedReply(id_, its, NOW, "seed") for id_, its in words]


REPLIES = kept(read_seeds(SEEDS)[0])


def ids(message: str, replies: list[SavedReply]) -> list[str]:
    return [one.reply.id for one in suggested(message, replies)]


def share_found(replies: list[SavedReply], among: int) -> float:
    return sum(wanted in ids(text, replies)[:among] for text, wanted in FITTING) / len(FITTING)


def test_the_fitting_reply_is_among_the_three_and_mostly_the_first() -> None:
    assert share_found(REPLIES, MOST) == 1
    assert share_found(REPLIES, 1) >= 0.85


def test_negative_control_replies_with_the_words_of_others_are_not_found() -> None:
    words = [reply.words for reply in REPLIES]
    swapped = [
        (reply.id, other) for reply, other in zip(REPLIES, words[3:] + words[:3], strict=True)
    ]
    assert share_found(kept(swapped), 1) < 0.2


def test_where_nothing_fits_nothing_is_suggested() -> None:
    wrong = [text for text in NOT_FITTING if ids(text, REPLIES)]
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("text", ["", " ", "der die das", "the and of", "x", "🙂", "{name}"])
def test_nothing_telling_gives_nothing(text: str) -> None:
    assert ids(text, REPLIES) == []
    assert ids(text, []) == []


def test_the_order_does_not_depend_on_the_order_of_the_replies() -> None:
    for text, _ in FITTING:
        assert ids(text, REPLIES) == ids(text, REPLIES[::-1])


def test_words_are_compared_without_case_umlauts_and_accents() -> None:
    assert words_of("KÜNDIGUNG") == words_of("kuendigung") == words_of("Ku\u0308ndigung")
    assert words_of("Straße, café!") == ["strasse", "cafe"]
    assert words_of("C-7F3K-29QD") == ["c", "7f3k", "29qd"]
