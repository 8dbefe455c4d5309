"""The demo shop's two calls: who can be played, and the host site's signature for one of them.

Invariants: in development only, otherwise 404 as if they were not there; a token is made only for a
customer of the demo data, and only for our own page.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from handoff.contract import Wire
from handoff.web.errors import WebError
from handoff.web.host_token import sign
from handoff.web.origin import origin_allowed
from handoff.web.services import Services, http_services

Web = Annotated[Services, Depends(http_services)]


class Customer(Wire):
    """A customer number of the demo data."""

    customer: str = Field(min_length=1, max_length=32)


class HostToken(Wire):
    """The host site's JWT, good for one hello within five minutes."""

    jwt: str


def in_development(web: Web) -> None:
    """Not there in production."""
    if not web.development:
        raise WebError(404, "not_found")


router = APIRouter(prefix="/demo", tags=["demo"], dependencies=[Depends(in_development)])


@router.get("/customers")
async def customers(web: Web) -> list[dict[str, Any]]:
    """The customers of the demo data with their stories."""
    return await web.subscribers.demo_customers()


@router.post("/token")
async def token(request: Request, web: Web, body: Customer) -> HostToken:
    """Sign a demo customer in, as the host site's server would after its own login."""
    if "origin" in request.headers and not origin_allowed(request, web.origins):
        raise WebError(403, "foreign_origin")
    peer = request.client.host if request.client else "unknown"
    if not web.limits.demo_tokens.allow(peer):
        raise WebError(429, "rate_limited", retry_after=web.limits.demo_tokens.retry_after())
    everybody = await web.subscribers.demo_customers()
    chosen = next((one for one in everybody if one["number"] == body.customer), None)
    if chosen is None:
        raise WebError(404, "not_found")
    return HostToken(
        jwt=sign(
            web.host_site,
            kid=web.host_kid,
            subscriber=chosen["number"],
            name=chosen["name"],
            now=web.clock(),
        )
    )
