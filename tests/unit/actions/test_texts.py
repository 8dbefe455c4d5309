"""Every text: complete, in both languages, used, and impossible to run as a template."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from actions.skills import load_skills
from actions.texts import TextError, Texts, load_texts
from actions.turn import ACTS, MISSES, SMALL_TALK

REPOSITORY = Path(__file__).resolve().parents[3]
RESPONSES = REPOSITORY / "data" / "responses"
KEY = re.compile(r"[a-z_]+\.[a-z0-9_]+")


@pytest.fixture(scope="module")
def texts() -> Texts:
    return load_texts(RESPONSES)


def keys_in_code() -> tuple[set[str], set[str]]:
    """Whole keys, and prefixes of keys that are completed at run time."""
    whole: set[str] = set()
    prefixes: set[str] = set()
    for path in sorted((REPOSITORY / "actions").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        parts = {id(part) for node in joined for part in node.values}
        for node in joined:
            first = node.values[0]
            if isinstance(first, ast.Constant) and re.fullmatch(
                r"[a-z_]+\.[a-z_]*", str(first.value)
            ):
                prefixes.add(str(first.value))
        strings = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in parts)
        whole |= {n.value for n in strings if isinstance(n.value, str) and KEY.fullmatch(n.value)}
    # Names of files and modules look like keys; everything that is in a known topic must be one.
    return whole, prefixes


def test_each_key_in_the_code_exists(texts: Texts) -> None:
    whole, prefixes = keys_in_code()
    topics = {key.split(".")[0] for key in texts.by_key}
    asked = {key for key in whole if key.split(".")[0] in topics}
    assert asked - texts.by_key.keys() == set()
    for prefix in prefixes:
        assert any(key.startswith(prefix) for key in texts.by_key), prefix


def test_each_existing_key_is_used(texts: Texts) -> None:
    whole, prefixes = keys_in_code()
    unused = {
        key
        for key in texts.by_key
        if key not in whole and not any(key.startswith(prefix) for prefix in prefixes)
    }
    assert unused == set()


def test_every_intent_has_a_title_and_a_skill(texts: Texts) -> None:
    domain = yaml.safe_load((REPOSITORY / "bot/domain/intents.yml").read_text(encoding="utf-8"))
    intents = set(domain["intents"])
    topics = intents - ACTS - MISSES - SMALL_TALK - {"request_human"}
    titled = {
        k.removeprefix("intent_title.") for k in texts.by_key if k.startswith("intent_title.")
    }
    assert topics - titled == set()
    assert titled - topics == {*("affirm", "inform", "identify", "call_back", "withdraw_call_back")}
    skills = load_skills(REPOSITORY / "data/skills.yml")
    assert set(skills.by_intent) == topics
    assert skills.always_person <= topics


def test_a_reader_never_meets_forbidden_words(texts: Texts) -> None:
    forbidden = re.compile(r"gestohlen|stolen|diebstahl|schufa|betrug|fraud", re.IGNORECASE)
    for key, text in texts.by_key.items():
        for variants in text.variants.values():
            assert not any(forbidden.search(variant) for variant in variants), key


def test_the_turn_decides_the_variant(texts: Texts) -> None:
    def said(seed: str) -> str:
        return texts.render("smalltalk.thank", "de", seed=seed, facts={})

    assert said("c:1") == said("c:1")
    assert len({said(f"c:{n}") for n in range(20)}) == 3


@pytest.mark.parametrize("fact", ["{o.__init__.__globals__}", "{name}", "%s", "{0}"])
def test_a_fact_is_never_a_template(texts: Texts, fact: str) -> None:
    said = texts.render("smalltalk.greet_by_name", "en", seed="s", facts={"name": fact})
    assert fact in said


@pytest.mark.parametrize("facts", [{}, {"name": "A", "more": "B"}])
def test_wrong_facts_are_a_bug(texts: Texts, facts: dict[str, str]) -> None:
    with pytest.raises(TextError):
        texts.render("smalltalk.greet_by_name", "de", seed="s", facts=facts)


@pytest.mark.parametrize(
    "content",
    [
        "a.b: {de: Hallo}",
        "a.b: {de: Hallo, en: Hello, fr: Salut}",
        "a.b: {de: 'Hallo {name}', en: Hello}",
        "a.b: {de: ['Hallo {name}', Hallo], en: ['Hello {name}']}",
        "a.b: {de: [], en: Hello}",
        "a.b: {de: 'Hallo {o.x}', en: 'Hello {o.x}'}",
        "a.b: {de: 'Hallo {}', en: 'Hello {}'}",
        "nokey: {de: Hallo, en: Hello}",
    ],
)
def test_lopsided_texts_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "texts.yml").write_text(content, encoding="utf-8")
    with pytest.raises(TextError):
        load_texts(tmp_path)


def test_a_key_exists_once(tmp_path: Path) -> None:
    for name in ("one.yml", "two.yml"):
        (tmp_path / name).write_text("a.b: {de: Hallo, en: Hello}", encoding="utf-8")
    with pytest.raises(TextError):
        load_texts(tmp_path)
