"""Puts right one slip of the pen (a letter missing, doubled, swapped or wrong) in the words of the catalogue.

Invariants: only words of six letters and more; a real word ("digitale", "completed") is no slip; places in the corrected
text lead back to the text as written.
"""

import re
from collections.abc import Container, Iterable

_LETTERS = re.compile(r"[^\W\d_]{5,24}")
_SHORTEST = 6
_REAL_WORDS = """
digitale digitaler digitales digitalen digitally standards completed completes competed completer komplette kompletter
komplettes kompletten archive archives archived archiven archivs starten training trainings lernen lerne streams streamen
streame streamt weekends zeitungen zertifikats profiles profils profile seiten premiums premiere premieren platzt platte
plätze basics basis certified
archie archies archer started startet starte starters smarter compete competed annul steam steaming screaming trailing profit profits
profi profis pointed painted printer pressed presses preise sorts sporty licensed licenced editions
"""
_REAL = frozenset(_REAL_WORDS.split())


class Slips:
    """Knows the words of a catalogue and what is one slip away from them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = {word.lower() for word in words}
        self._shorter: dict[str, str] = {}
        for word in sorted(word for word in self._words if len(word) >= _SHORTEST):
            for near in (word, *_without_one(word)):
                self._shorter.setdefault(near, word)

    def corrected(
        self, text: str, known: Container[str] = _REAL
    ) -> "tuple[str, list[tuple[int, int]]]":
        """The text put right where a word is none of those known, and for each correction its end there and how much longer the text became."""
        pieces, shifts, last, longer = [], [], 0, 0
        for match in _LETTERS.finditer(text):
            written = match.group().lower()
            word = None if written in known else self._meant(written)
            if word is not None:
                longer += len(word) - len(match.group())
                pieces += [text[last : match.start()], word]
                last = match.end()
                shifts.append((match.end() + longer, longer))
        return ("".join([*pieces, text[last:]]), shifts) if pieces else (text, [])

    def _meant(self, written: str) -> "str | None":
        if written in self._words:
            return None
        for near in (written, *_without_one(written)):
            word = self._shorter.get(near)
            if word is not None and word[0] == written[0] and _one_slip(written, word):
                return word
        return None


def place(corrected: int, shifts: "list[tuple[int, int]]") -> int:
    """The place in the text as written."""
    longer = 0
    for end, shift in shifts:
        if corrected >= end:
            longer = shift
    return corrected - longer


def _without_one(word: str) -> "list[str]":
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _one_slip(written: str, word: str) -> bool:
    """Whether one letter is missing, too many, wrong, or two neighbours are swapped."""
    if abs(len(written) - len(word)) == 1:
        return True  # both lack the same letter: the index said so
    if len(written) != len(word):
        return False
    differ = [at for at in range(len(word)) if written[at] != word[at]]
    swapped = len(differ) == 2 and differ[1] == differ[0] + 1
    return len(differ) == 1 or (
        swapped and written[differ[0]] == word[differ[1]] and written[differ[1]] == word[differ[0]]
    )
