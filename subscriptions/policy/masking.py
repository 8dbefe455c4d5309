"""What must never be stored or shown in full: card numbers, accounts, mail addresses and phone numbers.

The last line before storage, whoever calls; what people type in the chat comes masked already. Invariants:
text is NFKC-normalised first, so that full-width digits are found too; only numbers that pass Luhn inside a
known card range are masked, so that order and invoice numbers survive.
"""

import re
import unicodedata

from stdnum import luhn

_DIGITS = re.compile(r"(?<!\d)(?:\d[ .\-]?){12,18}\d(?!\d)")
# Leading digits of Visa, Mastercard, Amex, Diners, JCB, and of Maestro, Discover and UnionPay together.
_RANGES = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)(?:\d{11}|\d{13,16})|35\d{14,17}|(?:50|5[6-9]|6\d)\d{10,17}"
)

# Account numbers as people type them: in one piece, in groups of four, or after a bank's four letters.
_IBAN = re.compile(
    r"\b(?:[A-Za-z]{2}|[A-Z]{2}\s)\d{2}"
    r"(?:[A-Za-z0-9]{11,30}|(?:[\s-]?[A-Z0-9]{4}){2,7}(?:[\s-]?[A-Z0-9]{1,3})?"
    r"|(?:[\s-]?[A-Za-z]{4})?(?:[\s-]?\d){6,28})\b"
)
# It begins where its signs begin, else every one of a long word would be tried.
_ADDRESS = re.compile(r"(?<![\w.%+-])[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
# A leading + or 0 tells a phone number from an amount, an invoice or a case number; points only stand in dates.
_PHONE = re.compile(r"(?<![\w.,:/-])(?:\+|0)(?:[\s()/-]{0,2}\d){7,15}(?!\d)")


def _mask(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    if not _RANGES.fullmatch(digits) or not luhn.is_valid(digits):
        return match.group()
    return f"[card ••••{digits[-4:]}]"


def mask_cards(text: str) -> str:
    """The text, normalised, without card numbers; the last four digits stay readable."""
    return _DIGITS.sub(_mask, unicodedata.normalize("NFKC", text))


def mask_address(address: str) -> str:
    """`maria@web.de` → `m***@w…`, the form shown to an identified customer."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain[:1]}…"


def mask_iban(iban: str) -> str:
    """`DE89370400440532013000` → `…3000`."""
    return f"…{''.join(iban.split())[-4:]}"


def mask_accounts(text: str) -> str:
    """The text with its account numbers masked, and nothing else."""
    return _IBAN.sub(lambda found: mask_iban(found.group()), text)


def mask_personal(text: str) -> str:
    """The text with its account numbers, mail addresses and phone numbers masked; what is masked already stays."""
    for pattern, mask in ((_IBAN, mask_iban), (_ADDRESS, mask_address), (_PHONE, mask_phone)):
        text = pattern.sub(lambda found, mask=mask: mask(found.group()), text)  # type: ignore[misc]
    return text


def mask_phone(number: str) -> str:
    """`+4915112345678` → `+49***78`: enough to know one's own, too little to call it."""
    return f"{number[:3]}***{number[-2:]}"


def mask_street(street: str) -> str:
    """`Lindenallee 12` → `L***`."""
    return f"{street[:1]}***"
