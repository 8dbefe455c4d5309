"""The rules of data/nlu/README.md, held for every file; and the rules cover every intent."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "data" / "nlu").rglob("*.yml"))
ANNOTATION = re.compile(r"\[[^\]]*\][({]")


@cache
def read(path: Path) -> Any:
    """A YAML file."""
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def intents() -> "list[str]":
    """The intents of the domain."""
    found: list[str] = read(ROOT / "bot" / "domain" / "intents.yml")["intents"]
    return found


def messages(block: "dict[str, Any]") -> "list[str]":
    """The messages of a block, without their dashes."""
    return [line[1:].strip() for line in block["examples"].splitlines() if line.strip()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
class TestFile:
    """One file of one writer."""

    def test_writer_and_language_are_those_of_the_name(self, path: Path) -> None:
        expected = {"writer": path.stem, "language": path.parent.name}
        assert path.parent.name in {"de", "en"}
        assert [b["intent"] for b in read(path)["nlu"] if b["metadata"] != expected] == []

    def test_each_intent_is_known_and_has_one_block(self, path: Path) -> None:
        names = [block["intent"] for block in read(path)["nlu"]]
        assert set(names) <= set(intents())
        assert len(names) == len(set(names))

    def test_every_line_is_one_plain_message(self, path: Path) -> None:
        for block in read(path)["nlu"]:
            lines = [line for line in block["examples"].splitlines() if line.strip()]
            assert [line for line in lines if not line.startswith("- ")] == []
            found = messages(block)
            assert [m for m in found if not m or m.startswith("/") or ANNOTATION.search(m)] == []
            assert len(found) == len(set(found)), block["intent"]


def test_no_message_has_two_meanings() -> None:
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for path in FILES:
        for block in read(path)["nlu"]:
            for message in messages(block):
                meanings[message.casefold()].add(block["intent"])
    assert {m: sorted(names) for m, names in meanings.items() if len(names) > 1} == {}


def test_every_intent_has_messages_in_both_languages() -> None:
    for language in ("de", "en"):
        files = [read(path) for path in FILES if path.parent.name == language]
        taught = {block["intent"] for file in files for block in file["nlu"]}
        assert set(intents()) - taught == set()


def test_every_intent_has_exactly_one_rule_and_every_action_a_use() -> None:
    files = sorted((ROOT / "data" / "rules").glob("*.yml"))
    rules = [rule["steps"] for path in files for rule in read(path)["rules"]]
    assert sorted(steps[0]["intent"] for steps in rules) == sorted([*intents(), "nlu_fallback"])
    actions = read(ROOT / "bot" / "domain" / "actions.yml")["actions"]
    assert {steps[1]["action"] for steps in rules} == set(actions)
    assert {len(steps) for steps in rules} == {2}
