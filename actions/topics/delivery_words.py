"""What people say about a printed issue, in the words of both languages: what was wrong, which days, where to.

Invariants: reading is pure; a day without a word before it is the one that was asked for, else the first.
"""

import re
from datetime import date, timedelta

from actions.topics.countries import country_of
from actions.turn import Turn
from subscriptions.model.delivery import ProblemKind, Remedy, SuspensionKind
from subscriptions.policy.calendar import add_months

WITHDRAW = "withdraw"
"""What is wished about an interruption that stands, besides the kinds of a new one."""

_ABROAD = "abroad"
_WAYS = 2

Pattern = re.Pattern[str]


def _words(*parts: str) -> Pattern:
    return re.compile("|".join(parts), re.IGNORECASE)


# The first that fits counts: a wet paper "did not arrive in one piece", a late one "was not there yet".
_PROBLEMS: tuple[tuple[ProblemKind, Pattern], ...] = (
    (
        ProblemKind.DAMAGED,
        _words(
            r"\b\w*(?:nass|durchnässt|aufgeweicht|zerrissen|zerfetzt|beschädigt|zerknüllt|unleserlich)\w*",
            r"\bseiten? fehl\w*|\bfehl\w*.{0,15}\bseiten?\b",
            r"\b(?:wet|soaked|soaking|torn|damaged|ripped|ruined|soggy|drenched|shredded|pages? (?:is |are )?missing|missing pages?)\b",
        ),
    ),
    (
        ProblemKind.LATE,
        _words(
            r"\b(?:zu |viel zu |sehr )?spät(?:er)?\b|\bverspätet\w*|\bverspätung\b|\berst (?:am|um|gegen|nach|mittags|abends)\b",
            r"\blate\b|\bnot until\b|\bonly (?:at|after|around)\b",
        ),
    ),
    (
        ProblemKind.MISSING,
        _words(
            r"\b(?:nicht|nie|nich|kein\w*|nix|keiner)\b.*\b(?:gekommen|kam|da|geliefert|bekommen|erhalten|angekommen|briefkasten|zugestellt|zeitung|drin|ausgabe)\b",
            r"\b(?:kam|bekam|gab|lag|ist|war)\b.*\b(?:nicht|nie|kein\w*|nich)\b|\bfehlt\w*|\bausgeblieben|\bvergessen\b|\bleer\b",
            r"\b(?:missing|never (?:came|arrived|turned|showed)|no (?:paper|newspaper|issue|delivery)|not? (?:come|arrive\w*|deliver\w*|here|there|received|in)|empty)\b",
            r"\b(?:did|has|was|have|is)(?:n'?t| not)\b.*\b(?:come|arrive\w*|get|got|deliver\w*|receive\w*|there|here|turn\w*|show\w*)\b",
        ),
    ),
)
_REMEDIES: tuple[tuple[Remedy, Pattern], ...] = (
    (
        Remedy.CREDIT,
        _words(
            r"\bgutschr\w*|\bgutschreib\w*|\bgeld\b|\babzieh\w*|\bzieh\w*.*\bab\b|\bverrechn\w*|\berstatt\w*|\bgutgeschrieben\b",
            r"\bcredit\w*|\bmoney\b|\brefund\w*|\b(?:knock|take|deduct)\w*\b.*\b(?:off|bill|invoice)\b|\bdeduct\w*",
        ),
    ),
    (
        Remedy.REDELIVERY,
        _words(
            r"\bnachliefer\w*|\bnachlief\w*|\bneu\w* (?:liefer\w*|schick\w*|exemplar\w*|zeitung)|\bnoch ?(?:mal|einmal)\b.*\b(?:schick\w*|liefer\w*|send\w*)|\bersatz\w*|\bnachschick\w*|\bexemplar\b",
            r"\b(?:another|new|fresh|replacement|second) (?:copy|one|paper|issue)\b|\bredeliver\w*|\bresend\b|\bsend\b.*\bagain\b|\bcopy\b|\breplace\w*",
        ),
    ),
)
_KINDS: tuple[tuple[str, Pattern], ...] = (
    (
        WITHDRAW,
        _words(
            r"\bzurücknehm\w*|\bzurückzieh\w*|\b(?:nimm|nehmen|nehmt|zieh\w*)\b.*\bzurück\b|\baufheb\w*|\bheb\w*\b.*\bauf\b|\bbeende\w*|\brückgängig\b|\bstornier\w*",
            r"\b(?:früher|eher) (?:wieder |zurück)|\b(?:doch nicht|ab sofort wieder|schon wieder)\b",
            r"\b(?:take|took)\b.*\bback\b|\bwithdraw\b|\bundo\b|\b(?:cancel|lift|end|drop|scrap|call off)\b.*\b(?:interruption|suspension|hold|stop|break|redirection|change)\b",
            r"\b(?:back|home) (?:early|earlier|sooner)\b|\bno longer (?:need|away|going)\b",
        ),
    ),
    (
        SuspensionKind.DONATE.value,
        _words(r"\bspend(?:e|en|et)\b|\bgespendet\b", r"\bdonat\w*|\bcharit\w*"),
    ),
    (
        SuspensionKind.REDIRECT.value,
        _words(
            r"\bumleit\w*|\bumgeleitet\b|\bleit\w*\b.*\bum\b|\bnachsend\w*|\bnachschick\w*|\bweiterleit\w*|\b(?:andere[nr]?|urlaubs?|ferien)-?\s?(?:adresse|anschrift|ort)\b|\bwoanders\b",
            r"\b(?:an|zu|zum|zur|bei)\b.{0,20}\b(?:schwester|bruder|mutter|vater|eltern|tochter|sohn|freund\w*|nachbar\w*|oma|opa)\b",
            r"\bto (?:my|our|the) (?:sister|brother|mother|father|mum|dad|parents|daughter|son|friends?|neighbou?rs?|grandma|grandpa)\b",
            r"\bredirect\w*|\bforward\w*|\bdivert\w*|\b(?:other|another|different|holiday|new|temporary) (?:address|place)\b|\bsomewhere else\b",
        ),
    ),
    (
        SuspensionKind.INTERRUPT.value,
        _words(
            r"\bunterbrech\w*|\bunterbroch\w*|\baussetz\w*|\bsetz\w*\b.*\baus\b|\bpausier\w*|\bpause\b|\bstopp?\w*|\banhalten\b|\bruhen\b|\bkeine (?:zeitung|lieferung|zustellung|ausgabe)\b|\bnicht (?:liefer\w*|zustell\w*|komm\w*)",
            r"\binterrupt\w*|\bsuspend\w*|\bpaus\w*|\bhold\b|\bstop\w*|\bhalt\b|\bno (?:paper|newspaper|delivery|deliveries)\b|\bnot? deliver\w*|\bdon'?t (?:deliver|bring)\b",
        ),
    ),
)
_UNTIL = _words(
    r"\bbis\b|\b(?:until|till|til|through|up to)\b|\bto the\b|\bletzter? tag\b|\blast day\b"
)
_FROM = _words(r"\b(?:ab|vom|von|from|starting|beginning|seit)\b|\bbeginn\w*|\bstart\w*")
_RESUMES = _words(r"\bwieder\b|\b(?:resume|restart)\w*\b|\bagain\b")
_WEEKDAY = _words(
    r"\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)s?\b",
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day'?s?\b",
)
_OUT = _words(r"\bins? ausland\b|\bim ausland\b|\b(?:abroad|overseas)\b")


