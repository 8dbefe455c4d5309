"""The classifier as a Rasa component: learns, ranks, distrusts, is stored and loaded, and repeats itself."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.calibration import (
    Calibration,
    Caution,
    Evidence,
    Gate,
    LeftOut,
    Verdict,
    best_temperature,
    folds,
    softmax,
)
from components.hybrid_model import fold, read
from components.intent_classifier import HybridIntentClassifier
from components.least_squares import solve

TAUGHT = {
    "cancel_subscription": [
        "Ich möchte kündigen",
        "I want to cancel",
        "Abo beenden bitte",
        "cancel my subscription",
        "hiermit kündige ich",
        "please end my contract",
    ],
    "reset_password": [
        "Passwort vergessen",
        "I forgot my password",
        "neues Passwort bitte",
        "reset my password",
        "Kennwort zurücksetzen",
        "send me a new password",
    ],
    "delivery_problem": [
        "Meine Zeitung kam nicht",
        "my newspaper did not arrive",
        "das Heft fehlt",
        "the magazine is missing",
        "Zeitung nass",
        "paper arrived late",
    ],
}
CONTEXT = ExecutionContext(GraphSchema({}))


def training_data(taught: "dict[str, list[str]]", *, backwards: bool = False) -> TrainingData:
    """Rasa's form of the messages, with the writer where a file's metadata puts it."""
    found = [
        Message({TEXT: text, INTENT: intent, "metadata": {"intent": {"writer": f"w{n % 2}"}}})
        for intent, texts in taught.items()
        for n, text in enumerate(texts)
    ]
    return TrainingData(found[::-1] if backwards else found)


def classifier(folder: Path, **changes: Any) -> HybridIntentClassifier:
    """An untrained component with its own storage."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {**HybridIntentClassifier.get_default_config(), **changes}
    storage = LocalModelStorage(folder)
    return HybridIntentClassifier.create(config, storage, Resource("intents"), CONTEXT)


def trained(folder: Path, **changes: Any) -> HybridIntentClassifier:
    """A component trained on three intents."""
    component = classifier(folder, **changes)
    component.train(training_data(TAUGHT))
    return component


def test_it_learns_and_ranks(tmp_path: Path) -> None:
    message = Message({TEXT: "ich will mein abo kuendigen"})
    trained(tmp_path).process([message])
    parsed = message.as_dict(only_output_properties=True)
    assert parsed[INTENT]["name"] == "cancel_subscription"
    ranking = parsed[INTENT_RANKING_KEY]
    assert {entry["name"] for entry in ranking} == set(TAUGHT)
    shares = [entry["confidence"] for entry in ranking]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)


def judged_by(decisions: "list[list[float]]", **changes: Any) -> Any:
    """What a calibration of two intents and crisis makes of decisions well inside its gate."""
    settings: dict[str, Any] = {
        "classes": np.array(["cancel_subscription", "crisis", "get_invoice"]),
        "doubt": np.array([0.1, 0.1, 1.0]),
        "lean": np.zeros(3),
        "temperature": 0.5,
        "gate": Gate(np.zeros(3), np.ones(3), -9.0),
        "sure": 0.5,
        "accuracy": 1.0,
    }
    found = np.array(decisions)
    evidence = Evidence(*(np.zeros(len(found)) for _ in range(3)))
    return Calibration(**{**settings, **changes}).judge(found, evidence)


def test_what_is_not_sure_enough_is_asked_back() -> None:
    assert list(judged_by([[-1, -1, 1]]).verdict) == [Verdict.SURE]
    assert list(judged_by([[0.1, -1, 0.2]], doubt=np.ones(3)).verdict) == [Verdict.SURE]
    assert list(judged_by([[0.1, -1, 0.2]], sure=0.9).verdict) == [Verdict.UNSURE]


def test_what_must_not_be_overlooked_is_offered_as_the_second() -> None:
    assert list(judged_by([[-0.2, -1, 0.5]]).verdict) == [Verdict.UNSURE]
    assert list(judged_by([[0.5, -1, -0.2]]).verdict) == [Verdict.SURE]


