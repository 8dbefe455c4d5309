"""The linear model behind intent classification: word and letter n-grams beside a sentence vector.

Knows nothing of Rasa. Invariants: fitting is deterministic; decisions come in the order of `classes`; a text
spelled with "ae, oe, ue, ss" has the same n-grams as one with "ä, ö, ü, ß" or with bare vowels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from components.encoder import Vectors

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.str_]

_PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "’": "'"})
_SPELLED_OUT = re.compile(r"(?<=[aou])e")


def fold(text: str) -> str:
    """Lower case, "ü", "ue" and "u" alike: phones, hurry and old keyboards write all three."""
    return _SPELLED_OUT.sub("", text.lower().translate(_PLAIN))


@dataclass(frozen=True)
class Shape:
    """What the model looks at. `vector_weight` balances the sentence vector against the n-grams."""

    words: tuple[int, int] = (1, 2)
    letters: tuple[int, int] = (3, 6)
    vector_weight: float = 1.0
    regularisation: float = 1.0


@dataclass
class HybridModel:
    """A fitted model. `centre` is the mean training vector: subtracted, what is typical of us drops out."""

    words: TfidfVectorizer
    letters: TfidfVectorizer
    centre: Vectors
    machine: LinearSVC
    shape: Shape

    @classmethod
    def fit(
        cls, texts: Sequence[str], vectors: Vectors, labels: Labels, *, shape: Shape
    ) -> HybridModel:
        """Fit on texts, their sentence vectors and their intents; needs at least two intents."""
        words = TfidfVectorizer(
            preprocessor=fold,
            ngram_range=shape.words,
            sublinear_tf=True,
            token_pattern=r"(?u)\b\w+\b",  # noqa: S106  words, not a password
            dtype=np.float32,
        )
        letters = TfidfVectorizer(
            preprocessor=fold,
            analyzer="char_wb",
            ngram_range=shape.letters,
            sublinear_tf=True,
            dtype=np.float32,
        )
        words.fit(texts)
        letters.fit(texts)
        machine = LinearSVC(C=shape.regularisation, tol=1e-2, max_iter=500, random_state=0)
        model = cls(words, letters, vectors.mean(axis=0), machine, shape)
        machine.fit(model._features(texts, vectors), labels)
        # Single precision halves the stored model and its memory; decisions move in the sixth digit.
        machine.coef_ = machine.coef_.astype(np.float32)
        return model

    @property
    def classes(self) -> Labels:
        """The intents, in the order of the columns of `decide`."""
        labels: Labels = self.machine.classes_
        return labels

    def centred(self, vectors: Vectors) -> Vectors:
        """Sentence vectors with the common part removed, at unit length."""
        moved = vectors - self.centre
        unit: Vectors = moved / (np.linalg.norm(moved, axis=1, keepdims=True) + 1e-9)
        return unit

    def decide(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Signed distance to each intent's border: one row per text, one column per intent."""
        features = self._features(texts, vectors)
        found: Floats = self.machine.decision_function(features).astype(np.float64)
        return np.stack([-found, found], axis=1) if found.ndim == 1 else found

    def _features(self, texts: Sequence[str], vectors: Vectors) -> csr_matrix:
        meaning = csr_matrix(self.centred(vectors) * self.shape.vector_weight)
        grams = [self.words.transform(texts), self.letters.transform(texts)]
        return hstack([*grams, meaning], format="csr")
