"""The knowledge articles: alike in both languages, true to the rules and the catalogue, and easy to read."""

import importlib.util
import re
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from handoff.knowledge import LOCALES, Article, Knowledge, KnowledgeError, read_knowledge
from handoff.web.help_pages import GROUPS
from subscriptions.identity.login import RESET_VALID
from subscriptions.policy.house_facts import house_facts
from subscriptions.policy.limits import Limits
from subscriptions.policy.methods import WARNING_DAYS
from subscriptions.policy.seller import Seller

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "data" / "knowledge"
FACTS = house_facts(Limits(), Seller())
KNOWLEDGE = read_knowledge(FOLDER, FACTS)
INFORMAL = read_knowledge(FOLDER, FACTS, informal=True)
FORMAL_ADDRESS = re.compile(
    r"(?<![.?!:]\s)(?<!^)\b(?:Sie|Ihnen|Ihr|Ihre[mnrs]?)\b|\b(?:Ihnen|Ihr|Ihre[mnrs]?)\b"
)
"""In the middle of a sentence "Sie" is nobody but the reader."""
ARTICLES = list(KNOWLEDGE.articles.values())
NAMES = [f"{article.locale}/{article.slug}" for article in ARTICLES]


def text_of(article: Article) -> str:
    """All that an article says below its headings."""
    return "\n".join(passage.text for passage in article.passages)


def seeds(name: str) -> list[dict[str, Any]]:
    """Rows of the demo's catalogue."""
    rows: list[dict[str, Any]] = yaml.safe_load((ROOT / "data" / "seed" / name).read_text())
    return rows


def test_there_are_enough_of_them() -> None:
    for locale in LOCALES:
        assert len(KNOWLEDGE.of(locale)) >= 22


@pytest.mark.parametrize("article", ARTICLES, ids=NAMES)
def test_an_article_is_short_and_plain(article: Article) -> None:
    words = len(text_of(article).split())
    assert 80 <= words <= 350
    for passage in article.passages:
        assert len(passage.text.split()) <= 70, passage.heading
        assert "!" not in passage.text
    sentences = [part for part in re.split(r"(?<=[.?:])\s+", text_of(article)) if part]
    assert words / len(sentences) <= 14
    assert max(len(sentence.split()) for sentence in sentences) <= 32


@pytest.mark.parametrize("article", ARTICLES, ids=NAMES)
def test_nobody_reads_the_name_of_a_fact(article: Article) -> None:
    assert not re.search(r"[{}]", text_of(article))


@pytest.mark.parametrize("article", ARTICLES, ids=NAMES)
def test_an_article_belongs_somewhere(article: Article) -> None:
    domain = yaml.safe_load((ROOT / "bot" / "domain" / "intents.yml").read_text())
    assert set(article.intents) <= set(domain["intents"])
    assert article.opens is None or article.opens in article.intents
    assert article.group in GROUPS


@pytest.mark.parametrize("article", ARTICLES, ids=NAMES)
def test_no_article_names_a_price(article: Article) -> None:
    assert not re.search(r"€|\bEuro\b|\bEUR\b|\d+,\d\d\b", text_of(article))


def test_what_the_catalogue_sells_is_explained() -> None:
    for locale in LOCALES:
        said = "\n".join(map(text_of, KNOWLEDGE.of(locale)))
        sold = [row for row in seeds("plans.yml") if row.get("available", True)]
        names = [row[f"name_{locale}"] for row in sold + seeds("addons.yml")]
        short = [re.sub(r"^(Zeitung|Press|Lernen|Learn|Stream) ", "", name) for name in names]
        assert [name for name in short if name not in said] == []


def passage(locale: Any, name: str) -> str:
    """The text of one passage."""
    found = KNOWLEDGE.passage(locale, name)
    assert found is not None, name
    return found[1].text


@pytest.mark.parametrize("locale", LOCALES)
def test_numbers_that_stand_in_words_are_those_of_the_rules(locale: Any) -> None:
    trials = {row["plan"]: row["days"] for row in seeds("phases.yml") if row["kind"] == "trial"}
    assert trials == {"stream-standard": 14, "stream-premium": 14}
    assert "14" in passage(locale, "trial-and-order/1")
    months = {
        row["plan"]: row["months"] for row in seeds("phases.yml") if row["kind"] == "discount"
    }
    assert months == {"press-complete": 3}
    assert timedelta(minutes=30) == RESET_VALID
    assert "30" in passage(locale, "sign-in/1")
    assert WARNING_DAYS == (30, 7)
    assert re.search(r"30 \w+ 7", passage(locale, "ways-to-pay/5"))
    # The end of the current period is early enough; another notice needs other words.
    assert Limits().notice_days == 0
    assert not Limits().withdrawal_value_due


@pytest.mark.parametrize("locale", LOCALES)
def test_numbers_that_operators_change_are_filled_in(locale: Any) -> None:
    limits = Limits(promise_days=9, pause_months_most=2, delivery_lead_days=4)
    other = read_knowledge(FOLDER, house_facts(limits, Seller(name="Verlag X")))
    for name, number in (
        ("failed-payments/3", "9"),
        ("pausing/1", "2"),
        ("delivery-on-holiday/2", "4"),
    ):
        found = other.passage(locale, name)
        assert found is not None
        assert re.search(rf"\b{number}\b", found[1].text), name
    assert "Verlag X" in other.passage(locale, "about-us/1")[1].text  # type: ignore[index]


