"""Tells numbers that are measured, rated or counted from days and amounts: "7/10", "step 3/5", "4.50 stars".

Invariant: a day that a word of time leads ("on 1/2", "since 3/4") is a day.
"""

import re

_LED = re.compile(
    r"\b(?:on|by|from|since|until|till?|of|dated|due|before|after|and|to|am|vom|zum|bis|ab|seit|den|dem|und|rechnung|abbuchung|charge|invoice|bill)\s$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:page|step|part|episode|ep|chapter|line|flat|unit|apt|question|level|lesson|module|track|task|round|seite|schritt|teil|folge|kapitel|zeile"
    r"|frage|lektion|modul|aufgabe|runde|stufe|stage|attempt|versuch|bar|screen|disc)\s$",
    re.IGNORECASE,
)
_RATED = re.compile(
    r"\b(?:rat(?:e|ed|ing)|giv(?:e|ing)|score[ds]?|review|stars?|recommend|solid|service|experience|at best|bewert\w*|note|sterne|punkte|gebe|erfahrung"
    r"|empfehl\w*|out of ten)\b",
    re.IGNORECASE,
)
_OF = re.compile(
    r"\s(?:of|stars?|done|complete|loaded|price|full|way|people|would|für|from me|von mir|der|des|meine[rs]?|unserer|sterne|punkte|voll|fertig|geladen|inch|zoll|for (?:service|effort|value))\b",
    re.IGNORECASE,
)
_SCALES = {"5", "6", "10", "100"}
_HALVES = {"1/2", "1/3", "2/3", "1/4", "3/4"}
_MEASURE = r"\s?(?:stars?|sterne?n?|points?|punkten?|out of (?:5|10|five|ten|\d)|von (?:5|10|fünf)|gb|mb|tb|kb|km|kg|cm|mm|inch|zoll|[gm]hz|mbit|mbps|mbit/s|ms|hours?|hrs|stunden|mal|miles|litres?|meter|x|to one|degrees|stone|kilos?|pounds of|mph|bpm)\b"
MEASURED = re.compile(_MEASURE, re.IGNORECASE)
_MEASURED_BEFORE = re.compile(
    r"\b(?:rating|rated|score|average|bewertung|note|schnitt|notendurchschnitt|version|chapter|kapitel|section|abschnitt|firmware|build|release|paragraph|clause|ziffer|artikel|article|figure|table|ratio|odds|temperature|fever|weighs?|grade|gpa|mark)"
    r"\s(?:of\s|von\s|is\s|was\s|ist\s|at\s)?$",
    re.IGNORECASE,
)
_NEAR = 40


def is_ratio(text: str, start: int, end: int) -> bool:
    """Whether the two numbers with a stroke in text[start:end] are a share, a rating or a place in a row."""
    before = text[max(0, start - _NEAR) : start]
    if _LED.search(before):
        return False
    if _COUNTED.search(before) or _OF.match(text, end):
        return True
    written = text[start:end]
    rated = written.rpartition("/")[2] in _SCALES and _RATED.search(
        before + text[end : end + _NEAR]
    )
    return bool(rated or written in _HALVES)


def is_measured(text: str, start: int, end: int) -> bool:
    """Whether the number in text[start:end] says how good, long or large something is."""
    before = text[max(0, start - _NEAR) : start]
    return bool(MEASURED.match(text, end) or _MEASURED_BEFORE.search(before))
