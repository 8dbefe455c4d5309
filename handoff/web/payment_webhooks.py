"""`POST /webhooks/payments/{provider}`: where the payment provider tells what became of a payment.

Invariants: the body is taken as it came, because its signature is over the bytes, and at most 256 KiB of it; 200
means stored; a store that is away is 503, so that the provider repeats; nothing of a body is logged.
"""

from collections.abc import Mapping
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request

from handoff.web.errors import WebError
from handoff.web.services import Services, http_services

log = structlog.get_logger(__name__)

MOST_BYTES = 256 * 1024
router = APIRouter(prefix="/webhooks/payments", tags=["webhooks"])


@router.post("/{provider}")
async def payment_event(
    provider: str, request: Request, web: Annotated[Services, Depends(http_services)]
) -> dict[str, str]:
    """Store and apply what the provider tells. 400 for a bad or old signature, 404 for another provider."""
    await take_in(web, provider, dict(request.headers), await _body(request))
    return {"status": "stored"}


async def take_in(web: Services, provider: str, headers: Mapping[str, str], body: bytes) -> None:
    """Store and apply a webhook (header names in lower case). Raises what the route answers."""
    if not await web.payment_events(provider, headers, body):
        log.warning("payment_webhook_not_believed", provider=provider)
        raise WebError(400, "bad_signature")


async def _body(request: Request) -> bytes:
    """The bytes as they came; reading stops where they become too many."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise WebError(413, "too_large")
    return bytes(body)
