"""The one writer: a thread that commits everything that waits together (group commit).

Invariants: an operation runs in its own savepoint, so that a failed one fails alone; a future is resolved
only after the commit; operations of a group lock conversations in the order of their ids, so that two
nodes do not block each other; work on several conversations commits alone; the thread survives a dead
database and goes on when it is back.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy import exc

from handoff.adapters.sql.engine import database_now, is_broken
from handoff.adapters.sql.queries import Clock
from handoff.adapters.sql.together import Apart, Known, run_together
from handoff.adapters.sql.transaction import SqlWriting
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.storage import Writing

T = TypeVar("T")
GROUP = 256
_DEADLOCKS = frozenset({"40P01", "40001"})
_TRIES = 3
BROKEN_SECONDS = 10.0
"""For so long a database that could not store something counts as broken, unless it stored something since."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Operation:
    """Work that waits, and who waits for it. `known` None: commits alone; `shared`: the work in a group."""

    work: Callable[[sa.Connection], Any]
    known: Known | None
    shared: Callable[[Writing], Any] | None
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None

    def run(self, connection: sa.Connection) -> None:
        """Run in a savepoint; what the work refuses is its own result, a broken database is not."""
        self.result, self.error = None, None
        try:
            with connection.begin_nested():
                self.result = self.work(connection)
        except exc.DBAPIError as error:
            if error.connection_invalidated or _is_deadlock(error):
                raise
            self.error = _failure(error)
        except exc.SQLAlchemyError as error:
            self.error = _failure(error)
        except Exception as error:  # noqa: BLE001  # whatever the work raised belongs to its caller
            self.error = error

    def resolve(self) -> None:
        """In the loop's thread: hand over the result, unless nobody waits any more."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class _Callers:
    """Those of one event loop who wait. What they want in one turn of the loop goes on together, and one timer ends their patience."""

    def __init__(self, patience: float, hand_in: Callable[[list[_Operation]], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._patience = patience
        self._hand_in = hand_in
        self._fresh: list[_Operation] = []
        self._waiting: dict[asyncio.Future[Any], float] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def result(self, operation: _Operation) -> Any:
        """What comes of it. A `CancelledError` that nobody asked for: it took too long."""
        if not self._fresh:
            self._loop.call_soon(self.go)
        self._fresh.append(operation)
        self._waiting[operation.future] = self._loop.time() + self._patience
        if self._timer is None:
            self._timer = self._loop.call_later(self._patience, self._look)
        try:
            return await operation.future
        finally:
            del self._waiting[operation.future]

    def go(self) -> None:
        """Hand in what has gathered."""
        fresh, self._fresh = self._fresh, []
        self._hand_in(fresh)

    def _look(self) -> None:
        now, self._timer = self._loop.time(), None
        for future, until in self._waiting.items():
            if until > now:
                self._timer = self._loop.call_at(until, self._look)
                break
            future.cancel()


class Committer:
    """Takes work from any event loop and commits it on a thread of its own."""

    def __init__(
        self, engine: sa.Engine, *, clock: Clock = database_now, patience: float = 10.0
    ) -> None:
        """`patience`: seconds a caller waits before the write counts as UNAVAILABLE (its fate unknown)."""
        self._engine = engine
        self._clock = clock
        self._patience = patience
        self._waiting: queue.SimpleQueue[list[_Operation] | None] = queue.SimpleQueue()
        self._callers: dict[asyncio.AbstractEventLoop, _Callers] = {}
        self._closed = False
        self._broken_at = float("-inf")
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    async def submit(self, work: Callable[[sa.Connection], T], *, about: None) -> T:
        """Run the work in a transaction of its own; returns after its commit. Raises UNAVAILABLE, or what it raised."""
        return await self._submit(work, about, None)

    async def step(self, work: Callable[[Writing], T], known: Known) -> T:
        """The same for work on one conversation, which may share its transaction."""
        clock = self._clock
        return await self._submit(lambda db: work(SqlWriting(db, clock)), known, work)

    async def _submit(
        self,
        work: Callable[[sa.Connection], T],
        known: Known | None,
        shared: Callable[[Writing], T] | None,
    ) -> T:
        if self._closed:
            raise ConversationError(Refusal.UNAVAILABLE)
        loop = asyncio.get_running_loop()
        if loop not in self._callers:
            self._callers[loop] = _Callers(self._patience, self._waiting.put)
        operation = _Operation(work, known, shared, loop.create_future(), loop)
        try:
            result: T = await self._callers[loop].result(operation)
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller is not None and caller.cancelling():
                raise
            raise ConversationError(Refusal.UNAVAILABLE) from None
        return result

    def close(self) -> None:
        """Commit what waits, then end the thread."""
        self._closed = True
        for callers in self._callers.values():
            callers.go()
        self._waiting.put(None)
        self._thread.join(timeout=self._patience)

    def _run(self) -> None:
        goes_on = True
        while goes_on:
            group, goes_on = self._next_group()
            together = sorted(
                (o for o in group if o.known is not None),
                key=lambda o: o.known.conversation if o.known else "",
            )
            if together:
                self._commit(together)
            for operation in group:
                if operation.known is None:
                    self._commit([operation])

    def _next_group(self) -> tuple[list[_Operation], bool]:
        """Everything that waits by now, and whether more may come; while one group commits the next one gathers."""
        group: list[_Operation] = []
        more = self._waiting.get()
        while more is not None:
            group += more
            if len(group) >= GROUP:
                return group, True
            try:
                more = self._waiting.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _commit(self, operations: list[_Operation]) -> None:
        """One transaction for all; after a deadlock again, at last each alone."""
        live = [operation for operation in operations if not operation.future.cancelled()]
        try:
            self._try_commit(live)
        except Exception as error:  # noqa: BLE001  # the only writer must outlive every failure
            log.warning("commit_failed", error=type(error).__name__, operations=len(live))
            for operation in live:
                operation.result, operation.error = None, _failure(error)
        self._judge(live)
        _hand_over(live)

    def _judge(self, operations: list[_Operation]) -> None:
        """Remember whether the database could store what it was given."""
        if any(o.error is not None and is_broken(o.error) for o in operations):
            self._broken_at = time.monotonic()
        elif any(o.error is None and o.known is not None for o in operations):
            self._broken_at = float("-inf")

    def stores(self) -> bool:
        """Whether nothing failed lately for want of room or of a sound database, with no step stored since."""
        return time.monotonic() - self._broken_at > BROKEN_SECONDS

    def _together(self, operations: list[_Operation]) -> bool:
        """Try the whole group as few statements; False: nothing happened, each has to run by itself."""
        try:
            with self._engine.begin() as connection:
                try:
                    run_together(connection, self._clock, operations)
                except exc.DBAPIError as error:
                    if error.connection_invalidated:
                        raise
                    raise Apart from error
                except Exception as error:
                    raise Apart from error
        except Apart as why:
            log.info("group_apart", why=type(why.__cause__).__name__, operations=len(operations))
            return False
        return True

    def _try_commit(self, operations: list[_Operation]) -> None:
        if operations and operations[0].shared is not None and self._together(operations):
            return
        for left in reversed(range(_TRIES)):
            try:
                with self._engine.begin() as connection:
                    for operation in operations:
                        operation.run(connection)
            except exc.DBAPIError as error:
                if left == 0 or not _is_deadlock(error):
                    raise
            else:
                return


def _hand_over(operations: list[_Operation]) -> None:
    """One call into each loop, however many wait there."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Operation]] = {}
    for operation in operations:
        by_loop.setdefault(operation.loop, []).append(operation)
    for loop, waiting in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, waiting)
        except RuntimeError:
            # The loop that asked has ended; the write stands, nobody is left to tell.
            log.info("caller_left_before_commit")


def _resolve(operations: list[_Operation]) -> None:
    for operation in operations:
        operation.resolve()


def _is_deadlock(error: exc.DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _DEADLOCKS


def _failure(error: BaseException) -> ConversationError:
    """What a caller learns of a database error: try again; the statement and its values stay inside."""
    failure = ConversationError(Refusal.UNAVAILABLE)
    failure.__cause__ = error
    return failure
