"""Two wishes in one message: where it is cut, and when the second one counts."""

from pathlib import Path

import pytest
import yaml

from components.second_request import Bars, Part, Splitter, find, possible
from second_request_scores import messages, outcome

BARS = Bars()
DOMAIN = Path(__file__).resolve().parents[1] / "domain" / "intents.yml"


def part(intent: str, confidence: float = 0.9, **shares: float) -> Part:
    """A part of a message."""
    return Part(f"about {intent}", intent, confidence, {intent: confidence, **shares})


def shared(likeliest: "list[str]") -> "dict[str, float]":
    """Falling shares for these intents."""
    return {name: 0.5**place for place, name in enumerate(likeliest, start=1)}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Neue Adresse bitte. Wo ist mein Heft?", ["Neue Adresse bitte.", "Wo ist mein Heft?"]),
        (
            "Ich ziehe bald um und außerdem fehlt mein Heft",
            ["Ich ziehe bald um", "fehlt mein Heft"],
        ),
        (
            "I want a bigger plan and please send me the invoice",
            ["I want a bigger plan", "please send me the invoice"],
        ),
        (
            "Both please: first sign out all devices, then add the sports package",
            ["Both please: first sign out all devices", "add the sports package"],
        ),
        (
            "Bitte zuerst die Adresse ändern und dann die letzte Rechnung schicken",
            ["Bitte zuerst die Adresse ändern", "die letzte Rechnung schicken"],
        ),
        (
            "Erst wenn mein Geld da ist, dann zahle ich die Rechnung",
            ["Erst wenn mein Geld da ist, dann zahle ich die Rechnung"],
        ),
        (
            "First I want the invoice, if it is wrong then I cancel the contract",
            ["First I want the invoice, if it is wrong then I cancel the contract"],
        ),
        ("salt and pepper for all", ["salt and pepper for all"]),
        ("Danke! Mein Heft fehlt heute wieder", ["Mein Heft fehlt heute wieder"]),
    ],
)
def test_where_a_message_is_cut(text: str, parts: "list[str]") -> None:
    assert Splitter().parts(text) == parts


def test_any_text_is_cut() -> None:
    for text in ("", " ", "...", "und und und", "\n\n", "a. " * 400):
        assert len(Splitter().parts(text)) <= 8


@pytest.mark.parametrize(
    ("likeliest", "may_be"),
    [
        (["change_address", "get_invoice"], True),
        (["get_invoice", "change_address", "greet"], True),
        (["greet", "get_invoice"], False),
        (["get_invoice", "out_of_scope"], False),
        (["upgrade_plan", "downgrade_plan"], False),
    ],
)
def test_parts_are_read_only_where_a_second_wish_may_be(
    likeliest: "list[str]", may_be: bool
) -> None:
    assert possible(shared(likeliest), BARS) is may_be


def test_a_runner_up_that_hardly_anything_speaks_for_is_no_wish() -> None:
    parts = [part("change_address"), part("get_invoice")]
    for share, found in ((BARS.beside, True), (BARS.beside / 2, False)):
        shares = {"change_address": 1 - share, "get_invoice": share}
        assert possible(shares, BARS) is found
        assert (find(shares, parts, BARS) is not None) is found


def test_the_second_wish_is_the_runner_up_that_a_part_says() -> None:
    parts = [part("change_address"), part("get_invoice")]
    found = find(shared(["change_address", "get_invoice", "greet"]), parts, BARS)
    assert found is not None
    assert (found.intent, found.text) == ("get_invoice", "about get_invoice")


@pytest.mark.parametrize(
    ("likeliest", "parts"),
    [
        # Nobody but the part thinks so.
        (["change_address", "refund"], [part("change_address"), part("get_invoice")]),
        # Not clear enough.
        (["change_address", "get_invoice"], [part("change_address"), part("get_invoice", 0.6)]),
        # No part of its own for the first.
        (["change_address", "get_invoice"], [part("get_invoice"), part("refund")]),
        # The part may as well mean the first.
        (
            ["change_address", "get_invoice"],
            [part("change_address"), part("get_invoice", change_address=0.1)],
        ),
        (["change_address", "thank"], [part("change_address"), part("thank")]),
        (["inform", "get_invoice"], [part("inform"), part("get_invoice")]),
        (["upgrade_plan", "downgrade_plan"], [part("upgrade_plan"), part("downgrade_plan")]),
    ],
)
def test_no_second_wish_is_invented(likeliest: "list[str]", parts: "list[Part]") -> None:
    assert find(shared(likeliest), parts, BARS) is None


def test_the_messages_of_the_measurement_name_known_intents() -> None:
    known = set(yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["intents"])
    rows = list(messages())
    assert {wish for _, wishes, _ in rows for wish in wishes} <= known
    assert all(sum(language == code for language, _, _ in rows) >= 60 for code in ("de", "en"))


def test_a_pair_counts_only_if_both_are_right() -> None:
    parsed = {"intent_ranking": [{"name": "nlu_fallback"}, {"name": "a"}]}
    assert outcome({"a"}, parsed) == "one wish, none invented"
    parsed["second_request"] = {"intent": "b"}  # type: ignore[assignment]
    assert outcome({"a", "b"}, parsed) == "two wishes, both found"
    assert outcome({"a", "c"}, parsed) == "two wishes, a wrong pair"
    assert outcome({"a"}, parsed) == "one wish, a second invented"
