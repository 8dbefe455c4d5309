"""News of the payment provider, handed to the business in a thread.

Invariants: what is not signed is not believed, and nothing of it is logged.
"""

import asyncio
from collections.abc import Mapping

from subscriptions.port import Business
from subscriptions.provider import UntrustedEventError


class PaymentEvents:
    """Takes webhooks in."""

    def __init__(self, subscriptions: Business) -> None:
        self._subscriptions = subscriptions

    async def receive(self, provider: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the webhook was believed; then it is stored. Raises what `Settlement.receive` raises."""
        settlement = self._subscriptions.settlement
        try:
            await asyncio.to_thread(settlement.receive, provider, headers, body)
        except UntrustedEventError:
            return False
        return True
