"""The pages `/transcripts/…` and `/feedback/…`: what was said in a chat, to read and to save, and a comment on how it was.

Invariants: the signed address alone opens them and runs out; a transcript holds what a subscriber may read, masked; looking
changes nothing; both languages, no script, readable by ear; whatever breaks is a page that says what to do.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Annotated
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from handoff.conversations.errors import ConversationError, Refusal
from handoff.desk.links import File, LinkRefused, Trouble
from handoff.desk.promises.signing import LinkOverError
from handoff.desk.promises.transcripts import Spoken
from handoff.web.links import Friendly, bounded, download, form_of, language_asked, words_of
from handoff.web.pages import HEADERS, LANGUAGES, Frame, Language, actions, document, told
from handoff.web.services import Services, http_services, services
from handoff.web.transcript_words import WORDS

Web = Annotated[Services, Depends(http_services)]
router = APIRouter(include_in_schema=False, route_class=Friendly, dependencies=[Depends(bounded)])

LONGEST_COMMENT = 1000
_LONGEST_FORM = 16_000
_ZONE = ZoneInfo("Europe/Berlin")


@router.get("/transcripts/{token}")
async def read(token: str, request: Request, web: Web) -> HTMLResponse:
    """The transcript as a page."""
    language, lines = await _transcript(token, request, web)
    words = words_of(WORDS, request, language)
    if not lines:
        return _page(request, language, "title", f"<p>{escape(words['empty'])}</p>")
    save = f'<a class="back" href="{escape(request.url.path)}/text?lang={language}">{escape(words["save"])}</a>'
    turns = "".join(_turn(line, language) for line in lines)
    content = f'<p>{escape(words["masked"])}</p><ol class="turns">{turns}</ol>{actions(save)}'
    return _page(request, language, "title", content)


@router.get("/transcripts/{token}/text")
async def save(token: str, request: Request, web: Web) -> Response:
    """The transcript as a text file."""
    language, lines = await _transcript(token, request, web)
    text = "\n\n".join(_text(line, language) for line in lines) + "\n"
    name = words_of(WORDS, request, language)["file"]
    return download(File(text.encode(), name, "text/plain; charset=utf-8"))


@router.get("/feedback/{token}")
async def ask(token: str, request: Request, web: Web) -> HTMLResponse:
    """The form for a comment."""
    language = language_asked(request)
    _opened(lambda: web.owed.rating(token))
    return _page(request, language, "feedback", _form(request))


@router.post("/feedback/{token}")
async def comment(token: str, request: Request, web: Web) -> HTMLResponse:
    """Keep the comment."""
    language = language_asked(request)
    form = await form_of(request, _LONGEST_FORM)
    try:
        kept = await web.owed.comment(token, form.get("comment", "")[:LONGEST_COMMENT])
    except LinkOverError as over:
        raise LinkRefused(Trouble.OVER) from over
    words = words_of(WORDS, request)
    content = (
        told("ok", words["thanks"]) if kept else told("bad", words["nothing"]) + _form(request)
    )
    return _page(request, language, "feedback", content)


async def _transcript(
    token: str, request: Request, web: Services
) -> tuple[Language, Sequence[Spoken]]:
    """In the language that was asked for, else in that of the chat."""
    asked = next((each for each in LANGUAGES if request.query_params.get("lang") == each), None)
    try:
        return await web.owed.transcript(token, asked)
    except LinkOverError as over:
        raise LinkRefused(Trouble.OVER) from over
    except ConversationError as error:
        gone = error.code is Refusal.UNKNOWN_CONVERSATION
        raise LinkRefused(Trouble.OVER if gone else Trouble.LATER) from error


def _opened(look: Callable[[], object]) -> None:
    try:
        look()
    except LinkOverError as over:
        raise LinkRefused(Trouble.OVER) from over


def _turn(line: Spoken, language: Language) -> str:
    when = f'<time datetime="{line.at.isoformat()}">{escape(_when(line, language))}</time>'
    more = _list(line.more)
    return (
        f'<li><p class="by"><strong>{escape(line.who)}</strong>, {when}</p>'
        f'<p class="said">{escape(line.text)}</p>{more}</li>'
    )


def _list(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _text(line: Spoken, language: Language) -> str:
    return "\n".join(
        [f"[{_when(line, language)}] {line.who}: {line.text}", *(f"  {more}" for more in line.more)]
    )


def _when(line: Spoken, language: Language) -> str:
    return format_datetime(line.at, "medium", tzinfo=_ZONE, locale=language)


def _form(request: Request) -> str:
    language, words = language_asked(request), words_of(WORDS, request)
    return (
        f'<form method="post" action="?lang={language}"><p id="hint">{escape(words["hint"])}</p>'
        f'<label for="comment">{escape(words["label"])}</label>'
        f'<textarea id="comment" name="comment" maxlength="{LONGEST_COMMENT}" aria-describedby="hint" required></textarea>'
        f'<button class="primary">{escape(words["send"])}</button></form>'
    )


def _page(request: Request, language: Language, title: str, content: str) -> HTMLResponse:
    house, words = services(request).links.house, words_of(WORDS, request, language)
    frame = Frame(language, words[title], house, switch=request.method == "GET")
    return HTMLResponse(document(frame, content), headers=HEADERS)