def test_a_topic_opens_one_article() -> None:
    for locale in LOCALES:
        opened = [article.opens for article in KNOWLEDGE.of(locale) if article.opens]
        assert sorted(opened) == sorted(set(opened))
        for intent in (
            "product_info",
            "price_change",
            "first_steps",
            "playback_problem",
            "content_missing",
        ):
            assert KNOWLEDGE.opening(locale, intent) is not None


def test_a_passage_of_an_older_model_is_not_found() -> None:
    for name in ("pausing/99", "no-such/1", "pausing", "", "pausing/x"):
        assert KNOWLEDGE.passage("de", name) is None


# The search reads the same files in another environment (`bot/components/articles.py`).


def reader_of_the_search() -> ModuleType:
    path = ROOT / "bot" / "components" / "articles.py"
    spec = importlib.util.spec_from_file_location("articles_of_the_search", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_search_reads_the_same_passages() -> None:
    read = reader_of_the_search().read_passages(FOLDER)
    assert len(read) == sum(len(article.passages) for article in ARTICLES)
    for locale in LOCALES:
        for found in read:
            article, _ = KNOWLEDGE.passage(locale, found.name)  # type: ignore[misc]
            assert found.intents == article.intents
    assert {found.heading for found in read} == {
        part.heading for article in ARTICLES for part in article.passages
    }


def test_questions_name_passages_that_exist() -> None:
    for path in (ROOT / "data" / "evaluation" / "knowledge").glob("*.yml"):
        for kinds in yaml.safe_load(path.read_text()).values():
            for question, names in kinds["answerable"]:
                assert all(KNOWLEDGE.passage("de", name) for name in names.split()), question


# Mistakes that have to be found.

GOOD = """---
title: "T"
intents: [pause_subscription]
group: contract
updated: 2026-11-22
asked:
  - ["how"]
---

## How?
For {promise_days} days.
"""


def write(folder: Path, **texts: str) -> Knowledge:
    for locale, text in texts.items():
        (folder / locale).mkdir()
        (folder / locale / "pause.md").write_text(text)
    return read_knowledge(folder, FACTS)


def test_a_good_article_is_read(tmp_path: Path) -> None:
    article = write(tmp_path, de=GOOD, en=GOOD).article("en", "pause")
    assert article is not None
    assert article.path == "/help/en/pause"
    assert article.passages[0].text == "For 14 days."


@pytest.mark.parametrize(
    ("english", "told"),
    [
        (GOOD.replace("promise_days", "nonsense"), "nonsense"),
        (GOOD.replace("promise_days", "Nonsense 30"), "Nonsense 30"),
        (GOOD + "\n## More?\nYes.\n", "2 headings"),
        (GOOD.replace("contract", "money"), "differs"),
        (GOOD.replace("title", "titel"), "titel"),
        ("no front matter", "front matter"),
    ],
)
def test_a_bad_article_is_named(tmp_path: Path, english: str, told: str) -> None:
    with pytest.raises(KnowledgeError, match=told):
        write(tmp_path, de=GOOD, en=english)


def test_an_article_in_one_language_is_not_enough(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="differs"):
        write(tmp_path, de=GOOD)


@pytest.mark.parametrize("article", INFORMAL.of("de"), ids=lambda article: article.slug)
def test_where_german_says_du_no_article_says_sie(article: Article) -> None:
    for passage in article.passages:
        for line in (article.title, passage.heading, passage.text):
            assert not FORMAL_ADDRESS.search(line), line
        assert len(passage.text.split()) <= 70, passage.heading


@pytest.mark.parametrize("article", INFORMAL.of("de"), ids=lambda article: article.slug)
def test_du_and_sie_tell_the_same_numbers(article: Article) -> None:
    formal = KNOWLEDGE.article("de", article.slug)
    assert formal is not None
    for ours, theirs in zip(article.passages, formal.passages, strict=True):
        assert re.findall(r"\d+", ours.text) == re.findall(r"\d+", theirs.text), ours.heading
        assert re.findall("„.*?“", ours.text) == re.findall("„.*?“", theirs.text), ours.heading


def test_sie_is_found_where_it_stands() -> None:
    formal = [passage.text for article in KNOWLEDGE.of("de") for passage in article.passages]
    assert sum(bool(FORMAL_ADDRESS.search(text)) for text in formal) > 60


def test_english_reads_the_same_either_way() -> None:
    assert INFORMAL.of("en") == KNOWLEDGE.of("en")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("nowhere.md", "## 1 Was?\nDas.\n"),
        ("pausing.md", "## 99 Was?\nDas.\n"),
        ("pausing.md", "## Was?\nDas.\n"),
        ("pausing.md", "## 1 Was?\n"),
        ("pausing.md", "## 1 Was?\nNach {no_such_fact} Tagen.\n"),
    ],
)
def test_what_rewords_nothing_stops_the_start(tmp_path: Path, name: str, body: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "knowledge")
    (tmp_path / "knowledge_du").mkdir()
    (tmp_path / "knowledge_du" / name).write_text(body)
    with pytest.raises(KnowledgeError, match=name):
        read_knowledge(tmp_path / "knowledge", FACTS, informal=True)
