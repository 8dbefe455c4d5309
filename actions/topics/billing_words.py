"""What words about bills mean beside their intent: that an answer is disputed, or about the wrong invoice.

Invariants: words only, nothing is kept about a mood; a question disputes nothing.
"""

import re

from actions.turn import Turn

_DISPUTED = re.compile(
    r"\b(?:stimmt (?:so |das |trotzdem |aber |immer noch |noch immer )*nich(?:t|ts?)|falsch|nicht (?:richtig|korrekt|einverstanden|nachvollzieh\w+)"
    r"|zu (?:viel|hoch)|kann (?:so )?nicht (?:sein|stimmen)|trotzdem|glaub\w* ich nicht|sehe ich (?:anders|nicht)"
    r"|(?:is|are|it'?s|that'?s) (?:still )?(?:wrong|incorrect|not right|not correct)|still (?:wrong|not)|not (?:right|correct|true)"
    r"|too (?:much|high)|can(?:'|no|’)t be right|(?:don'?t|do not) (?:agree|accept|believe)|disagree|doesn'?t add up)\b",
    re.IGNORECASE,
)
_MISTAKEN = re.compile(
    r"\b(?:die falsche|falsche (?:rechnung|abbuchung)|(?:eine )?andere(?:n)?(?: rechnung| abbuchung)?|nicht (?:die|diese)(?: rechnung)?"
    r"|wrong (?:one|invoice|bill)|(?:an)?other (?:one|invoice|bill)|not (?:this|that) one)\b",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"\d\s?(?:€|euros?|eur|cents?|ct|pounds?|quid|dollars?)?\s?(?:zu )?(?:mehr|weniger|teurer|höher|günstiger|billiger|more|less|higher|lower|dearer|cheaper)\b"
    r"|\b(?:up|down|höher|teurer|gestiegen|higher|risen|gone up) (?:um|by) ",
    re.IGNORECASE,
)


def disputes(turn: Turn) -> bool:
    """Whether what was just answered is said to be wrong."""
    return not turn.is_question and _DISPUTED.search(turn.typed) is not None


def mistaken(typed: str) -> bool:
    """Whether another invoice was meant, without saying which."""
    return _MISTAKEN.search(typed) is not None


def is_difference(typed: str) -> bool:
    """Whether an amount is by how much one differs from another ("3 euros more than usual"), and none of an invoice."""
    return _DIFFERENCE.search(typed) is not None
