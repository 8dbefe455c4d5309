"""Grading: the numbers of a worked example, the meaning of a fallback, and what a bad file is told."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.evaluation import (
    BadPredictionsError,
    Doubts,
    IntentScore,
    Prediction,
    grade,
    main,
    parse_predictions,
    percentile,
)


def prediction(intent: str, predicted: str, ms: float = 5.0) -> Prediction:
    """A graded message."""
    return Prediction(intent, predicted, ms)


def line(intent: str, predicted: str, ms: float = 5.0) -> str:
    """A line as `bot/evaluate.py` writes it."""
    return json.dumps({"line": 2, "intent": intent, "predicted": predicted, "ms": ms})


def test_a_worked_example() -> None:
    report = grade(
        [
            prediction("greet", "greet", 1),
            prediction("greet", "thank", 2),
            prediction("greet", "thank", 3),
            prediction("thank", "thank", 4),
            prediction("out_of_scope", "greet", 5),
        ]
    )
    assert (report.n, report.accuracy) == (5, 0.4)
    assert report.per_intent["greet"] == IntentScore(precision=0.5, recall=0.3333, f1=0.4, n=3)
    assert report.per_intent["thank"] == IntentScore(precision=0.3333, recall=1.0, f1=0.5, n=1)
    assert report.macro_f1 == 0.3
    assert report.confusions == [("greet", "thank", 2), ("out_of_scope", "greet", 1)]
    assert (report.latency_ms.p50, report.latency_ms.p95) == (3, 5)


def test_doubt_is_told_apart_from_error() -> None:
    first = ("greet", "thank", "goodbye")
    report = grade(
        [
            Prediction("greet", "greet", 1, likeliest=first),
            Prediction("greet", "greet", 1, asked=True, likeliest=first),
            Prediction("thank", "greet", 1, asked=True, likeliest=first),
            Prediction("thank", "greet", 1, likeliest=first),
            Prediction("refund", "out_of_scope", 1, likeliest=first),
            Prediction("refund", "out_of_scope", 1, likeliest=("out_of_scope", *first[:2])),
            Prediction("out_of_scope", "out_of_scope", 1, likeliest=first),
            Prediction("goodbye", "goodbye", 1, likeliest=first),
        ]
    )
    assert report.accuracy == 0.5
    assert report.doubts == Doubts(
        asked_back=0.25, right_unasked=0.375, confidently_wrong=0.25, among_first_three=0.75
    )


def test_a_fallback_counts_as_out_of_scope_on_both_sides() -> None:
    report = grade(
        parse_predictions(
            [
                line("out_of_scope", "nlu_fallback"),
                line("nlu_fallback", "out_of_scope"),
                line("greet", "nlu_fallback"),
                line("thank", "thank"),
            ]
        )
    )
    assert "nlu_fallback" not in report.per_intent
    assert report.out_of_scope.recall == 1.0
    assert report.out_of_scope.false_reject_rate == 0.5


def test_without_foreign_messages_there_is_no_recall_to_report() -> None:
    report = grade([prediction("greet", "greet")])
    assert report.out_of_scope.recall is None
    assert report.out_of_scope.false_reject_rate == 0.0


def test_an_unknown_intent_is_graded_as_it_stands() -> None:
    report = grade([prediction("buy_a_boat", "greet")])
    assert report.per_intent["buy_a_boat"].n == 1
    assert report.per_intent["greet"] == IntentScore(0.0, 0.0, 0.0, 0)
    assert report.macro_f1 == 0.0


INTENTS = st.sampled_from(["greet", "thank", "out_of_scope", "nlu_fallback"])
PREDICTIONS = st.lists(
    st.tuples(INTENTS, INTENTS, st.floats(min_value=0, max_value=1000)), min_size=1, max_size=40
)


@given(PREDICTIONS)
def test_counts_add_up(rows: list[tuple[str, str, float]]) -> None:
    report = grade(parse_predictions([line(*row) for row in rows]))
    wrong = sum(count for _, _, count in report.confusions)
    assert sum(score.n for score in report.per_intent.values()) == report.n == len(rows)
    assert report.accuracy == pytest.approx(1 - wrong / report.n, abs=1e-4)
    assert 0 <= report.macro_f1 <= 1
    assert report.latency_ms.p50 <= report.latency_ms.p95


@given(st.lists(st.integers(min_value=0, max_value=99), min_size=1), st.integers(1, 100))
def test_a_percentile_is_a_value_that_enough_do_not_exceed(values: list[int], share: int) -> None:
    found = percentile(sorted(values), share)
    assert found in values
    assert sum(value <= found for value in values) >= len(values) * share / 100


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("{", "Line 2 is not JSON"),
        ('{"intent": "greet", "ms": 1}', "Line 2 lacks 'predicted'"),
        ('{"intent": "greet", "predicted": "", "ms": 1}', "Line 2 is no prediction"),
        ('{"intent": "greet", "predicted": "greet", "ms": "soon"}', "Line 2 is no prediction"),
        ("[]", "Line 2 is no prediction"),
    ],
)
def test_a_bad_line_is_named(bad: str, told: str) -> None:
    with pytest.raises(BadPredictionsError, match=told):
        parse_predictions([line("greet", "greet"), bad])


def test_the_command_prints_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "predictions.jsonl"
    file.write_text(f"{line('greet', 'greet')}\n{line('thank', 'greet')}\n")
    assert main([str(file)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert list(report) == [
        "n",
        "accuracy",
        "macro_f1",
        "per_intent",
        "out_of_scope",
        "latency_ms",
        "confusions",
        "doubts",
    ]
    assert list(report["per_intent"]["greet"]) == ["precision", "recall", "f1", "n"]
    assert report["confusions"] == [["thank", "greet", 1]]


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    for arguments, told in (
        ([], "Usage"),
        ([str(empty)], "no prediction"),
        ([str(tmp_path / "none")], "No such file"),
    ):
        assert main(arguments) == 2
        printed = capsys.readouterr()
        assert (printed.out, told in printed.err) == ("", True)
