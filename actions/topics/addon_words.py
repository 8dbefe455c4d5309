"""What people write about add-ons: which one, more or fewer, how many pieces.

Invariants: reading is pure; an add-on is the one whose name shares most words with what was typed, and none when two do.
"""

import re
from collections.abc import Iterable

from actions.dialogue.fields import Choice, Field
from actions.turn import Turn
from actions.voice import Voice
from subscriptions.model.catalogue import Addon

ADD, REMOVE, KEEP = "add", "remove", "keep"

_KEEP = re.compile(
    r"\b(?:doch (?:nicht|noch)?\s*(?:behalten|weiter\w*)|behalten|weiterlaufen|rückgängig|keep|undo|after all)\b",
    re.I,
)
_REMOVE = re.compile(
    r"kündig|abbestell|\babmeld|\bweg\b|entfern|\braus\b|\bloswerd|\bohne\b|nicht mehr|brauche? .*\bnicht\b|streich|storn|abwähl"
    r"|\bremov|\bcancel|\bdrop\b|get rid|\bwithout\b|no longer|do ?n[o']?t (?:need|want|use)|\bstop\b|\bfewer\b|\bless\b|take .*\boff\b",
    re.I,
)
_ADD = re.compile(
    r"\bdazu|hinzu|buch|\bnoch (?:ein|zwei|drei|\d)|zusätzlich|\bmehr\b|weitere|bestell|\bhätte\b|\badd|\bbook|\bextra\b|\bmore\b|another"
    r"|\border\b|sign .*\bup\b|\bget\b|additional",
    re.I,
)
_NUMBERS = {
    1: r"eine?[nrsm]?|eins|one",
    2: "zwei|beide|two|both",
    3: "drei|three",
    4: "vier|four",
    5: "fünf|five",
    6: "sechs|six",
    8: "acht|eight",
    10: "zehn|ten",
    12: "zwölf|twelve",
    20: "zwanzig|twenty",
    50: "fünfzig|fifty",
}
_OTHER_NUMBERS = frozenset({"amount", "date", "percent", "month", "time", "period", "duration"})
_SHORTEST = 4
_COMMON = frozenset(
    {
        "zusätzliches",
        "weiterer",
        "another",
        "extra",
        "package",
        "edition",
        "seit",
        "since",
        "gedruckte",
        "printed",
    }
)


def _wish(turn: Turn) -> str | None:
    if _KEEP.search(turn.typed):
        return KEEP
    if _REMOVE.search(turn.typed):
        return REMOVE
    return ADD if _ADD.search(turn.typed) else None


def _pieces(turn: Turn) -> str | None:
    """How many; a number that is something else is none."""
    if _OTHER_NUMBERS & turn.entities.keys():
        return None
    digits = re.search(r"\b(\d{1,3})\b", turn.typed)
    if digits:
        return str(int(digits.group(1)))
    said = (n for n, words in _NUMBERS.items() if re.search(rf"\b(?:{words})\b", turn.typed, re.I))
    return next((str(number) for number in sorted(said, reverse=True)), None)


def addon_named(turn: Turn, known: Iterable[Addon]) -> str | None:
    """The code of the add-on that was pressed, found, or shares most words with what was typed."""
    codes = {addon.code: addon for addon in known}
    said = (turn.pressed.get("addon"), *reversed(turn.entities.get("addon", ())))
    found = next((code for code in said if code in codes), None)
    if found is not None:
        return found
    shared = {code: _shared(turn.typed, addon) for code, addon in codes.items()}
    most = max(shared.values(), default=0)
    best = [code for code, count in shared.items() if count == most]
    return best[0] if most and len(best) == 1 else None


def _shared(typed: str, addon: Addon) -> int:
    """How many telling words of its names stand in the text, also as parts of longer ones."""
    names = f"{addon.name_de} {addon.name_en}".casefold()
    words = {w for w in re.findall(r"[^\W\d]+", names) if len(w) >= _SHORTEST} - _COMMON
    told = typed.casefold()
    # A plural of the one language and a singular of the other must not count twice.
    stems = {word[:6] for word in words}
    return sum(1 for stem in stems if stem in told)


def _wishes(voice: Voice) -> list[Choice]:
    return [
        Choice(voice.text("addons.one_more"), ADD),
        Choice(voice.text("addons.remove"), REMOVE),
    ]


WISH = Field("wish", "addons.ask_wish", read=_wish, choices=_wishes, wanted=lambda f: "both" in f)
PIECES = Field("pieces", "addons.ask_wish", read=_pieces, wanted=lambda _: False)
