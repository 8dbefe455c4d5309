"""What people write about ways to pay: account numbers, holders, kinds of ways, revoking, never having agreed.

Invariants: reading is pure; a number that only looks like an IBAN is handed on as it is, so that the business says what
is wrong with it.
"""

import re

from actions.dialogue.fields import Field
from actions.turn import ACTS, MISSES, Turn

OWN = "own"
"""Stands for the name on file, so that nobody has to type it."""

_SURE = 0.6
_LONGEST_NAME = 5
_LIKE_AN_IBAN = re.compile(
    r"\b[A-Za-z]{2} ?\d{2}(?: ?[A-Za-z]{4})?(?:[ -]?\d){6,28}\b",
)
_MYSELF = re.compile(
    r"^(?:(?:das |it'?s |that'?s |it is )?(?:auf |bin |von |in )?(?:mich|mir|ich|me|mine|myself|my (?:own )?name|meinen namen"
    r"|my own|selbst|mein(?:e|s)?(?: eigenes)?)(?: (?:selbst|selber|konto|account|am))*)$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:nein|no)[, ]+)?(?:(?:das |it |the |der |die |account |konto)*(?:kontoinhaber(?:in)?|inhaber(?:in)?|holder)?"
    r" ?(?:ist|is|läuft auf|lautet auf|auf|von|heißt|belongs to|in the name of|under|it'?s)[: ]+)",
    re.IGNORECASE,
)
_HOLDER_SAID = re.compile(
    r"(?:kontoinhaber(?:in)?|account holder|holder|auf den namen|in the name of|lautet auf|läuft auf)"
    r"(?: ist| is| lautet)?:? +((?:\w[\w'’.-]*)(?: \w[\w'’.-]*){1,3})",
    re.IGNORECASE,
)


def _iban(turn: Turn) -> str | None:
    found = turn.entities.get("iban")
    if found:
        return found[-1]
    typed = _LIKE_AN_IBAN.search(turn.typed)
    return typed.group() if typed else None


_RELATED = re.compile(
    r"\b((?:meine[mnrs]?|my) (?:mann|frau|mutter|vater|eltern|tochter|sohn|partner\w*|freund\w*|chef\w*|firma|wife|husband|mother"
    r"|father|mum|mom|dad|parents|daughter|son|boyfriend|girlfriend|boss|company))",
    re.IGNORECASE,
)


def _holder_said(turn: Turn) -> str | None:
    found = _HOLDER_SAID.search(turn.typed) or _RELATED.search(turn.typed)
    return found.group(1).strip(" .,!") if found else None


def _holder(turn: Turn) -> str | None:
    """A name in answer to the question; what surely is another topic is none."""
    known = turn.intent not in ACTS | MISSES | {"change_bank_account"}
    if known and (turn.confidence or 0.0) >= _SURE:
        return None
    typed = turn.typed.strip(" .!")
    if turn.intent == "affirm" or _MYSELF.match(typed):
        return OWN
    if turn.intent in ("deny", "stop_flow") or re.search(r"\d", typed):
        return None
    name = _LEAD.sub("", typed).strip(" .,!")
    return name if len(name) > 1 and len(name.split()) <= _LONGEST_NAME else None


_WAYS = {
    "card": r"kredit ?karte\w*|debit ?karte\w*|karte\w*|visa|master ?card|amex|(?:credit |debit )?cards?",
    "paypal": r"pay ?pal",
    "wallet": r"(?:apple|google)[- ]?pay|wallets?",
    "sepa": r"(?:sepa|bank)?-?lastschrift\w*|bankeinzug|bankkonto|girokonto|sepa|direct debit|bank account|iban",
}
_INSTEAD = re.compile(r"\b(?:statt|anstatt|anstelle|instead of|rather than)\b", re.IGNORECASE)


def _way(turn: Turn) -> str | None:
    """The way that is wanted: the last one named, but not what stands behind "instead of"."""
    before, *after = _INSTEAD.split(turn.typed, maxsplit=1)
    return _last_way(before) or _last_way(" ".join(after))


def _last_way(typed: str) -> str | None:
    places = [
        (found.start(), way)
        for way, pattern in _WAYS.items()
        for found in re.finditer(rf"\b(?:{pattern})\b", typed, re.IGNORECASE)
    ]
    return max(places)[1] if places else None


_FAILED = re.compile(
    r"geht (?:\w+ )?nicht|nicht geklappt|klappt (?:\w+ )?nicht|funktioniert (?:\w+ )?nicht|lädt nicht|laedt nicht|fehler"
    r"|abgebrochen|kaputt|leere seite|does ?n[o']?t (?:work|load|open)|did ?n[o']?t work|error|failed|broken|blank"
    r"|not working|won'?t (?:load|open)",
    re.IGNORECASE,
)
_WORKED = re.compile(
    r"\b(?:erledigt|hat geklappt|hab(?:e)? ich gemacht|eingetragen|fertig|done|worked|finished|all set)\b",
    re.IGNORECASE,
)


def _page(turn: Turn) -> str | None:
    if _FAILED.search(turn.typed):
        return "failed"
    return "done" if _WORKED.search(turn.typed) else None


def _page_bare(turn: Turn) -> str | None:
    return {"affirm": "done", "deny": "failed"}.get(turn.intent or "")


_WHAT_IS_THERE = re.compile(
    r"hinterlegt|gespeichert|welche (?:zahl\w*|karte|methode\w*|wege)|womit zahl|on file|saved|which (?:payment|card|method)\w*"
    r"|what (?:payment|method|card)\w*|how (?:am i|do i) pay",
    re.IGNORECASE,
)


def asks_what_is_there(turn: Turn) -> bool:
    """Whether somebody only wants to know how they pay."""
    return _WHAT_IS_THERE.search(turn.typed) is not None


_REVOKES = re.compile(
    r"widerruf\w*|widerrief\w*|zurückzieh\w*|zurückzunehm\w*|zurücknehm\w*|ziehe?\b.*\bzurück|entzieh\w*|entzog\w*|lösch\w*|beend\w*|kündig\w*"
    r"|nicht mehr (?:abbuchen|einziehen)|revok\w*|withdraw\w*|cancel\w*|take\b.*\bback|end (?:the|my)|delet\w*|stop (?:debiting|using)",
    re.IGNORECASE,
)


def revokes(turn: Turn) -> str | None:
    """`revoke` if the mandate is to end."""
    return "revoke" if _REVOKES.search(turn.typed) else None


_NEVER = re.compile(
    r"\b(?:nie|niemals|kein\w*|nicht|never)\b.*\b(?:erteilt|gegeben|unterschrieben|zugestimmt|erlaubt|genehmigt|autorisiert"
    r"|unterzeichnet|gave|given|signed|agreed|authori[sz]ed|consented|allowed|set up)\b"
    r"|\bdid ?n[o']?t (?:sign|agree|authori[sz]e|give|allow|consent)",
    re.IGNORECASE,
)


def never_allowed(turn: Turn) -> bool:
    """Whether somebody says that they never agreed to be debited."""
    return _NEVER.search(turn.typed) is not None


IBAN = Field("iban", "methods.ask_iban", read=_iban, wrong="methods.no_iban")
HOLDER = Field(
    "holder", "methods.ask_holder", read=_holder_said, bare=_holder, wrong="methods.no_holder"
)
WAY = Field("way", "methods.ask_way", read=_way)
PAGE = Field("page", "methods.ask_page", read=_page, bare=_page_bare)
