"""How somebody is reached: what an address, an e-mail, a phone number and a corrected name must look like.

Invariants: nothing here asks the network; what comes out is in one form (e-mail lower case and ASCII after the `@`,
phone E.164), so that equal things compare equal.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from subscriptions.entities.identity import Login, LoginState
from subscriptions.entities.parties import Customer
from subscriptions.entities.profile import ChangeState, ContactChange, ContactField
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.profile import NewAddress
from subscriptions.policy.limits import Limits

HOME = "DE"
_BRITAIN = 44
_BRITISH_EXAMPLE = re.compile(r"7[1-57-9]\d{8}|1632960\d{3}")
_POSTCODES: Mapping[str, str] = {
    "DE": r"0[1-9]\d{3}|[1-9]\d{4}",
    "AT": r"[1-9]\d{3}",
    "CH": r"[1-9]\d{3}",
    "LI": r"94[89]\d",
    "LU": r"[1-9]\d{3}",
    "BE": r"[1-9]\d{3}",
    "NL": r"[1-9]\d{3} ?[A-Z]{2}",
    "DK": r"\d{4}",
    "FR": r"\d{5}",
    "IT": r"\d{5}",
    "ES": r"\d{5}",
    "PL": r"\d{2}-\d{3}",
    "CZ": r"\d{3} ?\d{2}",
}
_OTHER_POSTCODE = r"[A-Z0-9][A-Z0-9 -]{1,10}"
_LONGEST = {"street": 200, "city": 120, "name": 200}
_NAME = re.compile(r"[^\W\d_][^\W\d_.'’ -]*(?:[.'’ -]+[^\W\d_]+)*\.?")
_FOLDED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae"}
)
TYPO_EDITS = 2


def tidy(text: str) -> str:
    """One form for what people type: NFKC, single spaces, no ends."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def checked_address(wanted: NewAddress, today: date, limits: Limits) -> NewAddress:
    """The address in one form, from a day on.

    Raises ADDRESS_INVALID with the field that is wrong, DATE_IN_PAST, DATE_TOO_FAR.
    """
    country = tidy(wanted.country).upper()
    found = replace(
        wanted,
        street=tidy(wanted.street),
        postcode=tidy(wanted.postcode).upper(),
        city=tidy(wanted.city),
        country=country,
        from_on=wanted.from_on or today,
        name=tidy(wanted.name) if wanted.name else None,
    )
    for field, good in _address_rules(found):
        if not good:
            raise SubscriptionError(Code.ADDRESS_INVALID, field=field)
    _check_begin(wanted.from_on or today, today, limits)
    return found


def _address_rules(found: NewAddress) -> Iterable[tuple[str, bool]]:
    """Each field and whether it is good. A street has a number, because a letter without one comes back."""
    yield "kind", found.kind in {"postal", "delivery"}
    yield "country", found.country in phonenumbers.SUPPORTED_REGIONS
    pattern = _POSTCODES.get(found.country, _OTHER_POSTCODE)
    yield "postcode", re.fullmatch(pattern, found.postcode, re.ASCII) is not None
    has_number = re.search(r"[^\W\d_].*\d|\d.*[^\W\d_]", found.street) is not None
    yield "street", has_number and len(found.street) <= _LONGEST["street"]
    has_letters = re.search(r"[^\W\d_]{2}", found.city) is not None
    yield "city", has_letters and len(found.city) <= _LONGEST["city"]
    yield "name", found.name is None or 1 < len(found.name) <= _LONGEST["name"]


def _check_begin(begin: date, today: date, limits: Limits) -> None:
    last = today + timedelta(days=limits.address_days_ahead)
    if begin < today:
        raise SubscriptionError(Code.DATE_IN_PAST)
    if begin > last:
        raise SubscriptionError(Code.DATE_TOO_FAR, until=last)


def checked_vat_id(typed: str) -> str:
    """A VAT id in one form; raises VAT_ID_INVALID (Directive 2006/112/EC, check digits included)."""
    try:
        return str(vat.validate(typed))
    except ValidationError:
        raise SubscriptionError(Code.VAT_ID_INVALID) from None


def checked_email(typed: str) -> str:
    """An e-mail address in one form; raises EMAIL_INVALID. Asks no name server."""
    try:
        found = validate_email(
            unicodedata.normalize("NFKC", typed).strip(),
            check_deliverability=False,
            allow_smtputf8=False,
        )
    except EmailNotValidError:
        raise SubscriptionError(Code.EMAIL_INVALID) from None
    return (found.ascii_email or found.normalized).lower()


def checked_phone(typed: str) -> str:
    """A phone number as E.164; without a country code it is a number at home. Raises PHONE_INVALID."""
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", typed), HOME)
    except phonenumbers.NumberParseException:
        raise SubscriptionError(Code.PHONE_INVALID) from None
    real = phonenumbers.is_valid_number(number) or is_british_example(number)
    if number.extension or not real:
        raise SubscriptionError(Code.PHONE_INVALID)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_british_example(number: phonenumbers.PhoneNumber) -> bool:
    """Whether it has the form of a British number that no plan lists.

    These are the numbers Ofcom keeps for drama (01632 960..., 07700 900...) and mobile ranges not given out yet; not
    070, which costs more than a call. The assistant reads numbers by the same rule.
    """
    return number.country_code == _BRITAIN and bool(
        _BRITISH_EXAMPLE.fullmatch(str(number.national_number))
    )


def checked_name(typed: str, known: Sequence[str]) -> str:
    """A name that corrects each of the known ones by a slip of the pen.

    Raises BAD_INPUT for what is no name, NAME_NEEDS_DOCUMENT for more than a slip. `known` holds earlier names
    too, so that many small steps do not lead to another person.
    """
    name = tidy(typed)
    if not _NAME.fullmatch(name) or len(name) > _LONGEST["name"]:
        raise SubscriptionError(Code.BAD_INPUT, field="name")
    if not all(is_correction(old, name) for old in known):
        raise SubscriptionError(Code.NAME_NEEDS_DOCUMENT)
    return name


def is_correction(old: str, new: str) -> bool:
    """Whether the same words are spelt or ordered a little differently: two slips at most, one in three letters."""
    before, after = _folded(old), _folded(new)
    if sorted(before) == sorted(after):
        return True
    if len(before) != len(after):
        return False
    slips = [(_slips(a, b), max(len(a), len(b))) for a, b in zip(before, after, strict=True)]
    return sum(s for s, _ in slips) <= TYPO_EDITS and all(s * 3 <= length for s, length in slips)


def _folded(name: str) -> list[str]:
    """The words of a name without case, umlauts and accents."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_FOLDED))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", kept)


def _slips(old: str, new: str) -> int:
    """Letters typed too much, too few, wrong or swapped (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(new) + 1))
    for i, a in enumerate(old, start=1):
        row = [i]
        for j, b in enumerate(new, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == new[j - 2] and old[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def trusted_email(
    customer: Customer, login: Login, changes: Sequence[ContactChange], *, now: datetime, days: int
) -> str:
    """Where a secret may go: the address on file; after a reported break-in the one before the changes of `days`."""
    if login.state is not LoginState.COMPROMISED:
        return customer.email
    since = (login.locked_at or now) - timedelta(days=days)
    recent = [
        change
        for change in changes
        if change.field is ContactField.EMAIL
        and change.state is ChangeState.DONE
        and (change.done_at or change.at) >= since
    ]
    first = min(recent, key=lambda change: change.done_at or change.at, default=None)
    return first.old or customer.email if first else customer.email
