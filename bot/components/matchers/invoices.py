"""Finds invoice numbers: with a prefix anywhere, bare digits only after a word for invoice.

Invariants: our own form comes out whole however it was typed (RE-1001-0025: customer and count); other numbers stay as
typed, in capitals.
"""

import re
from collections.abc import Iterator

from components.matchers import Found

_PREFIXED = re.compile(
    r"(?<!\w)(?:INV\s|(?:INV|RE|RG|R)[-–_/]?)\d[\d\-/]{2,20}(?<=\d)(?!\w)", re.IGNORECASE
)
_OWN = re.compile(
    r"(?<!\w)RE[\s\-–_/.]{0,3}(?P<customer>\d{4,6})(?:\s?[\-–_/.]\s?|\s)(?P<count>\d{1,4})(?![\w]|[.,]\d)|(?<!\w)RE[\s–-]?(?P<whole>\d{4})(?P<rest>\d{4})(?!\w)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:rechnung(?:s\s?-?nummer|s-?nr\.?)?|invoices?|bills?|\binv\b\.?)\s*(?:(?:with|mit)\s(?:the\s|der\s)?)?(?:nr\.?|nos?\.?|nummern?|numbers?(?:'s)?|numbered|num|id|ref(?:erence)?\.?)?\s*(?:ist|lautet|is|was)?\s*[:#(]?\s*"
    r"(?P<n>(?!20\d\d(?![\d/-])|(?:0?[1-9]|1[0-2])/20\d\d(?!\d))\d[\d\-/]{3,20}(?<=\d))(?!\w|[.,]\d|\s?(?:€|euro?\b|£))",
    re.IGNORECASE,
)
# Also without the noughts, where it is a customer's number of ours.
_OURS = re.compile(r"(?P<customer>1[01]\d\d(?=-)|(?!20\d\d-)\d{4,6}(?=-\d{4}))-(?P<count>\d{1,4})")


# Our own form without its letters, and a number said some words after "invoice".
_BARE = re.compile(r"(?<![\w./-])(?P<n>1[01]\d\d-0\d{3})(?![\w-]|[.,]\d)")
# "invoice no. M-10234", and the number before the word.
_LETTERED = re.compile(
    r"\b(?:invoice|bill|rechnung)s?\s?(?:no\.?|number|nr\.?|nummer|ref(?:erence)?\.?|id|snummer|snr\.?)\s*(?:is|ist|lautet)?\s*[:#]?\s*(?P<n>[A-Z]{1,4}[-/]?\d[\dA-Z/-]{2,16}(?<=\d))(?!\w)|(?<![\w./-])(?P<first>\d[\d/-]{3,16})\s(?:is|was|ist)\s(?:the|my|your|die|meine)\s(?:invoice|bill|rechnung)",
    re.IGNORECASE,
)
# "invoice no. 417": few digits where a number is announced; "invoice AB-10234"; "20391 and 20392".
_SHORT = re.compile(
    r"\b(?:invoice|bill|rechnung)s?\s?-?(?:no\.?|nr\.?|numbers?|nummer|#)\s*(?:is|was|ist|lautet)?\s?:?\s*(?P<n>\d{2,3})(?![\w%€£/-]|[.,:]\d|\s?(?:euros?|pounds?|quid|times|days)\b)"
    r"|\b(?:invoice|rechnung)\s(?P<lettered>(?-i:[A-Z]{1,4})[-/]?\d{3,12})(?![\w-])",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\s?(?:,|and|&|or|und|sowie|plus)\s(?:no\.?\s)?(?P<n>\d{4,12})(?![\w€£%-]|[.,:/]\d|\s?(?:euro|pound|quid))",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:invoice|bill|rechnung)\b[^!?\n]{1,40}?(?<!customer )(?<!account )(?<!order )(?<!phone )(?<!card )(?:\b(?:no\.?|number|nr\.?|nummer)|#)\s*:?\s*(?P<n>\d[\d\-/]{3,20}(?<=\d))(?!\w|[.,]\d)",
    re.IGNORECASE,
)


def find_invoice(text: str) -> Iterator[Found]:
    """Every invoice number."""
    for match in (found for pattern in (_LETTERED, _SHORT) for found in pattern.finditer(text)):
        group = next(name for name, said in match.groupdict().items() if said)
        if not _PREFIXED.fullmatch(match[group]):
            yield Found(*match.span(group), "invoice", match[group].upper())
    yield from _with_prefix(text)
    yield from _after_the_word(text)


def _with_prefix(text: str) -> Iterator[Found]:
    for match in _PREFIXED.finditer(text):
        if not _OWN.fullmatch(match.group()):
            yield Found(match.start(), match.end(), "invoice", match.group().upper())
    for match in _OWN.finditer(text):
        customer, count = match["customer"] or match["whole"], match["count"] or match["rest"]
        yield Found(match.start(), match.end(), "invoice", f"RE-{customer}-{int(count):04d}")


def _after_the_word(text: str) -> Iterator[Found]:
    """Bare numbers after a word for invoice; our own come out whole."""
    for match in (found for pattern in (_NAMED, _BARE, _LATER) for found in pattern.finditer(text)):
        ours = _OURS.fullmatch(match["n"])
        value = f"RE-{ours['customer']}-{int(ours['count']):04d}" if ours else match["n"]
        yield Found(match.start("n"), match.end("n"), "invoice", value)
        if match.re is _NAMED and (following := _NEXT.match(text, match.end("n"))):
            yield Found(*following.span("n"), "invoice", following["n"])
