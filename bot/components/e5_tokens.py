"""Cuts a text into the pieces of e5's vocabulary: the likeliest way to put it together (unigram, Viterbi).

Knows nothing of Rasa. Invariants: the same text gives the same pieces; a text of any length or script gives
at least its begin and end; a word in another script than ours is unknown.
"""

from __future__ import annotations

import re

from components.e5_file import Vocabulary

SPACE = "▁"
LONGEST = 256  # pieces of a message that are read; the gateway passes 1,000 characters on
_MUCH_WORSE = 10.0
_SPACES = re.compile(r" {2,}")


class Tokens:
    """The tokenizer: call it with a text."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._known = vocabulary
        self._unknown = vocabulary.worst - _MUCH_WORSE
        self._widest = max(map(len, vocabulary.pieces))

    def __call__(self, text: str) -> list[int]:
        """The numbers of the pieces, between begin and end."""
        spaced = _SPACES.sub(" ", text.translate(self._known.form)).lstrip(" ")
        pieces = self._cut(SPACE + spaced.replace(" ", SPACE))
        return [self._known.begin, *pieces[:LONGEST], self._known.end]

    def _cut(self, text: str) -> list[int]:
        """The pieces of the best path; `best[i]` is the score of the text up to `i` and how it was reached."""
        best = [(0.0, self._known.unknown, 0)] + [(-1e30, self._known.unknown, 0)] * len(text)
        for start in range(len(text)):
            reached = best[start][0]
            if reached + self._unknown > best[start + 1][0]:
                best[start + 1] = (reached + self._unknown, self._known.unknown, start)
            for end in range(start + 1, min(len(text), start + self._widest) + 1):
                piece = self._known.pieces.get(text[start:end])
                if piece is not None and reached + self._known.scores[piece] > best[end][0]:
                    best[end] = (reached + self._known.scores[piece], piece, start)
        path: list[int] = []
        at = len(text)
        while at > 0:
            _, number, at = best[at]
            path.append(number)
        return path[::-1]
