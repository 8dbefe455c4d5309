"""Numbers as people write them: digits, or German and English words up to a hundred.

Invariants: `NUMBER` matches nothing that `number_of` cannot read; umlauts may be written ae, oe, ue.
"""

# A word's place is its number, for tens the number of tens less two.
_SMALL_DE, _TENS_DE, _SMALL_EN, _TENS_EN = (
    words.split()
    for words in (
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
        "sechzehn siebzehn achtzehn neunzehn",
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety",
    )
)
_ARTICLES = ("ein", "eine", "einen", "einem", "einer", "'nen", "'ne", "nen", "ne")


def plain(written: str) -> str:
    """A word without what may vary: capitals, umlauts, hyphens and spaces."""
    lowered = written.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return lowered.replace("ß", "ss").replace("-", "").replace(" ", "")


def _words() -> "dict[str, int]":
    words = {
        plain(name): value for names in (_SMALL_DE, _SMALL_EN) for value, name in enumerate(names)
    }
    words |= dict.fromkeys((plain(name) for name in _ARTICLES), 1)
    words |= {"zwo": 2, "hundert": 100, "einhundert": 100, "hundred": 100, "onehundred": 100}
    for place, (de, en) in enumerate(zip(_TENS_DE, _TENS_EN, strict=True), start=2):
        words[plain(de)] = words[en] = place * 10
        for one in range(1, 10):
            unit = "ein" if one == 1 else plain(_SMALL_DE[one])
            words[f"{unit}und{plain(de)}"] = words[en + _SMALL_EN[one]] = place * 10 + one
    return words


WORDS = _words()


def spelled(names: "list[str] | tuple[str, ...]") -> str:
    """The alternatives of a pattern for these words, each also without umlauts; the longest first."""
    both = {name for written in names for name in (written, plain(written))}
    return "|".join(sorted(both, key=len, reverse=True))


_UNITS_DE = spelled(["ein", *_SMALL_DE[2:10]])
WORD = (
    rf"(?:(?:(?:{_UNITS_DE})und)?(?:{spelled(_TENS_DE)})|(?:{spelled(_TENS_EN)})(?:[\s-](?:{spelled(_SMALL_EN[1:10])}))?"
    rf"|(?:ein)?hundert|(?:one )?hundred|{spelled([*_SMALL_DE, *_SMALL_EN, 'zwo'])})"
)
ARTICLE = rf"(?:{'|'.join(sorted(_ARTICLES, key=len, reverse=True))})"
COUNT = rf"(?:\d{{1,3}}|{WORD}|{ARTICLE})"
"""A whole number as digits or in words, an article counting as one."""


def number_of(written: str) -> int:
    """The number of what `COUNT` or `WORD` matched."""
    return int(written) if written.isdigit() else WORDS[plain("".join(written.split()))]
