"""Finds times of day; the value is HH:MM on 24 hours, where we live.

Invariant: an hour from 1 to 7 without "morgens" or "am" is in the afternoon, because people are called back by day.
"""

import re
from collections.abc import Iterator

from components.matchers import Found
from components.matchers.numbers import WORD, number_of

_HOUR = rf"(?:\d{{1,2}}|{WORD})"
_PART = (
    r"(?:\s?(?P<am>a\.?\s?m\b\.?|(?:uhr\s)?(?:morgens|früh|frueh|vormittags?|in der früh)|in the morning)"
    r"|\s?(?P<pm>p\.?\s?m\b\.?|(?:uhr\s)?(?:nachmittags?|abends?)|in the (?:afternoon|evening)|at night|tonight))?"
)
_DIGITAL = re.compile(
    rf"(?<![\d:.,])(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?![\d:])(?:\s?(?:uhr|hrs|hours)\b)?{_PART}",
    re.IGNORECASE,
)
_POINTED = re.compile(
    r"(?<![\d:.,])(?P<h>[01]?\d|2[0-3])\.(?P<m>[0-5]\d)\s?(?:uhr\b|hrs\b|hours\b|(?P<am>am\b|a\.m\.|in the morning|(?:morgens|früh|frueh|vormittags)\b)|(?P<pm>pm\b|p\.m\.|in the (?:afternoon|evening)|tonight|(?:nachmittags|abends)\b))",
    re.IGNORECASE,
)
_FULL = re.compile(
    rf"(?<![\w:.,])(?P<h>{_HOUR})\s?(?:uhr\b(?:\s?(?P<m>[0-5]\d)\b(?!\s?(?:€|euro)))?|o'?\s?clock\b|h\b)(?!\s?\d){_PART}",
    re.IGNORECASE,
)
_AM_PM = re.compile(
    rf"(?<![\w:.,])(?P<h>{_HOUR})\s?(?:(?P<am>a\.?\s?m\b)|(?P<pm>p\.?\s?m\b))", re.IGNORECASE
)
_QUARTERS = re.compile(
    rf"\b(?:(?P<halb>halb)|(?P<half>half[\s-]past|half)|(?P<past>viertel nach|quarter[\s-]past|quarter after)|(?P<to>viertel vor|dreiviertel|quarter[\s-](?:to|till)|quarter of(?! an)))[\s-]+(?P<h>{_HOUR})\b(?!\s*(?:€|euro|price|of|prozent|percent)){_PART}",
    re.IGNORECASE,
)
_MINUTES = re.compile(
    rf"\b(?P<n>five|ten|twenty(?:[\s-]five)?|fünf|zehn|zwanzig|(?:5|10|20|25)(?=\s(?:minut\w+\s)?(?:past|nach|vor)|\sminutes)|(?<=at )(?:5|10|20|25))\s(?:minutes\s|minuten\s)?(?:(?P<past>past|nach)|(?P<to>to|vor))\s(?P<halb>halb\s|half\s)?(?P<h>{_HOUR})\b(?!\s*(?:€|euro|prozent|percent|%|quid|pounds?|dollars?|bucks|people|times|(?:jahr|monat|woch|tag|leut|gerät)\w*|days|weeks|months|years|[.,:/]\d)){_PART}",
    re.IGNORECASE,
)
# "9 in the morning", "acht abends", "17h30", "1900 hrs", and a point where nothing is paid: "at 8.15".
_BY_PART = re.compile(
    rf"(?<![\w:.,])(?P<h>{_HOUR})\s(?:(?P<am>in the morning|morgens|früh|in der früh|vormittags)|(?P<pm>in the (?:afternoon|evening)|tonight|at night|nachmittags|abends|am abend))\b",
    re.IGNORECASE,
)
# "at 8 this morning": the morning is a day of its own.
_BY_DAY = re.compile(
    rf"\b(?:at|around|about|by|before|after|since|until|till|from)\s(?P<h>{_HOUR})(?=\s(?:(?P<am>(?:this|tomorrow|yesterday)\smorning)|(?P<pm>(?:(?:this|tomorrow|yesterday)\s(?:afternoon|evening)|last\snight)))\b)",
    re.IGNORECASE,
)
_WITH_H = re.compile(
    r"(?<![\w:.,])(?P<h>[01]?\d|2[0-3])h(?P<m>[0-5]\d)\b|(?<![\w:.,])(?P<hh>[01]\d|2[0-3])(?P<mm>[0-5]\d)\s?(?:hrs|hours|h)\b",
    re.IGNORECASE,
)
_AT_POINT = re.compile(
    r"(?<!up )(?<!down )\b(?:um|gegen|at|around|about|by|till?|until|since|seit|before|after|vor|nach)\s(?P<h>[01]?\d|2[0-3])\.(?P<m>[0-5][05])(?![\w€£%/:]|[.,]\d|\.\s?\d|\s?(?:€|£|euro?|uhr|quid|pounds?|a month|per)\b)"
    r"|(?<![\w.,/:€£$-])(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?=\s(?:this (?:morning|evening|afternoon)|last night|on the dot|sharp|kick|train|bus)\b)",
    re.IGNORECASE,
)
_HAS_MINUTES = re.compile(r"[\s-](?:thirty|fifteen|forty|fifty|twenty|ten\b|oh\b)", re.IGNORECASE)
# "six thirty", "half fiveish", "around 5ish".
_SPOKEN = re.compile(
    r"(?<![\w.,:£€$-])(?:(?P<led>at|around|about|by|before|after|until|till?|since)\s)?(?P<h>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[\s-](?P<m>oh[\s-]five|ten|fifteen|twenty(?:[\s-]five)?|thirty(?:[\s-]five)?|forty(?:[\s-]five)?|fifty(?:[\s-]five)?)\b"
    rf"(?![\s-](?:{WORD}|euros?|pounds?|quid|cents?|p\b|people|times|percent|per|%|days|weeks|months|years|minutes|hours)\b){_PART}",
    re.IGNORECASE,
)
_ISH = re.compile(
    rf"\b(?:(?P<led>at|around|about|by|before|after|until|till?)\s)?(?P<h>1[0-2]|[1-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s?-?ish\b(?!\s(?:quid|pounds?|euros?|bucks|people|days|weeks|months|years|percent|minutes|hours)){_PART}",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"kost|preis|zahl|euro|€|£|\$|abbuch|abgebucht|rechnung|betrag|gebühr|erhöh|teur|höher|mehr|überw|rabatt|price|cost|charg|\bpa(?:y|id)|bill|\bfee|refund|invoice|debit|month|took|owe",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"\b(?:um|gegen|at|around|after|before|until|till|by|about|past|gone|from(?=\s\w+\son)|nach|vor|ab|bis)\s+(?P<h>{_HOUR})(?=\s*(?:$|[.,;!?](?!\d)|an\b|zurück|rum\b|herum\b|anrufen|telefon|oder\b|morgen\b|please\b|bitte\b|sharp\b|every\b|each\b|this\b|then\b|and\b|und\b|or\b|tomorrow\b|on\b|today\b|heute\b|because\b|do\b|used\b|it\b|he\b|they\b|we\b|but\b|when\b|if\b|so\b|latest\b|onwards\b){_PART.replace('P<am>', ':').replace('P<pm>', ':')})",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"(?:\b(?P<led>zwischen|von|between|from)\s+|(?<![\w.,:/-]))(?P<one>{_HOUR})\s*(?:\b(?:und|bis|and|to|till?|until)\b|-|–)\s*(?P<two>{_HOUR})(?P<uhr>\s?(?:uhr|o'?clock|[ap]m)\b)?(?!\d|\s?(?:€|£|euro|quid|pounds?|[.,:/]\d|%)|\.\w)",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"r(?:ü|ue)ckruf|zur(?:ü|ue)ck|anruf|ruf|erreich|telefon|call|ring|phone|reach|kick|available|finish|shift|\bat home\b|\bhome (?:after|from|by|before|between|until)\b|\b(?:i'm|i am|we're|be) (?:only )?(?:free|in|home|up|awake|around|back)\b|engineer|technician|\bslot\b|get in from",
    re.IGNORECASE,
)
# Things that come at a time; what is delivered comes in the morning.
_COMES = re.compile(
    r"\bpaper\b|deliver|\bopens?\b|\bclos(?:es?|ing)\b|\bshuts?\b|\bbegins?\b|\bstarts?\b|\barrives?\b|\banswers?\b|every (?:day|night|evening|morning)|concert|lesson|\bclass|kick|match|\bgame\b|broadcast|appointment|meeting",
    re.IGNORECASE,
)
_DELIVERED = re.compile(r"\bpaper\b|deliver|zeitung|zustell", re.IGNORECASE)
# "it went dark yesterday at 9", where a day is named; "stuck at 12" is none.
_A_DAY = re.compile(
    r"\b(?:yesterday|today|tomorrow|tonight|last night|this (?:morning|afternoon|evening)|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_AT_DAY = re.compile(
    rf"(?<!stuck )(?<!aged )(?<!level )(?<!stands )(?<!capped )(?<!priced )\b(?:at|around)\s(?P<h>{_HOUR})(?=\s*(?:$|[.,;!?](?!\d)|(?:and|but|then|when|on|please|yesterday|today|tomorrow|last|this|it|we|they|he|the)\b))",
    re.IGNORECASE,
)
_EVENING = re.compile(r"\b(?:every|each) (?:night|evening)\b|\btonight\b", re.IGNORECASE)
_NOON = re.compile(
    r"\b(?P<noon>noon|midday)\b|\b(?P<midnight>midnight|mitternacht)\b|\b(?:gegen|um|zu) (?P<mittag>mittag)s?\b",
    re.IGNORECASE,
)
_AFTERNOON, _NOON_HOUR, _LAST, _HOUR_LONG = 8, 12, 24, 60


