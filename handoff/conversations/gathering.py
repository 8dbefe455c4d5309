"""One question for all who ask the same kind of thing: what is asked while one is under way is the next one.

Invariants: whoever asked first is answered first; an answer is younger than its question; nothing is remembered between questions; a
failure belongs to those who asked, and nobody is left waiting.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

from handoff.conversations.errors import ConversationError, Refusal

Q = TypeVar("Q")
A = TypeVar("A")


class Gathering(Generic[Q, A]):
    """For one event loop. `ask` answers in the order of the questions, of which it is given `at_once` at most."""

    def __init__(self, ask: Callable[[list[Q]], Awaitable[Sequence[A]]], *, at_once: int) -> None:
        self._ask = ask
        self._at_once = at_once
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def answer(self, question: Q) -> A:
        """The answer. Raises what asking raises."""
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_all())
        return await future

    async def _ask_all(self) -> None:
        while self._waiting:
            batch = self._waiting[: self._at_once]
            self._waiting = self._waiting[self._at_once :]
            try:
                answers = await self._ask([question for question, _ in batch])
            except Exception as error:  # noqa: BLE001  # it belongs to those who asked
                _fail(batch, error)
                continue
            except BaseException:  # nobody is left waiting for an answer that never comes
                _fail([*batch, *self._waiting], ConversationError(Refusal.UNAVAILABLE))
                self._waiting = []
                raise
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)


def _fail(batch: Iterable[tuple[Q, asyncio.Future[A]]], why: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(why)
