"""Grades predictions: how often the assistant understood, what it confused, how long it took.

Pure scoring; knows neither Rasa nor a CSV. Invariants: `nlu_fallback` counts as `out_of_scope`; intents are
graded as they stand, known to us or not; macro F1 is the mean over the intents that occur as truth.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path

OUT_OF_SCOPE = "out_of_scope"
NOT_UNDERSTOOD = "nlu_fallback"
DIGITS = 4


class BadPredictionsError(ValueError):
    """The predictions cannot be graded; the message names the line."""


@dataclass(frozen=True)
class Prediction:
    """One graded message: its true intent, the predicted one, and the time taken in milliseconds.

    `asked`: the person was given the two likeliest to choose from; `likeliest`: the first guesses, best first.
    """

    intent: str
    predicted: str
    ms: float
    asked: bool = False
    likeliest: tuple[str, ...] = ()


@dataclass(frozen=True)
class IntentScore:
    """How one intent fared. `n` is how often it was the truth."""

    precision: float
    recall: float
    f1: float
    n: int


@dataclass(frozen=True)
class OutOfScopeScore:
    """`recall`: share of foreign messages noticed; `false_reject_rate`: share of our own turned away.

    None where there is no message of that kind.
    """

    recall: float | None
    false_reject_rate: float | None


@dataclass(frozen=True)
class Latency:
    """Milliseconds to read one message: the median, and what 95 % stay within."""

    p50: float
    p95: float


@dataclass(frozen=True)
class Doubts:
    """How sure the assistant was, as shares of all messages: asked back, right without that, wrong without that."""

    asked_back: float
    right_unasked: float
    confidently_wrong: float
    among_first_three: float


@dataclass(frozen=True)
class Report:
    """Everything known about a run. Confusions are (true, predicted, count), most frequent first.

    `accuracy` and all that follows from pairs count the best guess, asked back or not; `doubts` tells them apart.
    """

    n: int
    accuracy: float
    macro_f1: float
    per_intent: dict[str, IntentScore]
    out_of_scope: OutOfScopeScore
    latency_ms: Latency
    confusions: list[tuple[str, str, int]]
    doubts: Doubts


def parse_predictions(lines: Iterable[str]) -> list[Prediction]:
    """Predictions from JSON lines. Raises BadPredictionsError on the first bad line, or if there is none."""
    found = [_parse(line, number) for number, line in enumerate(lines, start=1) if line.strip()]
    if not found:
        raise BadPredictionsError("There is no prediction to grade.")
    return found


def _parse(line: str, number: int) -> Prediction:
    try:
        row = json.loads(line)
        return Prediction(
            _intent(row["intent"]),
            _intent(row["predicted"]),
            float(row["ms"]),
            row.get("asked") is True,
            tuple(_intent(name) for name in row.get("likeliest", ())),
        )
    except json.JSONDecodeError as error:
        raise BadPredictionsError(f"Line {number} is not JSON: {error.msg}.") from error
    except KeyError as error:
        raise BadPredictionsError(f"Line {number} lacks {error}.") from error
    except (TypeError, ValueError) as error:
        raise BadPredictionsError(f"Line {number} is no prediction: {error}.") from error


def _intent(name: object) -> str:
    """An intent name; a message that was not understood counts as out of scope."""
    if not isinstance(name, str) or not name:
        raise ValueError(f"{name!r} is no intent name")
    return OUT_OF_SCOPE if name == NOT_UNDERSTOOD else name


def grade(predictions: Sequence[Prediction]) -> Report:
    """The report on at least one prediction."""
    pairs = Counter((p.intent, p.predicted) for p in predictions)
    per_intent = _per_intent(pairs)
    true_scores = [score.f1 for score in per_intent.values() if score.n]
    wrong = [(true, predicted, n) for (true, predicted), n in pairs.items() if true != predicted]
    right = sum(n for (true, predicted), n in pairs.items() if true == predicted)
    times = sorted(p.ms for p in predictions)
    return Report(
        n=len(predictions),
        accuracy=_share(right, len(predictions)),
        macro_f1=round(sum(true_scores) / len(true_scores), DIGITS),
        per_intent=per_intent,
        out_of_scope=_out_of_scope(pairs),
        latency_ms=Latency(percentile(times, 50), percentile(times, 95)),
        confusions=sorted(wrong, key=lambda row: (-row[2], row[0], row[1])),
        doubts=_doubts(predictions),
    )


def _doubts(predictions: Sequence[Prediction]) -> Doubts:
    """A message turned away (taken for out of scope by the gate) that is ours is wrong, but not confidently."""
    whole = len(predictions)
    unasked = [p for p in predictions if not p.asked]
    wrong = [p for p in unasked if p.intent != p.predicted and not _turned_away(p)]
    first = [p for p in predictions if p.intent in {p.predicted, *p.likeliest}]
    return Doubts(
        asked_back=_share(whole - len(unasked), whole),
        right_unasked=_share(sum(p.intent == p.predicted for p in unasked), whole),
        confidently_wrong=_share(len(wrong), whole),
        among_first_three=_share(len(first), whole),
    )


def _turned_away(prediction: Prediction) -> bool:
    """Whether the gate spoke, and not the model: the best guess is another."""
    gated = prediction.likeliest[:1] not in {(), (OUT_OF_SCOPE,)}
    return gated and prediction.predicted == OUT_OF_SCOPE


def _per_intent(pairs: Counter[tuple[str, str]]) -> dict[str, IntentScore]:
    """Scores of every intent that is true or predicted anywhere, by name."""
    truths: Counter[str] = Counter()
    guesses: Counter[str] = Counter()
    for (true, predicted), count in pairs.items():
        truths[true] += count
        guesses[predicted] += count
    return {
        name: _score(pairs[name, name], truths[name], guesses[name])
        for name in sorted(truths | guesses)
    }


def _score(hits: int, truths: int, guesses: int) -> IntentScore:
    return IntentScore(
        precision=_share(hits, guesses),
        recall=_share(hits, truths),
        f1=_share(2 * hits, truths + guesses),
        n=truths,
    )


def _out_of_scope(pairs: Counter[tuple[str, str]]) -> OutOfScopeScore:
    foreign = own = noticed = turned_away = 0
    for (true, predicted), count in pairs.items():
        rejected = count if predicted == OUT_OF_SCOPE else 0
        if true == OUT_OF_SCOPE:
            foreign, noticed = foreign + count, noticed + rejected
        else:
            own, turned_away = own + count, turned_away + rejected
    return OutOfScopeScore(
        recall=_share(noticed, foreign) if foreign else None,
        false_reject_rate=_share(turned_away, own) if own else None,
    )


def percentile(ordered: Sequence[float], share: int) -> float:
    """The smallest value that at least `share` percent of the values do not exceed (nearest rank)."""
    rank = max(1, ceil(len(ordered) * share / 100))
    return round(ordered[rank - 1], 3)


def _share(part: int, whole: int) -> float:
    return round(part / whole, DIGITS) if whole else 0.0


def main(arguments: list[str]) -> int:
    """Print the report of a predictions file as one JSON object; 2 and one sentence if that cannot be."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m studio.evaluation predictions.jsonl\n")
        return 2
    try:
        with Path(arguments[0]).open(encoding="utf-8") as file:
            report = grade(parse_predictions(file))
    except (BadPredictionsError, OSError, UnicodeDecodeError) as problem:
        sys.stderr.write(f"{arguments[0]}: {problem}\n")
        return 2
    sys.stdout.write(json.dumps(asdict(report), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
