"""A small circuit breaker: who keeps failing is left alone for a while, so that nobody waits in vain.

Invariants: closed it lets everything through; after `threshold` failures in a row it is open for `rest`
seconds; then one trial goes through, and its outcome decides.
"""

import time
from collections.abc import Callable


class Breaker:
    """Counts failures in a row. For one event loop."""

    def __init__(
        self,
        *,
        threshold: int = 5,
        rest: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold = threshold
        self._rest = rest
        self._clock = clock
        self._failures = 0
        self._closed_again_at = 0.0

    def allows(self) -> bool:
        """Whether a call may go through now; when the rest is over, one trial may."""
        if self._failures < self._threshold:
            return True
        if self._clock() < self._closed_again_at:
            return False
        self._closed_again_at = self._clock() + self._rest
        return True

    def succeeded(self) -> None:
        """A call went well."""
        self._failures = 0

    def failed(self) -> None:
        """A call went wrong."""
        self._failures += 1
        if self._failures >= self._threshold:
            self._closed_again_at = self._clock() + self._rest
