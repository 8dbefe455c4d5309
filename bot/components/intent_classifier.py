"""Says which intent a message has, how sure that is, and when it is not our business at all.

Invariants: the ranking is ordered by calibrated confidence; `nlu_fallback` is emitted, never learned, and
stands on top of the ranking it distrusts; a learned `out_of_scope` is an intent like any other. Messages such
as `/affirm` are classified like the rest and then replaced by Rasa's own handler, which comes last.
"""

from __future__ import annotations

import hashlib
import inspect
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME as FALLBACK
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from typing_extensions import override

from components import (
    calibration,
    hybrid_model,
    least_squares,
    neutral,
    ngrams,
    second_request,
    stored,
)
from components.calibration import (
    OUT_OF_SCOPE,
    Calibration,
    Evidence,
    Judgement,
    LeftOut,
    Sample,
    Verdict,
    calibrating,
    closeness,
    folds,
)
from components.encoder import give_back_memory, sentence_encoder
from components.hybrid_model import HybridModel
from components.intent_settings import DEFAULTS, caution_of, shape_of
from components.quiet_logs import silence_user_text
from components.second_request import Bars, Part, Splitter
from components.stored import Stored
from components.vague import is_vague
from components.vector_store import encoders_fingerprint, vectors_of

logger = logging.getLogger(__name__)

# In the parse data: why the best intent is not believed; absent if it is.
DOUBT = "doubt"
VAGUE = Verdict.VAGUE.name.lower()
# Likewise: the intent, confidence and text of another wish in the same message.
SECOND_REQUEST = "second_request"
# Its answer asks what it is about, as is done where a message names no matter.
GREETING = "greet"
# The part of a message in doubt that says clearly what it is about, where one does.
RESCUED_BY = "rescued_by"
BARS = Bars()


