"""A desk with people who are there, for tests of routing: accounts, presence, sweeps on several nodes."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from handoff.adapters.sql import SqlAccounts
from handoff.adapters.sql import tables_routing as r
from handoff.adapters.sql.audit import SqlAudit
from handoff.adapters.sql.routing import SqlRouting
from handoff.conversations.flow import Flow
from handoff.conversations.model import Conversation, Routed
from handoff.conversations.ports import Agent
from handoff.desk.routing.desk import Routing
from handoff.desk.routing.ports import Due, Profile
from handoff.desk.sign_in import Account
from handoff.protocol import Role
from tests.integration.handoff.house import House, in_queue


@dataclass
class Calendar:
    """What the business says of subscribers' dates; None: it does not answer."""

    due_of: dict[str, Due | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def due(self, subscriber_id: str) -> Due | None:
        self.asked.append(subscriber_id)
        return self.due_of.get(subscriber_id, Due())


class Line:
    """One node's view of the line."""

    def __init__(self, house: House) -> None:
        self.flow: Flow = house.node()
        self.house = house
        self.sql = house.stores[-1]
        self.store = SqlRouting(self.sql)
        self.audit = SqlAudit(self.sql)
        self.calendar = Calendar()
        self.standings: dict[str, str] = {}
        self.routing = Routing(
            self.store, house.hints, self.calendar, show=lambda seen: self.standings.update(seen)
        )

    async def person(
        self,
        login: str,
        profile: Profile | None = None,
        *,
        role: Role = "agent",
        available: bool = True,
    ) -> Agent:
        """Somebody with an account who is there."""
        account = Account(login, login.title(), "hash", demo=False, role=role)
        await SqlAccounts(self.sql).save_account(account)
        await self.store.put_profile(login, profile or Profile(), by="test")
        agent = Agent(login, login.title(), available=available, role=role)
        await self.flow.set_available(agent, on=available)
        return agent

    async def settled(self) -> None:
        """Sweep until nothing changes any more."""
        for _ in range(5):
            if not await self.routing.sweep():
                return
        raise AssertionError("the line never comes to rest")

    async def waits(self) -> Conversation:
        """A chat that waits, and was seen by a sweep."""
        chat = await in_queue(self.flow)
        await self.settled()
        return chat

    async def standing(self, conversation: str) -> Routed:
        """How a chat stands in the line."""
        return (await self.sql.read(lambda db: db.routed([conversation])))[conversation]

    async def offers(self) -> list[tuple[str, str]]:
        """All offers ever made: to whom, and how they ended ("" while they stand), the oldest first."""
        o = r.offer.c
        query = sa.select(o.agent, o.outcome).order_by(o.made_at, o.ended_at.is_(None))
        return await self.sql.ask(
            lambda db: [(row.agent, row.outcome) for row in db.execute(query)]
        )

    async def told(self) -> list[str]:
        """What the audit says was done, the oldest first; settings made for the test are left out."""
        kept = await self.audit.entries()
        return [one.entry.what for one in reversed(kept) if one.entry.who != "test"]
