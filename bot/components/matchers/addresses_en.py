"""Finds addresses as they are written or said in English besides the plain ones: "forty two Station Road", "4 The Paddocks",
"flat 2, 41 hyde park road", "Oregon 97205", "pin 560034", "shifted to Oranmore, H91 X4K2".

Invariants: a street has a number; an unknown town counts only as where somebody moves, beside a postcode of the isles.
"""

import re
from collections.abc import Iterator

from components.matchers import Found
from components.matchers.numbers import WORD, number_of
from components.matchers.places import town_at

_KINDS = "street|road|rd|avenue|ave|lane|close|drive|crescent|terrace|way|court|gardens|grove|place|square|row|walk|mews|hill|green|park|view|quay|parade|rise"
_KIND, _CAPITAL = rf"(?:{_KINDS})", rf"(?:{_KINDS.title()})"
_SMALL = re.compile(
    rf"(?<![\w/.,£€$-])(?:(?P<flat>(?:flat|apartment|apt|unit)\s\w{{1,4}}),?\s)?(?P<n>\d{{1,4}}[a-z]?)\s(?P<name>(?:(?!the\s|each\s|every\s|any\s|quid\s|euros?\s|pounds?\s|dollars?\s|bucks\s|percent\s|pence\s|per\s|by\s|my\s|more\s|of\s|in\s|on\s|at\s|times\s|people\s|days\s|minutes\s|miles\s|down\s)[a-z][a-z'-]{{2,}}\s){{1,3}}(?:{_KIND}(?=\s*(?:$|[,.;!?)]|(?:in|now|please|pls|is|as|and|not|instead|from|since)\b|[A-Za-z]{{0,2}}\d))|(?:street|road|avenue|lane|crescent)(?!\w|\s(?:of|to|too)\b)))"
)
_SAID = re.compile(
    rf"(?<![\w-])(?P<n>(?i:{WORD}))\s(?P<name>(?:[A-Z][\w'’-]+\s){{1,3}}{_CAPITAL})(?!\w)"
)
_THE = re.compile(
    r"(?<![\w/.,-])(?P<n>\d{1,4}[a-zA-Z]?) The [A-Z][a-z]{3,}(?=\s*(?:,|$|\.(?!\w)|[A-Z]{1,2}\d))"
)
_ADDRESS = re.compile(
    r"address|\blive|\bmov(?:e|ed|ing)\b|shifted|send|post|deliver|place is|house|flat",
    re.IGNORECASE,
)
# "Rise" and "close" are verbs too: these only where an address is spoken of.
_SURE = re.compile(r"(?:street|road|avenue|lane|crescent|terrace)$|^(?:flat|apartment|apt|unit)\b")
_HAS_STREET = re.compile(rf"\b{_KIND}\b|\d The ", re.IGNORECASE)
_BESIDE = re.compile(r"\s*,?\s(?P<name>[A-Za-z][\w .'-]{2,40})")
_TOWN_BEFORE = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)?$")
_STATES = (
    r"Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky"
    r"|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|Ohio|Oklahoma|Oregon|Pennsylvania"
    r"|Tennessee|Texas|Utah|Vermont|Virginia|Washington|Wisconsin|Wyoming|(?:New|North|South|West) [A-Z][a-z]+|Rhode Island"
    r"|(?-i:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
)
_ZIP = re.compile(
    rf"(?:(?P<city>(?:(?:St|Ft|Mt)\.? )?[A-Z][a-z]+(?: [A-Z][a-z]+){{0,2}}),?\s)?(?<!\w)(?:{_STATES}),?\s(?P<code>\d{{5}}(?:-\d{{4}})?)(?!\d|[.,]\d)"
)
_PIN = re.compile(
    r"\bpin(?:\s?code)?(?:\sis|\sno\.?)?\s?[:#-]?\s?(?P<code>[1-9]\d{2}\s?\d{3}|\d{5})(?!\d)|(?<![\d.,])(?P<before>\d{5,6})\s(?:is|being|as)\s(?:the|my|our)\s(?:new\s)?(?:pin|zip|post\s?code|plz)\b"
    r"|(?-i:(?<=[a-z\d)]))(?:,\s?|\s?[-–]\s?)(?P<indian>[1-9]\d{5})(?=\s*(?:$|[,.;]|is\b|and\b|now\b))",
    re.IGNORECASE,
)
# Canada, Australia and New Zealand: "M5V 2T6", "VIC 3056"; British ones with odd blanks: "BT 48 7 AA".
_FAR = re.compile(
    r"(?<![\w-])(?:(?P<canada>[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d)|(?:NSW|VIC|QLD|TAS|ACT|SA|WA|NT)\s(?P<australia>\d{4})|(?P<loose>[A-Z]{1,2}\s\d{1,2}\s?\d\s?[A-Z]{2}|[A-Z]{1,2}\d{1,2}\s?\d\s[A-Z]{2}|[A-Z]{1,2}\d{1,2}-\d[A-Z]{2}))(?![\w-])"
)
_HAS_PIN = re.compile(r"\bpin|\bzip|post\s?code|plz|[-–,]\s?\d{6}\b", re.IGNORECASE)
_MOVED = re.compile(
    r"\b(?i:moved|moving|move|shifted|shifting|relocated|relocating)\s(?i:house\s|home\s|out\s|over\s|down\s|up\s|across\s){0,2}to\s(?P<name>[A-Z][a-z]{3,}(?:[ -](?:[A-Z][a-z]+|on|upon|le)){0,2})"
)
_ISLES = re.compile(
    r"\b(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[AC-FHKNPRTV-Y]\d[\dW]\s?[0-9A-Z]{4})\b"
)
_LAST_WORD = re.compile(r"\s(?:on|upon|le)$")


