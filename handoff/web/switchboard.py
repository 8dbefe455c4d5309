"""Brings hints to the sockets of this process: one reader for all, listeners by conversation.

Invariants: a listener is a plain function that sets an event and returns; nothing is awaited while
listeners are called, so no socket can hold up another. A lost hint costs a sweep: one question to the
database for all conversations that are listened to, however many sockets there are. When the log becomes another
one (a restored backup) the sweep ends, and with it all sockets, whose clients read it anew.
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Never

import structlog

from handoff.conversations.ports import ConversationFlow, Hint, Hints
from handoff.tasks import until_stopped
from handoff.web.trouble import is_trouble

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 1.5

Listener = Callable[[Hint], None]


@dataclass(slots=True)
class _Line:
    """Who listens to a conversation, and the highest seq they were told of."""

    listeners: set[Listener] = field(default_factory=set)
    heard: int = 0


class LogReplaced(Exception):  # not an error: a backup was restored
    """The log is another one than before: what sockets have sent of it may never have been."""


class Switchboard:
    """Who in this process wants to be woken for what."""

    def __init__(self, hints: Hints, flow: ConversationFlow) -> None:
        self._hints = hints
        self._flow = flow
        self._lines: dict[str, _Line] = {}
        self._everything: set[Listener] = set()

    @contextmanager
    def listening(self, conversation: str, listener: Listener) -> Iterator[None]:
        """Hear of one conversation while the block runs."""
        line = self._lines.setdefault(conversation, _Line())
        line.listeners.add(listener)
        try:
            yield
        finally:
            line.listeners.discard(listener)
            if not line.listeners:
                self._lines.pop(conversation, None)

    @contextmanager
    def hearing_all(self, listener: Listener) -> Iterator[None]:
        """Hear of every conversation while the block runs."""
        self._everything.add(listener)
        try:
            yield
        finally:
            self._everything.discard(listener)

    def dispatch(self, hint: Hint) -> None:
        """Wake whoever listens."""
        line = self._lines.get(hint.conversation)
        if line is not None:
            line.heard = max(line.heard, hint.seq)
        for listener in (*(line.listeners if line else ()), *self._everything):
            listener(hint)

    async def run(self, stop: asyncio.Event) -> None:
        """Read hints until stopped."""
        await until_stopped(stop, self._read())

    async def _read(self) -> None:
        async for hint in self._hints.subscribe():
            self.dispatch(hint)

    async def sweep(self, stop: asyncio.Event) -> None:
        """Find what lost hints hid, until stopped; jittered, so that nodes do not ask in step."""
        await until_stopped(stop, self._sweep())

    async def _sweep(self) -> Never:
        known: str | None = None
        while True:
            await asyncio.sleep(SWEEP_SECONDS * random.uniform(0.7, 1.3))  # noqa: S311  # jitter
            try:
                name = await self._flow.log_name()
                found = await self._flow.last_seqs(list(self._lines))
            except Exception as error:
                if not is_trouble(error):
                    raise
                log.warning("sweep_waits", error=type(error).__name__)
                continue
            if known not in {None, name}:
                raise LogReplaced
            known = name
            for conversation, last in found.items():
                line = self._lines.get(conversation)
                if line is not None and last > line.heard:
                    self.dispatch(Hint(conversation=conversation, seq=last))
