"""Tells the names of plans and add-ons from the English words they are made of: "premium bonds", "so basic", "in the archive".

Invariants: before a noun that names nothing of a subscription, or after a word of degree, "basic" and "premium" describe; the archive as
a place to search and the certificate that somebody has earned or misses are nothing that is booked.
"""

import re

# What may follow a plan's name: closed classes, verbs, and nouns of subscriptions. Anything else is a noun that it describes.
_FOLLOWS = re.compile(
    r"(?:\s(?:and|or|nor|to|from|for|at|on|in|with|without|within|by|via|is|isnt|was|were|are|be|been|has|hasnt|have|had|does|doesnt|do|did|don|doesn|isn|hasn|can|cant|could|will|wont|would|should|may|might|must|than|then"
    r"|not|no|instead|if|when|while|where|why|how|what|which|who|cos|cause|because|since|as|but|so|vs|versus|yet|though|although|please|pls|plz|thanks|thank|ta|cheers|x|now|again|today|tonight|tomorrow|yesterday|soon"
    r"|too|also|only|just|already|still|ever|never|always|anymore|any|all|one|ones|more|less|cheaper|better|worse|after|before|until|till|per|every|each|next|last|this|that|it|its|i|im|ill|id|ive|we|you|u|they|he|she|my|our|your|the|a|an"
    r"|(?:\w+\s){1,2}(?:plan|package|tier|subscription|account)|plan|plans|package|packages|pack|tier|tiers|tariff|subscription|subscriptions|sub|subs|membership|account|accounts|user|users|customer|customers|member|members|subscriber|subscribers|option|version|deal|offer|price|prices"
    r"|pricing|stream|streaming|level|access|costs?|comes?|gives?|gets?|got|includes?|offers?|shows?|works?|went|goes|go|gone|means?|starts?|ends?|stops?|runs?|says?|needs?|allows?|lets?|monthly|yearly|annual|annually|year|month|trial|upgrade|downgrade"
    r"|thing|things|aint|w|sports?|rugby|films?|back|over|up|down|off|out|straight|right|effective|starting|it'?s|going|rather|either|bc|b4|n|innit|lol|mate|sir|madam|dear|otherwise|there|here|even|unless|once|anyway|immediately|asap|first|until)\b|\s?[^\sa-z]|\s?$|\s[^a-z])"
)
_DEGREE = re.compile(
    r"\b(?:so|peak|very|pretty|too|really|quite|more|most|extremely|rather|fairly|utterly|bit|such|this is|that is|that's|it's|its|these are|they are|they're|most|how|a|an|at|some|any)\s$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:$|[.,!?;]|at best|as f|though|but|stuff|lol)", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(?:a|an|at|some|any|such)\s$", re.IGNORECASE)
_PLAN_NOUN = re.compile(
    r"\s(?:plan|package|pack|tier|tariff|sub\w*|membership|account|user|customer|member|subscriber|option|version|deal|offer|upgrade|thing|stream\w*|level|one|trial)s?\b",
    re.IGNORECASE,
)
_NEAR = 40
# "in the archive", "searched your whole archive", "the county archive", "the archive has no March issue".
_PLACE = re.compile(
    r"\b(?:in|into|through|inside|within|onto|from|search\w*(?:\s\w+)?|browse|browsing|via|county|city|library|town|state|family|museum|church|parish|war|personal|own|puzzle|recipe|sound|radio|video|picture)\s(?:the\s|your\s|my\s|our\s|their\s)?(?:\w+\s)?$",
    re.IGNORECASE,
)
_FAULT = re.compile(
    r"\s(?:dot\b|org\b|doesn'?t have|does not have|has no|is missing|is down|won'?t|of the (?!paper|newspaper)|at the (?:library|museum)|in the (?:library|county|museum|town))",
    re.IGNORECASE,
)
# What books or prices it, what only wants it, and what speaks of one that is earned or missed.
_BOOKS = re.compile(
    r"\b(?:book(?:ed|ing)?|add(?:ed|ing|s|-on)?|order(?:ed)?|buy|bought|includ\w*|come[s]?(?:\s\w+)?\swith|along with|on top|extra|price|cost[s]?|how much|charge[ds]?|cancel\w*|remove|drop|take off|bolt|without|plus|offer|worth|upgrade|tick(?:ed)?|unsubscribe|subscribe)\b|[€£]|\beuros?\b",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"\b(?:need|want|like|get|gets|with|have|prefer|take|option(?:al)?|and|or|free|the)\b",
    re.IGNORECASE,
)
_EARNED = re.compile(
    r"\b(?:passed|finished|completed|where'?s?|missing|no|isn'?t|cannot|can'?t|couldn'?t|never|download|print|find|recogni\w+|valid|name|still|wait\w*|arriv\w+|receiv\w+|exam|copy|iso|incorporation|registration|matter|thing|status|attach\w*|sen[dt]|proof|supply|upload\w*|request\w*)\b",
    re.IGNORECASE,
)


def describes(name: str, text: str, start: int, end: int) -> bool:
    """Whether the plan's name in text[start:end] is an adjective there."""
    if name not in {"basic", "premium"} or text[start].isupper():
        return False
    before = text[max(0, start - _NEAR) : start]
    if not _FOLLOWS.match(text, end):
        return True
    if _ARTICLE.search(before):
        return not _PLAN_NOUN.match(text, end)
    return bool(_DEGREE.search(before) and _ENDS.match(text, end))


def is_no_addon(name: str, text: str, start: int, end: int) -> bool:
    """Whether the archive or certificate in text[start:end] is not what can be booked."""
    before = text[max(0, start - _NEAR) : start]
    if name == "archive":
        return bool(_PLACE.search(before) or _FAULT.match(text, end))
    if name.startswith("certificate"):
        return not _BOOKS.search(text) and bool(_EARNED.search(text) or not _WANTS.search(text))
    return False
