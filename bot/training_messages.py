"""The training messages and the classifier's settings as scripts read them, without starting Rasa.

Invariants: the same texts in the same order as in training.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from components.intent_settings import DEFAULTS
from components.neutral import neutral
from components.written import lines

CONFIG = Path(__file__).resolve().parent / "config.yml"
CLASSIFIER = "components.intent_classifier.HybridIntentClassifier"

Labels = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Written:
    """Every message with what its file says of it; columns of equal length."""

    texts: list[str]
    labels: Labels
    writers: Labels
    languages: Labels


def read(folder: Path) -> Written:
    """All messages under the folder, in the order that training uses."""
    found = (line for path in sorted(folder.rglob("*.yml")) for line in lines(path))
    rows = [(line.intent, neutral(line.text), line.writer, line.language) for line in found]
    rows.sort()
    labels, texts, writers, languages = zip(*rows, strict=True)
    return Written(list(texts), np.array(labels), np.array(writers), np.array(languages))


def settings() -> dict[str, Any]:
    """The classifier's settings: its defaults and what `config.yml` changes."""
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    chosen = next(entry for entry in config["pipeline"] if entry["name"] == CLASSIFIER)
    return {**DEFAULTS, **chosen}
