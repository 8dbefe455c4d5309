"""Agents' accounts, their sign-in sessions and spent tokens (`desk.sign_in.AccountStore`).

Invariants: passwords only as argon2 hashes and cookies only as keyed hashes, both made elsewhere; a token
id is spent once, whichever node asks first.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_routing as r
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.queries import SqlReading
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.upsert import insert, put
from handoff.conversations.ports import Agent
from handoff.desk.audit import Entry
from handoff.desk.sign_in import Account, SignIn
from handoff.protocol import Role

_STANDING = (
    sa.select(
        t.agent.c.name,
        t.agent.c.role,
        t.agent_presence.c.available,
        t.agent_presence.c.seen_until,
        t.agent_presence.c.unresponsive_since,
    )
    .select_from(t.agent)
    .outerjoin(t.agent_presence, t.agent_presence.c.agent == t.agent.c.login)
    .where(t.agent.c.login == sa.bindparam("login", type_=sa.String))
)


class SqlAccounts:
    """Accounts beside the conversations, in the same database and through the same committer."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def account(self, login: str) -> Account | None:
        """The account of a login."""

        def query(db: sa.Connection) -> Account | None:
            a = t.agent.c
            row = db.execute(
                sa.select(a.login, a.name, a.password_hash, a.demo, a.role).where(a.login == login)
            ).one_or_none()
            return Account(*row) if row else None

        return await self._store.ask(query)

    async def save_account(self, account: Account) -> None:
        """Add or replace by login."""
        named: dict[str, Any] = {
            "name": account.name,
            "password_hash": account.password_hash,
            "demo": account.demo,
            "role": account.role,
        }

        def work(db: sa.Connection) -> None:
            put(db, t.agent, {"login": account.login}, named)

        await self._store.change(work)

    async def accounts(self) -> list[Account]:
        """All accounts by login."""
        a = t.agent.c
        query = sa.select(a.login, a.name, a.password_hash, a.demo, a.role).order_by(a.login)
        return await self._store.ask(lambda db: [Account(*row) for row in db.execute(query)])

    async def add_account(self, account: Account) -> bool:
        """Add; False when the login exists."""

        def work(db: sa.Connection) -> bool:
            new = insert(db, t.agent).values(
                login=account.login,
                name=account.name,
                password_hash=account.password_hash,
                demo=account.demo,
                role=account.role,
            )
            fresh = new.on_conflict_do_nothing().returning(t.agent.c.login)
            return db.execute(fresh).first() is not None

        return await self._store.change(work)

    async def change_password(self, login: str, password_hash: str) -> bool:
        """Replace the hash and end the login's sessions; False when there is no such login."""

        def work(db: sa.Connection) -> bool:
            known = t.agent.update().where(t.agent.c.login == login)
            _end_sessions(db, login)
            return db.execute(known.values(password_hash=password_hash)).rowcount > 0

        return await self._store.change(work)

    async def change_own_password(
        self, account: Account, password_hash: str, *, keep: str, told: Entry
    ) -> list[str] | None:
        """Replace the hash of the account as it was read, and end its sessions but `keep`; None: it is another one by now."""
        a, s = t.agent.c, t.agent_session

        def work(db: sa.Connection) -> list[str] | None:
            as_read = (a.login == account.login, a.password_hash == account.password_hash)
            if not db.execute(
                t.agent.update().where(*as_read).values(password_hash=password_hash)
            ).rowcount:
                return None
            others = s.delete().where(s.c.login == account.login, s.c.digest != keep)
            record(db, told, at=self._store.clock(db))
            return list(db.execute(others.returning(s.c.digest)).scalars())

        return await self._store.change(work)

    async def change_role(self, login: str, role: Role) -> bool:
        """Replace the role; False when there is no such login."""
        known = t.agent.update().where(t.agent.c.login == login).values(role=role)
        return await self._store.change(lambda db: db.execute(known).rowcount > 0)

    async def remove_account(self, login: str) -> bool:
        """Remove the account, its sessions and its presence; False when there is no such login."""

        def work(db: sa.Connection) -> bool:
            _end_sessions(db, login)
            for table in (t.agent_presence, r.team_member):
                db.execute(table.delete().where(table.c.agent == login))
            return db.execute(t.agent.delete().where(t.agent.c.login == login)).rowcount > 0

        return await self._store.change(work)

    async def agent(self, login: str) -> Agent | None:
        """The agent as the desk knows them: their id is the login."""

        def query(db: sa.Connection) -> Agent | None:
            now = self._store.clock(db)
            row = db.execute(_STANDING, {"login": login}).one_or_none()
            if row is None:
                return None
            there = row.seen_until is not None and row.seen_until > now
            return Agent(
                id=login,
                name=row.name,
                available=there and row.available,
                role=row.role,
                responding=row.unresponsive_since is None,
            )

        return await self._store.ask(query)

    async def add_sign_in(self, sign_in: SignIn) -> None:
        """Remember a session."""
        row = {
            "digest": sign_in.id,
            "login": sign_in.login,
            "created_at": sign_in.created_at,
            "seen_at": sign_in.seen_at,
        }
        await self._store.change(lambda db: db.execute(t.agent_session.insert().values(row)))

    async def sign_in(self, id: str) -> SignIn | None:  # noqa: A002
        """The session of a hash."""

        def query(db: sa.Connection) -> SignIn | None:
            s = t.agent_session.c
            row = db.execute(
                sa.select(s.digest, s.login, s.created_at, s.seen_at).where(s.digest == id)
            ).one_or_none()
            return SignIn(*row) if row else None

        return await self._store.ask(query)

    async def touch_sign_in(self, id: str, *, at: datetime) -> None:  # noqa: A002
        """The session was used."""
        s = t.agent_session
        used = s.update().where(s.c.digest == id).values(seen_at=at)
        await self._store.change(lambda db: db.execute(used))

    async def drop_sign_in(self, id: str) -> None:  # noqa: A002
        """Revoke a session; unknown ones are ignored."""
        s = t.agent_session
        await self._store.change(lambda db: db.execute(s.delete().where(s.c.digest == id)))

    async def spend_token(self, jti: str, expires_at: datetime) -> bool:
        """Remember a token's id until it expires; False when it is known already."""
        spent = t.spent_token

        def work(db: sa.Connection) -> bool:
            now = SqlReading(db, self._store.clock).now()
            db.execute(spent.delete().where(spent.c.expires_at <= now))
            new = insert(db, spent).values(jti=jti, expires_at=expires_at)
            fresh = new.on_conflict_do_nothing().returning(spent.c.jti)
            return db.execute(fresh).first() is not None

        return await self._store.change(work)


def _end_sessions(db: sa.Connection, login: str) -> None:
    s = t.agent_session
    db.execute(s.delete().where(s.c.login == login))
