"""One-time codes: when one is sent, how it is stored, and what the digits that come back prove.

Invariants: the stored form is keyed and bound to its code; comparing takes the same time for every digit; a decoy and
a real code are judged by the same steps.
"""

import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from subscriptions.entities.identity import CodeState, OneTimeCode
from subscriptions.errors import Code, SubscriptionError
from subscriptions.policy.limits import Limits

DIGITS = 6


def fresh_digits() -> str:
    """Six digits nobody can foresee."""
    return str(secrets.randbelow(10**DIGITS)).zfill(DIGITS)


def sealed(secret: bytes, code_id: str, digits: str) -> str:
    """The form in which digits are stored: worthless without the key, and for any other code."""
    return hmac.new(secret, f"{code_id}:{digits}".encode(), sha256).hexdigest()


def opens(secret: bytes, code: OneTimeCode, digits: str) -> bool:
    """Whether these are the digits of the code."""
    return hmac.compare_digest(code.code_hmac, sealed(secret, code.id, digits))


def read_digits(typed: str) -> str:
    """The digits of a code as people paste it: with spaces, dashes, in full width. Raises BAD_INPUT."""
    kept = [c for c in typed if not _is_decoration(c)]
    digits = "".join(str(unicodedata.decimal(c, "x")) for c in kept)
    if len(digits) != DIGITS or not digits.isdigit():
        raise SubscriptionError(Code.BAD_INPUT, field="code")
    return digits


def may_send(recent: Sequence[OneTimeCode], now: datetime, limits: Limits) -> bool:
    """Whether another code may go to an address that had these in the last hour (domain paper, section 6)."""
    sent = [code for code in recent if code.stands_for is None]
    pause = timedelta(seconds=limits.code_pause_seconds)
    return len(sent) < limits.codes_per_hour and all(now - code.sent_at >= pause for code in sent)


def stand_in(recent: Sequence[OneTimeCode], purpose: str) -> str:
    """The id of the code that is checked when another is not sent: the newest of its purpose; `-` without one."""
    sent = [code for code in recent if code.stands_for is None and code.purpose == purpose]
    return max(sent, key=lambda code: code.sent_at).id if sent else "-"


def refusal(code: OneTimeCode | None, now: datetime) -> Code | None:
    """Why a code may not be tried at all any more."""
    if code is None or code.state in {CodeState.USED, CodeState.REPLACED}:
        return Code.CODE_EXPIRED
    if code.state is CodeState.SPENT:
        return Code.CODE_TOO_OFTEN
    return Code.CODE_EXPIRED if now >= code.expires_at else None


def _is_decoration(character: str) -> bool:
    """Spaces, dashes and marks that cannot be seen."""
    return unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}
