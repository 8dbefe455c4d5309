"""One-time codes: sending six digits to the address on file, and what they prove when they come back.

Invariants: known or not, the same statements run and the same receipt is given; a try is counted and stored even
when it is refused; the code's row is locked from reading to counting.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from subscriptions.entities.identity import CodeState, OneTimeCode, code_missed, code_to
from subscriptions.entities.parties import Customer
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.identity import CodePurpose, CodeReceipt, Proof
from subscriptions.outbox import Message
from subscriptions.policy import codes as rules
from subscriptions.policy.access import identified
from subscriptions.policy.contact import tidy, trusted_email
from subscriptions.policy.masking import mask_address
from subscriptions.store import contact_changes, requests
from subscriptions.store import identity as rows
from subscriptions.store.backing import Backing
from subscriptions.store.posting import Post, write_and_send
from subscriptions.store.write import Done, Notice, Order, write_once

HOUR = timedelta(hours=1)
LONGEST_TYPED = 320


@dataclass(frozen=True, slots=True)
class _Checked:
    """How a try ended, kept so that the same key gives the same answer. `refusal` None: it proved somebody."""

    refusal: Code | None
    customer: str | None = None
    proven_at: datetime | None = None
    tries_left: int = 0


def typed_address(address: str | None) -> str:
    """What somebody typed to be found by, in one form; raises BAD_INPUT when it is nothing or far too long."""
    typed = tidy(address or "").lower()
    if not 0 < len(typed) <= LONGEST_TYPED:
        raise SubscriptionError(Code.BAD_INPUT, field="address")
    return typed


def send(
    backing: Backing, caller: Caller, address: str | None, *, purpose: CodePurpose, key: str
) -> CodeReceipt:
    """See `Identity.send_code`."""
    owner = identified(caller)
    if owner is None and purpose is CodePurpose.CONFIRM:
        raise SubscriptionError(Code.IDENTITY_NEEDED)
    typed = typed_address(address) if owner is None else owner
    body = {"address": requests.hashed(typed), "purpose": purpose.value}
    order = Order("identity.send_code", caller, owner, key, body, backing.clock())
    return write_and_send(
        backing, order, CodeReceipt, lambda db, post: _send(db, backing, order, (typed, post))
    )


def _send(
    db: Connection, backing: Backing, order: Order, way: tuple[str, Post]
) -> Done[CodeReceipt]:
    """Store a code or its decoy; every branch runs the same statements."""
    typed, post = way
    limits, purpose = backing.limits, str(order.body["purpose"])
    found = rows.whom(db, typed)
    if order.owner and found is None:
        raise SubscriptionError(Code.NOT_FOUND)
    to = address_on_file(db, backing, found, order.at) or typed
    recent = rows.codes_since(db, requests.hashed(to), order.at - HOUR)
    sends = rules.may_send(recent, order.at, limits)
    code_id = secrets.token_urlsafe(32)
    # Nobody can type the digits of a decoy.
    digits = rules.fresh_digits() if found else secrets.token_hex(rules.DIGITS)
    code = OneTimeCode(
        id=code_id,
        customer=found.number if found else None,
        address_hash=requests.hashed(to),
        purpose=purpose,
        code_hmac=rules.sealed(backing.secret, code_id, digits),
        sent_at=order.at,
        expires_at=order.at + timedelta(minutes=limits.code_minutes),
        stands_for=None if sends else rules.stand_in(recent, purpose),
    )
    rows.replace_codes(db, code, ends=sends)
    rows.add_code(db, code)
    if found and sends:
        lives = code.expires_at - code.sent_at
        facts = {"minutes": limits.code_minutes}
        post(Message(to, "email", found.locale, "one_time_code", digits, facts, lives))
    template = "one_time_code" if found and sends else "one_time_code_suppressed"
    return Done(
        CodeReceipt(code_id, mask_address(to) if order.owner else None, limits.code_minutes),
        code.customer if sends else None,
        {"purpose": purpose, "sent": bool(found and sends)},
        (Notice("requested", template),),
    )


def address_on_file(
    db: Connection, backing: Backing, found: Customer | None, now: datetime
) -> str | None:
    """Where a secret for this customer may go; asks the same of the database when there is none."""
    number = found.number if found else ""
    login = rows.login(db, number)
    changes = contact_changes.of_customer(db, number)
    if found is None:
        return None
    days = backing.limits.recent_change_days
    return trusted_email(found, login, changes, now=now, days=days)


def check(backing: Backing, caller: Caller, given: tuple[str, str], *, key: str) -> Proof:
    """See `Identity.check_code`."""
    handle, digits = given[0], rules.read_digits(given[1])
    owner = identified(caller)
    body = {"code": rules.sealed(backing.secret, handle, digits)}
    order = Order("identity.check_code", caller, owner, key, body, backing.clock())
    # A refusal inside the write would take the counted try back with it.
    checked = write_once(
        backing.engine, order, _Checked, lambda db: _check(db, backing, order, (handle, digits))
    )
    if checked.customer and checked.proven_at:
        return Proof(checked.customer, Level.CONFIRMED, checked.proven_at)
    if checked.refusal is Code.CODE_WRONG:
        raise SubscriptionError(Code.CODE_WRONG, most=checked.tries_left)
    raise SubscriptionError(checked.refusal or Code.CODE_EXPIRED)


def _check(
    db: Connection, backing: Backing, order: Order, given: tuple[str, str]
) -> Done[_Checked]:
    handle, digits = given
    code = rows.code(db, handle)
    if code is not None and code.stands_for is not None:
        code = rows.code(db, code.stands_for)
    refusal = rules.refusal(code, order.at)
    if code is None or refusal is not None or order.owner not in {None, code.customer}:
        return _outcome(_Checked(refusal or Code.CODE_EXPIRED))
    if not rules.opens(backing.secret, code, digits):
        missed = code_missed(code, backing.limits.code_tries, order.at)
        rows.store_code(db, missed)
        left = backing.limits.code_tries - missed.tries
        return _outcome(_Checked(Code.CODE_WRONG if left else Code.CODE_TOO_OFTEN, tries_left=left))
    rows.store_code(db, code_to(code, CodeState.USED, order.at))
    return _outcome(_Checked(None, code.customer, order.at))


def _outcome(checked: _Checked) -> Done[_Checked]:
    said = checked.refusal.value if checked.refusal else "proven"
    return Done(checked, checked.customer, {"outcome": said})
