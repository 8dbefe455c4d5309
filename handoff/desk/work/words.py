"""Words as they are compared: for search, and to find the saved reply that fits.

Invariants: pure; the same fold for what is kept and what is asked, so that "Kündigung", "KÜNDIGUNG" and "kuendigung" are one.
"""

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Lower case, umlauts as two letters, without accents."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    apart = unicodedata.normalize("NFD", plain)
    return "".join(c for c in apart if unicodedata.category(c) != "Mn")


def words_of(text: str) -> list[str]:
    """The words of a text in their order, folded; only letters and digits."""
    return _WORD.findall(folded(text))
