"""Actions of agents over a real gateway core and a real, seeded business, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql.approvals import SqlActions
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.tables_routing import desk_audit
from handoff.conversations.flow import Flow
from handoff.conversations.model import Conversation
from handoff.conversations.ports import Agent
from handoff.desk.approvals.acting import Actions, Asked
from handoff.desk.approvals.action import Action
from handoff.desk.approvals.carrying import House as Standing
from handoff.desk.approvals.limits import Limits
from handoff.desk.approvals.ports import Chat
from handoff.desk.approvals.wishes import wish_of
from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.outbox import Message
from subscriptions.store import tables as t
from subscriptions.store.engine import open_engine
from tests.integration.handoff.house import House, cid, signed_in
from tests.integration.subscriptions.people import Mailbox

MAYA = Agent("maya", "Maya", available=True)
JON = Agent("jon", "Jon", available=True)
INES = Agent("ines", "Ines", available=True, role="supervisor")
IDA = Agent("ida", "Ida", available=True, role="supervisor")


@dataclass
class Office:
    """The desk with its actions, and the business behind it."""

    house: House
    flow: Flow
    store: SqlStore
    business: Subscriptions
    actions: Actions
    url: str
    posted: list[Message] = field(default_factory=list)

    def anew(self, chat: Chat | None = None, **limits: Any) -> Actions:
        """The same desk under other limits, or telling another chat."""

        async def in_force() -> Limits:
            return Limits(**limits)

        standing = Standing(
            self.business,
            chat or self.flow,
            SqlActions(self.store),
            in_force,
            self.house.clock,  # type: ignore[arg-type]
            "a secret of the tests",
        )
        return Actions(standing)

    async def owned(self, number: str, agent: Agent = MAYA) -> Conversation:
        """A chat of this subscriber that the agent owns."""
        chat = (await signed_in(self.flow, number)).conversation
        await self.flow.ask_person(chat.id, cid=cid())
        waiting = await self.flow.get(chat.id)
        await self.flow.take(chat.id, agent=agent, epoch=waiting.epoch, cid=cid())
        return await self.flow.get(chat.id)

    async def asked(self, c: Conversation, wish: dict[str, Any], agent: Agent = MAYA) -> Asked:
        """The wish as it was shown to the agent, ready to be confirmed."""
        bare = Asked(c.id, c.epoch, wish_of.validate_python(wish))
        foreseen, _way = await self.actions.foresee(agent, bare)
        return Asked(c.id, c.epoch, bare.wish, cid(), foreseen.digest)

    async def does(self, c: Conversation, wish: dict[str, Any], agent: Agent = MAYA) -> Action:
        """Look and confirm."""
        return await self.actions.start(agent, await self.asked(c, wish, agent))

    async def told(self, conversation: str) -> list[tuple[str, str]]:
        """What the desk told in a chat: code and words, oldest first."""
        events = await self.flow.events(conversation, since=0, for_agents=True, limit=1000)
        return [
            (str(event.body["code"] or ""), str(event.body["text"]))
            for event in events
            if (event.cid or "").startswith("x:")
        ]

    async def audit(self) -> list[tuple[str, str]]:
        """Who did what at the desk, oldest first."""
        query = sa.select(desk_audit.c.who, desk_audit.c.what).order_by(desk_audit.c.id)
        return [
            (row.who, row.what) for row in await self.store.ask(lambda db: list(db.execute(query)))
        ]

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """Rows of the business."""
        source = getattr(t, table)
        query = sa.select(source)
        for name, value in where.items():
            query = query.where(source.c[name] == value)
        engine = open_engine(self.url)
        with engine.connect() as db:
            found = [dict(row._mapping) for row in db.execute(query)]
        engine.dispose()
        return found


@contextmanager
def open_office(house: House, seeded: Path) -> Iterator[Office]:
    """The desk over this house; `seeded` is the business's own copy."""
    flow = house.node()
    mailbox = Mailbox()
    url = f"sqlite:///{seeded}"
    connections = Connections(outbox=mailbox, secret="s" * 32)
    assert house.clock is not None
    with open_subscriptions(url, house.clock, connections=connections) as business:
        office = Office(house, flow, house.stores[-1], business, None, url, mailbox.sent)  # type: ignore[arg-type]
        office.actions = office.anew()
        yield office
