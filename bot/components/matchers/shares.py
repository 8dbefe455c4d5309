"""Finds percentages ("7.5") and numbers of instalments.

Invariant: a percentage is a decimal string, instalments are an integer from two on.
"""

import re
from collections.abc import Iterator

from components.matchers import Found
from components.matchers.numbers import HALVES, WORD, halves_of, number_of

_HAS_PERCENT = re.compile(r"%|prozent|per\s?cent|pct|\dpc|\d pc", re.IGNORECASE)
_PERCENT = re.compile(
    rf"(?<![\w.,])(?:(?P<n>\d{{1,3}}(?:[.,]\d{{1,2}})?)|{HALVES}|(?P<half>half\sa|(?:ein\s)?halbes)"
    rf"|(?P<word>{WORD})(?:\s(?:komma|point)\s(?P<tenths>{WORD}))?)\s?(?:%|prozent\w*|per\s?cent\b|pct\b|(?-i:pc)\b(?=\s(?:off|discount|less|more|cheaper|reduction|increase|rise|hike|vat)))",
    re.IGNORECASE,
)
# "I'm 100% sure", "zu 100 % sicher".
_WHOLLY = re.compile(
    r"(?:100|110|hundert|a hundred|one hundred)\s?(?:%|prozent(?:ig)?|per\s?cent)(?!\s(?:off|discount|refund|rabatt|back|erstatt|nachlass|zurück|of the))",
    re.IGNORECASE,
)
# "ninety nine percent sure", "80% of the time": how much somebody means it, or how often.
_CERTAIN = re.compile(
    r"\s(?:sure|certain|positive|confident|convinced|right|correct|honest|done|deaf|blind|finished|serious|accurate|satisfied|happy|ready|useless|behind|human|there|of the time|of (?:people|us|them|you|readers|users|viewers|customers|folks?|my friends|what)|full|charged|charge|battery|humidity|loaded|complete|sicher|zufrieden|fertig|geladen|der zeit)\b",
    re.IGNORECASE,
)
_EQUAL = r"(?:(?:monatliche\w*|gleich\w*|kleine\w*|equal|monthly|separate|easy|smaller|small)\s+)*"
_COUNT = rf"\d{{1,2}}|{WORD}"
_PARTS = re.compile(
    rf"\b(?P<n>{_COUNT})[\s-]+{_EQUAL}(?:(?:monats)?raten|teilzahlungen|teilbetr(?:ä|ae)gen?|instal+ments?|(?<=[lye] )payments|payments(?=\sof\s)|zahlungen(?=\s(?:von|zu)\s)|tranchen|tranches|lots\sof(?=\s+(?:[€£$\d]|{WORD})))\b"
    rf"|\b(?:in|into|over|across|auf)\s+(?:the next\s+|my next\s+)?(?P<in>{_COUNT})\s+{_EQUAL}"
    r"(?:payments|amounts|sums|pay ?packets|pay ?days|pay ?checks|pay ?cheques|parts|teilen?|portions|portionen|chunks|bits|pieces|goes|gos|lots|stages|shots|steps|halves|thirds|hälften|haelften|stücken?|etappen|happen"
    r"|häppchen|malen?|gängen|zahlungen|überweisungen|beträgen?|schritten)\b",
    re.IGNORECASE,
)
# "auf zweimal zahlen", "split it in half", "zahle in zwei Mal".
_TIMES = re.compile(
    # "half now and half in April", "die Hälfte jetzt, die andere im Mai"
    r"\b(?P<now>half)\s(?:\w+\s){0,3}?(?:now|today|this month)\b.{1,30}?\b(?:half|the rest|the other|the remainder|the balance)\b|\b(?P<jetzt>die hälfte)\s(?:\w+\s){0,3}?(?:jetzt|heute|sofort|gleich)\b.{1,30}?\b(?:hälfte|rest|andere)\b|"
    rf"\b(?:in|auf)\s+(?P<n>{_COUNT})\s?mal\b|\b(?:split|splitting|divide|break|do|doing|clear|cut|make|pay|paying|settle|chop)\s+(?:\S+\s+){{0,4}}?(?:in(?:to)?\s+)(?P<half>half|two|three|four|(?:{_COUNT})(?=\s*(?:$|[,.?!](?!\d)|(?:please|instead|if|or|then|so|thanks)\b)))\b(?!\s+\w*(?:day|week|month|hour|year|tag|stund))"
    # "50/50"
    r"|\b(?:split|splitting|divide)\s+(?:\S+\s+){0,2}?(?P<even>50[/-]50|fifty[- ]fifty)\b"
    r"|\b(?:spread|spreading|split|splitting|stretch)\s+(?:\w+\s+){0,3}?(?:over|across)\s+(?P<spread>two|three|four|five|six|seven|eight|nine|ten|twelve|[2-9]|1[0-2])(?=\s*(?:$|[,.?!]|please|bits|goes))"
    rf"|\b(?:split|splitting|divide)\s+(?:\w+\s+){{0,3}}?(?P<ways>{_COUNT})\sways\b|\bdurch\s(?P<durch>{_COUNT})\s(?:geteilt|teilen)\b"
    rf"|\b(?:do|doing|make|making|offer|arrange|set up|over|into|have|allow|propose)\s(?:it\s|this\s|that\s|me\s)?(?:over\s|in\s|into\s)?(?P<made>{_COUNT})\s(?:smaller\s|equal\s)?payments\b"
    r"|\b(?:pay|paying|split|zahl\w*)\s+(?:\w+\s+){0,3}?in\s(?P<third>thirds|dritteln)\b|\b(?P<halve>halbieren|halve(?= (?:it|the|this|that))|half and half|down the middle)\b",
    re.IGNORECASE,
)

