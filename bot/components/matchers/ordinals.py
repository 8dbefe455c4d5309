"""Days of a month as words: "am dreißigsten", "the twenty-first".

Invariant: only 1 to 31.
"""

from components.matchers.numbers import WORDS, plain

_IRREGULAR = {
    "erst": 1, "dritt": 3, "siebt": 7, "acht": 8,
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12,
    "twentieth": 20, "twentyfirst": 21, "twentysecond": 22, "twentythird": 23, "twentyfifth": 25,
    "twentyeighth": 28, "twentyninth": 29, "thirtieth": 30, "thirtyfirst": 31,
}  # fmt: skip
_LAST_DAY = 31
_TEENS = 20


def _stems() -> "dict[str, int]":
    stems = dict(_IRREGULAR)
    for word, value in WORDS.items():
        if 1 <= value <= _LAST_DAY and value not in {1, 3, 7, 8}:
            stems.setdefault(word + ("t" if value < _TEENS else "st"), value)
            stems.setdefault(word + "th", value)
    return stems


_STEMS = _stems()
_SPELLED = {
    shape
    for stem in _STEMS
    for shape in (stem, stem.replace("ue", "ü").replace("oe", "ö"), stem.replace("dreiss", "dreiß"))
} | {
    f"{ten}[ -]{stem[len(ten) :]}"
    for ten in ("twenty", "thirty")
    for stem in _STEMS
    if stem.startswith(ten)
}
ORDINAL = rf"(?:(?:{'|'.join(sorted(_SPELLED, key=len, reverse=True))})(?:e[nrms]?)?)\b"


def ordinal_of(written: str) -> int:
    """The day of what `ORDINAL` matched."""
    word = plain("".join(written.split()))
    for cut in (0, 1, 2):
        if value := _STEMS.get(word[: len(word) - cut]):
            return value
    raise ValueError(written)
