"""What the business says addresses nobody, so that it is right for "du" and "Sie"; its messages stand in both forms."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from subscriptions.outbox.port import Message
from subscriptions.outbox.texts import FOLDER, MailTexts
from tests.address import FAMILIAR, POLITE

BUSINESS = Path(__file__).resolve().parents[3] / "subscriptions"
FACTS = {
    **dict.fromkeys(("new", "case"), "x"),
    "minutes": 10,
    "until": date(2026, 12, 1),
    "asked": date(2026, 11, 20),
}


def sentences() -> Iterator[tuple[str, str]]:
    """Every German half of `Words(german, english)` in the business, with its place."""
    for path in sorted(BUSINESS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Words" and node.args:
                parts = (p for p in ast.walk(node.args[0]) if isinstance(p, ast.Constant))
                yield (
                    f"{path.relative_to(BUSINESS)}:{node.lineno}",
                    "".join(p.value for p in parts if isinstance(p.value, str)),
                )


def test_sentences_of_the_business_address_nobody() -> None:
    said = dict(sentences())
    assert len(said) > 60
    spoken_to = {p: w for p, w in said.items() if POLITE.search(w) or FAMILIAR.search(w)}
    assert spoken_to == {}


def german(form: str) -> dict[str, str]:
    """All German messages, subject and every form of the text, by name."""
    texts = MailTexts("https://x.example", form="du" if form == "du" else "sie")
    found = {}
    for name in sorted(texts.names):
        for form_of_it in _parts(name) - {"subject"}:
            channel = "sms" if form_of_it == "sms" else "email"
            letter = texts.letter(Message("x", channel, "de", name, "s", FACTS))
            found[f"{name} {channel}"] = f"{letter.subject}\n{letter.text}"
    return found


def _parts(name: str) -> set[str]:
    for path in FOLDER.glob("*.yml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if name in content:
            return set(content[name]["de"])
    raise AssertionError(name)


def test_whoever_wants_du_reads_no_sie_in_a_message() -> None:
    polite = {name for name, text in german("du").items() if POLITE.search(text)}
    assert polite == set()


def test_whoever_wants_sie_reads_no_du_in_a_message() -> None:
    assert {name for name, text in german("sie").items() if FAMILIAR.search(text)} == set()


def test_a_message_of_the_other_form_that_nobody_sends_is_found(tmp_path: Path) -> None:
    names = MailTexts("https://x.example").names
    told = [yaml.safe_load(p.read_text(encoding="utf-8")) for p in (FOLDER / "du").glob("*.yml")]
    assert {name for content in told for name in content} <= names


@pytest.mark.parametrize("form", ["du", "sie"])
def test_english_is_the_same_in_both(form: str) -> None:
    texts = MailTexts("https://x.example", form="du" if form == "du" else "sie")
    message = Message("x", "email", "en", "one_time_code", "123456", FACTS)
    assert texts.letter(message).subject == "Your code 123456"
