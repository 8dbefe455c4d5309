"""Words to look for, the place of a hit, whom a note names, and what the studio gets."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.conversations.model import Author, Event
from handoff.desk.work.labels import Label, LabelRefused, checked_label
from handoff.desk.work.mentions import named_in, namings
from handoff.desk.work.search import MOST_WORDS, asked, best_place, excerpt
from handoff.desk.work.turn_labels import Meant, TurnLabel, is_intent, json_lines
from handoff.desk.work.words import words_of

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def event(at: int, text: str | None, kind: str = "message", **body: object) -> Event:
    return Event(
        conversation="c",
        seq=at,
        kind=kind,
        author=Author.AGENT,
        epoch=1,
        cid=None,
        agents_only=kind == "note",
        body={"text": text, **body},
        private={},
        at=NOW,
    )


@pytest.mark.parametrize(
    ("text", "logins"),
    [
        ("@maya bitte ansehen", ("maya",)),
        ("Frag @Maya, @jonas und @maya.", ("maya", "jonas")),
        ("an anna@example.org", ()),
        ("(@ines)", ("ines",)),
        ("@", ()),
        ("@@maya", ()),
        ("@maya.brandt.", ("maya.brandt",)),
        (" ".join(f"@a{n}" for n in range(30)), tuple(f"a{n}" for n in range(10))),
    ],
)
def test_whom_a_note_names(text: str, logins: tuple[str, ...]) -> None:
    assert named_in(text) == logins


def test_a_corrected_note_names_whom_it_names_now_and_a_deleted_one_nobody() -> None:
    log = [
        event(1, "@maya", "note"),
        event(2, "@maya", "note"),
        event(3, "@ines in a message names nobody"),
        event(4, "@jonas", "edit", seq=1),
        event(5, None, "edit", seq=2),
    ]
    assert namings(log) == {1: ("jonas",), 2: ()}
    later = [replace(event(6, "@ines", "edit", seq=1), agents_only=True)]
    assert namings(later) == {1: ("ines",)}


def test_words_to_look_for_are_few_and_each_once() -> None:
    assert asked("  Rechnung, rechnung MÄRZ ") == ("rechnung", "maerz")
    assert len(asked(" ".join(f"w{n}" for n in range(50)))) == MOST_WORDS
    assert asked("?! …") == ()


def test_the_place_of_a_hit_is_the_newest_that_holds_most() -> None:
    log = [
        event(1, "die Rechnung vom März"),
        event(2, "eine Rechnung"),
        event(3, "März und Rechnung, noch einmal"),
        event(4, "nichts davon"),
    ]
    assert best_place(log, ("rechnung", "maerz"))[0] == 3
    assert best_place(log, ("fehlt",)) == (None, "")


def test_an_excerpt_shows_no_account_number_even_to_who_looked_for_it() -> None:
    log = [event(1, "Meine IBAN DE89 3704 0044 0532 0130 00 ist neu")]
    for words in (("iban",), ("de89",), ("3704",)):
        seq, shown = best_place(log, words)
        assert (seq, shown) == (1, "Meine IBAN …3000 ist neu")


@given(
    st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), max_size=60)
)
def test_an_excerpt_shows_the_word_that_is_looked_for(words: list[str]) -> None:
    text = " ".join([*words, "Kündigung", *words])
    shown = excerpt(text, ("kuendigung",))
    assert "Kündigung" in shown
    assert len(shown) <= 130
    assert set(words_of(shown)) <= set(words_of(text))


def test_labels_on_turns_are_one_json_object_a_line() -> None:
    meant = Meant("c1", 4, "wo ist\nmein Geld „jetzt“", "de", "greet", 0.41, "refund")
    lines = json_lines([TurnLabel(meant, "maya", NOW)] * 2).splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "conversation": "c1",
            "seq": 4,
            "text": "wo ist\nmein Geld „jetzt“",
            "locale": "de",
            "intent": "greet",
            "confidence": 0.41,
            "right_intent": "refund",
            "put_by": "maya",
            "put_at": "2026-11-23T09:30:00+00:00",
        }
    ] * 2


def test_labels_leave_the_house_without_what_tells_who_wrote() -> None:
    said = "IBAN DE89370400440532013000, julia@example.com"
    line = json_lines([TurnLabel(Meant("c1", 4, said, "de", None, None, "refund"), "maya", NOW)])
    assert json.loads(line)["text"] == "IBAN …3000, j***@e…"


def test_what_can_be_an_intent() -> None:
    assert is_intent("why_payment_failed")
    for wrong in ("", "Greet", "/greet", "a b", "x" * 61, "greet\n", "1a"):
        assert not is_intent(wrong)


@pytest.mark.parametrize(
    ("label", "why"),
    [
        (Label("a", "", "b", "red"), "name"),
        (Label("a", "a" * 41, "b", "red"), "name"),
        (Label("a", "a", " ", "red"), "name"),
        (Label("a", "a", "b", "pink"), "colour"),
    ],
)
def test_a_label_has_a_word_in_both_languages_and_a_colour_of_the_palette(
    label: Label, why: str
) -> None:
    with pytest.raises(LabelRefused) as refused:
        checked_label(label)
    assert refused.value.why == why
