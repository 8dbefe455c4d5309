"""One turn at a time per conversation, whichever Rasa it came to: locks in this process, and in Redis when there are several.

Invariants: taking a lock is one atomic command, releasing and renewing it touch only one's own; a holder that dies
frees its conversation within `LEASE_SECONDS`; without an answer of Redis a turn goes on, because the gateway asks one turn at
a time and Redis only guards its repeats.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio import Redis  # type: ignore[import-untyped]
from redis.exceptions import RedisError  # type: ignore[import-untyped]

LEASE_SECONDS = 3.0
RENEW_SECONDS = 0.75
LONGEST_WAIT = 8.0
"""As long as the gateway waits for a whole turn: who waited longer works for nobody."""

_POLL_SECONDS = 0.02
_REDIS_SECONDS = 1.0
_SILENCE_SECONDS = 5.0
_RENEW = (
    "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('pexpire', KEYS[1], ARGV[2]) or 0"
)
_RELEASE = "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('del', KEYS[1]) or 0"
_TROUBLE = (RedisError, OSError, asyncio.TimeoutError)

log = logging.getLogger(__name__)


class ConversationLocks(LockStore):
    """`url` of the endpoint is a Redis address shared by all replicas, or empty when there is one Rasa only."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        super().__init__()
        self._url: str = endpoint_config.url or ""
        self._redis: Redis | None = None
        self._silent_until = 0.0
        self._here: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = 0, wait_time_in_seconds: float = 0
    ) -> AsyncIterator[TicketLock]:
        """Hold the conversation while the block runs; Rasa's own two times are not needed. Raises LockError."""
        async with self._held_here(conversation_id), self._held_everywhere(conversation_id):
            yield TicketLock(conversation_id)

    @asynccontextmanager
    async def _held_here(self, conversation: str) -> AsyncIterator[None]:
        """Against the other turns of this process, first come, first served."""
        lock, users = self._here.get(conversation, (asyncio.Lock(), 0))
        self._here[conversation] = (lock, users + 1)
        try:
            try:
                await asyncio.wait_for(lock.acquire(), LONGEST_WAIT)
            except asyncio.TimeoutError:
                raise LockError("another turn holds the conversation") from None
            try:
                yield
            finally:
                lock.release()
        finally:
            lock, users = self._here.pop(conversation)
            if users > 1:
                self._here[conversation] = (lock, users - 1)

    @asynccontextmanager
    async def _held_everywhere(self, conversation: str) -> AsyncIterator[None]:
        """Against the other replicas, for as long as this process renews its lease."""
        key, token = f"rasa:lock:{conversation}", secrets.token_hex(16)
        if not await self._taken(key, token):
            yield
            return
        renewing = asyncio.ensure_future(self._renew(key, token))
        try:
            yield
        finally:
            renewing.cancel()
            await self._asked(_RELEASE, key, token)

    async def _taken(self, key: str, token: str) -> bool:
        """Wait for the lock; False: there is no Redis, or none that answers. Raises LockError after `LONGEST_WAIT`."""
        clock = asyncio.get_running_loop().time
        give_up = clock() + LONGEST_WAIT
        if not self._url or clock() < self._silent_until:
            return False
        try:
            while not await self._client().set(key, token, nx=True, px=int(LEASE_SECONDS * 1000)):
                if clock() > give_up:
                    raise LockError("another replica holds the conversation")
                await asyncio.sleep(_POLL_SECONDS)
        except _TROUBLE as error:
            # The text of the error may hold the address with its password.
            log.warning("Redis does not answer (%s); the turn goes on", type(error).__name__)
            self._silent_until = clock() + _SILENCE_SECONDS
            return False
        return True

    async def _renew(self, key: str, token: str) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            await self._asked(_RENEW, key, token, int(LEASE_SECONDS * 1000))

    async def _asked(self, script: str, key: str, *values: Any) -> None:
        with suppress(*_TROUBLE):
            await self._client().eval(script, 1, key, *values)

    def _client(self) -> Redis:
        """Made inside the loop that uses it."""
        if self._redis is None:
            self._redis = Redis.from_url(
                self._url, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS
            )
        return self._redis
