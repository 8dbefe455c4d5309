"""Whether somebody says that the mailbox on file is out of reach: then no code and no link helps, only a person.

Invariants: pure; the mailbox must be named, trouble with the login alone is not enough.
"""

import re

_BOX = r"(?:post\w*|e-?mails?\w*|mail\w*|in-?box|adresse|address)"
_WORDS = r"(?:[\w'’-]+\s+){0,4}?"
_GONE = (
    r"(?:kein\w*\s+(?:\w+\s+)?(?:zugriff|zugang)|ohne\s+(?:zugriff|zugang)|no\s+(?:longer\s+have\s+)?(?:any\s+)?access|no\s+longer\s+have"
    r"|lost\s+(?:the\s+)?(?:access|password)|don['’]?t\s+have\s+(?:any\s+)?access|do\s+not\s+have\s+access"
    r"|(?:can['’]?t|cannot|can\s+no\s+longer)\s+(?:get\s+into|get\s+at|access|open|reach)|nicht\s+mehr\s+(?:an|auf|in))"
)
_AFTER = (
    r"(?:(?:gibt['’]?s?|gibt\s+es|existiert)\s+(?:\w+\s+)?(?:nicht|nich|nimmer)|(?:kein\w*|nicht\s+mehr\s+\w*)\s+(?:zugriff|zugang)"
    r"|nicht\s+mehr\s+(?:r|d)an|(?:ist|wurde)\s+abgeschaltet|(?:no\s+longer|doesn['’]?t|does\s+not)\s+exists?|is\s+gone|(?:was|been|is)\s+(?:closed|deleted))"
)
_LOST = re.compile(
    rf"\b{_GONE}\b\s*{_WORDS}{_BOX}\b|\b{_BOX}\b,?\s+{_WORDS}{_AFTER}\b", re.IGNORECASE
)


def lost_mailbox(typed: str) -> bool:
    """Whether the words say that mail to the address on file reaches nobody."""
    return _LOST.search(typed) is not None
