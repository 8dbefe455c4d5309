"""Names and signs of currencies: those that amounts are read in, and those that only say an amount is not ours.

Invariant: a number beside a foreign currency is never taken for euro.
"""

import re

EUR, GBP, USD = "EUR", "GBP", "USD"
EURO = r"€|EUR(?:O|OS|ONEN)?(?![a-zäöü])|(?:tacken|öcken|kröten|flocken|piepen|mäuse)\b"
POUND = r"£|GBP\b|quid\b|pounds?\b|pfund\b"
DOLLAR = r"(?:US\s?)?\$|USD\b|dollars?\b|bucks\b"
UNIT = rf"(?:{EURO}|{POUND}|{DOLLAR})"
_FOREIGN = (
    r"(?:chf|s?fr(?:s\b|\.)|(?:schweizer\s)?(?:franken|fränkli)|stutz|rappen|(?:swiss\s)?francs?|₹|rs\.?|inr|rupees?|rupien"
    r"|zł|z[lł]oty?s?|pln|kr\.?|sek|nok|dkk|kronen?|krona|kroner|kč|czk|ft|huf|forint|¥|yen|yuan|cny|jpy|₺|tl|lira|₽|rubel|roubles?"
    r"|cad|aud|nzd|[acn]z?a?\$|(?:canadian|australian|kanadische|australische)\sdollars?|pesos?|reais|naira|dirhams?|aed|shekels?|₪|₩)"
)
_AFTER = re.compile(rf"\s?{_FOREIGN}(?!\w)", re.IGNORECASE)
_BEFORE = re.compile(rf"(?<!\w){_FOREIGN}\s?$", re.IGNORECASE)
_NEAR = 20  # characters that the longest of these names takes


def foreign(text: str, start: int, end: int) -> bool:
    """Whether the number in text[start:end] stands beside a currency that is not read."""
    return bool(_AFTER.match(text, end) or _BEFORE.search(text[max(0, start - _NEAR) : start]))


def currency_of(written: "str | None") -> str:
    """The currency (ISO 4217) of a sign or word; euro where nothing is said."""
    if written and re.fullmatch(POUND, written, re.IGNORECASE):
        return GBP
    return USD if written and re.fullmatch(DOLLAR, written, re.IGNORECASE) else EUR