def find_time(text: str) -> Iterator[Found]:
    """Every time of day."""
    for pattern in (_DIGITAL, _POINTED, _FULL, _AM_PM):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            minute = int(groups.get("m") or 0)
            exact = pattern in (_DIGITAL, _POINTED)
            yield from _time(match, (_hour(match["h"]), minute), groups, exact=exact)
    for match in _QUARTERS.finditer(text):
        minutes = _quarter(match)
        yield from _time(match, divmod(_hour(match["h"]) * 60 + minutes, 60), match.groupdict())
    for match in _NOON.finditer(text):
        yield Found(match.start(), match.end(), "time", "00:00" if match["midnight"] else "12:00")
    yield from _rarer(text)
    calls = bool(_CALLS.search(text))
    yield from _as_said(text, calls=calls)
    yield from _plain_hours(text, calls=calls)


def _plain_hours(text: str, *, calls: bool) -> Iterator[Found]:
    """Hours alone, where somebody is called, something comes or a day is named."""
    early = _DELIVERED.search(text) and not re.search("call|ring|phone|ruf", text, re.IGNORECASE)
    evening: dict[str, str | None] = {"pm": "pm"} if _EVENING.search(text) else {}
    if not calls and _A_DAY.search(text):
        for match in _AT_DAY.finditer(text):
            yield from _time(match, (_hour(match["h"]), 0), evening)
    for match in _BARE.finditer(text) if calls or _COMES.search(text) else ():
        yield from _time(match, (_hour(match["h"]), 0), {"am": "am"} if early else evening)
    for match in _BETWEEN.finditer(text):
        if match["uhr"] or (calls and match["led"]):
            yield from _both(match)


