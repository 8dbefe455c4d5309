"""Finds days that have a name of their own: "Christmas Eve", "Ostermontag", "Silvester".

Invariants: only names of one day ("over Christmas" and "Ostern" are none); the feast is the next one, or the last one
where its clause speaks of the past. Easter is reckoned as in the churches of the West.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.easter import easter

from components.matchers import Found
from components.matchers.leaning import PAST, leaning
from components.matchers.numbers import plain, spelled

# Month and day.
_FIXED = {
    "christmas eve": (12, 24), "xmas eve": (12, 24), "heiligabend": (12, 24), "heilig abend": (12, 24), "heiliger abend": (12, 24),
    "christmas day": (12, 25), "xmas day": (12, 25), "boxing day": (12, 26), "st stephen's day": (12, 26), "stephanitag": (12, 26),
    "new year's eve": (12, 31), "new years eve": (12, 31), "silvester": (12, 31), "new year's day": (1, 1), "new years day": (1, 1),
    "neujahr": (1, 1), "neujahrstag": (1, 1), "valentine's day": (2, 14), "valentines day": (2, 14), "valentinstag": (2, 14),
    "st patrick's day": (3, 17), "paddy's day": (3, 17), "halloween": (10, 31), "nikolaus": (12, 6), "tag der arbeit": (5, 1),
    "dreikönigstag": (1, 6), "allerheiligen": (11, 1), "hogmanay": (12, 31), "stephen's day": (12, 26), "stephens day": (12, 26), "st stephens day": (12, 26),
    "bonfire night": (11, 5), "guy fawkes night": (11, 5), "burns night": (1, 25), "st patricks day": (3, 17), "st paddy's day": (3, 17), "patrick's day": (3, 17),
    "all saints' day": (11, 1), "remembrance day": (11, 11), "independence day": (7, 4), "twelfth night": (1, 5), "may day": (5, 1), "veterans day": (11, 11), "reformationstag": (10, 31), "tag der deutschen einheit": (10, 3),
}  # fmt: skip
# Days after Easter Sunday.
_MOVING = {
    "good friday": -2, "karfreitag": -2, "easter sunday": 0, "ostersonntag": 0, "easter monday": 1, "ostermontag": 1,
    "gründonnerstag": -3, "christi himmelfahrt": 39, "pfingstsonntag": 49, "pfingstmontag": 50, "fronleichnam": 60,
    "shrove tuesday": -47, "pancake day": -47, "ash wednesday": -46, "aschermittwoch": -46, "rosenmontag": -48,
}  # fmt: skip
# Month, weekday (Monday is 0) and which of them; -1 is the last.
_NTH = {
    "thanksgiving day": (11, 3, 4), "thanksgiving": (11, 3, 4), "labor day": (9, 0, 1), "memorial day": (5, 0, -1),
}  # fmt: skip
_FEAST = re.compile(rf"\b(?P<name>{spelled([*_FIXED, *_MOVING, *_NTH])})\b", re.IGNORECASE)
_HINT = re.compile(
    r"\beve\b|xmas|christmas|boxing|easter|oster|pfingst|good fri|heilig|silvester|neujahr|new year|valentin|nikolaus|karfrei|steph|padd|patrick"
    r"|halloween|hogman|bonfire|fawkes|burns|saints|remembr|independ|thanksg|labor d|memorial|twelfth|may day|veterans|pancake|shrove|ash wed|aschermitt|rosenmon|donners|himmelf|fronleich|dreik|reformation|tag der",
    re.IGNORECASE,
)
_SPELLED = {plain(name): name for name in (*_FIXED, *_MOVING, *_NTH)}


def find_feast(text: str, now: date) -> Iterator[Found]:
    """Every feast of one day."""
    for match in _FEAST.finditer(text) if _HINT.search(text) else ():
        name = _SPELLED[plain(match["name"])]
        past = leaning(text, *match.span()) == PAST
        days = [_in_year(name, now.year + shift) for shift in (-1, 0, 1)]
        day = max(d for d in days if d <= now) if past else min(d for d in days if d >= now)
        yield Found(match.start(), match.end(), "date", day.isoformat())


def _in_year(name: str, year: int) -> date:
    if name in _NTH:
        month, weekday, which = _NTH[name]
        first = date(year, month, 1)
        days = [
            day
            for at in range(31)
            if (day := first + timedelta(days=at)).month == month and day.weekday() == weekday
        ]
        return days[which if which < 0 else which - 1]
    fixed = _FIXED.get(name)
    return date(year, *fixed) if fixed else easter(year) + timedelta(days=_MOVING[name])
