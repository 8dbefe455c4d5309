"""The one writer: a failed operation fails alone, a dead database is survived, nothing is acknowledged early."""

import asyncio
import signal
import threading
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from handoff.adapters.sql.committer import Committer
from handoff.adapters.sql.engine import open_engine
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.storage import Writing
from tests.integration.handoff.house import House, anonymous, cid, log_of
from tests.postgres import PostgresServer


async def test_a_failed_operation_fails_alone(house: House) -> None:
    flow = house.node()
    store = house.stores[0]
    chats = [await anonymous(flow) for _ in range(3)]

    def broken(tx: Writing) -> None:
        tx.lock(chats[1])
        tx.create(tx.conversation(chats[1]))

    gate = _hold(store._committer)
    results = asyncio.gather(
        flow.receive(chats[0], cid=cid(), text="vorher"),
        store.write(broken, about=chats[1]),
        flow.receive("nowhere", cid=cid(), text="?"),
        flow.receive(chats[2], cid=cid(), text="nachher"),
        return_exceptions=True,
    )
    await asyncio.sleep(0.05)
    gate.set()
    first, failed, unknown, last = await results
    assert not isinstance(first, BaseException)
    assert not isinstance(last, BaseException)
    assert isinstance(failed, ConversationError)
    assert failed.code is Refusal.UNAVAILABLE
    assert isinstance(unknown, ConversationError)
    assert unknown.code is Refusal.UNKNOWN_CONVERSATION
    assert [(await flow.get(chat)).last_seq for chat in chats] == [2, 1, 2]


def _hold(committer: Committer) -> threading.Event:
    """Keep the writer busy until the event is set, so that what comes meanwhile becomes one group."""
    gate = threading.Event()
    task = asyncio.ensure_future(committer.submit(lambda _: gate.wait(60), about=None))
    task.add_done_callback(lambda done: done.exception())
    return gate


async def test_what_waits_together_is_committed_together(sqlite_url: str) -> None:
    house = House(sqlite_url)
    flow = house.node()
    chats = [await anonymous(flow) for _ in range(20)]
    commits: list[int] = []
    sa.event.listen(house.stores[0]._writer, "commit", lambda _: commits.append(1))
    gate = _hold(house.stores[0]._committer)
    sends = asyncio.gather(*(flow.receive(chat, cid=cid(), text="x") for chat in chats))
    await asyncio.sleep(0.05)
    gate.set()
    await sends
    house.close()
    assert len(commits) <= 3


async def test_a_result_is_handed_over_only_after_the_commit(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url, readers=0)
    committer = Committer(engine, patience=2)

    @sa.event.listens_for(engine, "commit")
    def fails(_connection: sa.Connection) -> None:
        raise OSError("no space left on device")

    with pytest.raises(ConversationError) as refused:
        await committer.submit(lambda _: "done", about=None)
    assert refused.value.code is Refusal.UNAVAILABLE
    committer.close()
    engine.dispose()


@pytest.mark.postgres
async def test_a_killed_server_refuses_and_comes_back(
    postgres_server: PostgresServer, server_url: str
) -> None:
    house = House(server_url, clock=None)
    flow = house.node()
    chat = await anonymous(flow)
    await asyncio.to_thread(postgres_server.stop, signal.SIGQUIT)
    try:
        for attempt in range(3):
            with pytest.raises(ConversationError) as refused:
                await flow.receive(chat, cid="cid-kept", text=f"{attempt}")
            assert refused.value.code is Refusal.UNAVAILABLE
            with pytest.raises(ConversationError):
                await flow.get(chat)
            assert not await house.stores[0].ready()
    finally:
        await asyncio.to_thread(postgres_server.start)
    receipt = await flow.receive(chat, cid="cid-kept", text="da")
    assert (receipt.seq, receipt.repeated) == (2, False)
    house.close()


@pytest.mark.postgres
async def test_a_cut_connection_is_replaced(
    postgres_server: PostgresServer, server_url: str
) -> None:
    house = House(server_url, clock=None)
    flow = house.node()
    chat = await anonymous(flow)
    with psycopg.connect(postgres_server.dsn("postgres"), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname LIKE 'copy_%' AND pid <> pg_backend_pid()"
        )
    assert (await flow.receive(chat, cid=cid(), text="da")).seq == 2
    assert len(await log_of(flow, chat)) == 2
    house.close()


async def test_a_locked_file_is_unavailable_and_then_available(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handoff.adapters.sql.engine.BUSY_SECONDS", 0)
    house = House(sqlite_url)
    flow = house.node()
    chat = await anonymous(flow)
    other = sa.create_engine(sqlite_url, isolation_level="AUTOCOMMIT")
    with other.connect() as blocker:
        blocker.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(ConversationError) as refused:
            await flow.receive(chat, cid="cid-lock", text="x")
        assert refused.value.code is Refusal.UNAVAILABLE
        assert (await flow.get(chat)).last_seq == 1, "reading goes on"
        blocker.exec_driver_sql("ROLLBACK")
    other.dispose()
    assert (await flow.receive(chat, cid="cid-lock", text="x")).seq == 2
    house.close()


async def test_who_cannot_wait_longer_is_told_so(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url, readers=0)
    committer = Committer(engine, patience=0.2)
    gate = threading.Event()

    def slow(_: sa.Connection) -> bool:
        return gate.wait(60)

    with pytest.raises(ConversationError) as refused:
        await committer.submit(slow, about=None)
    assert refused.value.code is Refusal.UNAVAILABLE
    gate.set()
    assert await committer.submit(lambda _: 7, about=None) == 7
    committer.close()
    with pytest.raises(ConversationError):
        await committer.submit(lambda _: 7, about=None)
    engine.dispose()


def test_memory_is_no_place_for_conversations(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs a file"):
        open_engine("sqlite://", readers=0)
    folder = tmp_path / "var" / "new"
    open_engine(f"sqlite:///{folder / 'x.db'}", readers=0).dispose()
    assert folder.is_dir()
