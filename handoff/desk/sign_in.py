"""Agents' accounts and sign-in sessions: what is stored, and the rules of time.

Invariants: of a session only a keyed hash is stored; a session ends after `IDLE` without use, after
`ABSOLUTE` in any case, and at once when it is revoked; accounts of the demo never work in production.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handoff.conversations.ports import Agent
from handoff.desk.audit import Entry
from handoff.protocol import Role

IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in at the desk."""

    login: str
    name: str
    password_hash: str
    demo: bool
    role: Role = "agent"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One session of an agent, found by the hash of its cookie."""

    id: str
    login: str
    created_at: datetime
    seen_at: datetime


class AccountStore(Protocol):
    """What the desk's sign-in needs to remember."""

    async def account(self, login: str) -> Account | None: ...

    async def save_account(self, account: Account) -> None:
        """Add or replace by login."""
        ...

    async def accounts(self) -> list[Account]:
        """All of them by login."""
        ...

    async def add_account(self, account: Account) -> bool:
        """Add; False, and nothing is changed, when the login exists."""
        ...

    async def change_password(self, login: str, password_hash: str) -> bool:
        """Replace the hash and end the login's sessions; False when there is no such login."""
        ...

    async def change_own_password(
        self, account: Account, password_hash: str, *, keep: str, told: Entry
    ) -> list[str] | None:
        """Replace the hash of the account as it was read, audited, and end its sessions but `keep`; the ids of those.

        None, and nothing is changed, when the account is not as it was read any more.
        """
        ...

    async def change_role(self, login: str, role: Role) -> bool:
        """What somebody may do at the desk from the next call on; False when there is no such login."""
        ...

    async def remove_account(self, login: str) -> bool:
        """Remove the account, its sessions and its presence; False when there is no such login."""
        ...

    async def agent(self, login: str) -> Agent | None:
        """The agent as the desk knows them, with their availability."""
        ...

    async def add_sign_in(self, sign_in: SignIn) -> None: ...

    async def sign_in(self, id: str) -> SignIn | None: ...  # noqa: A002

    async def touch_sign_in(self, id: str, *, at: datetime) -> None: ...  # noqa: A002

    async def drop_sign_in(self, id: str) -> None: ...  # noqa: A002

    async def spend_token(self, jti: str, expires_at: datetime) -> bool:
        """Remember a token's id until it expires; False when it is known already."""
        ...


class SignIns:
    """Opens, finds and ends sessions of agents."""

    def __init__(
        self,
        store: AccountStore,
        *,
        secret: str,
        clock: Callable[[], datetime],
        demo_allowed: bool,
    ) -> None:
        self._store = store
        self._secret = secret.encode()
        self._clock = clock
        self._demo_allowed = demo_allowed

    def _id(self, cookie: str) -> str:
        return hmac.new(self._secret, cookie.encode(), hashlib.sha256).hexdigest()

    async def open(self, login: str, *, replaces: str | None) -> str:
        """A new session; the one the browser held before ends (against fixation). Returns the cookie."""
        if replaces:
            await self._store.drop_sign_in(self._id(replaces))
        cookie = secrets.token_urlsafe(32)
        now = self._clock()
        await self._store.add_sign_in(SignIn(self._id(cookie), login, now, now))
        return cookie

    async def find(self, cookie: str | None) -> tuple[SignIn, Agent] | None:
        """The session and its agent, used now; None when there is none, or no longer."""
        if not cookie:
            return None
        return await self.recheck(self._id(cookie), used=True)

    async def recheck(self, id: str, *, used: bool) -> tuple[SignIn, Agent] | None:  # noqa: A002
        """Does this session still hold? An open socket counts as use."""
        found = await self._store.sign_in(id)
        if found is None:
            return None
        now = self._clock()
        if now - found.seen_at > IDLE or now - found.created_at > ABSOLUTE:
            await self._store.drop_sign_in(id)
            return None
        account = await self._store.account(found.login)
        agent = await self._store.agent(found.login)
        if account is None or agent is None or (account.demo and not self._demo_allowed):
            return None
        if used and now - found.seen_at > TOUCH_EVERY:
            await self._store.touch_sign_in(id, at=now)
        return found, agent

    async def close(self, cookie: str | None) -> SignIn | None:
        """End the session of a cookie; returns it, to close its sockets."""
        if not cookie:
            return None
        ended = await self._store.sign_in(self._id(cookie))
        if ended is not None:
            await self._store.drop_sign_in(ended.id)
        return ended
