"""Saved replies: only variables of the list, one pass, gaps that can be seen and not sent; what an agent types stays what it is."""

import string
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.contract import Locale
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.text import GAP_CLOSES, GAP_OPENS, sendable
from handoff.desk.work.placeholders import (
    GAPS,
    PlaceholderRefused,
    Variable,
    checked,
    fill,
    variables_of,
)
from handoff.desk.work.replies import LONGEST_TEXT, ReplyRefused, Worded, worded

VARIABLES: tuple[Variable, ...] = get_args(Variable)
LOCALES: tuple[Locale, ...] = get_args(Locale)
plain = st.text(st.characters(exclude_characters=f"{{}}{GAP_OPENS}{GAP_CLOSES}"), max_size=40)
variable = st.sampled_from(VARIABLES)
pieces = st.lists(st.one_of(plain, variable.map(lambda name: f"{{{name}}}")), max_size=8)
values = st.dictionaries(variable, st.one_of(st.none(), st.text(max_size=30)))
ATTACKS = [
    "{o.__init__.__globals__}",
    "{name.__class__}",
    "{0}",
    "{}",
    "{ name }",
    "{Name}",
    "{name!r}",
    "{name:>9999999}",
    "{{name}}",
    "{name",
    "name}",
    "{unknown}",
    "{na{name}me}",
    "{agent}{",
    "%(name)s {naïve}",
    f"{GAP_OPENS}Name{GAP_CLOSES}",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_anything_else_in_braces_is_refused_when_it_is_saved(text: str) -> None:
    with pytest.raises(PlaceholderRefused):
        checked(text)
    with pytest.raises(PlaceholderRefused):
        worded(Worded("Name", "Name", text, "fine"))


@given(pieces)
def test_what_may_be_saved_names_its_variables(parts: list[str]) -> None:
    text = "".join(parts)
    assert checked(text) == text
    named = {part[1:-1] for part in parts if part.startswith("{")}
    assert set(variables_of(text)) == named


@given(pieces, values, st.sampled_from(LOCALES))
def test_filling_keeps_the_words_and_shows_every_gap(
    parts: list[str], known: dict[Variable, str | None], locale: Locale
) -> None:
    done = fill("".join(parts), known, locale)
    marks = str.maketrans("", "", GAP_OPENS + GAP_CLOSES)
    expected = []
    for part in parts:
        name = next((v for v in VARIABLES if part == f"{{{v}}}"), None)
        if name is None:
            expected.append(part)
        else:
            value = (known.get(name) or "").translate(marks).strip()
            expected.append(value or f"{GAP_OPENS}{GAPS[name][locale]}{GAP_CLOSES}")
    assert done.text == "".join(expected)
    assert bool(done.gaps) == (GAP_OPENS in done.text)


@given(pieces, values)
def test_a_text_with_a_gap_is_never_sent_and_one_without_is(
    parts: list[str], known: dict[Variable, str | None]
) -> None:
    done = fill(f"x{''.join(parts)}", known, "de")
    if not done.gaps:
        assert sendable(done.text)
        return
    with pytest.raises(ConversationError) as refused:
        sendable(done.text)
    assert refused.value.code is Refusal.UNFILLED_GAP


@given(st.text(st.sampled_from(string.printable), max_size=60))
def test_a_value_is_never_read_as_a_variable(value: str) -> None:
    done = fill("{name}", {"name": f"{value}{{agent}}", "agent": "Maya"}, "en")
    assert done.text == f"{value}{{agent}}".strip()


def test_half_a_gap_is_a_gap() -> None:
    for text in (f"Hallo {GAP_OPENS}", f"Hallo {GAP_CLOSES}"):
        with pytest.raises(ConversationError):
            sendable(text)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Worded("", "n", "t", "t"), "name_de"),
        (Worded("n", " \n", "t", "t"), "name_en"),
        (Worded("n", "n", "", "t"), "text_de"),
        (Worded("n", "n", "t", "x" * (LONGEST_TEXT + 1)), "text_en"),
        (Worded("n" * 81, "n", "t", "t"), "name_de"),
        (Worded("n", "n", "t", "t", "c" * 2001), "cues"),
    ],
)
def test_both_languages_must_be_there_and_not_too_long(words: Worded, field: str) -> None:
    with pytest.raises(ReplyRefused) as refused:
        worded(words)
    assert refused.value.field == field