def test_someone_in_need_is_never_not_understood() -> None:
    shut = Gate(np.zeros(3), np.ones(3), 9.0)
    judged = judged_by([[0, 0.3, 0], [0.1, 0, 0]], gate=shut, sure=0.99)
    assert list(judged.verdict) == [Verdict.SURE, Verdict.FOREIGN]


def test_what_hardly_sounds_like_need_is_asked_back() -> None:
    vague = [[0, 0.01, 0], [0, 0.2, 0]]
    assert list(judged_by(vague, temperature=1.0).verdict) == [Verdict.UNSURE, Verdict.UNSURE]
    assert list(judged_by([[0, 0.4, 0]], temperature=1.0, sure=0.99).verdict) == [Verdict.SURE]


def left_out(decisions: np.ndarray, truth: np.ndarray) -> LeftOut:
    """Decisions of strangers' messages, all equally near."""
    flat = Evidence(*(np.linspace(0, 1, len(truth)) for _ in range(3)))
    rows = np.arange(len(truth))
    return LeftOut(rows, decisions, truth, flat, np.full(len(truth), fill_value=True))


def test_no_more_wrong_intents_stand_than_allowed() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 3, 2000)
    decisions = random.normal(size=(2000, 3)) + 1.5 * np.eye(3)[truth]
    seen, classes = left_out(decisions, truth), np.array(["a", "b", "c"])
    fitted = Calibration.fit(seen, classes, Caution(reject_rate=0.0, wrong_rate=0.05))
    judged = fitted.judge(decisions, seen.evidence)
    stands = judged.verdict == Verdict.SURE
    assert (stands & (judged.best != truth)).mean() == pytest.approx(0.05, abs=0.001)
    assert 0 < (~stands).mean() < 0.6


def test_careful_intents_lean_alike() -> None:
    decisions = np.tile([[0.1, 0.05, 0.0]], (100, 1))
    seen, classes = left_out(decisions, np.array([2] * 100)), np.array(["a", "b", "c"])
    fitted = Calibration.fit(seen, classes, Caution(careful=("b", "c"), lean=0.2))
    assert fitted.lean == pytest.approx([0, 0.2, 0.2])
    assert set(fitted.judge(seen.decisions, seen.evidence).best) == {1}


def test_a_doubt_is_a_fallback_on_top_of_the_ranking_and_says_why(tmp_path: Path) -> None:
    component = trained(tmp_path)
    for text, doubt in (
        ("Wie hoch ist der Eiffelturm?", "foreign"),
        ("Ich habe eine Frage. Es gibt da ein Problem.", "vague"),
    ):
        message = Message({TEXT: text})
        component.process([message])
        parsed = message.as_dict(only_output_properties=True)
        assert parsed[INTENT]["name"] == "nlu_fallback"
        assert parsed[INTENT_RANKING_KEY][1]["name"] in TAUGHT
        assert parsed["doubt"] == doubt


def test_the_gate_turns_away_what_is_foreign(tmp_path: Path) -> None:
    component = trained(tmp_path, reject_rate=0.1)
    for text in ("Wie hoch ist der Eiffelturm?", "qwertz asdf", "Who painted the ceiling in Rome?"):
        assert component.rank(text)[0][0]["name"] == "nlu_fallback"
    assert component.rank("my newspaper did not arrive")[0][0]["name"] == "delivery_problem"


def test_a_learned_out_of_scope_is_an_ordinary_intent(tmp_path: Path) -> None:
    component = classifier(tmp_path)
    foreign = [
        "Wie wird das Wetter?",
        "tell me a joke",
        "Wer gewann das Spiel?",
        "weather tomorrow",
    ]
    component.train(training_data({**TAUGHT, "out_of_scope": foreign}))
    assert component.rank("how is the weather tomorrow")[0][0]["name"] == "out_of_scope"


def test_the_same_data_in_any_order_gives_the_same_answers(tmp_path: Path) -> None:
    first = trained(tmp_path / "a")
    second = classifier(tmp_path / "b")
    second.train(training_data(TAUGHT, backwards=True))
    for text in ("kündigen", "password", "wo ist meine zeitung", "hello"):
        assert first.rank(text) == second.rank(text)


