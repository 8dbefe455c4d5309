"""A long story in doubt: which sentence may stand for it, and which may not."""

from pathlib import Path

import pytest
import yaml

from components.second_request import Bars, Part, rescued
from story_scores import NO_WISH, messages, outcome

BARS = Bars()
DOMAIN = Path(__file__).resolve().parents[1] / "domain" / "intents.yml"
CLEAR = 0.99


def part(intent: str, confidence: float = CLEAR) -> Part:
    """A part of a message."""
    return Part(f"about {intent}", intent, confidence, {intent: confidence})


def test_the_one_clear_wish_stands_for_the_story() -> None:
    parts = [part("out_of_scope"), part("crisis", 0.5), part("refund", 0.98), part("refund")]
    found = rescued({"crisis": 0.4, "refund": 0.3}, parts, BARS)
    assert found is not None
    assert (found.intent, found.confidence) == ("refund", CLEAR)


@pytest.mark.parametrize(
    ("shares", "parts"),
    [
        # Two wishes are said as clearly.
        ({"refund": 0.4, "complaint": 0.3}, [part("refund"), part("complaint")]),
        # Not clear enough.
        ({"refund": 0.4}, [part("refund", 0.96), part("thank")]),
        # The whole message speaks against it.
        ({"out_of_scope": 0.5, "refund": 0.04}, [part("refund"), part("out_of_scope")]),
        # Small talk, acts and a wish for a person are nothing to be rescued for.
        ({"greet": 0.4, "request_human": 0.4}, [part("greet"), part("request_human")]),
        ({"refund": 0.9}, []),
    ],
)
def test_nothing_else_is_rescued(shares: "dict[str, float]", parts: "list[Part]") -> None:
    assert rescued(shares, parts, BARS) is None


def test_the_stories_of_the_measurement_are_long_and_name_known_intents() -> None:
    known = set(yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["intents"]) | {NO_WISH}
    rows = list(messages())
    assert {wish for _, wish, _ in rows} <= known
    for code in ("de", "en"):
        texts = [text for language, _, text in rows if language == code]
        assert len(texts) == len(set(texts)) > 200
        assert all(sum(text.count(mark) for mark in ".!?") >= 3 for text in texts)


def test_only_what_was_in_doubt_counts() -> None:
    parsed = {"intent": {"name": "refund"}}
    assert outcome("refund", parsed) is None
    assert outcome("refund", {**parsed, "doubt": "unsure"}) == "left in doubt"
    assert outcome("refund", {**parsed, "rescued_by": "x"}) == "rescued right"
    assert outcome(NO_WISH, {**parsed, "rescued_by": "x"}) == "rescued wrong"
