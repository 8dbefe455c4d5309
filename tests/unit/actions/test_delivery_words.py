"""What people say about the paper, read."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from actions.dialogue.pending import Pending
from actions.topics import delivery_words as said
from actions.turn import Turn
from subscriptions.model.base import Caller, Level

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def turn(typed: str, **entities: tuple[str, ...]) -> Turn:
    return Turn(
        caller=Caller("K-1051", Level.IDENTIFIED, "bot"),
        locale="de",
        key="c:1",
        text=typed,
        intent="suspend_delivery",
        confidence=0.9,
        guess=None,
        likely=(),
        entities=entities,
        pressed={},
        handback=None,
        open=(),
        last_say=None,
        topic=None,
        misses=0,
        demands=1,
        steps=(),
    )


def asking(given: Turn, asks: str) -> Turn:
    """The same words as an answer to our question."""
    open_matter = Pending("suspend_delivery", "K-1051", "k", NOW, {}, asks)
    return replace(given, open=(open_matter,))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Die Zeitung ist heute nicht gekommen", "missing"),
        ("heute lag wieder keine Zeitung da", "missing"),
        ("fehlt schon wieder", "missing"),
        ("the paper never came", "missing"),
        ("my newspaper didn't arrive", "missing"),
        ("kam viel zu spät", "late"),
        ("erst um elf im Kasten", "late"),
        ("it came late", "late"),
        ("total durchnässt", "damaged"),
        ("zerrissen, und einzelne Seiten fehlen", "damaged"),
        ("the paper was soaked", "damaged"),
        ("Problem mit der Zeitung", None),
        ("something about my paper", None),
    ],
)
def test_what_was_wrong(typed: str, read: str | None) -> None:
    assert said.problem(turn(typed)) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("lieber eine Gutschrift", "credit"),
        ("zieht es von der Rechnung ab", "credit"),
        ("knock it off my next bill", "credit"),
        ("bitte noch einmal schicken", "redelivery"),
        ("nachliefern", "redelivery"),
        ("send me another copy", "redelivery"),
        ("egal", None),
    ],
)
def test_how_it_is_put_right(typed: str, read: str | None) -> None:
    assert said.remedy(turn(typed)) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Zeitung unterbrechen", "interrupt"),
        ("please hold my paper", "interrupt"),
        ("umleiten bitte", "redirect"),
        ("to another address", "redirect"),
        ("an meine Schwester", "redirect"),
        ("to our neighbours", "redirect"),
        ("spendet sie", "donate"),
        ("give it to charity", "donate"),
        ("nimm die Unterbrechung zurück", "withdraw"),
        ("cancel the interruption", "withdraw"),
        ("bin im Urlaub", None),
    ],
)
def test_what_shall_happen(typed: str, read: str | None) -> None:
    assert said.wish(turn(typed)) == read


def test_an_address_means_a_redirection() -> None:
    assert said.wish(turn("bitte an Am Deich 4", street=("Am Deich 4",))) == "redirect"


@pytest.mark.parametrize(
    ("given", "days"),
    [
        (turn("x", period=("2026-12-03/2026-12-17",)), ("2026-12-03", "2026-12-17")),
        (turn("x", month=("2027-02",)), ("2027-02-01", "2027-02-28")),
        (turn("ab a bis b", date=("2026-12-03", "2026-12-17")), ("2026-12-03", "2026-12-17")),
        (turn("nein, bis zum 20.", date=("2026-12-20",)), (None, "2026-12-20")),
        (turn("erst ab dem 5.", date=("2026-12-05",)), ("2026-12-05", None)),
        (turn("am 5.", date=("2026-12-05",)), ("2026-12-05", None)),
        (turn("ab dem 20. wieder liefern", date=("2026-12-20",)), (None, "2026-12-19")),
        (turn("ab 1.12. 2 Wochen", date=("2026-12-01",), duration=("P2W",)), ("2026-12-01", "P2W")),
        (turn("irgendwann"), (None, None)),
        (asking(turn("20.12.", date=("2026-12-20",)), "until_on"), (None, "2026-12-20")),
        (asking(turn("20.12.", date=("2026-12-20",)), "from_on"), ("2026-12-20", None)),
        (asking(turn("lieber der 20.", date=("2026-12-20",)), ""), (None, "2026-12-20")),
    ],
)
def test_first_and_last_day(given: Turn, days: tuple[str | None, str | None]) -> None:
    assert (said.first_day(given), said.last_day(given)) == days


@pytest.mark.parametrize(
    ("duration", "last"),
    [
        ("P10D", date(2026, 12, 10)),
        ("P2W", date(2026, 12, 14)),
        ("P1M", date(2026, 12, 31)),
        ("P1Y", date(2027, 11, 30)),
        ("PT2H", None),
    ],
)
def test_how_long_it_lasts(duration: str, last: date | None) -> None:
    assert said.lasting(date(2026, 12, 1), duration) == last


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("nach Österreich", "AT"),
        ("to Spain", "ES"),
        ("ins Ausland", "abroad"),
        ("nach Husum", None),
        ("nach Deutschland", "DE"),
    ],
)
def test_countries(typed: str, read: str | None) -> None:
    assert said.country(turn(typed)) == read


def test_of_two_days_the_earlier_one_is_the_issue() -> None:
    both = turn("die von gestern ist heute noch nicht da", date=("2026-11-21", "2026-11-20"))
    assert said.issue_day(both) == "2026-11-20"


@pytest.mark.parametrize(
    ("typed", "day", "meant"),
    [
        ("die von Freitag", date(2026, 11, 27), date(2026, 11, 20)),
        ("die von Freitag", date(2026, 11, 20), date(2026, 11, 20)),
        ("die vom 27.", date(2026, 11, 27), date(2026, 11, 27)),
        ("Friday's paper", date(2026, 11, 27), date(2026, 11, 20)),
    ],
)
def test_a_weekday_of_a_paper_lies_behind_us(typed: str, day: date, meant: date) -> None:
    assert said.issue_of(day, turn(typed), date(2026, 11, 21)) == meant
