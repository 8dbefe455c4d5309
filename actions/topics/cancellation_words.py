"""What words about the end of a contract mean beyond their intent: staying after all, another price, a reason.

Invariants: pure; whether an end is declared at all is read in `cancellation_declared`.
"""

import re
from collections.abc import Sequence

from actions.turn import Turn
from subscriptions.model.cancellation import CauseReason

_STAYS = re.compile(
    r"\b(?:bleib\w*|behalt\w*|dabei ?bleib\w*|rückgängig|rueckgaengig|zurück(?:nehm|zieh|nimm|genommen|gezogen)\w*"
    r"|(?:nehm\w*|zieh\w*|nimm)\b.{0,40}\bzurück|weiter(?:lauf|führ|mach|nutz|les|schau)\w*|anders überlegt|umentschieden"
    r"|aus versehen|versehentlich|kündigung (?:widerrufen|stornieren|aufheben|zurück)|doch nicht (?:kündigen|gehen|weg)"
    r"|stay\w*|keep (?:it|my|the|going)|undo|take (?:it|that|my|the).{0,30}back|taking.{0,30}back|revers\w*|chang\w+ my mind"
    r"|reconsider\w*|by mistake|by accident|accidentally|revoke|rescind|(?:do not|don'?t) (?:want to )?(?:cancel|leave)"
    r"|cancel the cancell?ation|reinstate|carry on)\b",
    re.IGNORECASE,
)
_STICKS = re.compile(
    r"\bbleib\w*\b.{0,20}\b(?:dabei|kündigung|entscheidung)\b|\bdabei bleib|\b(?:stick|stand|stay)\w* (?:to|by|with) (?:it|that|my)\b",
    re.IGNORECASE,
)
_ABOUT_STATE = re.compile(
    r"\b(?:ob|wann|wurde|ist|eingegangen|angekommen|bestätig\w*|received|arrived|confirm\w*|when|did)\b",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\b(?:rabatt\w*|billiger\w*|günstiger\w*|nachlass|preisnachlass|weniger zahl\w*|(?:anderen|besseren|alten|niedrigeren) preis"
    r"|discount\w*|cheaper|less money|pay less|(?:lower|better|other|different|old) (?:price|rate|deal))\b",
    re.IGNORECASE,
)
_OFFER = re.compile(r"\b(?:angebot\w*|vorschlag\w*|offer|proposal)\b", re.IGNORECASE)
_BARGAINS = re.compile(
    r"\b(?:verhandel\w*|entgegenkomm\w*|da geht (?:doch )?(?:noch )?(?:was|mehr)|mehr (?:rabatt|nachlass)|zu wenig|reicht (?:mir )?nicht"
    r"|sonst (?:kündige|bin|gehe)|negotiat\w*|haggle|do better|more off|not enough|best price|meet me|or (?:else )?i(?:'m| am|'ll| will)"
    r" (?:leav|go|cancel)\w*|matches?|konkurrenz|competitor\w*|anderer anbieter)\b",
    re.IGNORECASE,
)
_BY_A_DAY = re.compile(
    r"\b(?:zum|per|bis|ab|schon|erst|auf den|am|by|as of|from|effective|on|until)\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b20\d\d\b|\d\.\d\d?\.\d\d\b")
_AMOUNT = re.compile(
    r"\b(?:wie ?viel|wieviel|welche[nr]? (?:betrag|summe)|wann (?:kommt|krieg|bekomm|ist|hab)\w*.{0,30}geld|how much|what amount|when (?:do|will|is|does)"
    r".{0,30}(?:money|refund))\b",
    re.IGNORECASE,
)
_REASONS: Sequence[tuple[CauseReason, str]] = (
    (
        CauseReason.PRICE,
        r"preis\w*|teurer|verteuer\w*|erhöhung\w*|price\w*|expensive|increase\w*|hike|dearer",
    ),
    (
        CauseReason.MOVED,
        r"umzug\w*|umzieh\w*|umgezogen|zieh\w* (?:um|weg|ins ausland)|ausland|auswander\w*|mov(?:e|ed|ing)|relocat\w*|abroad|emigrat\w*",
    ),
    (
        CauseReason.ILLNESS,
        r"krank\w*|erkrank\w*|pflege\w*|klinik\w*|blind|erblind\w*|reha|\w*operation|ill(?:ness)?|sick\w*|hospital\w*|disease|disab\w*|surgery",
    ),
    (
        CauseReason.CONTENT_GONE,
        r"inhalt\w*|serie\w*|film\w*|sender|liga|sport\w*|kurs\w*|redaktion|programm\w*|funktionier\w*|lief\w*|zugestellt"
        r"|content\w*|shows?|series|movies?|channels?|league|courses?|deliver\w*|removed|works?|broken",
    ),
)
_GUARDIAN = re.compile(
    r"\b(?:(?:rechtliche\w*|gesetzliche\w*|gerichtlich\w*) (?:bestellte\w* )?(?:betreu|vertret)\w*|betreu(?:er|erin|ung|t)\w*|vormund\w*"
    r"|vorsorgevollmacht|guardian\w*|power of attorney|legal(?:ly)? (?:carer|responsible)|conservator\w*|court.appointed)\b",
    re.IGNORECASE,
)
_DIED = re.compile(
    r"\b(?:gestorben|verstorben\w*|verstarb|tot|tod\w*|verschieden|died|dead|death|deceased|passed)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\bK-?\s?(\d{4,})\b", re.IGNORECASE)


def wish_after_end(turn: Turn) -> str | None:
    """What is wanted of a declared end: `offer`, `price`, `stay`; None to hear how it stands."""
    typed = turn.typed
    if _PRICE.search(typed):
        return "price"
    if _OFFER.search(typed):
        return "offer"
    stays = _STAYS.search(typed) is not None
    return "stay" if stays and not (turn.is_question and _ABOUT_STATE.search(typed)) else None


def stays_after_all(turn: Turn) -> bool:
    """Whether a no to something after the receipt is no to the end itself ("no, I am staying"), not "I stick with it"."""
    return not _STICKS.search(turn.typed) and wish_after_end(turn) == "stay"


def bargains(turn: Turn) -> bool:
    """Whether somebody wants to negotiate: a sum, a percentage, an ultimatum."""
    named = turn.value("percent") or turn.value("amount")
    return named is not None or _BARGAINS.search(turn.typed) is not None


def wished_end(turn: Turn) -> str | None:
    """The day the end is wished for, ISO; `MM-DD` when no year was said, because an end lies ahead."""
    day = turn.value("date")
    if day is None or _YEAR.search(turn.typed) or not _BY_A_DAY.search(turn.typed):
        return day
    return day.split("-", 1)[1]


def asks_amount(turn: Turn) -> bool:
    """Whether somebody asks how much goes back, or when."""
    return _AMOUNT.search(turn.typed) is not None


def cause_of(typed: str) -> CauseReason:
    """The special reason that the words give, OTHER when they give none that we know."""
    for reason, pattern in _REASONS:
        if re.search(rf"\b(?:{pattern})\b", typed, re.IGNORECASE):
            return reason
    return CauseReason.OTHER


def is_guardianship(typed: str) -> bool:
    """Whether a guardian is reported, and no death."""
    return _GUARDIAN.search(typed) is not None and _DIED.search(typed) is None


def customer_number(typed: str) -> str | None:
    """The customer number that was told, as ours are written."""
    found = _NUMBER.search(typed)
    return f"K-{found.group(1)}" if found else None
