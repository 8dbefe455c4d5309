"""Checks passwords with argon2id (19 MiB, 2 passes, 1 lane: about 80 ms), off the event loop.

Invariants: an unknown login costs the same as a wrong password; at most two checks run at once, so that
a flood of logins cannot take the processors or the memory.
"""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE = 2


class Passwords:
    """Hashes and verifies; one per process."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._dummy: str | None = None

    async def hash(self, password: str) -> str:
        """The hash to store."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Does the password fit? `None` stands for an unknown login and takes as long."""
        if self._dummy is None:
            self._dummy = await self.hash("nobody's password")
        async with self._slots:
            fits = await asyncio.to_thread(self._verify, stored or self._dummy, password)
        return fits and stored is not None

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
