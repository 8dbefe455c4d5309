"""Hands WebSockets to who serves them, past the layers for HTTP: those would stay in memory for as long as a socket lives.

Invariant: what is not a WebSocket, or has another path, goes on to the application as it came.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from handoff.web.agent_socket import agent_socket
from handoff.web.subscriber_socket import subscriber_socket

Serve = Callable[[WebSocket], Awaitable[None]]
SERVED: Mapping[str, Serve] = {"/ws/subscriber": subscriber_socket, "/ws/agent": agent_socket}


class SocketRoutes:
    """The outermost layer: `served` by path."""

    def __init__(self, app: ASGIApp, *, served: Mapping[str, Serve]) -> None:
        self.inner = app
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a socket, or pass on."""
        serve = self._served.get(scope["path"]) if scope["type"] == "websocket" else None
        if serve is None:
            await self.inner(scope, receive, send)
        else:
            scope["app"] = self.inner
            await serve(WebSocket(scope, receive, send))
