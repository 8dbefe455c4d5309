"""Says whether a message is German or English, or nothing when that is not clear.

Invariants: the key `language` of the parse data is "de", "en" or absent; a guess is made only where it was
right in nearly every case measured, because the conversation's own language is the better default.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from lingua import IsoCode639_1, LanguageDetectorBuilder
from lingua import LanguageDetector as Detector
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

LANGUAGE = "language"

# Statistics fail on single words ("hallo" counts as English), and these open most conversations.
KNOWN_WORDS = {
    "de": "hallo servus moin danke dankeschön nein tschüss bitte guten tag morgen abend grüß gott ja",
    "en": "hello hey thanks thank you yes please goodbye good morning evening afternoon cheers",
}

_WORD = re.compile(r"[^\W\d_]+")


@cache
def _detector() -> Detector:
    """Both language models in memory (some 75 MB): a lazy load would cost the first message a second."""
    codes = (IsoCode639_1.DE, IsoCode639_1.EN)
    return (
        LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
        .with_preloaded_language_models()
        .build()
    )


def language_of(text: str, *, sure: float, sure_short: float) -> str | None:
    """ "de", "en" or None. `sure` is the confidence asked of three words and more, else `sure_short`."""
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return None
    if len(words) < 3:
        known = {code for code, listed in _known().items() if set(words) <= listed}
        if known:
            return known.pop() if len(known) == 1 else None
    best = _detector().compute_language_confidence_values(" ".join(words))[0]
    if best.value < (sure if len(words) >= 3 else sure_short):
        return None
    return best.language.iso_code_639_1.name.lower()


@cache
def _known() -> dict[str, frozenset[str]]:
    return {code: frozenset(words.split()) for code, words in KNOWN_WORDS.items()}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class LanguageDetector(GraphComponent):
    """Adds `language` to the parse data, where the actions read it from the latest message."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        _detector()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Confidence asked of longer messages, and of one or two words."""
        return {"sure": 0.75, "sure_short": 0.97}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
        """A detector with its language models loaded."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `language` where it is clear."""
        for message in messages:
            found = language_of(message.get(TEXT) or "", **self._thresholds())
            if found is not None:
                message.set(LANGUAGE, found, add_to_output=True)
        return messages

    def _thresholds(self) -> dict[str, float]:
        return {"sure": self._config["sure"], "sure_short": self._config["sure_short"]}
