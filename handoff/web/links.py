"""The pages behind the links that the business hands out: whoever has a link may use it, without a login.

`/documents`, `/exports` and `/pay` show or give something; `/undo`, `/confirm` and `/consent` do something.
Invariants: looking does nothing, only the button does, so that link previews and mail scanners change nothing;
pressing a button twice does it once; a link that ran out, was used or never was gets one answer; every failure is a
page that says what to do; no page is kept, and no token is logged or stands in a page but in its own address.
"""

import re
import secrets
from collections.abc import Callable, Coroutine, Iterable, Mapping
from html import escape
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qs, quote

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from typing_extensions import override

from handoff.desk.links import Bill, File, LinkRefused, Trouble
from handoff.desk.words import amount_text
from handoff.web.bodies import body_within
from handoff.web.errors import where
from handoff.web.link_words import WORDS
from handoff.web.pages import (
    HEADERS,
    Frame,
    Language,
    actions,
    document,
    language_of,
    told,
)
from handoff.web.services import Services, http_services, services
from handoff.web.wording import Wording, Words

log = structlog.get_logger(__name__)

W = TypeVar("W")
Web = Annotated[Services, Depends(http_services)]
_STATUS = {
    Trouble.PAID: 200,
    Trouble.ADDRESS_TAKEN: 409,
    Trouble.ON_HOLD: 409,
    Trouble.LATER: 503,
    Trouble.TOO_OFTEN: 429,
}
_PRESS = re.compile(r"[\w-]{16,64}", re.ASCII)


class Friendly(APIRoute):
    """A route whose failures are pages."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def friendly(request: Request) -> Response:
            try:
                return await answer(request)
            except LinkRefused as refused:
                return _refused(request, refused.trouble)
            except Exception as error:  # noqa: BLE001 - whoever follows a link gets a page, whatever broke
                log.error("link_broke", error=type(error).__name__, at=where(error))
                return _refused(request, Trouble.LATER)

        return friendly


def bounded(request: Request, web: Web) -> None:
    """Tokens cannot be guessed, and trying to shall not cost us much."""
    peer = request.client.host if request.client else "unknown"
    if not web.limits.links.allow(peer):
        raise LinkRefused(Trouble.TOO_OFTEN)


router = APIRouter(include_in_schema=False, route_class=Friendly, dependencies=[Depends(bounded)])


@router.get("/documents/{token}")
async def get_document(token: str, web: Web) -> Response:
    """An invoice as PDF, or those of a year as ZIP."""
    return download(await web.links.document(token))


@router.get("/exports/{token}")
async def get_export(token: str, web: Web) -> Response:
    """The copy of somebody's data as JSON."""
    return download(await web.links.export(token))


@router.get("/pay/{token}")
async def get_bill(token: str, request: Request, web: Web) -> HTMLResponse:
    """What a pay link asks for, and the way to the provider's page."""
    found, said = await web.links.bill(token), words_of(WORDS, request)
    words = said["paid" if found.paid else "pay"]
    content = _bill(found, said, language_asked(request))
    if found.paid:
        return _page(request, words, told("ok", words.text[0]) + content)
    onward = (
        f'<a class="primary" href="/pay/{quote(token, safe="")}/page">{escape(words.button)}</a>'
    )
    return _page(request, words, content + _paragraphs(words.text) + actions(onward))


@router.get("/pay/{token}/page")
async def go_to_pay(token: str, web: Web) -> RedirectResponse:
    """On to the provider's page. No form: browsers would hold its redirect against the policy for forms."""
    return RedirectResponse(await web.links.pay_page(token), status_code=303, headers=HEADERS)


@router.get("/undo/{token}")
async def ask_undo(request: Request) -> HTMLResponse:
    """Whether a change of contact data shall be undone."""
    return _question(request, "undo")


@router.post("/undo/{token}")
async def undo(token: str, request: Request, web: Web) -> HTMLResponse:
    """Undo it."""
    return _done(request, await web.links.undo(token, press_of(request)))


