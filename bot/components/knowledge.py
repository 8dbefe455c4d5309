"""Puts the passages of the knowledge articles that may answer a message on it, best first.

They stand under `knowledge` in the parse data, as names and not as texts, beside the verdict whether the best is an
answer, and so reach the actions with the latest message. Invariants: a message that is a command gets none; the trained model holds everything, the articles' files
are read in training only; the same articles give the same model.
"""

from __future__ import annotations

import hashlib
import inspect
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from typing_extensions import override

from components import (
    articles,
    encoder,
    hybrid_model,
    least_squares,
    neutral,
    ngrams,
    passage_search,
    stored,
)
from components.encoder import sentence_encoder
from components.passage_search import ENCODER, PassageSearch
from components.stored import Stored
from components.vague import is_vague
from components.vector_store import vectors_of

KNOWLEDGE = "knowledge"
REPOSITORY = Path(__file__).resolve().parents[2]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KnowledgeFinder(Stored[PassageSearch]):
    """Searches the articles with the same sentence vectors as the intents."""

    DEFAULTS: ClassVar[dict[str, Any]] = {
        "encoder": ENCODER,
        # From the root of the repository; `<language>/<article>.md` inside.
        "folder": "data/knowledge",
        "most": 3,
    }

    FILE = "passages.joblib"

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Settings used where `config.yml` says nothing."""
        return dict(KnowledgeFinder.DEFAULTS)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Rasa reuses a trained component while its class looks the same; articles and the model's code count too."""
        parts = (
            articles,
            encoder,
            hybrid_model,
            least_squares,
            neutral,
            ngrams,
            passage_search,
            stored,
        )
        code = "".join(map(inspect.getsource, parts))
        folder = {**cls.DEFAULTS, **config}["folder"]
        content = articles.fingerprint(REPOSITORY / folder)
        return hashlib.sha256((code + content).encode()).hexdigest()

    @classmethod
    @override
    def ready(cls, known: PassageSearch, config: dict[str, Any]) -> PassageSearch:
        known.model.bank = known.model.bank.astype(np.float32)
        return known

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the articles, whatever the training messages are."""
        passages = articles.read_passages(REPOSITORY / self._config["folder"])
        self._learned = PassageSearch.fit(passages, partial(vectors_of, self._config["encoder"]))
        model = self._learned.model
        model.bank = model.bank.astype(np.float16)  # on disk only, as the intents' is
        self._store(self._learned)
        model.bank = model.bank.astype(np.float32)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Name the likeliest passages of each message."""
        for message in messages:
            text = message.get(TEXT)
            if text and not text.startswith("/"):
                message.set(KNOWLEDGE, self._found(self._known, message), add_to_output=True)
        return messages

    def _found(self, search: PassageSearch, message: Message) -> dict[str, Any]:
        text = neutral.neutral(message.get(TEXT))
        ranking = message.get(INTENT_RANKING_KEY) or ()
        confidences = {guess["name"]: guess["confidence"] for guess in ranking}
        vector = sentence_encoder(self._config["encoder"])([text])
        hits = search.find(text, vector, confidences, most=self._config["most"])
        # Who names no matter is asked what it is about, not told what stands somewhere.
        verdict = "none" if is_vague(text) else search.sureness.verdict(hits[0].sure)
        return {"verdict": verdict, "passages": [asdict(hit) for hit in hits]}
