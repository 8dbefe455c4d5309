"""Passes on who is typing, never more than once a second each way.

Invariants: ephemeral; published as a hint that may be lost; `off` is only told when `on` was.
"""

import time
from collections.abc import Callable

from handoff.conversations.model import Author
from handoff.conversations.ports import Hint, Hints
from handoff.protocol import TypingFrame

_AGAIN_SECONDS = 1.0


def typing_frame(hint: Hint) -> TypingFrame:
    """What the other side is shown of a typing hint."""
    return TypingFrame.model_validate(
        {
            "conversation": hint.conversation,
            "author": hint.typing_author,
            "name": hint.typing_name,
            "on": hint.typing_on,
        }
    )


class TypingEcho:
    """One author's typing in one conversation, throttled."""

    def __init__(
        self,
        hints: Hints,
        *,
        conversation: str,
        author: Author,
        name: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hints = hints
        self._conversation = conversation
        self._author = author
        self._name = name
        self._clock = clock
        self._on = False
        self._told_at = float("-inf")

    async def tell(self, *, on: bool) -> None:
        """Publish a change, or a repetition after a second."""
        now = self._clock()
        if on == self._on and (not on or now - self._told_at < _AGAIN_SECONDS):
            return
        if on and now - self._told_at < _AGAIN_SECONDS:
            return
        self._on, self._told_at = on, now
        await self._hints.publish(
            Hint(
                conversation=self._conversation,
                typing_author=self._author,
                typing_name=self._name,
                typing_on=on,
            )
        )