@router.get("/confirm/{token}")
async def ask_confirm(request: Request) -> HTMLResponse:
    """Whether an e-mail address shall be confirmed."""
    return _question(request, "confirm")


@router.post("/confirm/{token}")
async def confirm(token: str, request: Request, web: Web) -> HTMLResponse:
    """Confirm it."""
    return _done(request, await web.links.confirm(token, press_of(request)))


@router.get("/consent/{token}")
async def ask_consent(request: Request) -> HTMLResponse:
    """Whether a consent shall be confirmed."""
    return _question(request, "consent")


@router.post("/consent/{token}")
async def consent(token: str, request: Request, web: Web) -> HTMLResponse:
    """Confirm it."""
    return _done(request, await web.links.consent(token, press_of(request)))


def language_asked(request: Request) -> Language:
    """The language of the address, else the browser's."""
    asked = request.query_params.get("lang")
    return language_of(asked, request.headers.get("accept-language", ""))


def words_of(
    wording: Wording[W], request: Request, language: Language | None = None
) -> Mapping[str, W]:
    """The words of a page, in the operator's form of address and the language asked for, or this one."""
    return wording.of(language or language_asked(request), informal=services(request).informal)


def press_of(request: Request) -> str:
    """What one look at the page and its button have in common: a second press of it is the same press."""
    given = request.query_params.get("press", "")
    return given if _PRESS.fullmatch(given) else secrets.token_urlsafe(16)


async def form_of(request: Request, longest: int = 2000) -> dict[str, str]:
    """The fields of a small form; one of more than `longest` bytes is none of ours."""
    body = await body_within(request, longest)
    if body is None:
        raise LinkRefused(Trouble.OVER)
    fields = parse_qs(body.decode("utf-8", "replace"))
    return {name: values[0] for name, values in fields.items()}


def _question(request: Request, name: str) -> HTMLResponse:
    """What the button does, and the button; whether the link still holds shows when it is pressed."""
    language = language_asked(request)
    words = words_of(WORDS, request)[name]
    form = (
        f'<form method="post" action="?lang={language}&amp;press={secrets.token_urlsafe(16)}">'
        f'<button class="primary">{escape(words.button)}</button></form>'
    )
    return _page(request, words, _paragraphs(words.text) + actions(form))


def _done(request: Request, name: str) -> HTMLResponse:
    words = words_of(WORDS, request)[name]
    first, *rest = words.text
    return _page(request, words, told("ok", first) + _paragraphs(rest))


def _refused(request: Request, trouble: Trouble) -> HTMLResponse:
    words = words_of(WORDS, request)[trouble.value]
    answer = _page(request, words, _paragraphs(words.text), _STATUS.get(trouble, 404))
    if answer.status_code in {429, 503}:
        answer.headers["Retry-After"] = "60"
    return answer


def _bill(found: Bill, words: Mapping[str, Words], language: Language) -> str:
    """Amount, invoices and state."""
    amount = amount_text(found.minor, found.currency, language)
    name = words["invoices" if len(found.invoices) > 1 else "invoice"].title
    numbers = "".join(f"<dd>{escape(number)}</dd>" for number in found.invoices)
    state = words["state"]
    return (
        f'<dl><div><dt>{escape(words["amount"].title)}</dt><dd class="amount">{escape(amount)}</dd></div>'
        f"<div><dt>{escape(name)}</dt>{numbers}</div>"
        f"<div><dt>{escape(state.title)}</dt><dd>{escape(state.text[found.paid])}</dd></div></dl>"
    )


def _page(request: Request, words: Words, content: str, status: int = 200) -> HTMLResponse:
    """A page in the frame; the answer to a button offers no other language, it has no address to ask again."""
    house = services(request).links.house
    frame = Frame(language_asked(request), words.title, house, switch=request.method == "GET")
    return HTMLResponse(document(frame, content), status_code=status, headers=HEADERS)


def _paragraphs(text: Iterable[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text)


def download(file: File) -> Response:
    """A file to be saved, never shown: what is in it cannot run as a page of ours."""
    name = quote(file.name, safe="")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "no-store",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
