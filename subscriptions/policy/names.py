"""Names as they are compared when an agent looks for somebody.

Invariants: pure; the same fold for what is stored and what is asked, so that "MÜLLER", "Mueller" and "müller" are one.
"""

import re
import unicodedata

PAIRS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ß": "ss"}
_MARKS = re.compile("[\u0300-\u036f]")
_APART = re.compile(r"[\s\-'’.,;:/&()]+")
_WORD = re.compile(r"[^\W_]+")


def folded(name: str) -> str:
    """Umlauts as two letters, no accents, lower case, one space between words."""
    plain = unicodedata.normalize("NFC", name)
    for letter, two in PAIRS.items():
        plain = plain.replace(letter, two)
    bare = _MARKS.sub("", unicodedata.normalize("NFD", plain))
    return _APART.sub(" ", bare).strip().lower()


def words_of(text: str) -> tuple[str, ...]:
    """The words to look for, folded, each once; letters and digits only."""
    return tuple(dict.fromkeys(_WORD.findall(folded(text))))
