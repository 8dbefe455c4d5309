"""Who else has a conversation before them: told, told again, and asked back; never of oneself."""

import asyncio
from contextlib import suppress

import pytest

from handoff.adapters.memory_hints import MemoryHints
from handoff.conversations.hints import Hint
from handoff.conversations.ports import Agent
from handoff.web import looking as module
from handoff.web.looking import Looking

MAYA = Agent("maya", "Maya", available=True)
JON = Agent("jon", "Jon", available=True)


class Desk:
    """Two consoles that hear each other, and all that was said."""

    def __init__(self) -> None:
        self.hints = MemoryHints()
        self.looks = {agent.id: Looking(self.hints, agent) for agent in (MAYA, JON)}
        self.shown: dict[str, list[tuple[str, bool, bool]]] = {"maya": [], "jon": []}

    async def listen(self) -> None:
        """Bring every hint to both."""
        async for hint in self.hints.subscribe():
            self.hear(hint)

    def hear(self, hint: Hint) -> None:
        """What each of both is shown."""
        for name, look in self.looks.items():
            if (frame := look.hear(hint)) is not None:
                self.shown[name].append((frame.conversation, frame.on, frame.writing))


async def told(desk: Desk, name: str, count: int) -> list[tuple[str, bool, bool]]:
    """The first things one is shown."""
    async with asyncio.timeout(20):
        while len(desk.shown[name]) < count:  # noqa: ASYNC110  # nobody tells us
            await asyncio.sleep(0.01)
    return desk.shown[name]


async def test_who_comes_is_told_and_asks_who_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 3600)
    desk = Desk()
    tasks = [
        asyncio.create_task(part)
        for part in (desk.listen(), *(x.beat() for x in desk.looks.values()))
    ]
    await asyncio.sleep(0)
    await desk.looks["maya"].at("one", writing=True)
    await told(desk, "jon", 1)
    await desk.looks["jon"].at("one")
    assert await told(desk, "jon", 2) == [("one", True, True)] * 2, "asked back, and never oneself"
    assert await told(desk, "maya", 1) == [("one", True, False)]
    await desk.looks["maya"].at("two")
    assert (await told(desk, "jon", 4))[2:] == [("one", False, False), ("two", True, False)]
    await desk.looks["maya"].at(None)
    assert (await told(desk, "jon", 5))[4:] == [("two", False, False)]
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_it_is_said_again_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.01)
    desk = Desk()
    tasks = [asyncio.create_task(part) for part in (desk.listen(), desk.looks["maya"].beat())]
    await asyncio.sleep(0)
    await desk.looks["maya"].at("one")
    assert set(await told(desk, "jon", 3)) == {("one", True, False)}
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
