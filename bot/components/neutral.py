"""Values in a message, put in one form before it is classified: whose address it is says nothing about the wish.

Knows nothing of Rasa. Invariants: what is replaced is a value (an e-mail address, an IBAN, a long number), never
a word; the same text in training and in use; a replaced text stays as it is when replaced again.
"""

from __future__ import annotations

import re

_EMAIL = re.compile(r"\S+@\S+\.\w+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_LONG_NUMBER = re.compile(r"(?<![\w.,])\d[\d ]{3,}\d(?![\w.,]\d)")

_FORMS = (
    (_EMAIL, "name@example.org"),
    (_IBAN, "DE00"),
    (_LONG_NUMBER, "00000"),
)


def neutral(text: str) -> str:
    """The text with each value in the form that stands for its kind."""
    for pattern, form in _FORMS:
        text = pattern.sub(form, text)
    return text
