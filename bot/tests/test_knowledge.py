"""The knowledge finder as a Rasa component, and how well strangers' questions find their passage."""

from functools import partial
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.articles import fingerprint, read_passages
from components.encoder import encode_all, sentence_encoder
from components.knowledge import KNOWLEDGE, REPOSITORY, KnowledgeFinder
from components.passage_search import PassageSearch, Sureness
from knowledge_recall import ARTICLES, Question, fitted, measure, read_questions

CONTEXT = ExecutionContext(GraphSchema({}))
ARTICLE = """---
title: "{title}"
intents: [{intent}]
updated: 2026-11-22
asked:
  - ["{asked}"]
---

## {heading}
{text}
"""


def write(folder: Path, slug: str, **parts: str) -> None:
    for language in ("de", "en"):
        (folder / language).mkdir(parents=True, exist_ok=True)
        (folder / language / f"{slug}.md").write_text(ARTICLE.format(**parts))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two articles."""
    place = tmp_path / "knowledge"
    write(place, "pause", title="Pause", intent="pause_subscription", asked="take a break",
          heading="How long?", text="You can pause for {months} months.")  # fmt: skip
    write(place, "paper", title="Paper", intent="delivery_problem", asked="newspaper is missing",
          heading="When does it come?", text="The newspaper comes in the morning.")  # fmt: skip
    return place


def finder(place: Path, folder: Path) -> KnowledgeFinder:
    """An untrained component with a storage of its own."""
    place.mkdir(exist_ok=True)
    config = {**KnowledgeFinder.get_default_config(), "folder": str(folder)}
    return KnowledgeFinder.create(config, LocalModelStorage(place), Resource("passages"), CONTEXT)


def found(component: KnowledgeFinder, text: str, ranking: "list[dict] | None" = None) -> list[dict]:
    """What the message carries to the actions."""
    message = Message({TEXT: text, INTENT_RANKING_KEY: ranking or []})
    component.process([message])
    carried = message.as_dict(only_output_properties=True).get(KNOWLEDGE)
    return carried and carried["passages"]


def test_it_learns_is_stored_loaded_and_found_in_the_parse_data(
    tmp_path: Path, folder: Path
) -> None:
    trained = finder(tmp_path / "model", folder)
    trained.train(TrainingData())
    hits = found(trained, "my newspaper did not come")
    assert hits[0]["name"] == "paper/1"
    assert 0 <= hits[1]["sure"] <= hits[0]["sure"] <= 1
    loaded = KnowledgeFinder.load(trained._config, trained._storage, trained._resource, CONTEXT)
    again = found(loaded, "my newspaper did not come")
    assert [hit["name"] for hit in again] == [hit["name"] for hit in hits]
    assert again[0]["sure"] == pytest.approx(hits[0]["sure"], abs=0.02)


def test_the_same_articles_give_the_same_model(tmp_path: Path, folder: Path) -> None:
    one, two = finder(tmp_path / "one", folder), finder(tmp_path / "two", folder)
    one.train(TrainingData())
    two.train(TrainingData())
    assert found(one, "can i take a break") == found(two, "can i take a break")


def test_a_command_finds_nothing(tmp_path: Path, folder: Path) -> None:
    trained = finder(tmp_path / "model", folder)
    trained.train(TrainingData())
    assert found(trained, "/pause_subscription") is None


def test_the_verdict_follows_the_sureness(tmp_path: Path, folder: Path) -> None:
    trained = finder(tmp_path / "model", folder)
    trained.train(TrainingData())
    message = Message({TEXT: "newspaper is missing"})
    trained.process([message])
    sure = message.get(KNOWLEDGE)["passages"][0]["sure"]
    assert message.get(KNOWLEDGE)["verdict"] == Sureness().verdict(sure)
    assert [Sureness().verdict(at) for at in (0.0, 0.3, 0.9)] == ["none", "offer", "answer"]


def test_an_untrained_finder_says_so(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(RuntimeError):
        found(finder(tmp_path / "model", folder), "hello")


def test_the_intent_speaks_for_its_articles(tmp_path: Path, folder: Path) -> None:
    trained = finder(tmp_path / "model", folder)
    trained.train(TrainingData())
    sure = [{"name": "pause_subscription", "confidence": 1.0}]
    without = {hit["name"]: hit["sure"] for hit in found(trained, "tell me more")}
    with_it = {hit["name"]: hit["sure"] for hit in found(trained, "tell me more", sure)}
    assert with_it["pause/1"] > without["pause/1"]
    outside = [*sure, {"name": "out_of_scope", "confidence": 0.9}]
    assert found(trained, "tell me more", outside)[0]["sure"] < with_it["pause/1"]


def test_a_changed_article_is_learned_anew(folder: Path) -> None:
    config = {"folder": str(folder)}
    before = KnowledgeFinder.fingerprint_addon(config)
    assert KnowledgeFinder.fingerprint_addon(config) == before
    path = folder / "en" / "pause.md"
    path.write_text(path.read_text() + "\nOne more word.\n")
    assert KnowledgeFinder.fingerprint_addon(config) != before
    assert fingerprint(folder) != fingerprint(ARTICLES)


@pytest.mark.parametrize(
    "spoilt", ["no front matter", "---\ntitle: x\nintents: [a]\nasked: []\n---\n\n## One\nText."]
)
def test_a_spoilt_article_is_named(folder: Path, spoilt: str) -> None:
    (folder / "de" / "pause.md").write_text(spoilt)
    with pytest.raises(ValueError, match=r"pause\.md"):
        read_passages(folder)


def test_the_default_folder_is_the_one_measured() -> None:
    assert REPOSITORY / KnowledgeFinder.DEFAULTS["folder"] == ARTICLES


# Recall of the search alone; with the intents of a trained assistant it is higher (docs/knowledge.md).

CHECK = [question for question in read_questions() if question.half == "check"]


@pytest.mark.model
@pytest.mark.parametrize("language", ["de", "en"])
def test_strangers_find_their_passage(language: str) -> None:
    own = [question for question in CHECK if question.language == language]
    assert sum(bool(q.answers) for q in own) >= 60
    recall = measure(own, fitted())
    assert recall.first >= 45
    assert recall.third >= 70
    assert recall.articles >= 80


@pytest.mark.model
def test_shuffled_answers_are_not_found() -> None:
    answers = [q.answers for q in CHECK if q.answers]
    half = len(answers) // 2
    rest = iter(answers[half + 7 :] + answers[: half + 7])
    mixed = [
        Question(q.language, q.half, q.text, next(rest) if q.answers else q.answers) for q in CHECK
    ]
    assert measure(mixed, fitted()).third < 15


@pytest.mark.model
def test_an_english_question_finds_what_only_german_says() -> None:
    passages = read_passages(ARTICLES)
    german = [p for p in passages if p.title in _titles("de")]
    assert 0 < len(german) < len(passages)
    encode = sentence_encoder("use")
    search = PassageSearch.fit(german, partial(encode_all, encode))
    found = search.find("pause my subscription", encode(["pause my subscription"]), {}, most=3)
    assert "pausing" in {hit.name.split("/")[0] for hit in found}


def _titles(language: str) -> set[str]:
    texts = [path.read_text().splitlines()[1] for path in (ARTICLES / language).glob("*.md")]
    return {line.removeprefix('title: "').removesuffix('"') for line in texts}