def find_english_address(text: str) -> Iterator[Found]:
    """Every part of an address that is written so."""
    if _HAS_STREET.search(text):
        yield from _streets(text)
    yield from _codes(text)
    if _ISLES.search(text):
        for match in _MOVED.finditer(text):
            name = _LAST_WORD.sub("", match["name"])
            yield Found(match.start("name"), match.start("name") + len(name), "city", name)


def _codes(text: str) -> Iterator[Found]:
    """Postcodes of other countries, and the towns before them."""
    for match in _ZIP.finditer(text):
        yield Found(match.start("code"), match.end("code"), "postcode", match["code"])
        if match["city"]:
            yield Found(*match.span("city"), "city", match["city"])
    hinted = _HAS_PIN.search(text)
    for match in _FAR.finditer(text) if hinted or _ADDRESS.search(text) else ():
        yield _far(match)
    for match in _PIN.finditer(text) if hinted else ():
        yield from _pin(match, text)


def _pin(match: "re.Match[str]", text: str) -> Iterator[Found]:
    group = next(name for name in ("code", "before", "indian") if match[name])
    if group == "indian" and not _ADDRESS.search(text):
        return
    yield Found(*match.span(group), "postcode", re.sub(r"\s", "", match[group]))
    before = _TOWN_BEFORE.search(text[: match.start()])
    if before and (town := town_at(text, *before.span())):
        yield town


def _far(match: "re.Match[str]") -> Found:
    code = re.sub(r"[\s-]", "", match.group() if not match["australia"] else match["australia"])
    if not match["australia"]:
        code = f"{code[:-3]} {code[-3:]}"
    group = next(name for name in ("canada", "australia", "loose") if match[name])
    return Found(*match.span(group), "postcode", code)


def _streets(text: str) -> Iterator[Found]:
    spoken_of = bool(_ADDRESS.search(text))
    streets = [
        (match, _small(match))
        for match in _SMALL.finditer(text)
        if spoken_of or _SURE.search(match.group())
    ]
    streets += [
        (match, f"{number_of(match['n'])} {match['name']}") for match in _SAID.finditer(text)
    ]
    if spoken_of:
        streets += [(match, match.group()) for match in _THE.finditer(text)]
    for match, street in streets:
        yield Found(*match.span(), "street", street)
        beside = _BESIDE.match(text, match.end())
        if beside and (town := town_at(text, *beside.span("name"))):
            yield town


def _small(match: "re.Match[str]") -> str:
    """Flat, number and street with capitals."""
    flat = f"{_titled(match['flat'])}, " if match["flat"] else ""
    return f"{flat}{match['n']} {_titled(match['name'])}"


def _titled(written: str) -> str:
    """Every word with a capital: "Hyde Park Road"."""
    return " ".join(word[:1].upper() + word[1:] for word in written.split())
