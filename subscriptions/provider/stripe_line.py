"""The line to Stripe: its SDK with our time limit, and what of its errors may pass.

Invariants: a call ends within 3 s, however slowly the bytes come; the SDK repeats nothing on its own; only what was
certainly not done is called so: no connection, or a refusal that says what was wrong with us; the texts of errors,
which may repeat what was sent, are dropped.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import requests
import stripe
from urllib3.exceptions import NewConnectionError

from subscriptions.provider.port import NotReachedError, ProviderUnavailableError

T = TypeVar("T")
BUDGET_SECONDS = 3
# Refused before anything was done. A conflict of keys is not among them: under that key something was done.
_REFUSED = (
    stripe.AuthenticationError,
    stripe.PermissionError,
    stripe.RateLimitError,
    stripe.InvalidRequestError,
)


@dataclass(frozen=True, slots=True)
class StripeAccess:
    """What an operator has from Stripe. `return_url` is shown after a page; `api` is another address for tests.

    Two webhook secrets are valid while one replaces the other.
    """

    secret_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    return_url: str
    api: str | None = None


class StripeLine:
    """The SDK's client and the waiting for its answers. Safe to share between threads."""

    def __init__(self, access: StripeAccess) -> None:
        self.client = stripe.StripeClient(
            access.secret_key,
            base_addresses={"api": access.api} if access.api else None,
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=BUDGET_SECONDS),
        )
        # The SDK limits each wait for a byte, not the whole call; waiting for a worker does.
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="stripe")

    def ask(self, call: Callable[[], T], *passing: type[stripe.StripeError]) -> T:
        """The answer within the budget. Errors of the kinds in `passing` pass, all others are «no answer».

        Raises NotReachedError when nothing can have been done, else ProviderUnavailableError.
        """
        waiting = self._pool.submit(call)
        try:
            return waiting.result(timeout=BUDGET_SECONDS)
        except (stripe.StripeError, TimeoutError) as error:
            never_sent = waiting.cancel()  # it was still waiting for a worker
            if isinstance(error, passing):
                raise
            sure = never_sent or isinstance(error, _REFUSED) or _no_connection(error)
            kind = NotReachedError if sure else ProviderUnavailableError
            raise kind(type(error).__name__) from None


def _no_connection(error: Exception) -> bool:
    """Whether not even a connection was made, so that not a byte was sent."""
    cause = error.__cause__
    if isinstance(cause, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    return isinstance(reason, NewConnectionError)
