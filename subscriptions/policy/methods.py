"""Pure decisions about ways to pay: bank accounts, whose they are, mandates that lapse, cards that expire.

Invariants: an account outside the SEPA area or of somebody else is never taken without a person; a mandate
ends 36 months after its last use, or after its signature if it was never used.
"""

import unicodedata
from datetime import date, datetime, timedelta
from hashlib import scrypt

from stdnum import iban as ibans
from stdnum.exceptions import ValidationError

from subscriptions.entities.methods import MANDATE_STEPS, Mandate, MandateState, mandate_to
from subscriptions.entities.parties import Account
from subscriptions.errors import Code, SubscriptionError
from subscriptions.policy.calendar import add_months, business_date
from subscriptions.policy.limits import Limits

LAPSE_MONTHS = 36  # SEPA Core rulebook
WARNING_DAYS = (30, 7)  # before a card expires
USABLE = frozenset({MandateState.CREATED, MandateState.ACTIVE, MandateState.AMENDED})
# Country codes of the SEPA schemes' geographical scope (European Payments Council, EPC409-09).
_SCOPE = (
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT "
    "NL NO PL PT RO RS SE SI SK SM VA"
)
SEPA_COUNTRIES = frozenset(_SCOPE.split())


def check_iban(given: str) -> str:
    """The IBAN without spaces; raises IBAN_INVALID (form, check digits) or IBAN_OUTSIDE_SEPA."""
    try:
        number: str = ibans.validate(given, check_country=False)
    except ValidationError:
        raise SubscriptionError(Code.IBAN_INVALID) from None
    if number[:2] not in SEPA_COUNTRIES:
        raise SubscriptionError(Code.IBAN_OUTSIDE_SEPA)
    return number


def masked(iban: str) -> str:
    """The form in which an account is shown and stored."""
    return f"IBAN •••• {iban[-4:]}"


def fingerprint(iban: str, salt: str) -> str:
    """A slow hash: tells two IBANs apart for one order, but is too dear to try all accounts of a bank."""
    return scrypt(iban.encode(), salt=salt.encode(), n=2**14, r=8, p=1).hex()


def same_person(name: str, other: str) -> bool:
    """Whether two names are the same but for order, capitals, accents, titles' dots and umlauts written out."""
    return _parts(name) == _parts(other)


def _parts(name: str) -> list[str]:
    spelled = name.casefold()
    for umlaut, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        spelled = unicodedata.normalize("NFC", spelled).replace(umlaut, written)
    plain = unicodedata.normalize("NFKD", spelled)
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return sorted(letters.split())


def lapses_on(mandate: Mandate) -> date:
    """The last day on which a mandate may be used when nothing is debited until then."""
    return add_months(mandate.last_used_on or mandate.signed_on, LAPSE_MONTHS)


def lapse(mandate: Mandate, today: date) -> Mandate:
    """The mandate today: lapsed when 36 months went by without a debit, else as it is."""
    endable = MandateState.LAPSED in MANDATE_STEPS[mandate.state]
    if not endable or lapses_on(mandate) >= today:
        return mandate
    return mandate_to(mandate, MandateState.LAPSED, today)


def expiry_warning(expires_on: date | None, today: date) -> int | None:
    """30 or 7 when a card's last day is exactly so many days away: then its owner is warned."""
    days = (expires_on - today).days if expires_on is not None else None
    return days if days in WARNING_DAYS else None


def warned_days(today: date) -> tuple[date, ...]:
    """The last days of the cards whose owners are warned today."""
    return tuple(today + timedelta(days=days) for days in WARNING_DAYS)


def debit_day_from(account: Account | None, limits: Limits) -> date | None:
    """The first day on which the debit day may be changed again; None when it was never changed."""
    changed: datetime | None = account.debit_day_changed_at if account else None
    return add_months(business_date(changed), limits.debit_day_months) if changed else None


def check_debit_day(account: Account, day: int, today: date, limits: Limits) -> None:
    """Whether the debit day may become this one now.

    Raises DEBIT_DAY_INVALID (1 to 28, so that every month has it), METHOD_UNCHANGED, DEBIT_DAY_TOO_OFTEN.
    """
    if not 1 <= day <= limits.debit_day_most:
        raise SubscriptionError(Code.DEBIT_DAY_INVALID, most=limits.debit_day_most)
    if day == account.debit_day:
        raise SubscriptionError(Code.METHOD_UNCHANGED)
    again = debit_day_from(account, limits)
    if again is not None and today < again:
        raise SubscriptionError(
            Code.DEBIT_DAY_TOO_OFTEN, until=again, months=limits.debit_day_months
        )
