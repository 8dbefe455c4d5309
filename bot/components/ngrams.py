"""The word and letter n-grams of one text, weighted as scikit-learn weights them but read in a tenth of its time.

Knows nothing of Rasa. Invariants: the weights of a text are those that the vectorizers it was made of give it, but for
the last bits; what a text counts does not depend on its neighbours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

Weights = npt.NDArray[np.float32]
Columns = npt.NDArray[np.intp]

_WORD = re.compile(r"(?u)\b\w+\b")


@dataclass
class Grams:
    """What two vectorizers learned: the column of each n-gram (`letters` behind `words`) and how rare it is."""

    words: Mapping[str, int]
    letters: Mapping[str, int]
    rarity: Weights
    word_range: tuple[int, int]
    letter_range: tuple[int, int]

    @classmethod
    def of(cls, words: TfidfVectorizer, letters: TfidfVectorizer) -> Grams:
        """From fitted vectorizers: words by `\\w+`, letters within word boundaries, sublinear, rows of length one."""
        return cls(
            _columns(words, 0),
            _columns(letters, len(words.vocabulary_)),
            np.concatenate([words.idf_, letters.idf_]).astype(np.float32),
            words.ngram_range,
            letters.ngram_range,
        )

    def read(self, text: str) -> tuple[Columns, Weights]:
        """Columns and weights of a text in the form that the vectorizers' preprocessor gives it."""
        grams = _word_grams(_WORD.findall(text), self.word_range)
        words, heavy = self._weighted(grams, self.words)
        letters, light = self._weighted(_letter_grams(text, self.letter_range), self.letters)
        return np.concatenate([words, letters]), np.concatenate([heavy, light])

    def _weighted(self, grams: Iterator[str], known: Mapping[str, int]) -> tuple[Columns, Weights]:
        counts = Counter(known[gram] for gram in grams if gram in known)
        columns = np.fromiter(counts.keys(), np.intp, len(counts))
        often = np.fromiter(counts.values(), np.float32, len(counts))
        weights = (np.float32(1) + np.log(often)) * self.rarity[columns]
        length = np.sqrt(weights @ weights)
        return columns, weights / length if len(weights) else weights


def _columns(vectorizer: TfidfVectorizer, first: int) -> dict[str, int]:
    pairs = sorted((int(column), gram) for gram, column in vectorizer.vocabulary_.items())
    return {gram: first + column for column, gram in pairs}


def _word_grams(words: list[str], sizes: tuple[int, int]) -> Iterator[str]:
    for size in range(sizes[0], sizes[1] + 1):
        for start in range(len(words) - size + 1):
            yield words[start] if size == 1 else " ".join(words[start : start + size])


def _letter_grams(text: str, sizes: tuple[int, int]) -> Iterator[str]:
    """Pieces of each word with a space on both sides; a word shorter than a size counts whole, once."""
    least, most = sizes
    for word in text.split():
        spaced = f" {word} "
        for size in range(least, most + 1):
            if size >= len(spaced):
                yield spaced
                break
            for start in range(len(spaced) - size + 1):
                yield spaced[start : start + size]