def test_the_same_data_is_stored_as_the_same_bytes(tmp_path: Path) -> None:
    """Also by another process, where everything lies elsewhere in memory."""
    trained(tmp_path / "a")
    trained(tmp_path / "b")
    one, other = (sorted((tmp_path / name).rglob("*.joblib")) for name in "ab")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
    assert len(one) == 1


def test_what_is_stored_is_what_is_loaded(tmp_path: Path) -> None:
    before = trained(tmp_path)
    after = HybridIntentClassifier.load(
        HybridIntentClassifier.get_default_config(),
        before._storage,
        before._resource,
        CONTEXT,
    )
    for text in ("please cancel", "Passwort", "etwas ganz anderes"):
        assert [e["name"] for e in after.rank(text)[0]] == [e["name"] for e in before.rank(text)[0]]


def test_umlauts_may_be_spelled_out() -> None:
    assert (
        fold("Kündigung für Größe")
        == fold("KUENDIGUNG fuer Groesse")
        == fold("kundigung fur grosse")
    )


def test_separated_verbs_are_put_together() -> None:
    assert "abbuchen" in read("Bitte buchen Sie noch einmal ab!").split()
    assert "abmelde" in read("ich melde mich ab, danke").split()
    assert read("I want to pay for an invoice") == "i want to pay for an invoice"


def test_the_gate_lets_through_the_share_it_promises() -> None:
    random = np.random.default_rng(0)
    own = Evidence(*(random.normal(size=2000) for _ in range(3)))
    gate = Gate.fit(own, reject_rate=0.05)
    assert (gate.margin(own) < 0).mean() == pytest.approx(0.05, abs=0.001)


def test_temperature_answers_overconfidence() -> None:
    decisions = np.tile([[2.0, 0.0]], (100, 1))
    truth = np.array([0] * 70 + [1] * 30)
    share = softmax(decisions, best_temperature(decisions, truth))[0, 0]
    assert share == pytest.approx(0.7, abs=0.05)


def test_with_many_writers_whole_writers_are_left_out() -> None:
    labels = np.array(["a", "b"] * 40)
    writers = [f"w{n // 16}" for n in range(80)]
    parts = folds(labels, writers, 3)
    assert [{writers[i] for i in part} for part in parts] == [{f"w{n}"} for n in range(5)]


def test_every_second_writer_is_left_out() -> None:
    labels = np.array(["a", "b"] * 40)
    writers = [f"w{n // 16}" for n in range(80)]
    parts = folds(labels, writers, 3, every=2)
    assert [{writers[i] for i in part} for part in parts] == [{"w0"}, {"w2"}, {"w4"}]


def test_a_single_message_of_an_intent_is_never_left_out() -> None:
    labels = np.array([*["a", "b"] * 10, "rare"])
    for writers in (["w"] * 21, [f"w{n % 5}" for n in range(21)]):
        assert sorted(np.concatenate(folds(labels, writers, 3))) == list(range(20))


@pytest.mark.parametrize("left_out", [[0, 4, 20], [3, 4, 20], [29]])
def test_what_is_left_out_is_what_a_fit_without_it_says(left_out: "list[int]") -> None:
    random = np.random.default_rng(0)
    points = random.normal(size=(30, 5)).astype(np.float32)
    kernel = points @ points.T
    targets = random.normal(size=(30, 2)).astype(np.float32)
    part = np.array(left_out)
    rest = np.setdiff1d(np.arange(30), part)
    whole = solve(kernel.copy(), targets, regularisation=0.5, held_out=[part])
    without = solve(
        kernel[np.ix_(rest, rest)].copy(), targets[rest], regularisation=0.5, held_out=[]
    )
    expected = kernel[np.ix_(part, rest)] @ without.strengths
    assert whole.left_out[part] == pytest.approx(expected, abs=1e-3)
    assert np.isnan(whole.left_out[rest]).all()


def test_a_change_of_the_models_code_is_a_new_model(monkeypatch: pytest.MonkeyPatch) -> None:
    config = HybridIntentClassifier.get_default_config()
    before = HybridIntentClassifier.fingerprint_addon(config)
    monkeypatch.setattr("inspect.getsource", lambda module: f"changed {module.__name__}")
    assert HybridIntentClassifier.fingerprint_addon(config) != before
