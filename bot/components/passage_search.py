"""Finds the passages of the knowledge articles that answer a message, and says how sure that is.

The model is the one of the intents, with a passage in the place of an intent: it learns from how people ask, from
headings and from first sentences in every language at once, so a question finds the passage whatever language it is in.
Knows nothing of Rasa. Invariants: fitting is deterministic; the best passage comes first; `sure` is between 0 and 1
and was fitted on questions that the model never saw (`bot/knowledge_recall.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from components.articles import Passage
from components.calibration import OUT_OF_SCOPE
from components.encoder import Encode, Vectors
from components.hybrid_model import Floats, HybridModel, Shape
from components.neutral import neutral

FIRST_WORDS = 25
ENCODER = "use"
SHAPE = Shape(
    words=(1, 1),
    letters=(3, 4),
    common=3,
    vector_weight=8.0,
    vector_width=3.0,
    regularisation=0.5,
)


@dataclass(frozen=True)
class Sureness:
    """How evidence becomes a probability: logistic regression on the tuning questions.

    `intent`: what the confidence of an article's intents adds to the decisions for its passages. From `answer` on
    the best passage is given as the answer, from `offer` on the best few may be offered to choose from.
    """

    intent: float = 0.4
    decision: float = 1.6
    margin: float = 4.9
    outside: float = -1.35
    bias: float = -0.09
    answer: float = 0.4
    offer: float = 0.25

    def verdict(self, sure: float) -> str:
        """What to do with the best passage: "answer", "offer" or "none"."""
        if sure >= self.answer:
            return "answer"
        return "offer" if sure >= self.offer else "none"

    def of(self, decisions: Floats, outside: float) -> float:
        """The chance that the best passage answers; `outside`: confidence that this is none of our business."""
        best, second = np.sort(decisions)[::-1][:2]
        evidence = self.decision * best + self.margin * (best - second) + self.outside * outside
        return float(1 / (1 + np.exp(-(evidence + self.bias))))


@dataclass(frozen=True)
class Hit:
    """A passage and the chance that it answers; that of all but the first is their share of the first's."""

    name: str
    sure: float


@dataclass
class PassageSearch:
    """A fitted search: `intents` are those of each passage, in the order of the model's classes."""

    model: HybridModel
    intents: tuple[tuple[str, ...], ...]
    sureness: Sureness

    @classmethod
    def fit(
        cls, passages: Sequence[Passage], read: Encode, sureness: Sureness | None = None
    ) -> PassageSearch:
        """Learn the passages; needs at least two. `read` gives the vectors of all their texts, each read alone."""
        labels = np.array([passage.name for passage in passages for _ in ways_to_say(passage)])
        texts = texts_of(passages)
        model, _ = HybridModel.fit(texts, read(texts), labels, shape=SHAPE)
        about = {passage.name: passage.intents for passage in passages}
        intents = tuple(about[str(name)] for name in model.classes)
        return cls(model, intents, sureness or Sureness())

    def find(
        self, text: str, vector: Vectors, confidences: Mapping[str, float], *, most: int
    ) -> list[Hit]:
        """The best passages for a message that `neutral` has seen; `confidences` are those of its intents."""
        decisions = self.model.decide([text], self.model.cosines(vector))[0]
        decisions += self.sureness.intent * self._fits(confidences)
        sure = self.sureness.of(decisions, confidences.get(OUT_OF_SCOPE, 0.0))
        order = np.argsort(-decisions, kind="stable")[:most]
        behind = np.exp(self.sureness.margin * (decisions[order] - decisions[order[0]]))
        return [
            Hit(str(self.model.classes[i]), sure * float(b))
            for i, b in zip(order, behind, strict=True)
        ]

    def _fits(self, confidences: Mapping[str, float]) -> Floats:
        sums = [sum(confidences.get(name, 0.0) for name in names) for names in self.intents]
        return np.array(sums)


def texts_of(passages: Sequence[Passage]) -> list[str]:
    """All that is learned, passage by passage."""
    return [text for passage in passages for text in ways_to_say(passage)]


def ways_to_say(passage: Passage) -> list[str]:
    """How a passage may be asked for."""
    start = " ".join(passage.text.split()[:FIRST_WORDS])
    said = [*passage.asked, passage.heading, f"{passage.title}: {passage.heading} {start}"]
    return [neutral(text) for text in said]
