"""`/simulator/…`: the pages that stand in for a payment provider's while the built-in simulator collects.

Invariants: in development and with the simulator only, otherwise 404 as if they were not there; no card field,
no script, no cookie; who has the address, which cannot be guessed, may press its buttons, so a foreign page can
press none; what a button does, it does through the simulator's webhook.
"""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from handoff.desk.simulated_pages import SimulatedPages
from handoff.web.errors import WebError
from handoff.web.pages import HEADERS, language_of
from handoff.web.payment_webhooks import take_in
from handoff.web.services import Services, http_services
from handoff.web.simulated_page_view import Outcome, Shown, missing_page, page

Web = Annotated[Services, Depends(http_services)]


def pages_of(web: Web) -> SimulatedPages:
    """Not there in production, and not with a real provider."""
    if web.simulated_pages is None:
        raise WebError(404, "not_found")
    return web.simulated_pages


Pages = Annotated[SimulatedPages, Depends(pages_of)]
router = APIRouter(prefix="/simulator", include_in_schema=False)


@router.get("/{reference}")
async def look(
    reference: str,
    request: Request,
    pages: Pages,
    *,
    lang: str | None = None,
    after: str | None = None,
) -> HTMLResponse:
    """What is asked for, in German or English; 404 for a page that ran out, was replaced or never was."""
    language = language_of(lang, request.headers.get("accept-language", ""))
    shown = Shown(reference, language, pages.back, after)
    asked = await pages.look(reference)
    if asked is None:
        return HTMLResponse(missing_page(shown), status_code=404, headers=HEADERS)
    return HTMLResponse(page(asked, shown), headers=HEADERS)


@router.post("/{reference}/{outcome}")
async def decide(
    reference: str,
    outcome: Outcome,
    web: Web,
    pages: Pages,
    *,
    lang: str | None = None,
) -> RedirectResponse:
    """Let the simulator tell what was decided, unless nothing is open any more; then show the page again."""
    asked = await pages.look(reference)
    query: dict[str, str] = {} if lang is None else {"lang": lang}
    if asked is not None and not asked.done:
        headers, body = pages.decided(reference, succeeds=outcome == "succeed")
        await take_in(web, "simulator", headers, body)
        query["after"] = outcome
    address = f"/simulator/{quote(reference, safe='')}?{urlencode(query)}"
    return RedirectResponse(address, status_code=303, headers=HEADERS)
