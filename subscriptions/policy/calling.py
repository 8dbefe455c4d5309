"""Whom we call back and when: the service hours, and for how long a promise of a call may still be noted as kept.

Invariants: pure; hours are those of Germany, summer time or not; nobody is called on a Sunday or a holiday, and
no number that costs us more than a call.
"""

from datetime import datetime, time, timedelta

import phonenumbers

from subscriptions.errors import Code, SubscriptionError
from subscriptions.policy.calendar import BERLIN, business_date, is_working_day
from subscriptions.policy.contact import checked_phone, is_british_example
from subscriptions.policy.limits import Limits

_KIND = phonenumbers.PhoneNumberType
_ORDINARY = frozenset({_KIND.FIXED_LINE, _KIND.MOBILE, _KIND.FIXED_LINE_OR_MOBILE, _KIND.VOIP})


def callable_phone(typed: str) -> str:
    """A number that we call, as E.164; raises PHONE_INVALID, for premium and service numbers too."""
    number = checked_phone(typed)
    parsed = phonenumbers.parse(number)
    if phonenumbers.number_type(parsed) not in _ORDINARY and not is_british_example(parsed):
        raise SubscriptionError(Code.PHONE_INVALID)
    return number


def check_hours(from_at: datetime, until_at: datetime, now: datetime, limits: Limits) -> None:
    """Raise CALLBACK_OUTSIDE_HOURS unless both moments lie in the service hours of one coming day."""
    if from_at.tzinfo is None or until_at.tzinfo is None:
        raise SubscriptionError(Code.BAD_INPUT, field="from_at")
    day = business_date(from_at)
    opens = _at(from_at, limits.callback_from_hour)
    closes = _at(from_at, limits.callback_until_hour)
    last_day = business_date(now) + timedelta(days=limits.callback_days_ahead)
    inside = opens <= from_at < until_at <= closes
    if not (inside and until_at > now and is_working_day(day) and day <= last_day):
        raise SubscriptionError(
            Code.CALLBACK_OUTSIDE_HOURS,
            from_hour=limits.callback_from_hour,
            until_hour=limits.callback_until_hour,
            days=limits.callback_days_ahead,
        )


def overdue_before(now: datetime, limits: Limits) -> datetime:
    """Calls promised until before this moment were not made: nobody noted them in time."""
    return now - timedelta(minutes=limits.callback_grace_minutes)


def _at(moment: datetime, hour: int) -> datetime:
    """A full hour on the German day of a moment; 24 is the midnight after it."""
    midnight = datetime.combine(business_date(moment), time(), tzinfo=BERLIN)
    return midnight + timedelta(hours=hour)
