"""Tells a person from a day or month of the same name: "Herr Freitag", "June from support", "August Diehl".

Invariant: after a word of time ("in", "ab", "since") a month is a month.
"""

import re

_TITLE = re.compile(
    r"\b(?:herrn?|frau|fräulein|familie|fam\.|mr|mrs|ms|miss|mister|dr|prof|kolleg\w{1,3}|colleague|mitarbeiter(?:in)?|named|called|namens|heiß\w{1,2}"
    r"|names? (?:is|ist)"
    r"|ihre?[mnr]?|eure?[mnr]?)\.?\s(?:(?-i:[A-ZÄÖÜ][\w.]{1,15})\s)?$",
    re.IGNORECASE,
)
# Of months only: "we buried my mom Saturday".
_KIN = re.compile(
    r"\b(?:my|your|her|his|our) (?:wife|husband|daughter|son|sister|brother|mother|mum|mam|mom|aunt|auntie|uncle|nan|gran|grandma|niece|nephew|cousin|friend|mate|pal|flatmate|roommate|neighbour|neighbor|colleague|boss|carer|nurse|agent|partner|girlfriend|boyfriend|girl|lad|granddaughter|grandson|dog|cat|goddaughter|twin)\s(?:(?-i:[A-ZÄÖÜ][\w.]{1,15})\s)?$",
    re.IGNORECASE,
)
_TIME_BEFORE = re.compile(
    r"\b(?:in|im|for|since|until|till?|by|before|after|from|of|on|last|next|this|every|mid|early|late|ab|bis|seit|für|vom|zum|am|aus"
    r"|anfang|mitte|ende|nächste[nrs]?|letzte[nrsm]?|kommende[nr]?|vergangene[nr]?|diese[nrsm]?|skip|and|und)\s$",
    re.IGNORECASE,
)
_CAN_BE_NAMES = {"april", "may", "june", "august", "jan", "mai", "juli", "juni", "march"}
_DOES = re.compile(
    r"\s(?:(?:is|was|were|be|being|'s) (?:my|her|his|our|their|your|a (?:girl|boy|woman|man|cat|dog|friend|colleague|nurse)|called|the name|only (?:a|four|five|six|\d+))\b"
    r"|(?:uses|watches|reads|plays|lives|loves|hates|likes|wants|thinks|says|said|works|cries|shares|pays less|got hers|has (?:it|hers|her|one|the same)|and (?:I|me|my)\b)\b|(?:from|at|in|on) (?:your|support|customer|billing|accounts?|service|sales|the (?:support|help|service|phone|billing))\b"
    r"|(?:vom|von|aus|beim?) (?:euch|ihnen|eurem|ihrem|der hotline|(?:dem |der )?(?:support|kundendienst|kundenservice|service|team|hotline|technik))\b"
    r"|(?:told|said|promised|helped|rang|answered|explained|wrote|assured|sorted|fixed|meinte|sagte|half|versprach|erklärte|schrieb)\b"
    r"|(?:was|is|war|ist) (?:so |very |really |most |absolutely |sehr |echt |wirklich |total )?(?:lovely|nice|kind|helpful|rude|great|friendly|brilliant|patient|sweet"
    r"|excellent|nett|lieb|freundlich|hilfsbereit|unfreundlich|super|toll|klasse|geduldig|kompetent)\b"
    r"|(?:called|phoned|emailed|texted|messaged|visited) (?:me|us|back|to)\b|(?:has|hat|hatte) (?:mir|uns|me|us|gesagt|versprochen|gemeint|angerufen|geholfen|been|told|said|promised)\b)",
    re.IGNORECASE,
)
# "from June in accounts", "June's tablet".
_AT_WORK = re.compile(
    r"\s(?:from|at|in|on) (?:your (?!area)|support|customer|billing|accounts?\b|service|sales|the (?:support|help|service|phone|billing))",
    re.IGNORECASE,
)
_THINGS_OF = re.compile(
    r"'s (?:profile|tablet|phone|mobile|laptop|login|password|birthday|room|mother|mum|husband|details|email|name|kids|house)\b",
    re.IGNORECASE,
)
_SPOKEN_TO = re.compile(
    r"\b(?:(?:spoke|speak|speaking|spoken|talked|talking|talk|chatted|dealt) (?:to|with)|ask(?:ed)? for|thanks? to|thank|put through to|(?:gesprochen|telefoniert|geredet) mit|dear|hi|hello|hallo|liebe[r]?|gruß|grüße|lg)\s$",
    re.IGNORECASE,
)
# "March Madness", "August Bank", "May Ball": things that are called so.
_CALLED = re.compile(r"\s(?-i:Madness|Ball|Queen|Day|Fair|Fools?|Wine)\b")
_SURNAME = re.compile(r"\s(?P<name>(?:O['’]|Mc|Mac|D['’])?[A-ZÄÖÜ][a-zäöüß]{2,})")
_BEFORE_A_NAME = re.compile(
    r"(?:^|[.!?:]\s|\b(?:a|an|knew|know|dear|mit|von|über|with|by|starring|about|ob|film|serie|interview)\s)$",
    re.I,
)
_NO_SURNAME = re.compile(
    r"(?:\w*(?:rechnung|abbuchung|beitrag|zahlung|ausgabe|heft|beleg|lastschrift|abo|betrag|quittung)\w*|bills?|invoices?|payments?|charges?"
    r"|statements?|receipts?|issues?|the|you|and|but|bitte|danke|und|ich|wir|ist|war|was|bis|oder|noch)",
    re.IGNORECASE,
)
_NEAR = 40


def is_person(text: str, start: int, end: int) -> bool:
    """Whether the day or month in text[start:end] is somebody's name."""
    before = text[max(0, start - _NEAR) : start]
    if _TITLE.search(before):
        return True
    named = text[start:end].lower().removesuffix("'s") in _CAN_BE_NAMES
    if named and _KIN.search(before):
        return True
    end = start + len(text[start:end].removesuffix("'s"))
    if not named:
        return False
    if _CALLED.match(text, end) or _AT_WORK.match(text, end) or _THINGS_OF.match(text, end):
        return True
    led = _TIME_BEFORE.search(before)
    if led and not (led.group().strip().lower() in {"and", "und"} and _DOES.match(text, end)):
        return False
    if _DOES.match(text, end) or _SPOKEN_TO.search(before):
        return True
    surname = _SURNAME.match(text, end) if text[start].isupper() else None
    if surname is None or _NO_SURNAME.fullmatch(surname["name"]):
        return False
    return bool(_BEFORE_A_NAME.search(before))
