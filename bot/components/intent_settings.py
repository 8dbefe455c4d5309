"""The settings of the intent classifier where `config.yml` says nothing.

Knows nothing of Rasa, so that scripts can read them without waiting for it. `Shape` and `Caution` say what the
numbers mean.
"""

from typing import Any

from components.calibration import Caution
from components.hybrid_model import Shape

DEFAULTS: dict[str, Any] = {
    "encoder": "use+e5",
    "word_ngrams": [1, 3],
    "letter_ngrams": [3, 5],
    "vector_weight": 6.0,
    "vector_width": 1.5,
    "vector_axes": 384,
    "regularisation": 0.25,
    # Overlooking these costs more than asking once too often; `Caution` says what the numbers mean.
    "careful": [
        "crisis",
        "account_compromised",
        "subscriber_deceased",
        "financial_hardship",
        "cancel_subscription",
        "cancel_for_cause",
        "withdraw_contract",
        "request_human",
    ],
    "lean": 0.1,
    "second": 0.1,
    "wrong_rate": 0.03,
    # Every so-manieth writer is left out to calibrate (1: each): inverting for all of them takes a sixth of the training.
    "calibration_writers": 2,
    # Used when there are too few writers to leave each out in turn.
    "calibration_folds": 3,
    # Share of unseen in-scope messages that the gate may turn away.
    "reject_rate": 0.01,
    "neighbours": 5,
    "ranking_length": 10,
}


def shape_of(config: dict[str, Any]) -> Shape:
    """The settings that shape the model."""
    return Shape(
        words=tuple(config["word_ngrams"]),
        letters=tuple(config["letter_ngrams"]),
        vector_weight=config["vector_weight"],
        vector_width=config["vector_width"],
        regularisation=config["regularisation"],
        axes=config["vector_axes"],
    )


def caution_of(config: dict[str, Any]) -> Caution:
    """The settings that say how sure is sure enough."""
    names = ("reject_rate", "wrong_rate", "lean", "second")
    return Caution(careful=tuple(config["careful"]), **{name: config[name] for name in names})
