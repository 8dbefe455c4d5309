"""Delivery in the background: one worker thread, with repeats and a bound.

Invariants: taking a message is an append, and wakes nobody; the worker looks once a tick, so that nothing it does
falls into the moment of a call; what fails is repeated after growing waits and then given up with a log line that
names no address and no secret; a worker that dies is started again and the message it held counts as tried.
A message that waits lives in memory only: secrets are not written down, and whoever misses a code asks again.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Lock, Thread
from time import monotonic_ns

import structlog

from subscriptions.outbox.port import Message, Undeliverable

_log = structlog.get_logger(__name__)

TICK = timedelta(seconds=1)
WAITS = (2, 10, 60, 300)  # seconds before the second, third … try; codes live ten minutes
MOST = 1000
SECOND = 1_000_000_000  # in nanoseconds
LAST_SECONDS = 10  # that closing waits for the worker


@dataclass(slots=True)
class _Waiting:
    """A message, how often it was tried, and from when on (monotonic nanoseconds) it is due again."""

    message: Message
    tries: int = 0
    due: int = 0


class QueuedOutbox:
    """Takes messages at once and delivers them by and by through `deliver`, which may raise.

    `deliver` raises Undeliverable for what will never arrive and OSError (smtplib's errors are such) for what may
    arrive later. Safe to call from any thread.
    """

    def __init__(
        self,
        deliver: Callable[[Message], None],
        *,
        tick: timedelta = TICK,
        waits: tuple[int, ...] = WAITS,
        most: int = MOST,
    ) -> None:
        self._deliver, self._tick, self._waits, self._most = deliver, tick, waits, most
        self._waiting: deque[_Waiting] = deque()
        self._lock = Lock()
        self._stop = Event()
        self._worker = Thread(target=self._supervise, name="outbox", daemon=True)
        self._worker.start()

    def __call__(self, message: Message) -> None:
        """Queue a message; it is lost, and said so in the log, when too many wait already."""
        with self._lock:
            taken = len(self._waiting) < self._most and not self._stop.is_set()
            if taken:
                self._waiting.append(_Waiting(message))
        if not taken:
            _log.error("outbox_full", template=message.template)

    def close(self) -> None:
        """Try everything that waits once more, then end; what still fails is lost."""
        self._stop.set()
        self._worker.join(LAST_SECONDS)
        if self._waiting:
            _log.error("outbox_closed_with_messages", messages=len(self._waiting))

    def _supervise(self) -> None:
        """Work until the stop; a bug in an adapter ends one round, not the worker."""
        while True:
            try:
                while not self._stop.wait(self._tick.total_seconds()):
                    self._round(monotonic_ns())
                self._round(None)
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, the next message must go
                _log.error("outbox_worker_died", kind=type(error).__name__)

    def _round(self, now: int | None) -> None:
        """Try what is due, or everything when `now` is None."""
        with self._lock:
            due = [one for one in self._waiting if now is None or one.due <= now]
        for one in due:
            self._try(one, now)

    def _try(self, one: _Waiting, now: int | None) -> None:
        wait = self._waits[one.tries] if one.tries < len(self._waits) else None
        one.tries += 1  # counted before: a message that kills the worker must not live for ever
        one.due = (now or 0) + (wait or 0) * SECOND
        if wait is None:
            self._drop(one)
        try:
            self._deliver(one.message)
        except Undeliverable as error:
            _log.error("outbox_undeliverable", template=one.message.template, why=str(error))
        except OSError as error:
            event = "outbox_gave_up" if wait is None else "outbox_will_repeat"
            _log.warning(event, template=one.message.template, kind=type(error).__name__)
            return
        self._drop(one)

    def _drop(self, one: _Waiting) -> None:
        with self._lock:
            self._waiting = deque(kept for kept in self._waiting if kept is not one)
