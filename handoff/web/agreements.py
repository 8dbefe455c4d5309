"""The page `/agree/…`: a subscriber looks at what an agent prepared, and confirms it with a code, or says no.

Invariants: looking does nothing; the link alone confirms nothing, the digits go to the address on file; an order has its
button beside price and terms, which says that it costs (§ 312j(3) BGB); pressing twice does it once; whatever breaks is a
page that says what to do.
"""

import secrets
from collections.abc import Mapping
from html import escape
from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from handoff.desk.approvals.action import Action, ActionRefused, Refusal, State
from handoff.desk.approvals.refused import explained
from handoff.desk.links import LinkRefused, Trouble
from handoff.desk.words import Words
from handoff.web.agreement_words import WORDS
from handoff.web.links import Friendly, bounded, form_of, language_asked, press_of, words_of
from handoff.web.pages import HEADERS, Frame, Language, actions, document, told
from handoff.web.services import Services, http_services
from handoff.web.wording import Words as Said

Web = Annotated[Services, Depends(http_services)]
router = APIRouter(include_in_schema=False, route_class=Friendly, dependencies=[Depends(bounded)])


class _Tongue(NamedTuple):
    """The language of a page, and its words in the operator's form of address."""

    language: Language
    words: Mapping[str, Said]


_SHOWN_AGAIN = frozenset({"code_wrong", "code_expired", "code_too_often", "changed"})


@router.get("/agree/{token}")
async def look(token: str, request: Request, web: Web) -> HTMLResponse:
    """What was prepared, and the button that sends the code."""
    return _page(request, web, await _found(web, token))


@router.post("/agree/{token}")
async def press(token: str, request: Request, web: Web) -> HTMLResponse:
    """Send the code, confirm, or decline."""
    form = await form_of(request)
    action = await _found(web, token)
    try:
        if form.get("what") == "no":
            return _page(request, web, await web.actions.decline(token))
        if form.get("what") == "code":
            sent = await web.actions.send_code(token, press=press_of(request))
            return _page(request, web, action, sent_to=sent.to)
        agreed = await web.actions.agree(
            token,
            form.get("digits", ""),
            seen=form.get("seen", ""),
            press=press_of(request),
        )
    except Exception as error:  # noqa: BLE001 - what is no refusal is raised again
        return await _refused(request, web, token, error)
    return _page(request, web, agreed)


async def _refused(request: Request, web: Services, token: str, error: Exception) -> HTMLResponse:
    """What went wrong beside what may be tried again; anything else is for the frame of all links."""
    found = explained(error)
    code = found[0] if found else ""
    if code in _SHOWN_AGAIN:
        return _page(request, web, await _found(web, token), problem=code, sent_to="-")
    if code == Refusal.NOT_OPEN.value:
        raise LinkRefused(Trouble.OVER) from error
    raise error


async def _found(web: Services, token: str) -> Action:
    try:
        return await web.actions.agreement(token)
    except ActionRefused as refused:
        raise LinkRefused(Trouble.OVER) from refused


_ENDS = {
    State.BEGUN: "under_way",
    State.DONE: "done",
    State.FAILED: "failed",
    State.REFUSED: "declined",
}


def _page(
    request: Request, web: Services, action: Action, *, problem: str = "", sent_to: str = ""
) -> HTMLResponse:
    """How the action stands: to be confirmed, or what came of it."""
    tongue = _Tongue(language_asked(request), words_of(WORDS, request))
    if action.state is State.ASKED:
        if action.expires_at <= web.clock():
            raise LinkRefused(Trouble.OVER)
        title = tongue.words["ask"].title
        content = _asking(action, tongue, problem=problem, sent_to=sent_to)
    elif action.state in _ENDS:
        name = _ENDS[action.state]
        title, content = tongue.words[name].title, _ended(action, tongue, name)
    else:
        raise LinkRefused(Trouble.OVER)
    frame = Frame(tongue.language, title, web.links.house, switch=request.method == "GET")
    return HTMLResponse(document(frame, content), headers=HEADERS)


def _asking(action: Action, tongue: _Tongue, *, problem: str, sent_to: str) -> str:
    """What it would do, and the form: first for the code, then for its digits."""
    words = tongue.words
    parts = [f"<p>{escape(line)}</p>" for line in words["ask"].text if not sent_to]
    parts += [_lines(action, tongue.language)]
    if problem:
        parts.append(told("bad", words[problem].text[0]))
    if not sent_to:
        return "".join([*parts, actions(_button(action, tongue, "ask", "code"))])
    if sent_to != "-":
        parts.append(told("ok", f"{words['sent'].text[0]} {sent_to}"))
    confirm = "order" if action.foreseen.order else "code"
    field = (
        f'<p><label>{escape(words["digits"].title)} <input name="digits" inputmode="numeric" '
        'autocomplete="one-time-code" required maxlength="20"></label></p>'
    )
    parts.append(_button(action, tongue, confirm, "agree", field=field))
    again = _button(action, tongue, "again", "code", quiet=True)
    return "".join([*parts, actions(again + _button(action, tongue, "no", "no", quiet=True))])


def _button(
    action: Action,
    tongue: _Tongue,
    name: str,
    what: str,
    *,
    field: str = "",
    quiet: bool = False,
) -> str:
    """A form with one button; `press` makes pressing it twice the same press."""
    hidden = {"what": what, "seen": action.foreseen.digest}
    inputs = "".join(
        f'<input type="hidden" name="{key}" value="{escape(value)}">'
        for key, value in hidden.items()
    )
    look = "" if quiet else ' class="primary"'
    return (
        f'<form method="post" action="?lang={tongue.language}&amp;press={secrets.token_urlsafe(16)}">{inputs}{field}'
        f"<button{look}>{escape(tongue.words[name].button)}</button></form>"
    )


def _lines(action: Action, language: Language) -> str:
    """What it would do, line by line."""

    def row(label: Words, value: Words) -> str:
        return f"<div><dt>{escape(label.in_(language))}</dt><dd>{escape(value.in_(language))}</dd></div>"

    rows = "".join(row(line.label, line.value) for line in action.foreseen.lines)
    return f"<h2>{escape(action.foreseen.title.in_(language))}</h2><dl>{rows}</dl>"


def _ended(action: Action, tongue: _Tongue, name: str) -> str:
    """What came of it."""
    said = action.outcome.told.in_(tongue.language) if action.outcome else ""
    kind: Literal["ok", "bad"] = "bad" if action.state is State.FAILED else "ok"
    first = said or action.foreseen.title.in_(tongue.language)
    rest = "".join(f"<p>{escape(line)}</p>" for line in tongue.words[name].text)
    return told(kind, first) + rest