def _rarer(text: str) -> Iterator[Found]:
    """Times that are written less often."""
    for match in _MINUTES.finditer(text):
        minutes = number_of(match["n"]) * (1 if match["past"] else -1)
        half = match["halb"] or ""
        minutes += -30 if half.lower().startswith("halb") else 30 if half else 0
        if abs(minutes) < _HOUR_LONG:
            clock = divmod(_hour(match["h"]) * 60 + minutes, 60)
            yield from _time(match, clock, match.groupdict())
    for match in (found for pattern in (_BY_PART, _BY_DAY) for found in pattern.finditer(text)):
        yield from _time(match, (_hour(match["h"]), 0), match.groupdict())
    for match in _WITH_H.finditer(text):
        yield from _exactly(match, int(match["h"] or match["hh"]), match["m"] or match["mm"])
    for match in _AT_POINT.finditer(text) if not _PAID.search(text) else ():
        written, minute = match["h"] or match["hour"], match["m"] or match["minute"]
        hour = int(written)
        plain = hour >= _AFTERNOON or len(written) > 1
        yield from _exactly(match, hour if plain else _by_day(hour, {}), minute)


def _as_said(text: str, *, calls: bool) -> Iterator[Found]:
    """Hours and minutes as words, and hours that are not meant exactly."""
    if not (calls or _PAID.search(text) is None):
        return
    for match in _SPOKEN.finditer(text) if _HAS_MINUTES.search(text) else ():
        if calls or match["led"] or match["am"] or match["pm"]:
            minute = 5 if match["m"].lower().startswith("oh") else number_of(match["m"])
            yield from _time(match, (_hour(match["h"]), minute), match.groupdict())
    for match in _ISH.finditer(text) if "ish" in text.lower() else ():
        if calls or match["led"]:
            yield from _time(match, (_hour(match["h"]), 0), match.groupdict())


