"""Names of months and weekdays, and days of the calendar reckoned from them.

Invariants: a day that does not exist is None; a day without a year is the one nearest to today unless the words
around it lean to the past or the future.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date

from components.matchers.numbers import plain

Today = Callable[[], date]

_MONTH_NAMES = (
    "januar january jänner jan",
    "februar february feber feb",
    "märz maerz march mär mrz mar",
    "april apr",
    "mai may",
    "juni june jun",
    "juli july jul",
    "august aug",
    "september sept sep",
    "oktober october okt oct",
    "november nov",
    "dezember december dez dec",
)
_DAY_NAMES = (
    "montag monday",
    "dienstag tuesday",
    "mittwoch wednesday",
    "donnerstag thursday",
    "freitag friday",
    "samstag sonnabend saturday",
    "sonntag sunday",
)
MONTHS = {name: at for at, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
WEEKDAYS = {name: at for at, names in enumerate(_DAY_NAMES) for name in names.split()}

_PAST = re.compile(
    r"\b(?:habe?|haben|habt|hat|hatte\w*|war(?:en|s)?|wurden?|ging(?:en)?|kam(?:en)?|endete|schon|bereits|raus|weg|runter|seit|rechnung|pdf"
    r"|(?:abbuchung|beschwerde|mahnung|zahlung|rechnung|schreiben|brief|mail)\svo[nm]|abgebucht|eingezogen|gek(?:ü|ue|u)ndigt"
    r"|bezahlt|(?:ü|ue|u)berwiesen|betrag von|was|were|had|have|did|ended|paid|charged|came|went|took|taken|left|billed|got|ordered"
    r"|sent|packed|completed|cancelled|reported|crossed|told|promised|converted|since|ago|isn't|(?:invoice|bill) (?:for|of)"
    r"|(?:payment|charge|reminder|letter|email) (?:of|on|from|dated)|helping yourself)\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:will|möchte|wollen|werden?|wird|bitte|ab|bis|kommt|können|könnt\w*|kann|sollen?|würde\w*|überweise|zahle|zahlen|pausieren|pause"
    r"|urlaub|verreist|startet|wechseln|kündigen|nächste[nrs]?|would|shall|please|want|should|going to|until|till|next|can|could"
    r"|holiday|vacation|away|hold|pay|move|i'll|by)\b|'ll\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:!?\n]|\.(?=\s+\D)|\b(?:und|and|but|aber|yet)\b")
_NEAR = 45  # characters around a date in which a verb speaks of it
_TO_THE_CENT = re.compile(r"\d[.,]\d\d(?!\d)")
PAST, OPEN, FUTURE = -1, 0, 1
_FAR = 300  # days ahead that a wish hardly reaches: "bitte die Zahlung vom 17. Februar prüfen"
_FAR_MONTHS = 11


def leaning(text: str, start: int, end: int) -> int:
    """Whether the clause of a date speaks of the past (-1), the future (1) or neither (0); the nearer
    word wins, and where the clause says nothing the words around it."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    wide_before, wide_after = text[max(0, start - 2 * _NEAR) : start], after
    marks = [mark.end() for mark in _CLAUSE.finditer(before)]
    before = before[marks[-1] :] if marks else before
    if mark := _CLAUSE.search(after):
        after = after[: mark.start()]
    spoken = _nearer(before, after) or _nearer(wide_before, wide_after)
    # "14.99 on the 1st": what is known to the cent was charged already.
    return spoken or (PAST if _TO_THE_CENT.search(wide_before) else OPEN)


def _nearer(before: str, after: str) -> int:
    past, future = (_distance(words, before, after) for words in (_PAST, _FUTURE))
    if past == future:
        return OPEN
    return PAST if past < future else FUTURE


def _distance(words: "re.Pattern[str]", before: str, after: str) -> int:
    """Characters to the nearest such word; more than the clause when there is none."""
    places = [len(before) - found.end() for found in words.finditer(before)]
    places += [found.start() for found in words.finditer(after)]
    return min(places, default=3 * _NEAR)


def month_of(name: str) -> int:
    """The number of a month's name."""
    return MONTHS.get(name.lower()) or MONTHS[plain(name)]


def real_day(year: int, month: int, day: int) -> "date | None":
    """That day, or None if the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(written: str) -> int:
    """The year of two or four digits."""
    return int(written) + (2000 if len(written) <= 2 else 0)


def dated(day: int, month: int, now: date, lean: int = OPEN) -> "date | None":
    """That day in the year which fits: before, after or nearest to today."""
    near = [found for shift in range(-4, 5) if (found := real_day(now.year + shift, month, day))]
    fitting = [found for found in near if (found - now).days * lean >= 0]
    if lean == FUTURE and all((found - now).days > _FAR for found in fitting):
        fitting = near
    return min(fitting, key=lambda found: abs(found - now), default=None)


def in_month(now: date, shift: int, day: int) -> "date | None":
    """A day of the month that is `shift` months after this one."""
    months = now.year * 12 + now.month - 1 + shift
    return real_day(months // 12, months % 12 + 1, day)


def shifted(now: date, months: int) -> date:
    """The same day of another month, or its last day where that month is shorter."""
    index = now.year * 12 + now.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(now.day, monthrange(year, month)[1]))


def last_of(day: date) -> date:
    """The last day of that day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_near(month: int, now: date, lean: int = OPEN) -> date:
    """The first day of the month of that number which fits; half a year away both ways is the past."""
    distance = (month - now.month) % 12
    back = distance > 6 or (distance == 6 and lean == OPEN)
    if lean == PAST and distance:
        back = True
    elif lean == FUTURE:
        back = distance >= _FAR_MONTHS
    return shifted(now.replace(day=1), distance - 12 if back else distance)
