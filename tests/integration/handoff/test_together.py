"""Steps of a group as few statements, and logs that are read together: nothing is different but the work it takes."""

import asyncio
import threading
from typing import Never

import psycopg
import pytest
import sqlalchemy as sa

from handoff.adapters.sql import statements as hot
from handoff.adapters.sql.store import SqlStore
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.flow import Flow
from handoff.conversations.model import Author, Draft, Step
from handoff.conversations.storage import Writing
from tests.integration.handoff.house import House, anonymous, cid, log_of, owned

LONG = 230
"""Events; a page has 200."""


def held(store: SqlStore) -> threading.Event:
    """Keep the writer busy until the event is set: what comes meanwhile is one group."""
    gate = threading.Event()
    task = asyncio.ensure_future(store.change(lambda _: gate.wait(20)))
    task.add_done_callback(lambda done: done.exception())
    return gate


class Statements:
    """What the writer of a store is asked."""

    def __init__(self, engine: sa.Engine) -> None:
        self.said: list[str] = []
        sa.event.listen(engine, "before_cursor_execute", self._hear)

    def _hear(self, *told: object) -> None:
        self.said.append(str(told[2]))


async def test_a_group_sees_what_it_did_itself(house: House) -> None:
    flow, again = house.node(), cid()
    chat = await anonymous(flow)
    gate = held(house.stores[0])
    sends = asyncio.gather(
        flow.receive(chat, cid=cid(), text="eins"),
        flow.receive(chat, cid=again, text="zwei"),
        flow.receive(chat, cid=again, text="zwei"),
        flow.receive(chat, cid=cid(), text="drei"),
    )
    await asyncio.sleep(0.05)
    gate.set()
    receipts = await sends
    assert [(r.seq, r.repeated) for r in receipts] == [
        (2, False),
        (3, False),
        (3, True),
        (4, False),
    ]
    texts = [event.body["text"] for event in await log_of(flow, chat)]
    assert texts == ["", "eins", "zwei", "drei"]


async def test_a_group_of_chats_with_people_is_few_statements(house: House) -> None:
    flow = house.node()
    chats = [(await owned(flow)).id for _ in range(12)]
    asked = Statements(house.stores[0]._writer)
    gate = held(house.stores[0])
    sends = asyncio.gather(*(flow.receive(chat, cid=cid(), text="x") for chat in chats))
    await asyncio.sleep(0.05)
    gate.set()
    await sends
    assert len([said for said in asked.said if said.startswith("SAVEPOINT")]) <= 1  # the gate's
    assert len([said for said in asked.said if said.startswith("INSERT INTO event")]) == 1
    assert len(asked.said) < len(chats)


async def test_who_is_refused_in_a_group_changes_nothing_for_the_others(house: House) -> None:
    flow, store = house.node(), house.stores[0]
    chats = [await anonymous(flow) for _ in range(3)]

    def wrote_and_was_refused(tx: Writing) -> Never:
        before = tx.lock(chats[1])
        body = {"kind": "message", "author": "subscriber", "text": "never"}
        tx.apply(before, Step(after=before, drafts=(Draft("message", Author.SUBSCRIBER, 0, body),)))
        raise ConversationError(Refusal.EMPTY_TEXT)

    gate = held(store)
    results = asyncio.gather(
        flow.receive(chats[0], cid=cid(), text="vorher"),
        store.write(wrote_and_was_refused, about=chats[1]),
        flow.press(chats[2], cid=cid(), seq=1, index=7),
        flow.receive(chats[2], cid=cid(), text="nachher"),
        return_exceptions=True,
    )
    await asyncio.sleep(0.05)
    gate.set()
    first, wrote, pressed, last = await results
    assert not isinstance(first, BaseException)
    assert isinstance(wrote, ConversationError)
    assert isinstance(pressed, ConversationError)
    assert (wrote.code, pressed.code) == (Refusal.EMPTY_TEXT, Refusal.UNKNOWN_BUTTON)
    assert not isinstance(last, BaseException)
    assert [(await flow.get(chat)).last_seq for chat in chats] == [2, 1, 2]


async def test_logs_are_read_together_and_each_gets_its_own(house: House) -> None:
    flow = house.node()
    chats = [(await owned(flow)).id for _ in range(4)]
    asked = Statements(house.stores[0]._reader)
    alone = [
        await flow.events(chat, since=since, for_agents=agents)
        for chat in chats
        for since, agents in ((0, True), (0, False), (2, True), (99, False))
    ]
    apart, asked.said = len(asked.said), []
    together = await asyncio.gather(
        *(
            flow.events(chat, since=since, for_agents=agents)
            for chat in chats
            for since, agents in ((0, True), (0, False), (2, True), (99, False))
        )
    )
    assert list(together) == alone
    assert len(asked.said) < apart / 2
    assert any(event.agents_only for event in together[0])
    assert not any(event.agents_only for event in together[1])


async def _long(flow: Flow) -> str:
    chat = (await owned(flow)).id
    for start in range(0, LONG, 50):
        await asyncio.gather(
            *(flow.receive(chat, cid=cid(), text=f"{start + n}") for n in range(50))
        )
    return chat


async def test_a_log_longer_than_a_page_is_read_page_by_page(house: House) -> None:
    flow = house.node()
    chat, short = await _long(flow), (await owned(flow)).id
    whole = await log_of(flow, chat)
    page, other = await asyncio.gather(
        flow.events(chat, since=0, for_agents=True, limit=200),
        flow.events(short, since=0, for_agents=True, limit=200),
    )
    assert page == whole[:200]
    assert [event.seq for event in page] == list(range(1, 201))
    rest = await flow.events(chat, since=200, for_agents=True, limit=200)
    assert [*page, *rest] == whole
    assert {event.conversation for event in other} == {short}


@pytest.mark.postgres
async def test_the_new_part_of_a_log_is_found_by_the_index(server_url: str) -> None:
    house = House(server_url)
    chat = await _long(house.node())
    house.close()
    with psycopg.connect(server_url.replace("+psycopg", "")) as db:
        db.execute(
            "INSERT INTO event SELECT conversation, seq + 1000 * n, kind, author, epoch, NULL, agents_only, body, private, at "
            "FROM event, generate_series(1, 80) AS n"
        )
        for statement in (hot.LOGS["postgresql"], hot.KEYED["postgresql"]):
            asked = str(statement.element).replace("CAST(:wanted AS json)", "%(wanted)s::json")
            given = {"wanted": f'[["{chat}", "200"]]', "most": 200}
            query = b"EXPLAIN " + asked.replace(":most", "%(most)s").encode()
            plan = "\n".join(row[0] for row in db.execute(query, given).fetchall())
            assert "Seq Scan on event" not in plan
            assert "Index Scan" in plan


def test_sqlite_finds_it_by_the_index_too(sqlite_url: str) -> None:
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as db:
        for statement in (hot.LOGS["sqlite"], hot.KEYED["sqlite"]):
            query = sa.text(f"EXPLAIN QUERY PLAN {statement.element}")
            given = {"wanted": "[]", "most": 1}
            needed = {name: given[name] for name in given if f":{name}" in str(query)}
            plan = " ".join(str(row) for row in db.execute(query, needed))
            assert "SEARCH e USING INDEX" in plan
            assert "SCAN e" not in plan
    engine.dispose()
