"""The SDK's HTTP server as we run it: one process, loopback, and silent about what people write.

Invariants: only who shows the token reaches an action, because the request says who the subscriber is;
an error answer never echoes the request; no origin may call from a browser; no access log.
The SDK's own `run` is not used: it listens on all interfaces and starts worker processes.
"""

import hmac
import logging
import warnings
from types import SimpleNamespace

import structlog
from pydantic import SecretStr
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import HTTPResponse, Request, Sanic
from sanic.config import Config
from sanic.exceptions import SanicException
from sanic.handlers import ErrorHandler
from sanic.response import json
from typing_extensions import override

from actions.settings import ActionSettings

App = Sanic[Config, SimpleNamespace]

_log = structlog.get_logger(__name__)


class SilentErrors(ErrorHandler):
    """Answers an error with its status alone; the SDK would send the whole tracker back."""

    @override
    def response(self, request: Request, exception: Exception) -> HTTPResponse:
        """The answer to a request that failed outside of an action."""
        status = exception.status_code if isinstance(exception, SanicException) else 500
        _log.error("request failed", path=request.path, error=type(exception).__name__)
        return json({"error": type(exception).__name__}, status=status)


def build_app(executor: ActionExecutor, token: SecretStr) -> App:
    """The Sanic application of the SDK, hardened; only `/health` answers without the token."""
    app: App = create_app(executor, cors_origins=[])
    app.error_handler = SilentErrors()
    expected = f"Bearer {token.get_secret_value()}".encode()

    async def only_rasa(request: Request) -> HTTPResponse | None:
        given = request.headers.get("authorization", "").encode()
        if request.path == "/health" or hmac.compare_digest(given, expected):
            return None
        return json({"error": "Unauthorized"}, status=401)

    app.register_middleware(only_rasa, "request")
    return app


def quiet() -> None:
    """Log warnings only, and not that Rasa 3.6 and the SDK 3.21 differ: the pair is tested together."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    warnings.filterwarnings("ignore", message="Your versions of rasa and", category=UserWarning)


def serve(app: App, settings: ActionSettings) -> None:
    """Serve until a signal; in this process, so that the database is opened once."""
    app.run(
        host=settings.host,
        port=settings.port,
        single_process=True,
        access_log=False,
        motd=False,
        debug=False,
    )
