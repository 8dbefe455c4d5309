"""Getting back in: a new password, a locked login.

Invariants: asking for a reset gives the same receipt after the same work whether or not the account
exists, and whether or not the limit is reached; only the hash of a token is stored.
"""

import secrets
from datetime import timedelta

from sqlalchemy import Connection

from subscriptions.entities.identity import LoginState, login_to
from subscriptions.entities.parties import Customer
from subscriptions.errors import Code, SubscriptionError
from subscriptions.identity.codes import address_on_file
from subscriptions.identity.security_cases import security_case
from subscriptions.model.base import Caller
from subscriptions.model.identity import (
    LoginStatus,
    ResetDone,
    ResetReceipt,
    UnlockOutcome,
    UnlockReceipt,
)
from subscriptions.outbox import Message
from subscriptions.policy.access import identified
from subscriptions.policy.masking import mask_address
from subscriptions.store import customers, requests
from subscriptions.store import identity as rows
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.posting import Post, write_and_send
from subscriptions.store.write import Done, Notice, Order, write_once

RESET_VALID = timedelta(minutes=30)
RESETS_PER_HOUR = 3
HOUR = timedelta(hours=1)


def request_reset(
    backing: Backing, caller: Caller, address: str | None, *, key: str
) -> ResetReceipt:
    """See `Identity.request_reset`."""
    owner = identified(caller)
    if owner is None and not (address and address.strip()):
        raise SubscriptionError(Code.BAD_INPUT, field="address")
    typed = requests.hashed((address or "").strip().lower()) if owner is None else ""
    body = {"address": typed}
    order = Order("identity.request_reset", caller, owner, key, body, backing.clock())

    def act(db: Connection, post: Post) -> Done[ResetReceipt]:
        found = customers.by_number(db, owner) if owner else customers.by_email(db, address or "")
        return _reset(db, backing, order, (found, typed, post))

    return write_and_send(backing, order, ResetReceipt, act)


def _reset(
    db: Connection, backing: Backing, order: Order, way: tuple[Customer | None, str, Post]
) -> Done[ResetReceipt]:
    """Store a reset, live or not, with the same statements in every case."""
    found, typed, post = way
    to = address_on_file(db, backing, found, order.at)
    address_hash = requests.hashed(found.email) if found else typed
    recent = requests.resets_since(db, address_hash, order.at - HOUR)
    live = found is not None and recent < RESETS_PER_HOUR
    token = add_reset(db, order, found.number if found and live else None, address_hash)
    if found and to and live:
        facts = {"minutes": RESET_VALID // timedelta(minutes=1)}
        post(Message(to, "email", found.locale, "password_reset", token, facts, RESET_VALID))
    shown = mask_address(to) if to and order.owner else None
    template = "password_reset" if live else "password_reset_suppressed"
    return Done(
        ResetReceipt(shown, RESET_VALID // timedelta(minutes=1)),
        found.number if found and live else None,
        {"live": live},
        (Notice("requested", template),),
    )


def add_reset(db: Connection, order: Order, customer: str | None, address_hash: str) -> str:
    """Store a reset link, live when there is a customer; returns its token."""
    token = secrets.token_urlsafe(32)
    requests.add_reset(
        db,
        requests.Reset(
            token_hash=requests.hashed(token),
            customer=customer,
            address_hash=address_hash,
            requested_at=order.at,
            expires_at=order.at + RESET_VALID,
            live=customer is not None,
        ),
    )
    return token


def use_reset(backing: Backing, caller: Caller, token: str, *, key: str) -> ResetDone:
    """See `Identity.use_reset`."""
    body = {"token": requests.hashed(token)}
    order = Order("identity.use_reset", caller, None, key, body, backing.clock())

    def act(db: Connection) -> Done[ResetDone]:
        reset = rows.live_reset(db, requests.hashed(token), order.at)
        if reset is None:
            raise SubscriptionError(Code.TOKEN_INVALID)
        rows.use_resets(db, reset.customer, order.at)
        unlocked = _open_after_tries(db, reset.customer, order)
        return Done(
            ResetDone(reset.customer, unlocked),
            reset.customer,
            {"unlocked": unlocked},
            (Notice("contract", "password_changed"),),
        )

    return write_once(backing.engine, order, ResetDone, act)


def status(backing: Backing, caller: Caller) -> LoginStatus:
    """See `Identity.login_status`."""
    number = identified(caller)
    if number is None:
        return LoginStatus()
    with reading(backing.engine) as db:
        found = customers.by_number(db, number)
        login = rows.login(db, number)
        to = address_on_file(db, backing, found, backing.clock()) or found.email
    return LoginStatus(login.state.value, mask_address(to), login.last_login_at)


def unlock(backing: Backing, caller: Caller, address: str | None, *, key: str) -> UnlockReceipt:
    """See `Identity.unlock`."""
    number = identified(caller)
    if number is None:
        receipt = request_reset(backing, caller, address, key=key)
        return UnlockReceipt(UnlockOutcome.LINK_SENT, receipt.valid_minutes)
    order = Order("identity.unlock", caller, number, key, {}, backing.clock())

    def act(db: Connection) -> Done[UnlockReceipt]:
        customers.by_number(db, number)
        if rows.login(db, number, lock=True).state is LoginState.COMPROMISED:
            case = security_case(db, backing, number, order)
            person = UnlockReceipt(UnlockOutcome.PERSON, case=case.number)
            return Done(person, number, {"case": case.number})
        if not _open_after_tries(db, number, order):
            return Done(UnlockReceipt(UnlockOutcome.WAS_FREE), number, {"unlocked": False})
        notices = (Notice("requested", "login_unlocked"),)
        receipt = UnlockReceipt(UnlockOutcome.UNLOCKED)
        return Done(receipt, number, {"unlocked": True}, notices)

    return write_once(backing.engine, order, UnlockReceipt, act)


def _open_after_tries(db: Connection, customer: str, order: Order) -> bool:
    """Open a login that wrong passwords locked; says whether it was one."""
    login = rows.login(db, customer, lock=True)
    if login.state is not LoginState.TRIES:
        return False
    rows.store_login(db, login_to(login, LoginState.FREE, order.at))
    return True