@dataclass
class Trained:
    """What is stored: the model, its calibration, and which training messages are in scope."""

    model: HybridModel
    calibration: Calibration
    in_scope: npt.NDArray[np.bool_]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HybridIntentClassifier(Stored[Trained], IntentClassifier):
    """Least squares on n-grams and a multilingual sentence vector, calibrated and gated."""

    FILE = "hybrid.joblib"

    def __init__(self, *given: Any, **known: Any) -> None:
        super().__init__(*given, **known)
        self._splitter = Splitter()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Settings used where `config.yml` says nothing."""
        return dict(DEFAULTS)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Rasa reuses a trained component while its class looks the same; the model's own code counts too."""
        parts = (calibration, hybrid_model, least_squares, neutral, ngrams, stored)
        code = "".join([encoders_fingerprint(), *map(inspect.getsource, parts)])
        return hashlib.sha256(code.encode()).hexdigest()

    @classmethod
    @override
    def ready(cls, known: Trained, config: dict[str, Any]) -> Trained:
        """Its encoder warm. From here on the process hears people: logs go quiet."""
        silence_user_text()
        # Half precision on disk only: a cast per message would cost as much as the rest of it.
        known.model.bank = known.model.bank.astype(np.float32)
        sentence_encoder(config["encoder"])
        give_back_memory()
        return known

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every message with an intent, calibrate on what is left out, store both."""
        sample = self._sample(training_data)
        parts = folds(
            sample.labels,
            sample.writers,
            self._config["calibration_folds"],
            every=self._config["calibration_writers"],
        )
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
        calibrated = Calibration.fit(seen, model.classes, caution_of(self._config))
        self._learned = Trained(model, calibrated, sample.labels != OUT_OF_SCOPE)
        logger.info(
            "%d messages, %d intents, %.3f right on those left out",
            len(sample.texts),
            len(model.classes),
            calibrated.accuracy,
        )
        self._persist()
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Give each message its intent and ranking, `doubt` ("foreign", "unsure", "vague") and `second_request` if any.

        A long story in doubt of which one part is clear has that part's intent, and the part under `rescued_by`.
        """
        for message in messages:
            if message.get(TEXT):
                ranking, doubt = self.rank(message.get(TEXT))
                parts = self._parts(message.get(TEXT)) if _told(ranking, doubt) else []
                clear = second_request.rescued(_shares(ranking), parts, BARS) if doubt else None
                if clear:
                    ranking, doubt = _led_by(clear, ranking), None
                    message.set(RESCUED_BY, clear.text, add_to_output=True)
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
                if doubt:
                    message.set(DOUBT, doubt, add_to_output=True)
                second = second_request.find(_shares(ranking), parts, BARS)
                if second:
                    message.set(SECOND_REQUEST, asdict(second), add_to_output=True)
        return messages

    def _parts(self, text: str) -> list[Part]:
        """The parts of a message, each as if it were a whole one; none where there is nothing to cut."""
        parts = self._splitter.parts(text)
        if len(parts) < 2:
            return []
        judged, names = self.judge(parts), self._known.model.classes
        # What the gate turns away says nothing.
        heard = judged.verdict != Verdict.FOREIGN
        return [
            Part(
                text=part,
                intent=str(names[best]),
                confidence=float(shares[best]) if mine else 0.0,
                shares=dict(zip(names.tolist(), shares, strict=True)),
            )
            for part, best, shares, mine in zip(
                parts, judged.best, judged.shares, heard, strict=True
            )
        ]

    def rank(self, text: str) -> tuple[list[dict[str, Any]], str | None]:
        """Intents with calibrated confidence, best first, `nlu_fallback` on top if none is believed; and why not."""
        judged = self.judge([text])
        shares, length = judged.shares[0], self._config["ranking_length"]
        order = np.argsort(-shares, kind="stable")[:length]
        ranking: list[dict[str, Any]] = [
            {"name": str(self._known.model.classes[i]), "confidence": float(shares[i])}
            for i in order
        ]
        verdict = Verdict(judged.verdict[0])
        greeted = verdict is Verdict.SURE and ranking[0]["name"] == GREETING
        if is_vague(text) and not greeted:
            verdict = Verdict.VAGUE
        if verdict is Verdict.SURE:
            return ranking, None
        fallback = {"name": FALLBACK, "confidence": 1.0 - ranking[0]["confidence"]}
        return [fallback, *ranking], verdict.name.lower()

    def judge(self, texts: Sequence[str]) -> Judgement:
        """What the model makes of some texts."""
        model = self._known.model
        texts = [neutral.neutral(text) for text in texts]
        cosines = model.cosines(sentence_encoder(self._config["encoder"])(texts))
        decisions = model.decide(texts, cosines)
        near = closeness(cosines[:, self._known.in_scope], neighbours=self._config["neighbours"])
        evidence = Evidence.of(decisions, model.classes, near)
        return self._known.calibration.judge(decisions, evidence)

    def _sample(self, training_data: TrainingData) -> Sample:
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        last = set(calibrating(map(_writer, examples), self._config["calibration_writers"]))
        # Rasa gathers its examples from files and sets; the order must not depend on that. Who is left out stands last.
        examples.sort(key=lambda e: (_writer(e) in last, e.get(INTENT), e.get(TEXT), _writer(e)))
        texts = [neutral.neutral(e.get(TEXT)) for e in examples]
        return Sample(
            texts=texts,
            vectors=vectors_of(self._config["encoder"], texts),
            labels=np.array([e.get(INTENT) for e in examples]),
            writers=[_writer(e) for e in examples],
        )

    def _persist(self) -> None:
        known = self._known
        half = replace(known, model=replace(known.model, bank=known.model.bank.astype(np.float16)))
        self._store(half)


def _shares(ranking: list[dict[str, Any]]) -> dict[str, float]:
    """The confidence in each intent, the best first."""
    return {guess["name"]: guess["confidence"] for guess in ranking if guess["name"] != FALLBACK}


def _told(ranking: list[dict[str, Any]], doubt: str | None) -> bool:
    """Whether the parts of a message may tell more than the whole."""
    if doubt is None:
        return second_request.possible(_shares(ranking), BARS)
    return doubt != VAGUE


def _led_by(part: Part, ranking: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ranking with the intent of a part first."""
    others = [guess for guess in ranking if guess["name"] not in (FALLBACK, part.intent)]
    return [{"name": part.intent, "confidence": part.confidence}, *others]


def _writer(example: Message) -> str:
    """Who wrote a training message, from the `metadata` of its block."""
    found = example.get(METADATA) or {}
    return str((found.get(METADATA_INTENT) or {}).get("writer", ""))
