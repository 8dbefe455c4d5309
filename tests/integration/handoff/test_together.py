"""Steps of a group as few statements, and logs that are read together: nothing is different but the work it takes."""

import asyncio
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Never
from zoneinfo import ZoneInfo

import psycopg
import pytest
import sqlalchemy as sa

from handoff.adapters.sql import batches
from handoff.adapters.sql import statements as hot
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.transaction import SqlWriting
from handoff.contract import HandbackBrief
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.flow import Flow
from handoff.conversations.model import Author, Controller, Draft, Step
from handoff.conversations.storage import Writing
from handoff.protocol import MessageEvent
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


BRIEF = HandbackBrief(agent="Maya", outcome="Erledigt: „ä\\n")
EVERYTHING = {
    "name": 'Zoë "X" Öz\\',
    "locale": "en",
    "controller": Controller.AGENT,
    "epoch": 7,
    "agent": "maya",
    "agent_name": "Maya",
    "lease_token": "t",
    "lease_until": datetime(2026, 11, 22, 12, 0, 0, 1, tzinfo=UTC),
    "waiting_since": datetime(2026, 7, 1, 23, 59, 59, tzinfo=ZoneInfo("Europe/Berlin")),
    "case_number": "C-7",
    "reason": "asked",
    "skill": "BIL",
    "handback": BRIEF,
    "read_agent": 3,
    "snippet": "100 %, 'so' \u2603",
}


async def test_what_a_group_stores_is_what_a_single_step_stores(house: House) -> None:
    flow, store = house.node(), house.stores[0]
    alone, shared, empty = [await anonymous(flow) for _ in range(3)]
    body = MessageEvent(author="subscriber", text='ü\n"\u2603', cid="c").model_dump(mode="json")
    draft = Draft("message", Author.SUBSCRIBER, 7, body, private={"intent": "ä"}, agents_only=True)

    def everything(tx: Writing, chat: str) -> None:
        before = tx.lock(chat)
        tx.apply(before, Step(after=replace(before, **EVERYTHING), drafts=(draft,)))  # type: ignore[arg-type]

    await store.change(lambda db: everything(SqlWriting(db, store.clock), alone))
    gate = held(store)
    together = asyncio.gather(
        store.write(lambda tx: everything(tx, shared), about=shared),
        flow.receive(empty, cid=cid(), text="x"),
    )
    await asyncio.sleep(0.05)
    gate.set()
    await together

    def rows(db: sa.Connection, chat: str) -> list[list[object]]:
        columns = (
            "handback, lease_until, waiting_since, name, snippet, controller, epoch, read_agent"
        )
        there = f"SELECT {columns} FROM conversation WHERE id = '{chat}'"
        event = f"SELECT seq, kind, author, epoch, cid, agents_only, private FROM event WHERE conversation = '{chat}' ORDER BY seq"
        return [list(row) for query in (there, event) for row in db.exec_driver_sql(query)]

    one, other = [await store.ask(lambda db, chat=chat: rows(db, chat)) for chat in (alone, shared)]  # type: ignore[misc]
    assert _read(one) == _read(other)
    first, second = await flow.get(alone), await flow.get(shared)
    same = {"id": "", "created_at": first.created_at, "updated_at": first.updated_at}
    assert replace(first, **same) == replace(second, **same)  # type: ignore[arg-type]
    assert second.handback == BRIEF
    assert (await log_of(flow, alone))[-1].body == (await log_of(flow, shared))[-1].body == body
    # And a group reads what single steps wrote: every column comes back as it was.
    seen = await store.change(lambda db: batches.locked(db, [alone, shared, empty]))
    assert seen == {chat: await flow.get(chat) for chat in (alone, shared, empty)}


def _read(rows: list[list[object]]) -> list[list[object]]:
    """JSON as values: its spaces may differ."""
    return [
        [json.loads(v) if isinstance(v, str) and v[:1] == "{" else v for v in row] for row in rows
    ]


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
        asked = str(hot.LOGS["postgresql"].element).replace("CAST(:wanted AS json)", "%s::json")
        pairs = f'[["{chat}", "200"]]'
        for query, given in (
            (asked.replace(":most", "%s"), (pairs, 200)),
            (batches.KEYED["postgresql"], (pairs,)),
        ):
            plan = "\n".join(row[0] for row in db.execute(f"EXPLAIN {query}".encode(), given))
            assert "Seq Scan on event" not in plan
            assert "Index Scan" in plan or "Index Only Scan" in plan


def test_sqlite_finds_it_by_the_index_too(sqlite_url: str) -> None:
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as db:
        query = sa.text(f"EXPLAIN QUERY PLAN {hot.LOGS['sqlite'].element}")
        logs = db.execute(query, {"wanted": "[]", "most": 1}).all()
        keys = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {batches.KEYED['sqlite']}", ("[]",)).all()
        for rows in (logs, keys):
            plan = " ".join(str(row) for row in rows)
            assert "SEARCH e USING" in plan
            assert "SCAN e" not in plan
    engine.dispose()
