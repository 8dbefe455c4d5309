"""Says which intent a message has, how sure that is, and when it is not our business at all.

Invariants: the ranking is ordered by calibrated confidence; `nlu_fallback` is emitted, never learned, and
stands on top of the ranking it distrusts; a learned `out_of_scope` is an intent like any other. Messages such
as `/affirm` are classified like the rest and then replaced by Rasa's own handler, which comes last.
"""

from __future__ import annotations

import hashlib
import inspect
import logging
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import joblib
import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME as FALLBACK
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components import calibration, encoder, hybrid_model, least_squares, neutral
from components.calibration import (
    OUT_OF_SCOPE,
    Calibration,
    Evidence,
    LeftOut,
    Sample,
    believed,
    closeness,
    folds,
    softmax,
)
from components.encoder import encode_all, sentence_encoder
from components.hybrid_model import HybridModel, Shape
from components.quiet_logs import silence_user_text

logger = logging.getLogger(__name__)

FILE = "hybrid.joblib"


@dataclass
class Trained:
    """What is stored: the model, its calibration, and which training messages are in scope."""

    model: HybridModel
    calibration: Calibration
    in_scope: npt.NDArray[np.bool_]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HybridIntentClassifier(IntentClassifier, GraphComponent):
    """Least squares on n-grams and a multilingual sentence vector, calibrated and gated."""

    DEFAULTS: ClassVar[dict[str, Any]] = {
        "encoder": "use",
        "word_ngrams": [1, 2],
        "letter_ngrams": [3, 5],
        "vector_weight": 4.0,
        "vector_width": 1.5,
        "regularisation": 0.25,
        # Someone in need overlooked is worse than help offered once too often.
        "lean": {"crisis": 0.1},
        # Used when there are too few writers to leave each out in turn.
        "calibration_folds": 3,
        # Share of unseen in-scope messages that the gate may turn away.
        "reject_rate": 0.03,
        # Calibrated confidence under which no intent is believed.
        "min_confidence": 0.2,
        "neighbours": 5,
        "ranking_length": 10,
    }

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        *,
        trained: Trained | None = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._trained = trained

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Settings used where `config.yml` says nothing."""
        return dict(HybridIntentClassifier.DEFAULTS)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Rasa reuses a trained component while its class looks the same; the model's own code counts too."""
        parts = (calibration, encoder, hybrid_model, least_squares, neutral)
        return hashlib.sha256("".join(map(inspect.getsource, parts)).encode()).hexdigest()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> HybridIntentClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> HybridIntentClassifier:
        """A trained classifier, its encoder warm. From here on the process hears people: logs go quiet."""
        silence_user_text()
        with model_storage.read_from(resource) as folder:
            trained: Trained = joblib.load(folder / FILE)
        # Half precision on disk only: a cast per message would cost as much as the rest of it.
        trained.model.bank = trained.model.bank.astype(np.float32)
        sentence_encoder(config["encoder"])
        return cls(config, model_storage, resource, trained=trained)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every message with an intent, calibrate on what is left out, store both."""
        sample = self._sample(training_data)
        parts = folds(sample.labels, sample.writers, self._config["calibration_folds"])
        model, left_out = HybridModel.fit(
            sample.texts,
            sample.vectors,
            sample.labels,
            shape=shape_of(self._config),
            held_out=parts,
        )
        seen = LeftOut.of(
            model, left_out, sample.labels, parts=parts, neighbours=self._config["neighbours"]
        )
        calibrated = Calibration.fit(seen, reject_rate=self._config["reject_rate"])
        self._trained = Trained(model, calibrated, sample.labels != OUT_OF_SCOPE)
        logger.info(
            "%d messages, %d intents, %.3f right on those left out",
            len(sample.texts),
            len(model.classes),
            calibrated.accuracy,
        )
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its intent and ranking."""
        for message in messages:
            if message.get(TEXT):
                ranking = self.rank(message.get(TEXT))
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def rank(self, text: str) -> list[dict[str, Any]]:
        """Intents with calibrated confidence, best first; `nlu_fallback` on top if none is believed."""
        trained = self._trained
        if trained is None:
            raise RuntimeError("The intent classifier is not trained.")
        model, calibrated = trained.model, trained.calibration
        text = neutral.neutral(text)
        cosines = model.cosines(sentence_encoder(self._config["encoder"])([text]))
        decisions = model.decide([text], cosines)
        shares = softmax(decisions, calibrated.temperature)[0]
        order = np.argsort(-shares, kind="stable")[: self._config["ranking_length"]]
        ranking: list[dict[str, Any]] = [
            {"name": str(model.classes[i]), "confidence": float(shares[i])} for i in order
        ]
        near = closeness(cosines[:, trained.in_scope], neighbours=self._config["neighbours"])
        margin = calibrated.gate.margin(Evidence.of(decisions, model.classes, near))
        best = order[:1]
        limit = self._config["min_confidence"]
        if believed(model.classes[best], shares[best], margin, min_confidence=limit)[0]:
            return ranking
        return [{"name": FALLBACK, "confidence": 1.0 - ranking[0]["confidence"]}, *ranking]

    def _sample(self, training_data: TrainingData) -> Sample:
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        # Rasa gathers its examples from files and sets; the order must not depend on that.
        examples.sort(key=lambda e: (e.get(INTENT), e.get(TEXT), _writer(e)))
        texts = [neutral.neutral(e.get(TEXT)) for e in examples]
        return Sample(
            texts=texts,
            vectors=encode_all(sentence_encoder(self._config["encoder"]), texts),
            labels=np.array([e.get(INTENT) for e in examples]),
            writers=[_writer(e) for e in examples],
        )

    def _persist(self) -> None:
        assert self._trained is not None
        stored = replace(
            self._trained,
            model=replace(self._trained.model, bank=self._trained.model.bank.astype(np.float16)),
        )
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(stored, folder / FILE, compress=3)


def shape_of(config: dict[str, Any]) -> Shape:
    """The settings that shape the model."""
    return Shape(
        words=tuple(config["word_ngrams"]),
        letters=tuple(config["letter_ngrams"]),
        vector_weight=config["vector_weight"],
        vector_width=config["vector_width"],
        regularisation=config["regularisation"],
        lean=tuple(sorted(config["lean"].items())),
    )


def _writer(example: Message) -> str:
    """Who wrote a training message, from the `metadata` of its block."""
    found = example.get(METADATA) or {}
    return str((found.get(METADATA_INTENT) or {}).get("writer", ""))
