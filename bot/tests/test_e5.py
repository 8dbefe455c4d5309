"""The second encoder: its vocabulary, its vectors, and that what a text means decides more than its language."""

import numpy as np
import pytest

from components.e5 import E5
from components.e5_file import BLOCK_BYTES, E5File, unpacked, weights_path
from components.e5_tokens import Tokens
from components.encoder import encode_all, sentence_encoder


@pytest.fixture(scope="module")
def encoder() -> E5:
    """The encoder, loaded once."""
    return E5()


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    """Its tokenizer."""
    return Tokens(E5File(weights_path()).vocabulary)


def test_four_bits_are_a_scale_and_sixteen_bytes() -> None:
    block = np.zeros(BLOCK_BYTES, dtype=np.uint8)
    block[:2] = np.array([0.5], dtype=np.float16).view(np.uint8)
    block[2:] = 0x80  # low half 0, high half 8
    assert unpacked(block)[0].tolist() == [-4.0] * 16 + [0.0] * 16


def test_pieces_are_those_of_the_published_tokenizer(tokens: Tokens) -> None:
    # "query:" is cut the same way in every published example of the model: _que, ry, ':'.
    assert tokens("query:") == [0, 41, 1294, 12, 2]
    assert tokens("Hello world") == [0, 35378, 8999, 2]


@pytest.mark.parametrize("text", ["", " ", "你好", "\x00", "a" * 3000, "😀" * 50, "ﬁ\u00a0x"])
def test_any_text_has_a_vector(encoder: E5, tokens: Tokens, text: str) -> None:
    assert len(tokens(text)) <= 258
    assert np.linalg.norm(encoder.encode([text])[0]) == pytest.approx(1, abs=1e-3)


def test_meaning_counts_more_than_language(encoder: E5) -> None:
    german, english, other = encoder.encode(
        ["Ich möchte mein Abo kündigen", "I want to cancel my subscription", "How tall is she?"]
    )
    assert german @ english > german @ other + 0.05


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    encode = sentence_encoder("use+e5")
    texts = [f"Wo ist Heft {n} geblieben, {'bitte ' * (n % 9)}sagen Sie es mir" for n in range(150)]
    together = encode_all(encode, texts)
    for row in (0, 70, 149):
        assert np.array_equal(together[row], encode([texts[row]])[0])


def test_an_unknown_encoder_is_refused() -> None:
    with pytest.raises(ValueError, match="'glove'"):
        sentence_encoder("glove")
