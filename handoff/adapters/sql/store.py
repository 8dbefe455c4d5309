"""The store the core writes to and reads from (`conversations.storage.Store`), over SQLAlchemy Core.

Invariants: writes go through the committer only; queries run on threads of their own, never on the event
loop; a database that does not answer is UNAVAILABLE, whatever the driver calls it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy import exc

from handoff.adapters.sql import tables as t
from handoff.adapters.sql.committer import Committer
from handoff.adapters.sql.engine import database_now, open_engine
from handoff.adapters.sql.log_reader import LogReader, Wanted
from handoff.adapters.sql.queries import Clock, SqlReading
from handoff.adapters.sql.together import Known
from handoff.adapters.sql.transaction import SqlWriting
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.model import Event
from handoff.conversations.storage import Reading, Writing

T = TypeVar("T")
READERS = 4
"""Threads; where there is a second writer it has a connection beside theirs."""

log = structlog.get_logger(__name__)


class SqlStore:
    """Conversations in a database that `handoff.migrations.migrate` has prepared."""

    def __init__(self, *, writer: sa.Engine, reader: sa.Engine, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self.clock = clock
        self._committer = Committer(writer, clock=clock)
        # SQLite has one writer anyway; a second one would only be in its way.
        one = writer.dialect.name == "sqlite"
        self._beside = self._committer if one else Committer(reader, clock=clock)
        self._logs = LogReader(self.ask)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    async def write(
        self, work: Callable[[Writing], T], *, about: str | None, key: str | None = None
    ) -> T:
        """Run the work in a transaction; returns after its commit."""
        if about is not None:
            return await self._committer.step(work, Known(about, key))
        return await self._committer.submit(
            lambda connection: work(SqlWriting(connection, self.clock)), about=None
        )

    async def events(
        self, conversation: str, *, since: int, for_agents: bool, limit: int
    ) -> list[Event]:
        """The log after `since`, in order; asked together with what others want to know."""
        wanted = Wanted(conversation, since, for_agents, limit)
        found = await self._logs.read(wanted)
        if found is not None:
            return found
        return await self.read(
            lambda db: db.events(conversation, since=since, for_agents=for_agents, limit=limit)
        )

    async def read(self, query: Callable[[Reading], T]) -> T:
        """Run a query on a consistent view."""
        return await self.ask(lambda connection: query(SqlReading(connection, self.clock)))

    async def change(self, work: Callable[[sa.Connection], T]) -> T:
        """For the other tables of this package: a transaction of its own, through the committer."""
        return await self._committer.submit(work, about=None)

    async def keep_beside(self, work: Callable[[sa.Connection], T]) -> T:
        """Like `change`, for what nobody waits for: where there can be a second writer no message waits for it either."""
        return await self._beside.submit(work, about=None)

    async def ask(self, query: Callable[[sa.Connection], T]) -> T:
        """For the other tables of this package: a query on a reader's thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._query, query)

    def _query(self, query: Callable[[sa.Connection], T]) -> T:
        try:
            with self._reader.begin() as connection:
                return query(connection)
        except exc.SQLAlchemyError as error:
            log.warning("query_failed", error=type(error).__name__)
            raise ConversationError(Refusal.UNAVAILABLE) from error

    async def ready(self) -> bool:
        """Whether the database takes writes now, and could store what it was last given."""
        same = t.log_identity.update().values(name=t.log_identity.c.name)
        try:
            await self.change(lambda db: db.execute(same).close())
        except ConversationError:
            return False
        return self._committer.stores()

    def close(self) -> None:
        """Commit what waits and close every connection."""
        self._committer.close()
        if self._beside is not self._committer:
            self._beside.close()
        self._threads.shutdown(wait=True)
        self._writer.dispose()
        self._reader.dispose()


def open_store(database_url: str, *, clock: Callable[[], datetime] | None = None) -> SqlStore:
    """Open the store; without `clock` all times are the database's (tests hand one in)."""
    return SqlStore(
        writer=open_engine(database_url, readers=0),
        reader=open_engine(database_url, readers=READERS + 1),
        clock=database_now if clock is None else lambda _connection: clock(),
    )
