"""How sure the model may be, learned from messages it has not seen: temperature and out-of-scope gate.

Knows nothing of Rasa. Invariants: everything here is fitted on out-of-fold decisions only; whole writers are
left out where there are enough of them, because a stranger's words are what the assistant meets; the gate
needs no out-of-scope examples, but uses them when there are some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from components.encoder import Vectors
from components.hybrid_model import Floats, HybridModel, Labels

OUT_OF_SCOPE = "out_of_scope"
MIN_WRITERS = 4
UNSEEN = -20.0  # decision for an intent that a fold's training part does not know

Indices = npt.NDArray[np.intp]
Fit = Callable[[Indices], HybridModel]


@dataclass(frozen=True)
class Evidence:
    """What speaks for a message being our business; one number per message in each field."""

    decision: Floats
    neighbours: Floats
    outside: Floats

    @classmethod
    def of(cls, decisions: Floats, classes: Labels, neighbours: Floats) -> Evidence:
        """Best in-scope decision, closeness to known messages, decision for out of scope."""
        outside = classes == OUT_OF_SCOPE
        best = decisions[:, ~outside].max(axis=1)
        against = decisions[:, outside].max(axis=1) if outside.any() else np.zeros(len(best))
        return cls(best, neighbours, against)


def joined(parts: Sequence[Evidence]) -> Evidence:
    """Evidence of several folds, in their order."""
    return Evidence(
        np.concatenate([part.decision for part in parts]),
        np.concatenate([part.neighbours for part in parts]),
        np.concatenate([part.outside for part in parts]),
    )


@dataclass(frozen=True)
class Gate:
    """Rejects what looks unlike our business: the sum of standardised evidence under a threshold."""

    means: Floats
    spreads: Floats
    threshold: float

    @classmethod
    def fit(cls, in_scope: Evidence, *, reject_rate: float) -> Gate:
        """Set the threshold so that this share of unseen in-scope messages would be rejected."""
        columns = np.stack([in_scope.decision, in_scope.neighbours, in_scope.outside], axis=1)
        means, spreads = columns.mean(axis=0), columns.std(axis=0) + 1e-9
        margins = cls(means, spreads, 0.0).margin(in_scope)
        return cls(means, spreads, float(np.quantile(margins, reject_rate)))

    def margin(self, evidence: Evidence) -> Floats:
        """How far inside (positive) or outside (negative) the gate each message lies."""
        columns = np.stack([evidence.decision, evidence.neighbours, evidence.outside], axis=1)
        decision, neighbours, outside = ((columns - self.means) / self.spreads).T
        total: Floats = decision + neighbours - outside - self.threshold
        return total


def closeness(vectors: Vectors, bank: Vectors, *, neighbours: int) -> Floats:
    """Mean cosine to the nearest messages of the bank; both sides at unit length."""
    count = min(neighbours, len(bank))
    found = []
    for start in range(0, len(vectors), 256):
        cosines = vectors[start : start + 256] @ bank.T
        found.append(np.partition(cosines, -count, axis=1)[:, -count:].mean(axis=1))
    means: Floats = np.concatenate(found).astype(np.float64)
    return means


def softmax(decisions: Floats, temperature: float) -> Floats:
    """Decisions as probabilities; a higher temperature means less sure."""
    scaled = decisions / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def best_temperature(decisions: Floats, truth: Indices) -> float:
    """The temperature with the least log loss on unseen messages."""
    rows = np.arange(len(truth))

    def loss(temperature: float) -> float:
        return -float(np.log(softmax(decisions, temperature)[rows, truth] + 1e-9).mean())

    return float(min(np.geomspace(0.02, 2.0, 60), key=loss))


def folds(labels: Labels, writers: Sequence[str], count: int) -> Iterator[tuple[Indices, Indices]]:
    """Training and held-out rows. Intents with a single message are always training."""
    names, sizes = np.unique(labels, return_counts=True)
    rare = np.isin(labels, names[sizes < 2])
    splitter: Any
    if len(set(writers)) >= MIN_WRITERS:
        splitter = StratifiedGroupKFold(count, shuffle=True, random_state=0)
    else:
        splitter = StratifiedKFold(count, shuffle=True, random_state=0)
    for train, held in splitter.split(np.zeros(len(labels)), labels, np.array(writers)):
        held_out = held[~rare[held]]
        yield np.sort(np.concatenate([train, held[rare[held]]])), held_out


@dataclass(frozen=True)
class Calibration:
    """The temperature, the gate, and the accuracy on messages (or writers) left out, for the log."""

    temperature: float
    gate: Gate
    accuracy: float


@dataclass(frozen=True)
class Sample:
    """The training messages as columns of equal length."""

    texts: Sequence[str]
    vectors: Vectors
    labels: Labels
    writers: Sequence[str]


def calibrate(
    sample: Sample, fit: Fit, *, fold_count: int, reject_rate: float, neighbours: int
) -> Calibration:
    """Fit on each fold's training part, look at what was left out, and set temperature and gate."""
    classes = np.unique(sample.labels)
    decisions, truths, evidence, inside = [], [], [], []
    for train, held in folds(sample.labels, sample.writers, fold_count):
        model = fit(train)
        texts, vectors = [sample.texts[i] for i in held], sample.vectors[held]
        decided = _spread(model, model.decide(texts, vectors), classes)
        known = model.centred(sample.vectors[train][sample.labels[train] != OUT_OF_SCOPE])
        near = closeness(model.centred(vectors), known, neighbours=neighbours)
        decisions.append(decided)
        truths.append(np.searchsorted(classes, sample.labels[held]))
        evidence.append(Evidence.of(decided, classes, near))
        inside.append(sample.labels[held] != OUT_OF_SCOPE)
    every, truth, own = np.concatenate(decisions), np.concatenate(truths), np.concatenate(inside)
    seen = joined(evidence)
    in_scope = Evidence(seen.decision[own], seen.neighbours[own], seen.outside[own])
    return Calibration(
        temperature=best_temperature(every, truth),
        gate=Gate.fit(in_scope, reject_rate=reject_rate),
        accuracy=float((every.argmax(axis=1) == truth).mean()),
    )


def _spread(model: HybridModel, decisions: Floats, classes: Labels) -> Floats:
    """A fold's decisions in the columns of all intents."""
    full = np.full((len(decisions), len(classes)), UNSEEN)
    full[:, np.searchsorted(classes, model.classes)] = decisions
    return full
