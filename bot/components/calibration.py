"""How sure the model may be, learned from messages it has not seen: temperature, gate, and when to ask back.

Knows nothing of Rasa. Invariants: everything here is fitted on left-out decisions only; whole writers are left
out where there are enough of them, because a stranger's words are what the assistant meets; the gate needs no
out-of-scope examples, but uses them when there are some.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedKFold

from components.encoder import Vectors
from components.hybrid_model import Floats, HybridModel, Labels
from components.least_squares import Indices

OUT_OF_SCOPE = "out_of_scope"
# Stand without proof of being our business: the one because it says that it is not, the other because
# somebody in need is never answered with "I did not understand".
CRISIS = "crisis"
UNGATED = (OUT_OF_SCOPE, CRISIS)
# Less than this and it is the vague message that has no topic at all: "somehow it is all a bit odd". Of 495 strangers'
# messages of people in need 3 lie below, and a quarter of those that were taken for one.
HEARD = 0.4
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


def calibrating(writers: Iterable[str], every: int) -> list[str]:
    """Every so-manieth writer by name: those who are left out to calibrate."""
    return sorted(set(writers))[::every]


def folds(labels: Labels, writers: Sequence[str], count: int, *, every: int = 1) -> list[Indices]:
    """Rows to leave out together, ascending: one calibrating writer each, or `count` random parts if writers are few.

    Intents with a single message are in no fold: without it nothing would be known of them.
    """
    names, sizes = np.unique(labels, return_counts=True)
    common = np.isin(labels, names[sizes > 1])
    hands = np.array(writers)
    if len(set(writers)) >= MIN_WRITERS:
        parts = [np.flatnonzero(hands == hand) for hand in calibrating(writers, every)]
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


class Verdict(IntEnum):
    """What to make of the best intent."""

    FOREIGN = 0  # unlike anything of ours
    UNSURE = 1  # ours, but which of two?
    SURE = 2
    VAGUE = 3  # names no matter at all; read off the words, never learned


@dataclass(frozen=True)
class Caution:
    """What is asked of the calibration.

    reject_rate: share of unseen messages of ours that the gate may turn away. wrong_rate: share of all unseen
    messages in which a wrong intent may stand; the rest of the wrong ones is asked back, with some right ones.
    careful: intents that must not be overlooked; `lean` is added to the decisions for them, for all alike, so that among
    themselves none is preferred, and each is offered where it comes second with a share of `second` or more.
    """

    reject_rate: float = 0.03
    wrong_rate: float = 0.038
    careful: tuple[str, ...] = ()
    lean: float = 0.1
    second: float = 1.0


@dataclass(frozen=True)
class Judgement:
    """For each message: the intents' shares, the place of the best, and what to make of it."""

    shares: Floats
    best: Indices
    verdict: npt.NDArray[np.int_]


@dataclass(frozen=True)
class Calibration:
    """Set on messages (or writers) left out; `accuracy` is that of the best intent on them, for the log.

    `lean` is added to each intent's decisions; from the confidence `sure` on the best intent stands, unless an
    intent whose share reaches its `doubt` comes second.
    """

    classes: Labels
    doubt: Floats
    lean: Floats
    temperature: float
    gate: Gate
    sure: float
    accuracy: float

    @classmethod
    def fit(
        cls, seen: LeftOut, classes: Labels, caution: Caution, *, use: Indices | None = None
    ) -> Calibration:
        """Set everything on left-out messages, or on those of them that `use` counts up."""
        chosen = np.arange(len(seen.rows)) if use is None else use
        decisions, truth = seen.decisions[chosen], seen.truth[chosen]
        own = chosen[seen.in_scope[chosen]]
        careful = np.isin(classes, caution.careful)
        lean = np.where(careful, caution.lean, 0.0)
        draft = cls(
            classes=classes,
            doubt=np.where(careful, caution.second, 1.0),
            lean=lean,
            temperature=best_temperature(decisions + lean, truth),
            gate=Gate.fit(seen.evidence.of_rows(own), reject_rate=caution.reject_rate),
            sure=0.0,
            accuracy=float(((decisions + lean).argmax(axis=1) == truth).mean()),
        )
        judged = draft.judge(decisions, seen.evidence.of_rows(chosen))
        wrong = (judged.best != truth) & (judged.verdict == Verdict.SURE)
        confidence = judged.shares.max(axis=1)
        return replace(draft, sure=_bar(confidence[wrong], int(caution.wrong_rate * len(truth))))

    def judge(self, decisions: Floats, evidence: Evidence) -> Judgement:
        """What to make of messages with these decisions and this evidence."""
        shares = softmax(decisions + self.lean, self.temperature)
        second, best = np.argsort(shares, axis=1, kind="stable")[:, -2:].T
        rows = np.arange(len(best))
        free = np.isin(self.classes[best], UNGATED)
        clear = (shares[rows, best] >= self.sure) & (shares[rows, second] < self.doubt[second])
        verdict = np.where(clear, Verdict.SURE, Verdict.UNSURE)
        # Somebody in need is never asked which of two topics was meant, unless hardly anything speaks for it.
        crisis = self.classes[best] == CRISIS
        heard = np.where(shares[rows, best] >= HEARD, Verdict.SURE, Verdict.UNSURE)
        verdict = np.where(crisis, heard, verdict)
        foreign = (self.gate.margin(evidence) < 0) & ~free
        return Judgement(shares, best, np.where(foreign, Verdict.FOREIGN, verdict))


def _bar(wrong: Floats, allowed: int) -> float:
    """The least confidence that no more than `allowed` of the wrong ones exceed."""
    return float(np.sort(wrong)[::-1][allowed]) + 1e-6 if len(wrong) > allowed else 0.0


@dataclass(frozen=True)
class Sample:
    """The training messages as columns of equal length."""

    texts: Sequence[str]
    vectors: Vectors
    labels: Labels
    writers: Sequence[str]
