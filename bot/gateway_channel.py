"""The only way to the assistant: Rasa's REST channel, for who knows the token.

Rasa's own token guards its HTTP API and no channel, and a message's metadata says who the subscriber is.
Invariants: a call without the token reaches nothing, not even the parser of its body; no card number passes; an answer names the
question it belongs to, because connections are kept and serve many.
"""

from __future__ import annotations

import hmac
from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from components.matchers.cards import masked
from lean import leave_alone_what_stays

QUESTION = "X-Question"
"""Header: what the gateway calls its question, and our answer to it."""


class GatewayInput(RestInput):
    """`/webhooks/rest`, closed to everybody but the gateway."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> GatewayInput:
        """The channel of `credentials.yml`; without a token Rasa does not start."""
        token = (credentials or {}).get("token")
        if not token:
            cls.raise_missing_credentials_exception()
        return cls(str(token))

    def _extract_message(self, req: Request) -> str | None:
        """The text; a card number that got this far never reaches the tracker, which is kept on disk."""
        text = super()._extract_message(req)
        return masked(text) if isinstance(text, str) else None

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the REST channel, behind the token."""
        routes: Blueprint = super().blueprint(on_new_message)

        @routes.middleware("request")  # type: ignore[untyped-decorator]
        async def only_the_gateway(request: Request) -> HTTPResponse | None:
            given = str(request.args.get("token", ""))
            if hmac.compare_digest(given.encode(), self._token):
                return None
            return json({"status": "failure", "reason": "NotAuthenticated"}, status=401)

        @routes.middleware("response")  # type: ignore[untyped-decorator]
        async def to_which_question(request: Request, response: HTTPResponse) -> None:
            if QUESTION in request.headers:
                response.headers[QUESTION] = request.headers[QUESTION]

        @routes.listener("after_server_start")  # type: ignore[untyped-decorator]
        async def model_is_loaded(_app: Sanic, _loop: AbstractEventLoop) -> None:
            leave_alone_what_stays()

        return routes