_PAYMENTS = re.compile(rf"\b(?P<n>{_COUNT})\s(?:smaller\s|equal\s)?payments\b", re.IGNORECASE)
_A_WISH = re.compile(
    r"\b(?:could|would|possible|chance|please|split|spread|arrange|afford|let me|instead|can i|can we|may i)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"\b(?:took|taken|charged|made|missed|sent|paid|see|seen|are|were|was|those|these|the|had|have|last|first|next|found|shows?|refund|return|for|my|why|received|cancel)\b",
    re.IGNORECASE,
)
_SHARES = {
    "half": 2,
    "50/50": 2,
    "50-50": 2,
    "fifty-fifty": 2,
    "fifty fifty": 2,
    "die hälfte": 2,
    "halbieren": 2,
    "halve": 2,
    "half and half": 2,
    "down the middle": 2,
    "thirds": 3,
    "dritteln": 3,
}


def find_percent(text: str) -> Iterator[Found]:
    """Every percentage."""
    for match in _PERCENT.finditer(text) if _HAS_PERCENT.search(text) else ():
        if _WHOLLY.match(text, match.start()) or _CERTAIN.match(text, match.end()):
            continue
        yield Found(match.start(), match.end(), "percent", _percentage(match))


def _wished(text: str) -> Iterator[Found]:
    """ "Would three payments be possible?", but not "you took two payments"."""
    for match in _PAYMENTS.finditer(text) if _A_WISH.search(text) else ():
        if not _HAPPENED.search(text[max(0, match.start() - 30) : match.start()]):
            count = number_of(match["n"])
            if count > 1:
                yield Found(match.start(), match.end(), "instalments", count)


def _percentage(match: "re.Match[str]") -> str:
    if match["n"]:
        return match["n"].replace(",", ".")
    if match["word"]:
        tenths = f".{number_of(match['tenths'])}" if match["tenths"] else ""
        return f"{number_of(match['word'])}{tenths}"
    halves = 1 if match["half"] else halves_of(match)
    return f"{halves // 2}.5"


def find_instalments(text: str) -> Iterator[Found]:
    """Every number of instalments from two on."""
    for match in _PARTS.finditer(text):
        count = number_of(match["n"] or match["in"])
        if count > 1:
            yield Found(match.start(), match.end(), "instalments", count)
    for match in _TIMES.finditer(text):
        yield from _shared(match)
    yield from _wished(text)


def _shared(match: "re.Match[str]") -> Iterator[Found]:
    """ "pay it in half", "spread over three": only the share is marked, amounts around it are values of their own."""
    for name, said in match.groupdict().items():
        if said:
            count = _SHARES.get(said.lower()) or number_of(said)
            if count > 1:
                yield Found(match.start(name), match.end(name), "instalments", count)
