"""When the assistant stops trying by itself: the same demand three times, anger with an open complaint.

Source: the rules for handing over (three times the same demand; anger with an open complaint). Invariants:
a declaration or an emergency is never handed over unread; a button is no demand; small talk and acts are none; words alone decide, nothing is kept about a mood.
"""

import re

from actions.turn import AT_ONCE, NO_TOPIC, Turn
from handoff.contract import HandoffReason

DEMANDS = 3
_NO_DEMAND = NO_TOPIC | {"request_human"}
_LETTERS_OF_A_SHOUT = 12
_ANGRY = re.compile(
    r"\b(?:unversch[äa]mt\w*|frechheit|abzocke\w*|betr[üu]g\w*|verarsch\w*|schei(?:ß|ss)\w*|idioten?|sauladen|saftladen"
    r"|drecksladen|inkompeten\w*|l[äa]cherlich\w*|unfassbar\w*|reicht(?:'s|s| es)? (?:mir|jetzt)|schnauze voll|nase voll"
    r"|outrag\w*|ridiculous|scam(?:mers)?|rip[- ]?off|bullshit|fuck\w*|crap|idiots?|incompeten\w*|disgrace\w*"
    r"|fed up|had enough|sick of|useless|pathetic|unacceptable)\b|!{3,}",
    re.IGNORECASE,
)

_INSULT = re.compile(
    r"\b(?:dumm\w*|bl[öo]d\w*|depp\w*|trottel\w*|arsch\w*|wichser\w*|penner\w*|vollpfosten|spast\w*|behindert\w*"
    r"|halt die (?:klappe|fresse)|fick\w*|stupid|dumb|moron\w*|asshole\w*|arsehole\w*|piece of (?:junk|shit|crap)"
    r"|shut up|shit\w*|you suck)\b",
    re.IGNORECASE,
)


def out_of_patience(turn: Turn) -> HandoffReason | None:
    """Why a person should take over now, if one should."""
    if not turn.typed or turn.intent in AT_ONCE:
        return None
    if turn.demands >= DEMANDS and turn.intent not in _NO_DEMAND:
        return "repeated"
    complained = any(step.intent == "complaint" for step in turn.steps)
    return "angry" if complained and is_angry(turn.typed) else None


def is_angry(typed: str) -> bool:
    """Whether words are an outburst: abuse of us, many exclamation marks, or shouting in capitals."""
    letters = [letter for letter in typed if letter.isalpha()]
    shouted = len(letters) >= _LETTERS_OF_A_SHOUT and all(letter.isupper() for letter in letters)
    return shouted or _ANGRY.search(typed) is not None


def is_insult(typed: str) -> bool:
    """Whether words abuse the one who answers."""
    return _INSULT.search(typed) is not None or is_angry(typed)
