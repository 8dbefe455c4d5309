"""Numbers as people write them: digits, or German and English words, halves and hundreds among them.

Invariants: each pattern here matches nothing that its reader cannot read; umlauts may be written ae, oe, ue.
"""

import re

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


_HUNDRED = rf"(?:(?:{WORD}|an?|ein)[\s-]?)?(?:hundert|hundred)(?:[\s-]?(?:und\s|and\s|und(?!\w*zig)|)[\s-]?{WORD})?"
LARGE = (
    rf"(?:(?:(?:{_HUNDRED}|{WORD}|an?|ein)[\s-]?)?(?:tausend|thousand|grand)(?:[\s-]?(?:und\s|and\s|)(?:{_HUNDRED}|{WORD}))?"
    rf"|{_HUNDRED})"
)
"""A number with hundreds or thousands: "zweihundertfünfzig", "a thousand one hundred and ninety"."""
HAS_LARGE = re.compile(r"hundert|hundred|tausend|thousand|grand", re.IGNORECASE)

HALVES = (
    rf"(?:(?P<whole>\d{{1,3}}|{WORD}|ein)(?:\s?einhalb|\s?½|\s1/2|\sand\sa\shalf)"
    r"|(?P<once>anderthalb|eineinhalb|(?:one|a)\sand\sa\shalf))"
)
"""A number and a half; the one pattern of this module that has named groups."""


def large_number_of(written: str) -> int:
    """The number of what `LARGE` matched."""
    return _split(written, r"tausend|thousand|grand", 1000)


def _split(written: str, mark: str, worth: int) -> int:
    """The number before the mark times its worth, and what follows; nothing before it is one."""
    parts = re.split(mark, written, maxsplit=1, flags=re.IGNORECASE)
    below = _small if worth == 100 else lambda rest: _split(rest, r"hundert|hundred", 100)
    if len(parts) == 1:
        return below(written)
    return (below(parts[0]) or 1) * worth + below(parts[1])


def _small(written: str) -> int:
    word = re.sub(r"^(?:und|and)", "", plain("".join(written.split())))
    return 1 if word in {"a", "an"} else WORDS[word] if word else 0


def halves_of(match: "re.Match[str]") -> int:
    """How many halves `HALVES` says: "zweieinhalb" is five."""
    return 3 if match["once"] else 2 * number_of(match["whole"]) + 1
