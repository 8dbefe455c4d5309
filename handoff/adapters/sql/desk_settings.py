"""What the settings store beside routing and passwords (`desk.settings.changing.SettingsStore`); each change with its audit entry."""

from collections.abc import Callable

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_routing as r
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.store import SqlStore
from handoff.desk.audit import Entry
from handoff.protocol import Role


class SqlDeskSettings:
    """Agents' names and roles, sessions, and teams that go."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def set_agent(self, login: str, name: str, role: Role, *, told: Entry) -> bool:
        """Replace name and role; False for an unknown login."""
        change = t.agent.update().where(t.agent.c.login == login).values(name=name, role=role)
        return await self._audited(lambda db: db.execute(change).rowcount > 0, told)

    async def sign_out(self, login: str, *, told: Entry) -> None:
        """End all sessions of a login."""
        s = t.agent_session
        await self._audited(lambda db: bool(db.execute(s.delete().where(s.c.login == login))), told)

    async def sessions(self, login: str) -> list[str]:
        """The ids of all sessions of a login."""
        s = t.agent_session.c
        query = sa.select(s.digest).where(s.login == login)
        return await self._store.ask(lambda db: [row.digest for row in db.execute(query)])

    async def remove_team(self, key: str, *, told: Entry) -> bool:
        """Remove a team and who is in it; False for an unknown one."""

        def work(db: sa.Connection) -> bool:
            db.execute(r.team_member.delete().where(r.team_member.c.team == key))
            needs = r.case_routing.update().where(r.case_routing.c.team == key)
            db.execute(needs.values(team=None))
            return db.execute(r.team.delete().where(r.team.c.id == key)).rowcount > 0

        return await self._audited(work, told)

    async def _audited(self, work: Callable[[sa.Connection], bool], told: Entry) -> bool:
        """The entry is written only for what happened."""

        def both(db: sa.Connection) -> bool:
            done = work(db)
            if done:
                record(db, told, at=self._store.clock(db))
            return done

        return await self._store.change(both)
