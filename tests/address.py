"""Whom German words address: the polite "Sie", the familiar "du", or nobody."""

import re

# In the middle of a sentence capitals decide; at its beginning "Sie" may also be "she", "it" or "they":
# it addresses somebody when a verb in the plural follows.
_BEGINS = r"(?:^|[.!?:…]\s+|[„“]\s*|\n\s*)"
POLITE = re.compile(
    rf"(?<!\A)(?<![.!?:…]\s)(?<![„“\n])\b(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b|{_BEGINS}(?:Sie (?:\w+en|sind)|Ihnen|Ihr(?:e[mnrs]?)?)\b"
)
FAMILIAR = re.compile(r"\b(?:du|dich|dir|dein\w*|euch|euer|eure\w*)\b", re.IGNORECASE)
