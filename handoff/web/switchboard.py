"""Brings hints to the sockets of this process: one reader for all, listeners by conversation.

Invariants: a listener is a plain function that sets an event and returns; nothing is awaited while
listeners are called, so no socket can hold up another. A lost hint costs a sweep.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from handoff.conversations.ports import Hint, Hints
from handoff.web.supervision import until_stopped

Listener = Callable[[Hint], None]


class Switchboard:
    """Who in this process wants to be woken for what."""

    def __init__(self, hints: Hints) -> None:
        self._hints = hints
        self._by_conversation: defaultdict[str, set[Listener]] = defaultdict(set)
        self._everything: set[Listener] = set()

    @contextmanager
    def listening(self, conversation: str, listener: Listener) -> Iterator[None]:
        """Hear of one conversation while the block runs."""
        self._by_conversation[conversation].add(listener)
        try:
            yield
        finally:
            listeners = self._by_conversation[conversation]
            listeners.discard(listener)
            if not listeners:
                del self._by_conversation[conversation]

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
        for listener in (*self._by_conversation.get(hint.conversation, ()), *self._everything):
            listener(hint)

    async def run(self, stop: asyncio.Event) -> None:
        """Read hints until stopped."""
        await until_stopped(stop, self._read())

    async def _read(self) -> None:
        async for hint in self._hints.subscribe():
            self.dispatch(hint)