def _exactly(match: "re.Match[str]", hour: int, minute: str) -> Iterator[Found]:
    yield Found(match.start(), match.end(), "time", f"{hour:02d}:{minute}")


def _hour(written: str) -> int:
    return number_of(written)


def _quarter(match: "re.Match[str]") -> int:
    """Minutes from the hour that was said: "halb vier" is before it, "half past three" after it."""
    if match["halb"]:
        return -30
    if match["half"]:
        return 30
    return 15 if match["past"] else -15


def _both(match: "re.Match[str]") -> Iterator[Found]:
    one, two, part = _hour(match["one"]), _hour(match["two"]), (match["uhr"] or "").lower().strip()
    said: dict[str, str | None] = {
        "am": part if part == "am" else None,
        "pm": part if part == "pm" else None,
    }
    # "10 to 1pm" begins in the morning.
    morning: dict[str, str | None] = {"am": "am"}
    earlier = morning if part == "pm" and one % _NOON_HOUR > two % _NOON_HOUR else said
    for name, hour in (("one", _by_day(one, earlier)), ("two", _by_day(two, said))):
        if hour < _LAST:
            yield Found(match.start(name), match.end(name), "time", f"{hour:02d}:00")


def _time(
    match: "re.Match[str]",
    clock: "tuple[int, int]",
    groups: "dict[str, str | None]",
    *,
    exact: bool = False,
) -> Iterator[Found]:
    hour, minute = clock
    written = match["h"]
    if (
        not (exact and (len(written) == 2 or hour >= _AFTERNOON))
        or groups.get("pm")
        or groups.get("am")
    ):
        hour = _by_day(hour, groups)
    if 0 <= hour < _LAST:
        yield Found(match.start(), match.end(), "time", f"{hour:02d}:{minute:02d}")


def _by_day(hour: int, groups: "dict[str, str | None]") -> int:
    """The hour on 24, from what was said of the part of the day."""
    if groups.get("am"):
        return 0 if hour == _NOON_HOUR else hour
    if groups.get("pm"):
        return hour if hour >= _NOON_HOUR else hour + 12
    return hour + 12 if 1 <= hour < _AFTERNOON else hour
