"""What the process logs names no person: no address of a client, no text inside an exception."""

import asyncio
import io
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from handoff import logs

SECRET = "my words"
ADDRESS = "203.0.113.7"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """A process with our logs, and what they hold; everything is put back at the end."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    names = ("httpx", "httpcore", "uvicorn.access", "uvicorn.error", "alembic", "fontTools")
    levels = {name: logging.getLogger(name).level for name in names}
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    logs.configure(development=False)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_who_connects_is_not_noted(written: io.StringIO) -> None:
    server = logging.getLogger("uvicorn.error")
    server.info('%s - "WebSocket %s" [accepted]', ADDRESS, "/ws/subscriber?x=1")
    server.warning("Invalid HTTP request received.")
    assert "Invalid HTTP request" in written.getvalue()
    assert ADDRESS not in written.getvalue()


def test_a_lost_task_is_named_without_its_words(written: io.StringIO) -> None:
    async def lose() -> None:
        async def broken() -> None:
            raise ValueError(SECRET)

        task = asyncio.create_task(broken())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task

    asyncio.run(lose())
    assert "never retrieved" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert SECRET not in written.getvalue()
