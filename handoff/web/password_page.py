"""The page `/desk/password`: somebody at the desk changes their own password.

Invariants: only a signed-in agent gets it, only about themselves, and only a page of ours may send it; tries are bounded by the
limits of the sign-in; no password stands in an answer or a log; sockets of the sessions that end are closed.
"""

from collections.abc import Mapping
from html import escape
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from handoff.desk.own_password import OwnPasswordRefused, change_own
from handoff.desk.sign_in import SignIn
from handoff.web.connection import Hangup
from handoff.web.cookies import read_cookie
from handoff.web.errors import UNAUTHENTICATED, WebError
from handoff.web.links import form_of, language_asked, words_of
from handoff.web.origin import OWN_PAGE_ONLY, origin_allowed
from handoff.web.pages import HEADERS, Frame, actions, document, told
from handoff.web.password_words import WORDS
from handoff.web.services import Services, http_services

log = structlog.get_logger(__name__)

Web = Annotated[Services, Depends(http_services)]
# Without a referrer at all browsers hide where a form comes from.
_HEADERS = {**HEADERS, "Referrer-Policy": "same-origin"}
_LONGEST_FORM = 8000
_STATUS = {"": 200, "too_often": 429}

router = APIRouter(include_in_schema=False)


@router.get("/desk/password")
async def ask(request: Request, web: Web) -> Response:
    """The form; whoever is not signed in goes to the sign-in."""
    sign_in = await _signed_in(request, web)
    return _form(request, web, sign_in) if sign_in else _to_desk()


@router.post("/desk/password")
async def change(request: Request, web: Web) -> Response:
    """Change it, or say why not."""
    if not origin_allowed(request, OWN_PAGE_ONLY):
        raise WebError(403, "foreign_origin")
    sign_in = await _signed_in(request, web)
    if sign_in is None:
        return _to_desk()
    if not web.limits.logins_by_name.allow(f"own {sign_in.login}"):
        return _form(request, web, sign_in, problem="too_often")
    form = await form_of(request, _LONGEST_FORM)
    if form.get("new") != form.get("again"):
        return _form(request, web, sign_in, problem="differ")
    try:
        ended = await change_own(
            web.accounts,
            web.passwords,
            sign_in,
            old=form.get("old", ""),
            new=form.get("new", ""),
        )
    except OwnPasswordRefused as refused:
        log.warning("own_password_refused", why=refused.fault)
        return _form(request, web, sign_in, problem=refused.fault)
    for session in ended:
        web.sockets.close_principal("agent", session, Hangup(UNAUTHENTICATED, "session_expired"))
    return _page(request, web, told("ok", _words(request)["done"]) + actions(_back(request)))


async def _signed_in(request: Request, web: Services) -> SignIn | None:
    found = await web.sign_ins.find(read_cookie(request, development=web.development))
    return found[0] if found else None


def _to_desk() -> Response:
    return RedirectResponse("/desk", status_code=303, headers=_HEADERS)


def _form(request: Request, web: Services, sign_in: SignIn, *, problem: str = "") -> HTMLResponse:
    """Nothing of what was typed stands in it."""
    words = _words(request)
    login = (
        f'<label>{escape(words["login"])}<input name="login" autocomplete="username" readonly '
        f'value="{escape(sign_in.login)}"></label>'
    )
    fields = "".join(
        f'<label>{escape(words[name])}<input name="{name}" type="password" required maxlength="256" '
        f'autocomplete="{kind}"{hint}></label>'
        for name, kind, hint in (
            ("old", "current-password", ""),
            ("new", "new-password", ' aria-describedby="hint"'),
            ("again", "new-password", ""),
        )
    )
    said = told("bad", words[problem]) if problem else ""
    form = (
        f'<form method="post" action="?lang={language_asked(request)}">{login}{fields}'
        f'<p id="hint">{escape(words["hint"])}</p>'
        f'<button class="primary">{escape(words["change"])}</button></form>'
    )
    status = _STATUS.get(problem, 422)
    answer = _page(request, web, said + form + actions(_back(request)), status)
    if status == _STATUS["too_often"]:
        answer.headers["Retry-After"] = "60"
    return answer


def _back(request: Request) -> str:
    return f'<a class="back" href="/desk">{escape(_words(request)["back"])}</a>'


def _words(request: Request) -> Mapping[str, str]:
    return words_of(WORDS, request)


def _page(request: Request, web: Services, content: str, status: int = 200) -> HTMLResponse:
    title = _words(request)["title"]
    frame = Frame(language_asked(request), title, web.links.house, switch=request.method == "GET")
    return HTMLResponse(document(frame, content), status_code=status, headers=_HEADERS)