def _first(table: tuple[tuple[str, Pattern], ...], typed: str) -> str | None:
    return next((str(value) for value, pattern in table if pattern.search(typed)), None)


def problem(turn: Turn) -> str | None:
    """What was wrong with the issue."""
    return _first(_PROBLEMS, turn.typed)


def issue_day(turn: Turn) -> str | None:
    """The day of the issue: of two the earlier one, for "the paper of Friday is not here today either"."""
    return min(turn.entities.get("date", ()), default=None)


def issue_of(day: date, turn: Turn, today: date) -> date:
    """The issue that a weekday means: a paper of next Friday cannot have gone wrong, the one before can."""
    week = timedelta(days=7)
    ahead = today < day <= today + week and _WEEKDAY.search(turn.typed)
    return day - week if ahead else day


def remedy(turn: Turn) -> str | None:
    """How it shall be put right."""
    return _first(_REMEDIES, turn.typed)


def wish(turn: Turn) -> str | None:
    """What shall happen to the issues; an address says it too."""
    said = _first(_KINDS, turn.typed)
    placed = turn.value("street") or turn.value("postcode")
    return SuspensionKind.REDIRECT.value if placed and said != WITHDRAW else said


def first_day(turn: Turn) -> str | None:
    """The first day on which the delivery changes."""
    return _days(turn)[0]


def last_day(turn: Turn) -> str | None:
    """The last one, or how long it lasts as a duration."""
    return _days(turn)[1]


def _days(turn: Turn) -> tuple[str | None, str | None]:
    period, lasts = turn.value("period") or _whole(turn.value("month")), turn.value("duration")
    if period:
        first, _, last = period.partition("/")
        return first, last
    dates = turn.entities.get("date", ())
    if len(dates) >= _WAYS:
        return dates[0], _before_it_resumes(turn, dates[1])
    if dates and _is_last(turn):
        return None, _before_it_resumes(turn, dates[0])
    return (dates[0] if dates else None), lasts


def _is_last(turn: Turn) -> bool:
    """Whether the only day said is the last one."""
    if _UNTIL.search(turn.typed) or _RESUMES.search(turn.typed):
        return True
    if _FROM.search(turn.typed) or not turn.open:
        return False
    return turn.open[0].kind == "suspend_delivery" and turn.open[0].asks in ("until_on", "")


def _before_it_resumes(turn: Turn, day: str) -> str:
    """ "The paper again from the 20th": the 19th is the last day without."""
    if _RESUMES.search(turn.typed) and not _UNTIL.search(turn.typed):
        return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    return day


def _whole(month: str | None) -> str | None:
    """All days of a month as a period."""
    if month is None:
        return None
    first = date.fromisoformat(f"{month}-01")
    return f"{first}/{add_months(first, 1, 1) - timedelta(days=1)}"


def lasting(first: date, duration: str) -> date | None:
    """The last day of a duration in days, weeks, months or years (ISO 8601) that begins on `first`."""
    found = re.fullmatch(r"P(\d+)([DWMY])", duration)
    if found is None:
        return None
    count, unit = int(found[1]), found[2]
    if unit in "DW":
        return first + timedelta(days=count * (7 if unit == "W" else 1) - 1)
    return add_months(first, count * (12 if unit == "Y" else 1), first.day) - timedelta(days=1)


def country(turn: Turn) -> str | None:
    """The country that was named, as ISO 3166 alpha-2, or that it is abroad."""
    if _OUT.search(turn.typed):
        return _ABROAD
    return country_of(turn.typed, turn.value("postcode"))
