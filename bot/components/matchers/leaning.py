"""Says whether the words around a day or month speak of the past or of the future.

Invariants: the clause of the day counts before the words further away, in it the nearer word; a verb of the past in
what is to come ("will be charged", "abgebucht werden") is of the future; a participle that only describes ("the failed
payment") says nothing.
"""

import re

PAST, OPEN, FUTURE = -1, 0, 1
_NEAR = 45  # characters around a date in which a verb speaks of it
_NOWHERE = 3 * _NEAR

_PAST_DE = (
    r"habe?|haben|habt|hat|hatte\w*|war(?:en|s)?|wurden?|ging(?:en)?|kam(?:en)?|endete|schon|bereits|raus|weg|runter|seit|rechnung|pdf"
    r"|(?:abbuchung|beschwerde|mahnung|zahlung|rechnung|schreiben|brief|mail)\svo[nm]|abgebucht|eingezogen|gek(?:ü|ue|u)ndigt|bezahlt"
    r"|(?:ü|ue|u)berwiesen|betrag von"
)
_PAST_EN = (
    r"was|were|paid|had|have|did|came|went|took|taken|left|got|sent|told|said|bought|began|made|saw|wrote|rang|spoke|lost|broke|chose|fell|felt|found"
    r"|forgot|gave|heard|kept|knew|meant|met|ran|sold|spent|stood|thought|woke|won|been|never|didn't|wasn't|weren't|hasn't|haven't|hadn't|since|ago"
    r"|froze|hung|flew|drew|threw|blew|grew|struck|stuck|tore|sank|rode|drove|ate|drank|hid|stole|slept|built|dealt|learnt|burnt|caught|taught|fought|held|slid"
    r"|cut (?:off|out|me|us)|hit (?:my|our|me)|couldn't|(?:do not|don't|can't|cannot) (?:\w+ )?(?:recogni[sz]e|place|remember|recall|explain)|'d (?:an?|my|our|no)|missing|torn|isn't(?! it)|just gone|helping yourself|(?:invoice|bill) (?:for|of)"
    r"|(?:payment|charge|reminder|letter|email|order|invoice|bill|receipt|statement|message|notice|transaction) (?:of|on|from|dated)|(?:debit|refund|credit|deduction|withdrawal|transfer) (?:of|from)"
    r"|(?:crossword|issue|edition|episode|article|programme|matter|call|ticket|one) from"
)
# Verbs in -ed, but neither words that only end alike nor what describes a thing.
_IN_ED = (
    r"(?<!the )(?<!a )(?<!an )(?<!my )(?<!your )(?<!our )(?<!as )(?<!into )(?!\w*eed\b|hundred|shed\b|supposed|limited|delayed|red\b"
    r"|moved to (?:the )?$)[a-z]{2,}ed"
)
_PAST = re.compile(rf"\b(?:{_PAST_DE}|{_PAST_EN}|{_IN_ED})\b", re.IGNORECASE)
# Longer ones first: the first that fits is taken.
_PASSIVE = (
    r"(?:will|shall|to|can|could|would|should|may|might|must|'ll) (?:\w+ ){0,4}?be (?:\w+ ){0,2}?\w+(?:ed|en|id|nt)|\w{4,}(?:t|en) werden"
    r"|(?:is|are|am|gets?|getting|being) (?:\w+ly |getting |being )?(?!dated|named|called|finished)(?:\w{3,}ed|paid|sent|taken)"
)
_FUTURE_DE = (
    r"will|möchte|wollen|werden?|wird|bitte|ab|bis|kommt|können|könnt\w*|kann|sollen?|würde\w*|überweise|zahle|zahlen|pausieren|pause|urlaub|verreist|liefern"
    r"|aussetzen|unterbrechen|stoppen|(?:sind|bin|bist|ist) (?:wir|ich|er|sie) (?:\w+ ){0,2}(?:weg|fort|unterwegs|zurück|verreist)|startet|wechseln|kündigen"
    r"|nächste[nrs]?"
)
_FUTURE_EN = (
    r"would|shall|please|kindly|want|should|going|until|till|next|can(?!'t|not)|could(?!n't)|holiday|vacation|(?<!passed )(?<!was )(?<!were )(?<!been )(?<!went )away|hold|pay|move|i'll|by|won't|gonna|let's|make it"
    r"|(?:have|has|got) (?:an?|my|our) (?:\w+ ){0,2}?(?:appointment|exam|operation|interview|meeting|flight|wedding|test|surgery|scan|party|birthday|funeral|deadline)|skip|skipping|starting|onwards?|as of|cancel|(?:(?<=I )go|(?<=we )go|(?<=they )go|goes)(?! back)|fly|flies|retires?|graduates?|(?<!was )(?<!were )(?:relocating|shifting|leaving|returning|flying|travelling|traveling)|(?:book|schedul|plann|enrol|register|arrang|reserv|sign(?=\w* up)|pencil|postpon|paus|suspend|agree|set)\w*(?: up| in| off| back)?(?: \w+){0,3}? (?:for|from)(?=\s(?:the\s)?$)|stop|resume|restart|suspend|leave|switch|moving|prefer|set it|change it|push it|try|retry|resubmit"
    r"|needs? to|has to|have to|must|expire|renews|expires|starts|begins|ends|closes|matures|finishes|opens|runs out|falls"
)
_FUTURE = re.compile(
    rf"\b(?:{_PASSIVE}|{_FUTURE_DE}|{_FUTURE_EN})\b|'ll\b|'d (?:like|rather|prefer)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:!?\n]|\.(?=\s+\D)|\b(?:und|and|but|aber|yet)\b")
