"""Whether a postal address can be delivered to.

Invariants: pure; what is given is trimmed, never guessed; what we deliver to lies in Germany.
"""

import re
from dataclasses import fields, replace

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.delivery import Place

_MOST = {"name": 200, "street": 200, "postcode": 20, "city": 120, "country": 2}
_POSTCODE = re.compile(r"(?!00)\d{5}")
_LETTER = re.compile(r"[^\W\d_]")


def deliverable(place: Place) -> Place:
    """The address, trimmed; raises ADDRESS_INVALID with the field, or ADDRESS_ABROAD."""
    tidy = replace(place, **{f.name: _tidied(getattr(place, f.name)) for f in fields(Place)})
    tidy = replace(tidy, country=tidy.country.upper())
    for name, most in _MOST.items():
        value = getattr(tidy, name)
        if not 0 < len(value) <= most:
            raise SubscriptionError(Code.ADDRESS_INVALID, field=name)
    if tidy.country != "DE":
        raise SubscriptionError(Code.ADDRESS_ABROAD)
    if _POSTCODE.fullmatch(tidy.postcode) is None:
        raise SubscriptionError(Code.ADDRESS_INVALID, field="postcode")
    for name in ("name", "street", "city"):
        if _LETTER.search(getattr(tidy, name)) is None:
            raise SubscriptionError(Code.ADDRESS_INVALID, field=name)
    return tidy


def _tidied(text: str) -> str:
    return " ".join(text.split())
