"""Who may sign in at the desk, as the operator decides: add, give a new password, remove, list.

Invariants: a login is lower case and of plain characters, as the desk's sign-in reads it; an existing login is
never overwritten; a new password or a removal ends every session of the login; accounts made here are never of
the demo; a password is asked for only when all else is right, and only its hash is kept.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Literal

from handoff.desk.sign_in import Account, AccountStore
from handoff.protocol import Role

SHORTEST_PASSWORD = 15
"""Characters; NIST SP 800-63B-4, section 3.1.1.2, for a password that is the only factor."""

LONGEST_PASSWORD = 256
"""Characters; what the desk's sign-in takes (`handoff.web.agent_api.Login`)."""

PasswordFault = Literal["short", "long", "unprintable", "named"]
_FAULTS: Mapping[PasswordFault, str] = {
    "short": f"A password has at least {SHORTEST_PASSWORD} characters; a few words in a row will do.",
    "long": f"A password has at most {LONGEST_PASSWORD} characters.",
    "unprintable": "A password has no tabs, line breaks or other control characters.",
    "named": "A password does not hold the login or the name of its owner.",
}
_PARTS = re.compile(r"[\W_]+")
_TELLING = 4
"""Letters of a name: shorter parts stand in many words."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_LONGEST_NAME = 200
_NOBODY = frozenset({"desk", "schedule", "subscriber"})
"""Who does what no agent does, as the audits call them; an approval by `subscriber` would count as the subscriber's own."""


class AccountRefused(Exception):
    """Why an account cannot be made or changed: a sentence for the operator, without a password in it."""


class Accounts:
    """The operator's side of the agents' accounts."""

    def __init__(self, store: AccountStore, hash_: Callable[[str], Awaitable[str]]) -> None:
        self._store = store
        self._hash = hash_

    async def add(self, login: str, name: str, password: Callable[[], str]) -> Account:
        """A new account. Raises `AccountRefused` for bad input and for a login that is taken."""
        login, name = checked_login(login), checked_name(name)
        if login in _NOBODY:
            raise AccountRefused(f"The login {login} stands for somebody else in the audit.")
        taken = AccountRefused(f"The login {login} is taken. Its password: agent password {login}")
        if await self._store.account(login) is not None:
            raise taken
        hashed = await self._hash(checked_password(password(), login, name))
        account = Account(login=login, name=name, password_hash=hashed, demo=False)
        if not await self._store.add_account(account):
            raise taken
        return account

    async def change_password(self, login: str, password: Callable[[], str]) -> Account:
        """A new password for a login; whoever is signed in with the old one is signed out."""
        account = await self._known(login)
        hashed = await self._hash(checked_password(password(), account.login, account.name))
        if not await self._store.change_password(account.login, hashed):
            raise _unknown(account.login)
        return account

    async def change_role(self, login: str, role: Role) -> Account:
        """What a login may do: an agent's work, or a supervisor's too; from the next call on."""
        account = await self._known(login)
        await self._store.change_role(account.login, role)
        return replace(account, role=role)

    async def remove(self, login: str) -> Account:
        """End a login and its sessions; what the agent wrote stays in the conversations."""
        account = await self._known(login)
        await self._store.remove_account(account.login)
        return account

    async def all(self) -> list[Account]:
        """All accounts by login."""
        return await self._store.accounts()

    async def _known(self, login: str) -> Account:
        login = checked_login(login)
        account = await self._store.account(login)
        if account is None:
            raise _unknown(login)
        return account


def checked_login(login: str) -> str:
    """The login as it is stored; raises `AccountRefused`."""
    plain = login.strip().lower()
    if not _LOGIN.fullmatch(plain):
        raise AccountRefused(
            "A login has 1 to 64 letters a-z, digits, dots, dashes, underscores or @, "
            "and starts with a letter or digit."
        )
    return plain


def checked_name(name: str) -> str:
    """The name that subscribers read; raises `AccountRefused`."""
    plain = " ".join(name.split())
    if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise AccountRefused(f"A name has 1 to {_LONGEST_NAME} printable characters.")
    return plain


def password_fault(password: str, *names: str) -> PasswordFault | None:
    """What is wrong with a password of somebody who is called like this; None when it may be used."""
    if len(password) < SHORTEST_PASSWORD:
        return "short"
    if len(password) > LONGEST_PASSWORD:
        return "long"
    if not password.isprintable():
        return "unprintable"
    known = {part for name in names for part in _PARTS.split(name.casefold())}
    told = password.casefold()
    return "named" if any(len(part) >= _TELLING and part in told for part in known) else None


def checked_password(password: str, *names: str) -> str:
    """The password as it was typed; raises `AccountRefused`."""
    fault = password_fault(password, *names)
    if fault is not None:
        raise AccountRefused(_FAULTS[fault])
    return password


def _unknown(login: str) -> AccountRefused:
    return AccountRefused(f"There is no agent {login}. All agents: agent list")
