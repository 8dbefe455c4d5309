"""Words of a transcript: links and marks as plain text, and no words that take longer than they are long."""

import time
from collections.abc import Callable

import pytest

from handoff.desk.promises.transcripts import plain
from subscriptions.policy.masking import mask_personal


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("**Wichtig**: [Rechnung](/documents/a)", "Wichtig: Rechnung (/documents/a)"),
        ("[a] (b) [c](d)", "[a] (b) c (d)"),
        ("[[x](/y)", "[x (/y)"),
    ],
)
def test_links_and_marks_are_plain_text(said: str, read: str) -> None:
    assert plain(said) == read


@pytest.mark.parametrize(
    ("change", "typed"),
    [(plain, "["), (plain, "[a]("), (mask_personal, "a"), (mask_personal, "1")],
)
def test_no_words_take_longer_than_they_are_long(change: Callable[[str], str], typed: str) -> None:
    """A subscriber fills a chat with them and opens its transcript; meanwhile nobody else is served."""
    begun = time.process_time()
    assert change(typed * 200_000) == typed * 200_000
    assert time.process_time() - begun < 30
