"""How sure the model may be, learned from messages it has not seen: temperature and out-of-scope gate.

Knows nothing of Rasa. Invariants: everything here is fitted on left-out decisions only; whole writers are left
out where there are enough of them, because a stranger's words are what the assistant meets; the gate needs no
out-of-scope examples, but uses them when there are some.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedKFold

from components.encoder import Vectors
from components.hybrid_model import Floats, HybridModel, Labels
from components.least_squares import Indices

OUT_OF_SCOPE = "out_of_scope"
# Stand without proof of being our business: the one because it says that it is not, the other because
# somebody in need is never answered with "I did not understand".
UNGATED = (OUT_OF_SCOPE, "crisis")
MIN_WRITERS = 4


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

    def of_rows(self, rows: Indices) -> Evidence:
        """The evidence of some messages."""
        return Evidence(self.decision[rows], self.neighbours[rows], self.outside[rows])


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


def closeness(cosines: Vectors, *, neighbours: int) -> Floats:
    """Mean of each row's largest cosines."""
    count = min(neighbours, cosines.shape[1])
    nearest = np.partition(cosines, -count, axis=1)[:, -count:]
    means: Floats = nearest.mean(axis=1).astype(np.float64)
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


def folds(labels: Labels, writers: Sequence[str], count: int) -> list[Indices]:
    """Rows to leave out together, ascending: one writer each, or `count` random parts if writers are few.

    Intents with a single message are in no fold: without it nothing would be known of them.
    """
    names, sizes = np.unique(labels, return_counts=True)
    common = np.isin(labels, names[sizes > 1])
    hands = np.array(writers)
    if len(set(writers)) >= MIN_WRITERS:
        parts = [np.flatnonzero(hands == hand) for hand in np.unique(hands)]
    else:
        splitter = StratifiedKFold(count, shuffle=True, random_state=0)
        parts = [held for _, held in splitter.split(np.zeros(len(labels)), labels)]
    return [part[common[part]] for part in parts if common[part].any()]


@dataclass(frozen=True)
class LeftOut:
    """What the model would have said of each message, had its fold not been there; rows of all folds."""

    rows: Indices
    decisions: Floats
    truth: Indices
    evidence: Evidence
    in_scope: npt.NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        model: HybridModel,
        decisions: Floats,
        labels: Labels,
        *,
        parts: Sequence[Indices],
        neighbours: int,
    ) -> LeftOut:
        """Gather the evidence for each fold from the messages of all others."""
        inside = labels != OUT_OF_SCOPE
        near = []
        for part in parts:
            known = inside.copy()
            known[part] = False
            near.append(closeness(model.bank[part] @ model.bank[known].T, neighbours=neighbours))
        rows = np.concatenate(parts)
        decided = decisions[rows]
        return cls(
            rows=rows,
            decisions=decided,
            truth=np.searchsorted(model.classes, labels[rows]),
            evidence=Evidence.of(decided, model.classes, np.concatenate(near)),
            in_scope=inside[rows],
        )


@dataclass(frozen=True)
class Calibration:
    """The temperature, the gate, and the accuracy on messages (or writers) left out, for the log."""

    temperature: float
    gate: Gate
    accuracy: float

    @classmethod
    def fit(cls, seen: LeftOut, *, reject_rate: float, use: Indices | None = None) -> Calibration:
        """Set temperature and gate on left-out messages, or on those of them that `use` counts up."""
        chosen = np.arange(len(seen.rows)) if use is None else use
        decisions, truth = seen.decisions[chosen], seen.truth[chosen]
        own = chosen[seen.in_scope[chosen]]
        return cls(
            temperature=best_temperature(decisions, truth),
            gate=Gate.fit(seen.evidence.of_rows(own), reject_rate=reject_rate),
            accuracy=float((decisions.argmax(axis=1) == truth).mean()),
        )


@dataclass(frozen=True)
class Sample:
    """The training messages as columns of equal length."""

    texts: Sequence[str]
    vectors: Vectors
    labels: Labels
    writers: Sequence[str]


def believed(
    best: Labels, confidence: Floats, margin: Floats, *, min_confidence: float
) -> npt.NDArray[np.bool_]:
    """Whether the best intent stands: inside the gate and sure enough, or one that needs neither."""
    sure: npt.NDArray[np.bool_] = (margin >= 0) & (confidence >= min_confidence)
    stands: npt.NDArray[np.bool_] = sure | np.isin(best, UNGATED)
    return stands
