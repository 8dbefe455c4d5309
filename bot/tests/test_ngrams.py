"""N-grams read one text at a time weigh what scikit-learn's vectorizers give them."""

import numpy as np
import pytest

from components.hybrid_model import Shape, _vectorizers, read
from components.ngrams import Grams

KNOWN = [
    "ich möchte kündigen, bitte schnell",
    "bitte kündigen Sie mein Abo, bitte!",
    "please cancel my subscription please",
    "a b c a b c ab",
    "wo ist meine Zeitung von heute",
    "where is my paper today",
    "ich möchte meine Zeitung",
    "ok",
]
SHAPE = Shape(common=1)


@pytest.mark.parametrize(
    "text", [*KNOWN, "", "?!", "a", "völlig unbekannt qqq", "Bitte  bitte\tbitte"]
)
def test_the_weights_are_those_of_the_vectorizers(text: str) -> None:
    words, letters = _vectorizers(SHAPE)
    width = words.fit(KNOWN).transform([""]).shape[1]
    letters.fit(KNOWN)
    wanted = np.hstack(
        [words.transform([text]).toarray()[0], letters.transform([text]).toarray()[0]]
    )
    columns, weights = Grams.of(words, letters).read(read(text))
    found = np.zeros_like(wanted)
    found[columns] = weights
    assert np.allclose(found, wanted, atol=1e-6)
    assert width < len(wanted)


def test_other_texts_have_other_weights() -> None:
    words, letters = _vectorizers(SHAPE)
    words.fit(KNOWN)
    letters.fit(KNOWN)
    grams = Grams.of(words, letters)
    one, other = (set(grams.read(read(text))[0]) for text in KNOWN[:2])
    assert one & other
    assert one != other
