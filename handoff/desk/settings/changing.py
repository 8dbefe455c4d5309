"""Changing the settings: read, compare with what the page showed, store, audit.

Invariants: of two who change the same thing at once the second one is told (`changed_meanwhile`) and loses nothing, because
the answer holds what stands now; a removed agent's chats go back to the line when their lease is over.
"""

import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol

from handoff.conversations.ports import Agent
from handoff.desk.accounts import Accounts
from handoff.desk.audit import Entry, entry
from handoff.desk.routing.model import Rules
from handoff.desk.routing.ports import Profile, RoutingStore
from handoff.desk.settings.shapes import (
    AgentShape,
    LimitsShape,
    TeamShape,
    Versioned,
    version_of,
    versioned,
)
from handoff.desk.sign_in import Account, AccountStore
from handoff.protocol import Role

RULES, LIMITS = "rules", "limits"
START_WORDS = 4
_SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo")


class SettingsRefused(Exception):
    """Why a change was not made: a code, and what stands now if that is why."""

    def __init__(self, code: str, now: Versioned | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.now = now


class SettingsStore(Protocol):
    """What is stored for agents beside their password."""

    async def set_agent(self, login: str, name: str, role: Role, *, told: Entry) -> bool:
        """Replace name and role, audited; False for an unknown login."""
        ...

    async def sign_out(self, login: str, *, told: Entry) -> None:
        """End all sessions of a login, audited."""
        ...

    async def sessions(self, login: str) -> list[str]:
        """The ids of all sessions of a login."""
        ...

    async def remove_team(self, key: str, *, told: Entry) -> bool:
        """Remove a team and who is in it, audited; False for an unknown one."""
        ...


class LimitStore(Protocol):
    """The limits of actions."""

    async def shape(self) -> LimitsShape:
        """Those in force."""
        ...

    async def replace(self, value: LimitsShape, seen: LimitsShape, *, by: str) -> bool:
        """Put others in force, audited; False when those that were seen are not in force any more."""
        ...


Audit = Callable[[Entry], Awaitable[None]]


class DeskSettings:
    """All changes; `by` is the supervisor who makes them."""

    def __init__(
        self,
        routing: RoutingStore,
        accounts: AccountStore,
        store: SettingsStore,
        *,
        limits: LimitStore,
        passwords: Callable[[str], Awaitable[str]],
        audit: Audit,
    ) -> None:
        self._routing = routing
        self._accounts = accounts
        self._store = store
        self._limits = limits
        self._operator = Accounts(accounts, passwords)
        self._audit = audit

    async def rules(self) -> Versioned:
        """How chats are offered."""
        return versioned(RULES, await self._routing.rules())

    async def limits(self) -> Versioned:
        """What agents give by themselves."""
        return versioned(LIMITS, await self._limits.shape())

    async def teams(self) -> list[Versioned]:
        """All teams by name."""
        return [versioned(team.id, TeamShape.of(team)) for team in await self._routing.teams()]

    async def agents(self) -> list[Versioned]:
        """All agents by login."""
        return [await self._agent(account) for account in await self._accounts.accounts()]

    async def set_rules(self, rules: Rules, version: str, *, by: Agent) -> Versioned:
        """Replace the rules. Raises SettingsRefused (changed_meanwhile)."""
        _same(await self.rules(), version)
        await self._routing.set_rules(rules, by=by.id)
        return await self.rules()

    async def set_limits(self, limits: LimitsShape, version: str, *, by: Agent) -> Versioned:
        """Replace the limits of actions, for whatever is begun from now on. Raises SettingsRefused (changed_meanwhile)."""
        seen = await self._limits.shape()
        if version_of(seen) != version or not await self._limits.replace(limits, seen, by=by.id):
            raise SettingsRefused("changed_meanwhile", await self.limits())
        return versioned(LIMITS, limits)

    async def set_team(self, key: str, team: TeamShape, version: str, *, by: Agent) -> Versioned:
        """Add (with an empty version) or replace a team. Raises SettingsRefused (changed_meanwhile, exists, unknown)."""
        held = next((one for one in await self.teams() if one.key == key), None)
        if held is None and version:
            raise SettingsRefused("unknown")
        if held is not None:
            _same(held, version)
        await self._routing.put_team(team.team(key), by=by.id)
        return versioned(key, team)

    async def remove_team(self, key: str, *, by: Agent) -> None:
        """Remove a team; its agents stay. Raises SettingsRefused (unknown)."""
        if not await self._store.remove_team(key, told=entry(by.id, "team_removed", team=key)):
            raise SettingsRefused("unknown")

    async def add_agent(self, login: str, agent: AgentShape, *, by: Agent) -> str:
        """A new account; returns its start password, which is stored nowhere else. Raises AccountRefused."""
        password = start_password()
        account = await self._operator.add(login, agent.name, lambda: password)
        told = entry(by.id, "agent_added", agent=account.login, role=agent.role)
        await self._store.set_agent(account.login, agent.name, agent.role, told=told)
        await self._routing.put_profile(account.login, agent.profile, by=by.id)
        return password

    async def set_agent(
        self, login: str, agent: AgentShape, version: str, *, by: Agent
    ) -> Versioned:
        """Replace what an agent is. Raises SettingsRefused (unknown, changed_meanwhile, own_role)."""
        held = await self._known(login)
        before = await self._agent(held)
        _same(before, version)
        if login == by.id and agent.role != held.role:
            raise SettingsRefused("own_role")
        told = entry(
            by.id, "agent_set", agent=login, name=agent.name, role=agent.role, was=held.role
        )
        await self._store.set_agent(login, agent.name, agent.role, told=told)
        await self._routing.put_profile(login, agent.profile, by=by.id)
        return await self._agent(await self._known(login))

    async def new_password(self, login: str, *, by: Agent) -> str:
        """A new start password, said once; the agent is signed out everywhere. Raises SettingsRefused (unknown)."""
        await self._known(login)
        password = start_password()
        await self._operator.change_password(login, lambda: password)
        await self._audit(entry(by.id, "password_set", agent=login))
        return password

    async def sign_out(self, login: str, *, by: Agent) -> None:
        """End all sessions of an agent. Raises SettingsRefused (unknown)."""
        await self._known(login)
        await self._store.sign_out(login, told=entry(by.id, "signed_out", agent=login))

    async def sessions(self, login: str) -> list[str]:
        """The ids of all sessions of a login, to end what hangs on them."""
        return await self._store.sessions(login)

    async def remove_agent(self, login: str, *, by: Agent) -> None:
        """End an account; what the agent wrote stays. Raises SettingsRefused (unknown, own_account)."""
        if login == by.id:
            raise SettingsRefused("own_account")
        await self._known(login)
        await self._operator.remove(login)
        await self._audit(entry(by.id, "agent_removed", agent=login))

    async def _known(self, login: str) -> Account:
        account = await self._accounts.account(login)
        if account is None:
            raise SettingsRefused("unknown")
        return account

    async def _agent(self, account: Account) -> Versioned:
        profile = await self._routing.profile(account.login) or Profile()
        return versioned(account.login, AgentShape.of(account.name, account.role, profile))


def start_password() -> str:
    """Something to read out: four words of three syllables and two digits each, 59 bits."""

    def word() -> str:
        return "".join(secrets.choice(_SYLLABLES) for _ in range(3)) + f"{secrets.randbelow(10)}"

    return "-".join(word() for _ in range(START_WORDS))


def _same(held: Versioned, version: str) -> None:
    if held.version != version:
        raise SettingsRefused("changed_meanwhile", held)