_NEXT_SENTENCE = re.compile(r"[a-zäöüß]\.\s+[A-ZÄÖÜ]")
_TO_THE_CENT = re.compile(r"\d[.,]\d\d(?!\d)")
# "What did I pay in December" is of the past, whatever the verb; what is to be given back was paid.
_DID = re.compile(
    r"\bdid(?:n't|nt| not)?(?: (?:I|you|we|they|he|she|it|ye|u))? (?:pay|cancel|stop|move|leave|switch|try|want|expire|resume|suspend|hold)\b",
    re.IGNORECASE,
)
_GIVEN_BACK = re.compile(r"\brefund(?: (?:me|us))?(?: for)?(?: the)? $", re.IGNORECASE)
_ON_A_DAY = re.compile(r"(?:on|by|until|till?|from|before)\b", re.IGNORECASE)
# Where the clause has no verb that says otherwise.
_LEADS_ON = re.compile(
    r"\b(?:from|until|till?|by|before|as of|effective)\s(?:the\s)?$", re.IGNORECASE
)


def leaning(text: str, start: int, end: int) -> int:
    """Whether the clause of a date speaks of the past (-1), the future (1) or neither (0); the nearer
    word wins, and where the clause says nothing the words around it."""
    wide_before, after = (
        _DID.sub("did", text[max(0, start - 2 * _NEAR) : start]),
        text[end : end + _NEAR],
    )
    if _GIVEN_BACK.search(wide_before) and not _ON_A_DAY.match(text, start):
        return PAST
    before, wide_after = wide_before[-_NEAR:], after
    marks = [mark.end() for mark in _CLAUSE.finditer(before)]
    before = before[marks[-1] :] if marks else before
    # The point of "10 May." was taken for one of a short name.
    if _NEXT_SENTENCE.match(text, max(0, end - 2)):
        after = ""
    elif mark := _CLAUSE.search(after):
        after = after[: mark.start()]
    if spoken := _nearer(before, after):
        return spoken
    # "14.99 on the 1st": what is known to the cent was charged already.
    to_the_cent = _TO_THE_CENT.search(wide_before)
    if _LEADS_ON.search(wide_before) and not to_the_cent:
        return FUTURE
    return _nearer(wide_before, wide_after) or (PAST if to_the_cent else OPEN)


def _nearer(before: str, after: str) -> int:
    past, future = (_distance(words, before, after) for words in (_PAST, _FUTURE))
    if past == future:
        return OPEN if past == _NOWHERE else FUTURE
    return PAST if past < future else FUTURE


def _distance(words: "re.Pattern[str]", before: str, after: str) -> int:
    """Characters to the nearest such word; more than the clause when there is none."""
    places = [len(before) - found.end() for found in words.finditer(before)]
    places += [found.start() for found in words.finditer(after)]
    return min(places, default=_NOWHERE)
