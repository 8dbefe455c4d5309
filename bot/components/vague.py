"""Messages that announce a matter and name none: "I have a question", "irgendwie ist alles komisch".

No guess is worth anything there; what is to be done is to ask what it is about. Knows nothing of Rasa. Invariants: a
message with one word of substance is not vague; nor is one that asks or denies ("what was the question", "no problem").
"""

from __future__ import annotations

import re

# What announces a matter.
_ANNOUNCES = frozenset(
    """
    frage fragen anliegen problem probleme sache thema hilfe hilf helfen komisch komische komisches seltsam seltsames
    merkwürdig merkwürdiges eigenartig verwirrend unklar schwierig kompliziert durcheinander
    question questions problem problems issue issues matter concern query help weird odd strange funny confusing
    confused complicated messy unclear
    """.split()  # noqa: SIM905
)
# What may stand beside it and says nothing of a matter.
_EMPTY = frozenset(
    """
    hallo hi hey guten tag morgen moin servus grüezi bitte danke ich wir mir mich uns sie ihr ihnen du dir euch man es
    das da hier ist sind war wäre hab habe haben hätte hätten gibt gibts geht brauche brauch brauchen bräuchte möchte würde
    will kann könnte können könnten ein eine einen einer eines einem so was etwas mal kurz kurze kleine
    kleines gerade grad noch nur ja also irgendwie irgendwas irgendetwas alles sehr ganz ziemlich bisschen bissl total
    recht und aber bei mit dem der die im nicht wirklich echt leider dringend
    hello dear good morning afternoon evening please thanks i i'm im i've ive we we've you me us it it's its that that's
    there there's theres is are was am have has had got get need want would like to ask a an some one
    something something's somethings here just quick quickly little bit all everything very really so kind sort of rather
    quite and but with for not isn't isnt seems feels looks sounds can could the somehow well bloody
    """.split()  # noqa: SIM905
)
# Only together: "something is wrong", "irgendwas stimmt nicht".
_SOMETHING = frozenset(
    ["something", "something's", "somethings", "irgendwas", "irgendetwas", "etwas", "was"]
)
_AMISS = frozenset(["wrong", "off", "amiss", "right", "stimmt", "faul"])
_ASKS_OR_DENIES = re.compile(r"^(?:was|wie|welche|what|which)\b", re.IGNORECASE)
_WORD = re.compile(r"[\w'’]+")


def is_vague(text: str) -> bool:
    """Whether a message says that there is something, and not what."""
    said = {word.lower().replace("’", "'") for word in _WORD.findall(text)}
    announces = bool(said & _ANNOUNCES or (said & _SOMETHING and said & _AMISS))
    empty = said <= _EMPTY | _ANNOUNCES | _AMISS
    return announces and empty and _ASKS_OR_DENIES.match(text.strip()) is None
