"""One table from refusal to HTTP status, socket answer and close code; and the handlers that use it.

Invariants: every code of the conversations and of the subscriptions has a row (a test holds it); an
answer names the code and plain facts, never an exception's text, which may hold what a person wrote.
"""

import traceback
from dataclasses import dataclass

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handoff.conversations.errors import ConversationError, Refusal
from handoff.protocol import Nack
from subscriptions.errors import Code, SubscriptionError

log = structlog.get_logger(__name__)

# Close codes: RFC 6455 and the IANA registry; 44xx are ours and mirror HTTP.
NORMAL, POLICY, BROKEN, RESTART, TRY_LATER = 1000, 1008, 1011, 1012, 1013
UNAUTHENTICATED, HELLO_LATE, SLOW_READER = 4401, 4408, 4413


@dataclass(frozen=True, slots=True)
class Answer:
    """What a refusal means outside: an HTTP status, whether to try again, and a close code if it ends the socket."""

    http: int
    retry: bool = False
    close: int | None = None


REFUSALS: dict[Refusal, Answer] = {
    Refusal.UNKNOWN_CONVERSATION: Answer(404),
    Refusal.STALE_EPOCH: Answer(409),
    Refusal.STALE_VIEW: Answer(409),
    Refusal.NOT_OWNER: Answer(409),
    Refusal.TAKEN: Answer(409),
    Refusal.CLOSED: Answer(409),
    Refusal.UNKNOWN_BUTTON: Answer(404),
    Refusal.SESSION_EXPIRED: Answer(401, close=UNAUTHENTICATED),
    Refusal.BAD_TOKEN: Answer(401, close=UNAUTHENTICATED),
    Refusal.UNAVAILABLE: Answer(503, retry=True),
    Refusal.EMPTY_TEXT: Answer(422),
    Refusal.NOT_EDITABLE: Answer(409),
    Refusal.UNFILLED_GAP: Answer(422),
    Refusal.UNKNOWN_DESTINATION: Answer(404),
}

BUSINESS: dict[Code, int] = dict.fromkeys(Code, 409) | {
    Code.IDENTITY_NEEDED: 403,
    Code.STEP_UP_NEEDED: 403,
    Code.CONSENT_NEEDED: 403,
    Code.NOT_FOUND: 404,
    Code.CONTRACT_MISSING: 404,
    Code.PLAN_UNKNOWN: 404,
    Code.QUOTE_FOREIGN: 404,
    Code.ADDON_UNKNOWN: 404,
    Code.VOUCHER_UNKNOWN: 404,
    Code.MANDATE_MISSING: 404,
    Code.DEVICE_UNKNOWN: 404,
    Code.ISSUE_UNKNOWN: 404,
    Code.CASE_UNKNOWN: 404,
    Code.QUOTE_EXPIRED: 410,
    Code.LINK_EXPIRED: 410,
    Code.CODE_EXPIRED: 410,
    Code.UNDO_EXPIRED: 410,
    Code.BAD_INPUT: 422,
    Code.TEXT_MISSING: 422,
    Code.TEXT_TOO_LONG: 422,
    Code.VAT_ID_INVALID: 422,
    Code.IBAN_INVALID: 422,
    Code.ADDRESS_INVALID: 422,
    Code.EMAIL_INVALID: 422,
    Code.PHONE_INVALID: 422,
    Code.CODE_TOO_OFTEN: 429,
    Code.NOT_OFFERED: 501,
    Code.PROVIDER_DOWN: 503,
    Code.STORE_UNAVAILABLE: 503,
    Code.PAYMENT_DECLINED: 402,
}


class WebError(Exception):
    """A refusal of the HTTP side alone: a code, a status, seconds to wait if waiting helps, and plain facts."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        retry_after: int | None = None,
        facts: dict[str, object] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.facts = facts


def where(error: BaseException) -> str:
    """The last places of an error's trace, for logs: files and lines, nothing that a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in reversed(frames))


def nack(cid: str, error: ConversationError) -> Nack:
    """The frame that tells a client why its step was refused."""
    return Nack(
        cid=cid,
        code=error.code.value,
        retry=REFUSALS[error.code].retry,
        facts={name: str(value) for name, value in error.facts.items()},
    )


def _json(status: int, code: str, facts: dict[str, object] | None = None) -> JSONResponse:
    return JSONResponse({"code": code, "facts": facts or {}}, status_code=status)


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ConversationError)
    return _json(REFUSALS[error.code].http, error.code.value, dict(error.facts))


async def _business(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SubscriptionError)
    if error.code is Code.STORE_UNAVAILABLE:
        log.warning("business_unavailable", error=type(error.__cause__ or error).__name__)
    return _json(BUSINESS[error.code], error.code.value, jsonable_encoder(error.facts))


async def _web(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WebError)
    response = _json(error.status, error.code, error.facts)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """Names the fields; what was in them (a password) is not given back."""
    assert isinstance(error, RequestValidationError)
    fields = [".".join(str(part) for part in problem["loc"]) for problem in error.errors()]
    return _json(422, "bad_request", {"fields": fields})


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
    return _json(error.status_code, code)


class LastResort:
    """Outermost layer for HTTP: an unexpected error is a 500 with a code, logged without its text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through; answer for what nobody caught."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001  # the last resort is meant to catch all
            log.error("request_broke", error=type(error).__name__, at=where(error))
            if not started:
                await _json(500, "internal")(scope, receive, send)


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(ConversationError, _refused)
    app.add_exception_handler(SubscriptionError, _business)
    app.add_exception_handler(WebError, _web)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
