"""The HTTP side: one request with a time limit, and what its failures mean.

Invariants: an answer is complete JSON within the limit or STORE_UNAVAILABLE; a connection that cannot be
made is tried once more, a request that was sent never; amounts are decimals, never floats.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from time import monotonic
from typing import Any

import httpx

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money

MAX_BODY = 4_000_000
Params = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """Where the system is and how we show who we are.

    `seconds` (whole) is how long an answer may take; the worst case, bytes that drip, takes twice as long.
    """

    url: str
    user: str
    password: str = field(repr=False)
    api_key: str = ""
    api_secret: str = field(default="", repr=False)
    seconds: int = 2


class RemoteApi:
    """Requests to the remote system; safe to share between threads."""

    def __init__(self, settings: RemoteSettings, *, now: Callable[[], Any] = monotonic) -> None:
        self._now = now
        self._seconds = settings.seconds
        self._http = httpx.Client(
            base_url=settings.url,
            auth=(settings.user, settings.password),
            timeout=httpx.Timeout(settings.seconds, connect=1),
            headers={
                "Accept": "application/json",
                "X-Killbill-ApiKey": settings.api_key,
                "X-Killbill-ApiSecret": settings.api_secret,
            },
            follow_redirects=False,
            transport=httpx.HTTPTransport(retries=1),
            trust_env=False,
        )

    def get(self, path: str, params: Params | None = None) -> Any:
        """What is there; raises NOT_FOUND for 404, STORE_UNAVAILABLE for all that is no proper answer."""
        return self._json("GET", path, params=params)

    def send(self, method: str, path: str, *, actor: str, params: Params, body: Any = None) -> None:
        """Change something once; `actor` is told to the remote system. Raises as `get` does."""
        headers = {"X-Killbill-CreatedBy": actor, "X-Killbill-Reason": "chat"}
        self._json(method, path, params=params, headers=headers, body=body)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _json(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Any:
        """One request. The limit is for all of it: a server that drips bytes is given up as well."""
        until = self._now() + self._seconds
        try:
            with self._http.stream(
                method, path, params=params, headers=headers, json=body
            ) as response:
                content = self._within(response, until)
        except httpx.HTTPError as error:
            raise SubscriptionError(Code.STORE_UNAVAILABLE) from error
        return _understood(response.status_code, content)

    def _within(self, response: httpx.Response, until: Any) -> bytes:
        content = b""
        for part in response.iter_bytes():
            content += part
            if self._now() > until or len(content) > MAX_BODY:
                raise SubscriptionError(Code.STORE_UNAVAILABLE)
        return content


def _understood(status: int, content: bytes) -> Any:
    if status == httpx.codes.NOT_FOUND:
        raise SubscriptionError(Code.NOT_FOUND)
    if status == httpx.codes.PAYMENT_REQUIRED:
        raise SubscriptionError(Code.PAYMENT_DECLINED)
    if not httpx.codes.is_success(status):
        raise SubscriptionError(Code.STORE_UNAVAILABLE)
    if not content:
        return None
    try:
        return json.loads(content, parse_float=Decimal, parse_int=Decimal)
    except ValueError as error:
        raise SubscriptionError(Code.STORE_UNAVAILABLE) from error


def money(amount: Any, currency: str) -> Money:
    """Cents of a decimal amount; an amount that is finer than cents is no proper answer."""
    cents = Decimal(amount).scaleb(2)
    if cents != cents.to_integral_value():
        raise ValueError("finer than cents")
    return Money(int(cents), currency)
