"""What words say about a pause: from when, until when, how long, or that it shall end.

Invariants: pure; days and months are those that the assistant's checked matchers found; parts of a month count as the
nearest whole number of months, which the proposal then shows.
"""

import re
from datetime import date, timedelta

from actions.turn import Turn
from subscriptions.policy.calendar import add_months

_UNTIL = re.compile(r"\b(?:bis|until|till|til|through|thru|up to)\b", re.IGNORECASE)
_OPEN_END = re.compile(r"auf weiteres|further notice|unbestimmt|indefinite", re.IGNORECASE)
_RESUME = re.compile(
    r"\b(?:pause\b.{0,30}\b(?:beend\w*|aufheb\w*|abbrech\w*|stoppen|storn\w*|absag\w*|löschen|raus|zurück\w*|weg|vorbei)"
    r"|(?:beend\w*|stopp\w*|storn\w*|lösch\w*)\b.{0,20}\bpause|aus der pause|fortsetz\w*|reaktivier\w*|wieder (?:aktiv\w*|aufnehm\w*|einschalt\w*|start\w*"
    r"|freischalt\w*|laufen\w*|weiter\w*|nutzen|schauen|lesen|los\w*)|weiter(?:laufen|gehen|machen|schauen|lesen|lernen)|entpaus\w*|(?:doch )?(?:keine pause|nicht pausieren)"
    r"|resum\w*|unpaus\w*|un-paus\w*|reactivat\w*|restart\w*|(?:end|stop|cancel|lift|scrap|drop|call off|get rid of)\w* (?:the|my|this|that|our)?\s?(?:\w+ )?(?:pause|break)"
    r"|pause\b.{0,20}\b(?:off|over)|(?:start|switch|turn|back)\w* (?:\w+ ){0,3}(?:again|back on)|no pause|(?:don'?t|not) (?:want to )?pause)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(\d{1,2})\b")
_WORDS = {"ein": 1, "einen": 1, "zwei": 2, "drei": 3, "vier": 4, "one": 1, "two": 2, "three": 3}
_DURATION = re.compile(r"P(\d+)([DWMY])")
_DAYS = {"D": 1, "W": 7}
_MONTH = 30


def wants_to_resume(turn: Turn) -> str | None:
    """`resume` when a pause shall end or not begin."""
    return "resume" if _RESUME.search(turn.typed) else None


def from_day(turn: Turn) -> str | None:
    """The first day that was named; not that of "until the 31st"."""
    period = turn.value("period")
    if period:
        return period.split("/")[0]
    dates = turn.entities.get("date", ())
    if len(dates) > 1:
        return min(dates)
    if dates:
        return None if _says_until(turn) else dates[0]
    month = _first_month(turn)
    return None if month is None or _says_until(turn) else month.isoformat()


def until_day(turn: Turn) -> str | None:
    """The last day that was named."""
    period = turn.value("period")
    if period:
        return period.split("/")[1]
    dates = turn.entities.get("date", ())
    if len(dates) > 1:
        return max(dates)
    if not _says_until(turn):
        return _last_of_months(turn) if len(turn.entities.get("month", ())) > 1 else None
    if dates:
        return dates[0]
    month = _first_month(turn)
    return (month - timedelta(days=1)).isoformat() if month else None


def months(turn: Turn) -> str | None:
    """The months of a duration: six weeks are one, "a year" is twelve."""
    found = _DURATION.fullmatch(turn.value("duration") or "")
    if found is None:
        return None
    count, unit = int(found.group(1)), found.group(2)
    if unit in _DAYS:
        days = count * _DAYS[unit]
        return str(max(1, (days + _MONTH // 2) // _MONTH))
    return str(count * 12 if unit == "Y" else count)


def months_answered(turn: Turn) -> str | None:
    """A bare number as the answer to how many months."""
    found = _NUMBER.search(turn.typed)
    if found:
        return str(int(found.group(1)))
    words = (_WORDS.get(word) for word in re.findall(r"\w+", turn.typed.casefold()))
    return next((str(number) for number in words if number), None)


def _says_until(turn: Turn) -> bool:
    return _UNTIL.search(turn.typed) is not None and _OPEN_END.search(turn.typed) is None


def _first_month(turn: Turn) -> date | None:
    named = turn.entities.get("month", ())
    return date.fromisoformat(f"{min(named)}-01") if named else None


def _last_of_months(turn: Turn) -> str:
    last = date.fromisoformat(f"{max(turn.entities['month'])}-01")
    return (add_months(last, 1) - timedelta(days=1)).isoformat()
