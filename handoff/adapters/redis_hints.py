"""Hints between nodes over Redis pub/sub.

Invariants: Redis only wakes, it never holds a message; publishing returns at once, whatever Redis does;
this node's own subscriptions are woken without Redis; the reader reconnects for ever; what is not one
of our frames is ignored.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from handoff.adapters.memory_hints import BACKLOG, MemoryHints
from handoff.contract import Wire
from handoff.conversations.ports import Hint
from handoff.tasks import side_by_side, until_stopped

CHANNEL = "abolotse:hints"
PUBLISH_SECONDS = 0.3
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0

log = structlog.get_logger(__name__)


class _Frame(Wire):
    """Hints on their way between nodes; what was said stays in the database."""

    node: str
    hints: list[Hint]


_STAYS = {"hints": {"__all__": {"events"}}}


class RedisHints:
    """Hints for all nodes which share a Redis; `run` must be kept running for the other nodes' sake."""

    def __init__(self, redis_url: str, *, channel: str = CHANNEL) -> None:
        self._local = MemoryHints()
        self._channel = channel
        self._node = secrets.token_hex(8)
        self._own = f'{{"node":"{self._node}"'.encode()
        self._outbox: deque[Hint] = deque(maxlen=BACKLOG)
        self._news = asyncio.Event()
        self._redis: Redis = Redis.from_url(
            redis_url,
            socket_connect_timeout=1.0,
            socket_timeout=5.0,
            health_check_interval=5,
            retry=Retry(NoBackoff(), 0),
        )

    async def publish(self, hint: Hint) -> None:
        """Wake this node at once, the others as soon as Redis takes it."""
        self._local.fan_out(hint)
        self._outbox.append(hint)
        self._news.set()

    def subscribe(self) -> AsyncIterator[Hint]:
        """All hints from this call on, of this node and the others."""
        return self._local.subscribe()

    async def ready(self) -> bool:
        """Whether Redis answers now."""
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                return bool(await self._redis.ping())
        except (RedisError, OSError, TimeoutError):
            return False

    async def run(self, stop: asyncio.Event) -> None:
        """Send and receive until stopped; a dead Redis is waited for."""
        parts = [self._again_and_again(part) for part in (self._send, self._receive)]
        try:
            await until_stopped(stop, side_by_side(*parts))
        finally:
            await self._redis.aclose()

    async def _again_and_again(self, part: Callable[[], Awaitable[None]]) -> None:
        pause = FIRST_PAUSE
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await part()
            except Exception as error:  # noqa: BLE001  # the reader must outlive every failure
                log.warning("hints_interrupted", error=type(error).__name__)
            steady = asyncio.get_running_loop().time() - began > LONGEST_PAUSE
            pause = FIRST_PAUSE if steady else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _send(self) -> None:
        """All that waits in one message; what Redis does not take in time is lost, and that is fine."""
        while True:
            await self._news.wait()
            self._news.clear()
            frame = _Frame(node=self._node, hints=list(self._outbox))
            self._outbox.clear()
            told = frame.model_dump_json(exclude=_STAYS, exclude_defaults=True)
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._redis.publish(self._channel, told)

    async def _receive(self) -> None:
        async with self._redis.pubsub() as listening:
            await listening.subscribe(self._channel)
            while True:
                message = await listening.get_message(ignore_subscribe_messages=True, timeout=1.0)
                if message is not None:
                    self._hear(message["data"])

    def _hear(self, data: bytes) -> None:
        if data.startswith(self._own):
            return
        try:
            frame = _Frame.model_validate_json(data)
        except ValidationError:
            log.warning("hint_not_understood")
            return
        for hint in frame.hints:
            self._local.fan_out(hint)
