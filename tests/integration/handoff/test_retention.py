"""Old chats are forgotten as a whole; what waits, is owned or is young stays, and so does every other conversation."""

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql.retention import SqlRetention
from handoff.adapters.sql.store import SqlStore
from handoff.conversations.flow import Flow
from tests.integration.handoff.house import (
    MAYA,
    House,
    anonymous,
    asked,
    cid,
    in_queue,
    owned,
    say,
)

DAYS = 90


async def closed(flow: Flow) -> str:
    """A case that an agent settled, with everything that hangs on it."""
    chat = await owned(flow)
    await flow.note(chat.id, agent=MAYA, cid=cid(), text="called back")
    await flow.release(
        chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="closed", outcome="paid"
    )
    return chat.id


async def rows_of(store: SqlStore, conversation: str) -> dict[str, int]:
    """How many rows of each table name the conversation."""

    def count(db: sa.Connection) -> dict[str, int]:
        naming = [table for table in t.metadata.sorted_tables if "conversation" in table.c]
        found = {
            table.name: db.execute(
                sa.select(sa.func.count()).where(table.c.conversation == conversation)
            ).scalar_one()
            for table in naming
        }
        chats = sa.select(sa.func.count()).where(t.conversation.c.id == conversation)
        return {**found, "conversation": db.execute(chats).scalar_one()}

    return await store.ask(count)


async def test_a_chat_goes_with_everything_that_names_it(house: House) -> None:
    flow = house.node()
    talked = await anonymous(flow)
    turn = await asked(flow, talked, "wo ist meine Rechnung")
    await flow.answer(turn, [say("Hier.")])
    settled = await closed(flow)
    before = await rows_of(house.stores[0], settled)
    assert before["event"] > 3
    assert before["support_case"] == 1
    assert house.clock is not None
    house.clock.pass_(days=DAYS + 1)
    assert await SqlRetention(house.stores[0]).forget(DAYS) == 2
    for chat in (talked, settled):
        left = await rows_of(house.stores[0], chat)
        assert left.pop("forgotten") == 1, "until the assistant has forgotten it too"
        assert set(left.values()) == {0}
    assert await SqlRetention(house.stores[0]).forget(DAYS) == 0


async def test_what_waits_or_is_young_stays(house: House) -> None:
    flow = house.node()
    assert house.clock is not None
    waiting = await in_queue(flow)
    house.clock.pass_(days=DAYS - 1)
    young = await anonymous(flow)
    house.clock.pass_(days=2)
    assert await SqlRetention(house.stores[0]).forget(DAYS) == 0
    assert (await flow.get(waiting.id)).id == waiting.id
    assert (await flow.get(young)).id == young
