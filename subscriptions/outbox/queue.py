"""Delivery in the background: one worker thread, with repeats and a bound.

Invariants: taking a message is an append, and wakes nobody; the worker looks once a tick, so that nothing it does
falls into the moment of a call; what fails is repeated after growing waits as long as its secret lives, and then given
up with a log line that names no address and no secret; nothing is sent whose secret is over; a worker that dies is
started again without the message it held. A message that waits lives in memory only: secrets are not written down,
and whoever misses a code asks again.
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
WAITS = (2, 10, 30, 60)  # seconds before the second, third … try; the last one again and again
LIFE = timedelta(hours=1)  # of a message whose secret lives longer, or that has none
MOST = 1000
SECOND, MICROSECOND = 1_000_000_000, 1_000  # in nanoseconds
LAST_SECONDS = 10  # that closing waits for the worker


@dataclass(slots=True)
class _Waiting:
    """A message, until when it is of use, how often it was tried, and from when on it is due again.

    Moments are monotonic nanoseconds.
    """

    message: Message
    ends: int
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
        life: timedelta = LIFE,
        most: int = MOST,
    ) -> None:
        self._deliver, self._tick, self._waits, self._most = deliver, tick, waits, most
        self._life = life
        self._waiting: deque[_Waiting] = deque()
        self._lock = Lock()
        self._stop = Event()
        self._worker = Thread(target=self._supervise, name="outbox", daemon=True)
        self._worker.start()

    def __call__(self, message: Message) -> None:
        """Queue a message; it is lost, and said so in the log, when too many wait already."""
        life = min(message.lives or self._life, self._life)
        ends = monotonic_ns() + life // timedelta(microseconds=1) * MICROSECOND
        with self._lock:
            taken = len(self._waiting) < self._most and not self._stop.is_set()
            if taken:
                self._waiting.append(_Waiting(message, ends))
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
                    self._round(closing=False)
                self._round(closing=True)
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, the next message must go
                _log.error("outbox_worker_died", kind=type(error).__name__)

    def _round(self, *, closing: bool) -> None:
        """Try what is due; everything when closing."""
        begun = monotonic_ns()
        with self._lock:
            due = [one for one in self._waiting if closing or one.due <= begun]
        for one in due:
            self._try(one)

    def _try(self, one: _Waiting) -> None:
        """Send a message unless its secret is over: those before it may have taken long."""
        template = one.message.template
        again = False
        try:
            if monotonic_ns() >= one.ends:
                _log.error("outbox_too_late", template=template, tries=one.tries)
                return
            self._deliver(one.message)
        except Undeliverable as error:
            _log.error("outbox_undeliverable", template=template, why=str(error))
        except OSError as error:
            one.due = monotonic_ns() + self._waits[min(one.tries, len(self._waits) - 1)] * SECOND
            one.tries += 1
            again = one.due < one.ends
            event = "outbox_will_repeat" if again else "outbox_gave_up"
            _log.warning(event, template=template, kind=type(error).__name__)
        finally:
            if not again:
                self._drop(one)

    def _drop(self, one: _Waiting) -> None:
        with self._lock:
            self._waiting = deque(kept for kept in self._waiting if kept is not one)
