"""The model behind intent classification: word and letter n-grams beside a sentence vector.

Regularised least squares with the kernel `word n-grams + letter n-grams + weight * exp(width * (cosine - 1))`:
linear in the n-grams, so that they fold into one weight matrix, and curved in the sentence vectors, whose
cosines to the training messages are needed anyway to tell how foreign a message is.
Knows nothing of Rasa. Invariants: fitting is deterministic; decisions come in the order of `classes`; a text
spelled with "ae, oe, ue, ss" has the same n-grams as one with "ä, ö, ü, ß" or with bare vowels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from components.encoder import THREADS, Vectors
from components.least_squares import BLOCK, Indices, Matrix, solve
from components.ngrams import Grams

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.str_]

_PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "’": "'"})
_SPELLED_OUT = re.compile(r"(?<=[aou])e")
# The end of a German clause, where a separable verb leaves its first part: "buchen Sie noch einmal ab".
_LEFT_BEHIND = re.compile(
    r"\b(?:ab|an|auf|aus|ein|fest|frei|hoch|los|mit|nach|runter|um|vor|weg|zu|zuruck)"
    r"(?=\s*(?:[.,;:!?)]|$))"
)
_CLAUSE_END = re.compile(r"[.,;:!?(]")
_LIKE_A_VERB = re.compile(r"\b\w{2,}(?:en|e|t|n)\b")


def fold(text: str) -> str:
    """Lower case, "ü", "ue" and "u" alike: phones, hurry and old keyboards write all three."""
    return _SPELLED_OUT.sub("", text.lower().translate(_PLAIN))


def read(text: str) -> str:
    """The text as the n-grams see it: folded, with the separated verbs of its clauses put together behind it."""
    folded = fold(text)
    joined = []
    for part in _LEFT_BEHIND.finditer(folded):
        clause = _CLAUSE_END.split(folded[: part.start()])[-1]
        joined += [part.group() + verb for verb in _LIKE_A_VERB.findall(clause)[:3]]
    return " . ".join([folded, " ".join(joined)]) if joined else folded


@dataclass(frozen=True)
class Shape:
    """What the model looks at; see the kernel above for `vector_weight` and `vector_width`.

    An n-gram counts if it is in `common` messages or more. Of the vectors' directions the `axes` count in which
    the training messages differ most (0: all).
    """

    words: tuple[int, int] = (1, 2)
    letters: tuple[int, int] = (3, 5)
    common: int = 2
    vector_weight: float = 4.0
    vector_width: float = 1.5
    regularisation: float = 0.25
    axes: int = 0


@dataclass
class HybridModel:
    """A fitted model. `centre` is the mean training vector: subtracted, what is typical of us drops out.

    `axes` are the directions kept, `bank` holds the training messages' centred vectors in them, `strengths` what each says about every intent, and
    `weights` the same for n-grams.
    """

    grams: Grams
    centre: Vectors
    axes: Vectors
    bank: Vectors
    strengths: Matrix
    weights: Matrix
    classes: Labels
    shape: Shape

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        vectors: Vectors,
        labels: Labels,
        *,
        shape: Shape,
        held_out: Sequence[Indices] = (),
    ) -> tuple[HybridModel, Floats]:
        """Fit on texts, their sentence vectors and their intents; needs at least two intents.

        Also returns the decisions for each row as if its fold in `held_out` (ascending rows) had not been
        there; NaN for rows of no fold.
        """
        words, letters = _vectorizers(shape)
        grams = hstack([words.fit_transform(texts), letters.fit_transform(texts)], format="csr")
        centre = vectors.mean(axis=0)
        axes = _widest(vectors - centre, shape.axes)
        bank = _unit((vectors - centre) @ axes)
        classes = np.unique(labels)
        targets = np.where(labels[:, None] == classes, np.float32(1), np.float32(-1))
        solution = solve(
            _kernel(grams, bank, shape),
            targets,
            regularisation=shape.regularisation,
            held_out=held_out,
        )
        weights = grams.T.tocsr() @ solution.strengths
        model = cls(
            Grams.of(words, letters),
            centre,
            axes,
            bank,
            solution.strengths,
            weights,
            classes,
            shape,
        )
        return model, solution.left_out.astype(np.float64)

    def cosines(self, vectors: Vectors) -> Vectors:
        """How alike each vector is to each training message: one row per vector."""
        found: Vectors = _unit((vectors - self.centre) @ self.axes) @ self.bank.T
        return found

    def decide(self, texts: Sequence[str], cosines: Vectors) -> Floats:
        """What speaks for each intent, near 1 for and near -1 against: one row per text."""
        said = np.stack([self._said(text) for text in texts])
        found: Floats = said + _curved(cosines, self.shape) @ self.strengths
        return found.astype(np.float64)

    def _said(self, text: str) -> Matrix:
        """What the n-grams of a text say."""
        columns, weights = self.grams.read(read(text))
        said: Matrix = weights @ self.weights[columns]
        return said


def _vectorizers(shape: Shape) -> tuple[TfidfVectorizer, TfidfVectorizer]:
    words = TfidfVectorizer(
        preprocessor=read,
        ngram_range=shape.words,
        min_df=shape.common,
        sublinear_tf=True,
        token_pattern=r"(?u)\b\w+\b",  # noqa: S106  words, not a password
        dtype=np.float32,
    )
    letters = TfidfVectorizer(
        preprocessor=read,
        analyzer="char_wb",
        ngram_range=shape.letters,
        min_df=shape.common,
        sublinear_tf=True,
        dtype=np.float32,
    )
    return words, letters


def _widest(centred: Vectors, count: int) -> Vectors:
    """The directions of greatest spread, as columns; all if `count` is 0 or there are no more."""
    width = centred.shape[1]
    if not 0 < count < min(centred.shape):
        return np.eye(width, dtype=np.float32)
    _, directions = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    return np.ascontiguousarray(directions[:, ::-1][:, :count], dtype=np.float32)


def _unit(vectors: Vectors) -> Vectors:
    """Each vector at unit length."""
    unit: Vectors = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)
    return unit


def _curved(cosines: Vectors, shape: Shape) -> Matrix:
    curved: Matrix = cosines - 1
    # In place: with 300 million pairs of messages each new array costs seconds.
    curved *= shape.vector_width
    np.exp(curved, out=curved)
    curved *= shape.vector_weight
    return curved


def _kernel(grams: csr_matrix, bank: Vectors, shape: Shape) -> Matrix:
    """The kernel between all training messages, a block of rows at a time to spare memory.

    Each pair once: what lies below the blocks of the diagonal stays undefined, the solver does not look there.
    """
    kernel = np.empty((len(bank), len(bank)), dtype=np.float32)

    def fill(start: int) -> None:
        rows, others = slice(start, start + BLOCK), slice(start, None)
        kernel[rows, others] = (grams[rows] @ grams[others].T).toarray()
        kernel[rows, others] += _curved(bank[rows] @ bank[others].T, shape)

    with ThreadPoolExecutor(THREADS) as workers:
        list(workers.map(fill, range(0, len(bank), BLOCK)))
    return kernel
