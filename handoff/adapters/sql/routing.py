"""The line of waiting chats in the database (`desk.routing.ports.RoutingStore`).

Invariants: a sweep is stored as `routing_sweep` says; what an agent or a supervisor changes is audited in the same transaction.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import routing_look as seen
from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_routing as r
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.routing_sweep import Sweep
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.upsert import insert, put
from handoff.conversations.model import Controller
from handoff.desk.audit import entry
from handoff.desk.routing.model import Changes, LiveOffer, Look, Rules, Team
from handoff.desk.routing.ports import Due, Profile, Undated

_c, _n, _o = t.conversation.c, r.case_routing.c, r.offer.c
_p = t.agent_presence.c


class SqlRouting:
    """The line, beside the conversations in the same database."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def look(self) -> Look:
        """All that a sweep needs, at one moment of the database's time."""
        return await self._store.ask(lambda db: seen.look(db, self._store.clock(db)))

    async def store(self, changes: Changes, rules: Rules) -> list[str]:
        """Store what still fits; returns the conversations that changed."""

        def work(db: sa.Connection) -> list[str]:
            sweep = Sweep(db, self._store.clock(db), rules)
            sweep.admit(changes.admitted)
            sweep.end(changes.ended)
            sweep.prolong(changes.prolonged)
            sweep.offer(changes.offered)
            sweep.tell_why(changes.why)
            return sorted(sweep.changed)

        return await self._store.change(work)

    async def undated(self, limit: int) -> list[Undated]:
        """Waiting cases of known subscribers that nobody looked at yet, the earliest deadline first."""
        query = (
            sa.select(_n.case_number, _c.subscriber_id)
            .join(t.conversation, _c.case_number == _n.case_number)
            .where(
                _c.controller == Controller.QUEUE.value,
                _n.looked_at.is_(None),
                _c.subscriber_id.is_not(None),
            )
            .order_by(_n.deadline, _n.case_number)
            .limit(limit)
        )
        return await self._store.ask(lambda db: [Undated(*row) for row in db.execute(query)])

    async def dated(self, case_number: str, due: Due) -> None:
        """Keep what was found about a subscriber."""

        def work(db: sa.Connection) -> None:
            values = {"due_at": due.at, "due_kind": due.kind, "looked_at": self._store.clock(db)}
            needs = r.case_routing.update().where(_n.case_number == case_number)
            db.execute(needs.values(values))

        await self._store.change(work)

    async def decline(self, conversation: str, *, agent: str, epoch: int, cid: str) -> bool:
        """End the agent's offer and remember that they dropped the case, once for a `cid`."""

        def work(db: sa.Connection) -> bool:
            held = sa.select(_c.id).where(_c.id == conversation)  # before its offer, as steps do
            known = db.execute(held.with_for_update(read=True, key_share=True)).first()
            return known is not None and self._declined(db, conversation, (agent, cid), epoch)

        return await self._store.change(work)

    def _declined(
        self, db: sa.Connection, conversation: str, who: tuple[str, str], epoch: int
    ) -> bool:
        now, (agent, cid) = self._store.clock(db), who
        told = insert(db, r.offer_declined).values(
            conversation=conversation, agent=agent, cid=cid, at=now
        )
        anew = told.on_conflict_do_nothing().returning(r.offer_declined.c.cid)
        if db.execute(anew).first() is None:
            return False
        mine = _o.conversation == conversation, _o.agent == agent, _o.epoch == epoch
        query = sa.select(_o.id, _o.conversation, _o.agent, _o.until)
        row = db.execute(query.where(*mine, _o.ended_at.is_(None)).with_for_update()).one_or_none()
        if row is None:
            return False
        Sweep(db, now, Rules()).end([(LiveOffer(**row._mapping), "declined")])
        record(db, entry(agent, "offer_declined", conversation=conversation), at=now)
        return True

    async def back(self, agent: str) -> None:
        """The agent is there again after an offer ran out."""

        def work(db: sa.Connection) -> None:
            gone = _p.agent == agent, _p.unresponsive_since.is_not(None)
            back = t.agent_presence.update().where(*gone).values(unresponsive_since=None)
            if db.execute(back).rowcount:
                record(db, entry(agent, "agent_back"), at=self._store.clock(db))

        await self._store.change(work)

    async def rules(self) -> Rules:
        """The rules as set, else as the code has them."""
        return await self._store.ask(seen.rules_of)

    async def set_rules(self, rules: Rules, *, by: str) -> None:
        """Replace the rules."""
        value = rules.model_dump(mode="json")

        def work(db: sa.Connection) -> None:
            put(db, r.desk_rule, {"name": seen.RULES}, {"value": value})
            record(db, entry(by, "routing_rules_set", **value), at=self._store.clock(db))

        await self._store.change(work)

    async def teams(self) -> Sequence[Team]:
        """All teams by name."""
        return await self._store.ask(seen.teams)

    async def put_team(self, team: Team, *, by: str) -> None:
        """Add or replace a team."""
        values = dict(seen.team_row(team))

        def work(db: sa.Connection) -> None:
            put(db, r.team, {"id": team.id}, values)
            record(db, entry(by, "team_set", team=team.id, **values), at=self._store.clock(db))

        await self._store.change(work)

    async def profile(self, login: str) -> Profile | None:
        """What an agent is asked for."""

        def query(db: sa.Connection) -> Profile | None:
            a, m = t.agent.c, r.team_member.c
            row = db.execute(
                sa.select(a.skills, a.languages, a.capacity).where(a.login == login)
            ).one_or_none()
            if row is None:
                return None
            teams = db.execute(sa.select(m.team).where(m.agent == login).order_by(m.team))
            return Profile(
                tuple(row.skills), tuple(row.languages), tuple(teams.scalars()), row.capacity
            )

        return await self._store.ask(query)

    async def put_profile(self, login: str, profile: Profile, *, by: str) -> bool:
        """Replace what an agent is asked for; False for an unknown login."""
        a, m = t.agent, r.team_member
        own: dict[str, Any] = {
            "skills": list(profile.skills),
            "languages": list(profile.languages),
            "capacity": profile.capacity,
        }

        def work(db: sa.Connection) -> bool:
            if not db.execute(a.update().where(a.c.login == login).values(own)).rowcount:
                return False
            db.execute(m.delete().where(m.c.agent == login))
            known = sa.select(r.team.c.id).where(r.team.c.id.in_(profile.teams))
            teams = sorted(db.execute(known).scalars())
            if teams:
                db.execute(m.insert(), [{"team": one, "agent": login} for one in teams])
            told = entry(by, "profile_set", agent=login, teams=teams, **own)
            record(db, told, at=self._store.clock(db))
            return True

        return await self._store.change(work)
