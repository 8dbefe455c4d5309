"""What people type is cleaned before it is stored and made harmless before the bot reads it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.conversations.text import BOT_LIMIT, clean, command_for_bot, for_bot


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  hallo  ", "hallo"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("ab\u202ecd\u2066", "abcd"),
        ("\ud800x", "x"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("½ m² ﬁn", "½ m² ﬁn"),
        ("/affirm", "/affirm"),
    ],
)
def test_cleaning_drops_what_is_invisible_and_keeps_what_was_meant(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(st.text(st.characters(codec=None), max_size=300))
def test_what_is_cleaned_can_be_stored_and_sent(text: str) -> None:
    stored = clean(text)
    assert json.loads(json.dumps(stored).encode("utf-8")) == stored
    stored.encode("utf-8")
    assert "\x00" not in stored
    assert clean(stored) == stored


@given(st.text(max_size=300))
def test_typed_text_is_never_a_command(text: str) -> None:
    read = for_bot(text)
    assert read
    assert not read.lstrip().startswith("/")
    assert len(read) <= BOT_LIMIT


@given(st.sampled_from(["/", " /", "//", "／", "\u200b/", "\u2060 /", "\ufeff/"]), st.text())
def test_no_disguise_helps(slash: str, rest: str) -> None:
    assert not for_bot(slash + rest).startswith("/")


def test_only_names_of_intents_become_commands() -> None:
    assert command_for_bot("upgrade_plan") == "/upgrade_plan"
    for forged in ('inform{"x": 1}', "a b", "", "restart\n", "Affirm", "/affirm"):
        assert command_for_bot(forged) is None
