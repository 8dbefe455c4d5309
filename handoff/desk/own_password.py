"""Somebody at the desk changes their own password.

Invariants: whoever does it knows the present one; the new one keeps the operator's rules and is another; every other session of the
account ends with it; it is audited, and no password is.
"""

from typing import Literal, Protocol

from handoff.desk.accounts import PasswordFault, password_fault
from handoff.desk.audit import entry
from handoff.desk.sign_in import Account, AccountStore, SignIn

OwnFault = PasswordFault | Literal["wrong", "same"]


class OwnPasswordRefused(Exception):
    """Why it was not changed."""

    def __init__(self, fault: OwnFault) -> None:
        super().__init__(fault)
        self.fault: OwnFault = fault


class Hashing(Protocol):
    """How passwords are hashed and compared."""

    async def hash(self, password: str) -> str: ...

    async def matches(self, stored: str | None, password: str) -> bool: ...


async def change_own(
    accounts: AccountStore, passwords: Hashing, sign_in: SignIn, *, old: str, new: str
) -> list[str]:
    """Change it; the ids of the sessions that ended. Raises OwnPasswordRefused."""
    account = await accounts.account(sign_in.login)
    if account is None or not await passwords.matches(account.password_hash, old):
        raise OwnPasswordRefused("wrong")
    _check(account, old, new)
    told = entry(account.login, "own_password_set")
    ended = await accounts.change_own_password(
        account, await passwords.hash(new), keep=sign_in.id, told=told
    )
    if ended is None:  # a supervisor gave another one meanwhile: the old one is wrong by now
        raise OwnPasswordRefused("wrong")
    return ended


def _check(account: Account, old: str, new: str) -> None:
    if new == old:
        raise OwnPasswordRefused("same")
    fault = password_fault(new, account.login, account.name)
    if fault is not None:
        raise OwnPasswordRefused(fault)
