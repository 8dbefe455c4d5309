"""Says whether a message is written as in the United States, where 10/1 is the first of October.

Invariant: only what hardly anybody else writes counts: dollars, "canceled", "y'all", a day after the stroke that no month has.
"""

import re

_AMERICAN = re.compile(
    r"\$\s?\d|\bUSD\b|\bbucks\b|\bdollars?\b|cancel(?:ed|ing)\b|\by'?all\b|\bgotten\b|\bzip\b|\bmom\b|\bcell(?:\s?phone)?\b|\bvenmo\b|\bcolor\b|\bfavorite\b|\bgray\b"
    r"|\bchecking account\b|\b(?:P|E|C|M)[SD]?T\b(?=\s*(?:$|[.,]|time))|(?<![\d/])(?:0?[1-9]|1[0-2])/(?:1[3-9]|2\d|3[01])(?![\d])",
    re.IGNORECASE,
)


def is_american(text: str) -> bool:
    """Whether its days are written month first."""
    return bool(_AMERICAN.search(text))
