"""Finds days by the name of the weekday and by weeks: "Freitag in einer Woche", "Tuesday week", "heute in acht Tagen".

Invariants: a plain weekday is the next one, or the last one where its clause speaks of the past, never today; "in acht
Tagen" after a day is a week, as people say it; a weekday that is somebody's name or part of a title is no day.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from components.matchers import Found
from components.matchers.calendar_words import WEEKDAYS, in_month
from components.matchers.leaning import PAST, leaning
from components.matchers.names import is_person
from components.matchers.numbers import COUNT, number_of, spelled

DAY = rf"(?:{spelled(list(WEEKDAYS))})"
_ENGLISH = r"(?:mon|tues?|weds?|thurs?|thu|fri|sat|sun)"
_HAS_DAY = re.compile(rf"\b(?:{DAY}|{_ENGLISH}\b|(?-i:Mo|Di|Mi|Do|Fr|Sa|So)\b)", re.IGNORECASE)
_HAS_WEEK = re.compile(r"woche|week|fortnight|tage|after next|before last|vorletzt", re.IGNORECASE)
_PART_OF_DAY = r"(?:abend|morgen|vormittag|nachmittag|mittag|nacht|früh)?"
_BEFORE = r"letzte[nrm]?|vergangene[nr]?|vorige[nr]?|previous|last|lst|past|seit|since"
_WEEKDAY = re.compile(
    rf"\b(?:(?P<skip>(?:every|each|every (?:other|second)|jede[nrs]?|black|freaky|season \d+ of|staffel \d+ von)\s+{DAY}|{DAY}s?\s*(?:to|bis|-|–|through|till)\s*{DAY}|{DAY}(?:abends?|morgens?|s)?(?:ausgabe|zeitung)"
    rf"|(?:only|just|gets?|take|want|like|without|reads?) (?:the|a|your) {DAY} (?:paper|issue|magazine|copy|delivery)|(?:wish \w+|have) a (?:good|nice|great|lovely) {DAY}|(?:watch(?:ing|ed)?|binge\w*|streaming|series|show|episodes? of) {DAY}(?! (?:night|morning|evening))|{DAY} (?:series|season|s\d|episode)|{DAY} (?:mornings|evenings|afternoons|nights)|{DAY} (?:show|film|movie|edition|times|supplement|addams|der 13|(?-i:Night [A-Z]\w+|Club|Football))|{DAY} (?:league|roast|school|drivers?|bloody|the 13th (?:film|movie|part|remake)|on (?:netflix|disney|prime|amazon|bbc|itv|channel))|(?:manic|stormy|super|ruby|ash|shrove|good|man) {DAY})"
    rf"|(?:(?P<back>{_BEFORE})\s+|(?P<over>übernächste[nr]?|ueber?naechste[nr]?)\s+|(?:nächste[nr]?|naechste[nr]?|kommende[nr]?|diese[nr]?|next|nxt|this|coming)\s+)?(?P<day>{DAY}){_PART_OF_DAY})\b",
    re.IGNORECASE,
)
_JOINED = re.compile(
    rf"\b(?P<first>{DAY})\s*(?:to|until|till?|through|bis(?:\s+zum)?|-|–)\s*(?P<last>{DAY})\b",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\baway\b|holiday|vacation|not (?:at )?home|\bhold\b|suspend|no paper|hospital|urlaub|verreist|\bweg\b|nicht da|nicht zu\s?hause|keine zeitung|aussetzen"
    r"|unterbrechen|krankenhaus|spital|unterwegs|\bfort\b",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"\b(?:(?:on|by|until|till?|this|next|nxt|from|after|before|(?P<back>last|lst|since))\s+(?P<en>mon|tues?|weds?|thurs?|thu|fri|(?-i:Sat|Sun))"
    r"|(?:am|bis|ab|nächsten|kommenden|(?P<zurück>letzten|seit))\s+(?P<de>(?-i:Mo|Di|Mi|Do|Fr|Sa|So)))\b(?!\w|\.?,?\s?\d)",
    re.IGNORECASE,
)
_SHORT_NAMES = {
    "mo": 0,
    "di": 1,
    "tu": 1,
    "mi": 2,
    "we": 2,
    "do": 3,
    "th": 3,
    "fr": 4,
    "sa": 5,
    "so": 6,
    "su": 6,
}
_BASE = rf"(?:(?P<last>{_BEFORE})\s+|nächste[nr]?\s+|kommende[nr]?\s+|this\s+|next\s+)?(?P<base>heute|today|this day|morgen|tomorrow|gestern|yesterday|{DAY})"
_SPAN = r"(?P<unit>wochen?|weeks?|tagen?|days?|fortnights?)"
_DAY_THEN_SPAN = re.compile(
    rf"\b{_BASE},?\s+(?:(?P<dir>in|vor)\s+(?P<n>{COUNT}|an?)\s+{_SPAN}|(?P<bare>week|fortnight))\b"
    rf"|\b(?P<short>{_ENGLISH})\s(?P<after>week|fortnight)\b(?!\s?end)",
    re.IGNORECASE,
)
_SPAN_THEN_DAY = re.compile(
    rf"\b(?:in\s+)?(?:(?P<n>{COUNT}|an?)\s+|(?<!this )(?<!next )(?<!last )(?<!the )(?<!per )(?<!every )(?<!each )(?=week\son\s)){_SPAN}\s+(?P<ago>ago\s+|past\s+)?(?:on\s+|from\s+|come\s+|this\s+|coming\s+)?{_BASE}\b",
    re.IGNORECASE,
)
_WHICH_WEEK = (
    r"(?:(?:the\s+)?(?:(?P<w2>übernächste[rn]?|uebernaechste[rn]?)|(?P<w1>nächste[rn]?|naechste[rn]?|kommende[rn]?|next)|(?P<w_1>letzte[rn]?|vergangene[rn]?|vorige[rn]?|last)"
    r"|(?P<w_2>vorletzte[rn]?)|(?P<w0>diese[rn]?|this))\s+(?:woche|week)|the\s+(?P<w2b>week\s+after\s+next)|the\s+(?P<w_2b>week\s+before\s+last))"
)
_SHIFTS = {"w2": 2, "w2b": 2, "w1": 1, "w0": 0, "w_1": -1, "w_2": -2, "w_2b": -2}
_OF_WEEK = re.compile(
    rf"\b(?P<base>{DAY})\s+(?:in\s+der\s+|der\s+|of\s+|in\s+)?{_WHICH_WEEK}\b", re.IGNORECASE
)
_WEEK_OF = re.compile(rf"\b{_WHICH_WEEK},?\s+(?:am\s+|on\s+)?(?P<base>{DAY})\b", re.IGNORECASE)
_BEYOND = re.compile(
    rf"\b(?:the\s+)?(?P<base>{DAY})\s+(?:(?P<before>before\s+(?:last|that))|after\s+next)\b|\bvorletzte[nr]?\s+(?P<vor>{DAY})\b",
    re.IGNORECASE,
)
# "Friday gone", "Monday last", "Tuesday coming", "Friday next".
_GONE = re.compile(
    rf"\b(?P<base>{DAY}|{_ENGLISH})\s+(?:(?P<gone>(?:just\s+)?gone|just\s+past|past|last)|next|coming)\b(?!\s+(?:week|month|year|night))",
    re.IGNORECASE,
)
# "two Fridays ago".
_AGO = re.compile(
    rf"\b(?P<n>{COUNT})\s+(?P<base>{DAY})s\s+(?P<ago>ago|back|from now)\b", re.IGNORECASE
)
# Shortened names that are no plain words stand alone.
_ALONE = re.compile(
    r"(?<![\w-])(?:tues|weds|thurs|thur|fri|thu|(?-i:Tue|Wed))\b(?!\w|['’-]|\.?,?\s?\d|\s(?:week|fortnight|gone|last|next)\b)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    rf"\b(?P<base>{DAY}|{_ENGLISH}|(?-i:Mo|Di|Mi|Do|Fr|Sa|So)\b\.?),?\s+(?:(?:den|dem|the|der(?!\s13))\s+(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?|(?P<dd>\d{{1,2}})(?:st|nd|rd|th))(?![\d:]|[.,/]\s?\d|\.?\s+[A-Za-zÄä]\w*(?:uar|er|il|ust|ni|li|ne|ly|rz|rch|ai|ay)\b)",
    re.IGNORECASE,
)
_WEEK, _EIGHT = 7, 8


def days_by_weekday(text: str, now: date) -> Iterator[Found]:
    """Every day that is named by its weekday, or by weeks from a day."""
    if _HAS_WEEK.search(text):
        yield from _with_weeks(text, now)
    if not _HAS_DAY.search(text):
        return
    for match in _WEEKDAY.finditer(text):
        if match["day"] and not is_person(text, match.start("day"), match.end("day")):
            yield _found(match, _weekday(match, now, text))
    for match in _SHORT.finditer(text):
        day = _next(_number(match["en"] or match["de"]), now)
        back = match["back"] or match["zurück"] or leaning(text, *match.span()) == PAST
        yield _found(match, _last(day, now) if back else day)
    yield from _named_otherwise(text, now)
    for match in _NUMBERED.finditer(text):
        number = int(match["d"] or match["dd"])
        past = leaning(text, *match.span()) == PAST
        if named := _that_weekday(number, _number(match["base"].rstrip(".")), now, past=past):
            yield _found(match, named)


def weekdays_away(text: str, now: date) -> "Iterator[tuple[int, int, date, date]]":
    """Places, first and last days of "Thursday to Sunday" where somebody is away; else these are office hours."""
    for match in _JOINED.finditer(text) if _AWAY.search(text) else ():
        back = leaning(text, *match.span()) == PAST
        first = _next(_number(match["first"]), now)
        first = _last(first, now) if back else first
        yield *match.span(), first, _next(_number(match["last"]), first)


def _found(match: "re.Match[str]", day: date) -> Found:
    return Found(match.start(), match.end(), "date", day.isoformat())


def _named_otherwise(text: str, now: date) -> Iterator[Found]:
    """ "Friday gone", "two Fridays ago", "Tues"."""
    for match in _GONE.finditer(text):
        day = _next(_number(match["base"]), now)
        yield _found(match, _last(day, now) if match["gone"] else day)
    for match in _AGO.finditer(text):
        day, weeks = _next(WEEKDAYS[match["base"].lower()], now), number_of(match["n"]) - 1
        ahead = match["ago"].lower() == "from now"
        away = timedelta(days=_WEEK * weeks)
        yield _found(match, day + away if ahead else _last(day, now) - away)
    for match in _ALONE.finditer(text):
        day = _next(_number(match.group()), now)
        past = leaning(text, *match.span()) == PAST
        yield _found(match, _last(day, now) if past else day)


def _number(written: str) -> int:
    """The weekday, Monday being 0, of a name in full or shortened."""
    word = written.lower()
    return WEEKDAYS[word] if word in WEEKDAYS else _SHORT_NAMES[word[:2]]


def _with_weeks(text: str, now: date) -> Iterator[Found]:
    for match in _DAY_THEN_SPAN.finditer(text):
        yesterday = (match["base"] or "").lower() in {"gestern", "yesterday"}
        back = (match["dir"] or "").lower() == "vor" or (yesterday and bool(match["bare"]))
        base = _base(match, now, back=back)
        yield _found(match, base + timedelta(days=-_days(match) if back else _days(match)))
    for match in _SPAN_THEN_DAY.finditer(text):
        back = bool(
            match["last"] or match["ago"] or match["base"].lower() in {"gestern", "yesterday"}
        )
        base = _base(match, now, back=back)
        yield _found(match, base + timedelta(days=-_days(match) if back else _days(match)))
    for match in (*_OF_WEEK.finditer(text), *_WEEK_OF.finditer(text)):
        shift = next(weeks for name, weeks in _SHIFTS.items() if match[name])
        monday = now + timedelta(days=_WEEK * shift - now.weekday())
        yield _found(match, monday + timedelta(days=WEEKDAYS[match["base"].lower()]))
    for match in _BEYOND.finditer(text):
        day = _next(WEEKDAYS[(match["base"] or match["vor"]).lower()], now)
        back = bool(match["before"] or match["vor"])
        yield _found(
            match, _last(day, now) - timedelta(days=_WEEK) if back else day + timedelta(days=_WEEK)
        )


def _base(match: "re.Match[str]", now: date, *, back: bool) -> date:
    groups = match.groupdict()
    word = (groups["base"] or groups["short"]).lower()
    if word in WEEKDAYS or groups.get("short"):
        day = _next(_number(word), now)
        return _last(day, now) if back else day
    away = {"morgen": 1, "tomorrow": 1, "gestern": -1, "yesterday": -1}.get(word, 0)
    return now + timedelta(days=away)


def _days(match: "re.Match[str]") -> int:
    """Days of "in einer Woche", "a fortnight", "in acht Tagen" and of the bare "week"."""
    groups = match.groupdict()
    unit = (groups.get("bare") or groups.get("after") or groups["unit"]).lower()
    written = (groups["n"] or "a").lower()
    count = 1 if written in {"a", "an"} else number_of(written)
    if unit.startswith(("tag", "day")):
        return _WEEK if count == _EIGHT and unit.startswith("tag") else count
    return count * (2 * _WEEK if unit.startswith("f") else _WEEK)


def _next(weekday: int, now: date) -> date:
    """The next such weekday, not today."""
    return now + timedelta(days=(weekday - now.weekday() - 1) % _WEEK + 1)


def _last(coming: date, now: date) -> date:
    """The last such weekday before today."""
    day = coming - timedelta(days=_WEEK)
    return day if day < now else day - timedelta(days=_WEEK)


def _weekday(match: "re.Match[str]", now: date, text: str) -> date:
    coming = _next(WEEKDAYS[match["day"].lower()], now)
    plainly = match.group().lower().startswith((match["day"].lower(), "this "))
    if match["back"] or (plainly and leaning(text, *match.span()) == PAST):
        return _last(coming, now)
    return coming + timedelta(days=_WEEK if match["over"] else 0)


def _that_weekday(number: int, weekday: int, now: date, *, past: bool) -> "date | None":
    """The nearest day of that number which is that weekday."""
    days = [day for shift in range(-6, 7) if (day := in_month(now, shift, number))]
    fitting = [day for day in days if day.weekday() == weekday]
    right = [day for day in fitting if (day < now) == past]
    return min(right or fitting, key=lambda day: abs(day - now), default=None)
