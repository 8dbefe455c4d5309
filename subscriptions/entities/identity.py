"""Proofs of who somebody is, with their steps: one-time codes, logins, subscriber numbers from print, devices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step
from subscriptions.errors import Code, SubscriptionError


class CodeState(StrEnum):
    """Whether a one-time code may still prove something."""

    OPEN = "open"
    USED = "used"
    SPENT = "spent"  # too many wrong tries
    REPLACED = "replaced"  # a newer one was sent


_O = CodeState
CODE_STEPS: Mapping[CodeState, frozenset[CodeState]] = {
    _O.OPEN: frozenset({_O.USED, _O.SPENT, _O.REPLACED}),
    _O.USED: frozenset(),
    _O.SPENT: frozenset(),
    _O.REPLACED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """Six digits that were sent, as HMAC. Without `customer` it is a decoy that no digits open.

    `stands_for` names the code that is checked instead: nothing was sent for this one, because the limit was reached.
    """

    id: str
    customer: str | None
    address_hash: str
    purpose: str
    code_hmac: str
    sent_at: datetime
    expires_at: datetime
    tries: int = 0
    state: CodeState = CodeState.OPEN
    ended_at: datetime | None = None
    stands_for: str | None = None


def code_to(code: OneTimeCode, new: CodeState, at: datetime) -> OneTimeCode:
    """The next state of a code."""
    if new not in CODE_STEPS[code.state]:
        raise illegal_step("one_time_code", code.state, new)
    return replace(code, state=new, ended_at=at)


def code_missed(code: OneTimeCode, most: int, at: datetime) -> OneTimeCode:
    """A wrong try is counted; the last one that is allowed ends the code."""
    if code.state is not CodeState.OPEN:
        raise illegal_step("one_time_code", code.state, CodeState.OPEN)
    missed = replace(code, tries=code.tries + 1)
    return missed if missed.tries < most else code_to(missed, CodeState.SPENT, at)


class LoginState(StrEnum):
    """Whether somebody may sign in, and what keeps them out."""

    FREE = "free"
    TRIES = "tries"  # too many wrong passwords
    COMPROMISED = "compromised"  # a stranger was in: only a person may open it


_L = LoginState
LOGIN_STEPS: Mapping[LoginState, frozenset[LoginState]] = {
    _L.FREE: frozenset({_L.TRIES, _L.COMPROMISED}),
    _L.TRIES: frozenset({_L.FREE, _L.COMPROMISED}),
    _L.COMPROMISED: frozenset(
        {_L.COMPROMISED}
    ),  # told once more; a person opens it in the login system
}


@dataclass(frozen=True, slots=True)
class Login:
    """The login of a customer, as the operator's login system reports it."""

    customer: str
    failed_tries: int = 0
    locked_at: datetime | None = None
    state: LoginState = LoginState.FREE
    last_login_at: datetime | None = None


def login_to(login: Login, new: LoginState, at: datetime) -> Login:
    """The next state of a login; opening it forgets the wrong tries."""
    if new not in LOGIN_STEPS[login.state]:
        raise illegal_step("login", login.state, new)
    if new is LoginState.FREE:
        return replace(login, state=new, locked_at=None, failed_tries=0)
    return replace(login, state=new, locked_at=login.locked_at or at)


@dataclass(frozen=True, slots=True)
class AccessNumber:
    """A subscriber number from the label of a printed issue, and whose digital access it opened."""

    number: str
    subscription: str
    postcode: str
    linked_to: str | None = None
    linked_at: datetime | None = None


def access_linked(access: AccessNumber, customer: str, at: datetime) -> AccessNumber:
    """Linked for good to one person; again for the same person changes nothing, for another raises ACCESS_TAKEN."""
    if access.linked_to is None:
        return replace(access, linked_to=customer, linked_at=at)
    if access.linked_to != customer:
        raise SubscriptionError(Code.ACCESS_TAKEN)
    return access


@dataclass(frozen=True, slots=True)
class Device:
    """A device on which somebody is or was signed in."""

    id: str
    customer: str
    name: str
    kind: str  # tv, phone, tablet, browser
    first_seen_at: datetime
    last_seen_at: datetime
    signed_out_at: datetime | None = None
