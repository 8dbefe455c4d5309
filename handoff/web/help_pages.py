"""The help pages: `/help` leads to the reader's language, `/help/<language>` lists the articles, below it stands each.

Invariants: readable without a script and without a login; Markdown of the articles becomes HTML through one renderer,
with HTML in it off and no pictures; unknown articles are a page that leads back to the list.
"""

from html import escape
from itertools import groupby
from operator import attrgetter
from typing import Annotated

from babel.dates import format_date
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markdown_it import MarkdownIt

from handoff.knowledge import Article, Knowledge, Passage, help_path
from handoff.web.pages import LANGUAGES, Frame, Language, document, language_of
from handoff.web.services import Services, http_services

Web = Annotated[Services, Depends(http_services)]
_HEADERS = {"Cache-Control": "no-cache"}
_GROUPS: dict[str, dict[Language, str]] = {
    "start": {"de": "Loslegen und anmelden", "en": "Starting and signing in"},
    "use": {"de": "Schauen, lesen, lernen", "en": "Watching, reading, learning"},
    "offer": {"de": "Angebote und Tarife", "en": "Offers and plans"},
    "contract": {"de": "Vertrag ändern oder beenden", "en": "Changing or ending a contract"},
    "money": {"de": "Bezahlen und Rechnungen", "en": "Payments and invoices"},
    "care": {"de": "Kontakt, Daten, Rechte", "en": "Contact, data, rights"},
}
_WORDS: dict[Language, dict[str, str]] = {
    "de": {
        "title": "Hilfe",
        "all": "Alle Hilfethemen",
        "here": "Auf dieser Seite",
        "updated": "Stand: {day}",
        "missing": "Diese Seite gibt es nicht",
        "missing_text": "Vielleicht wurde sie umbenannt. In der Liste stehen alle Themen.",
    },
    "en": {
        "title": "Help",
        "all": "All help topics",
        "here": "On this page",
        "updated": "As of {day}",
        "missing": "There is no such page",
        "missing_text": "It may have been renamed. The list has all topics.",
    },
}
GROUPS = tuple(_GROUPS)
_markdown = MarkdownIt("commonmark", {"html": False}).disable("image")

router = APIRouter(include_in_schema=False, prefix="/help")


@router.get("")
async def to_language(request: Request) -> RedirectResponse:
    """On to the list in the reader's language."""
    language = language_of(None, request.headers.get("accept-language", ""))
    return RedirectResponse(
        help_path(language), status_code=303, headers={"Vary": "Accept-Language"}
    )


@router.get("/{language}")
async def index(language: str, web: Web) -> HTMLResponse:
    """All articles, by group."""
    known = _known(language)
    if known is None:
        return _missing(web, "de")
    frame = _frame(web, known, _WORDS[known]["title"], "")
    return HTMLResponse(document(frame, _list(web.knowledge, known)), headers=_HEADERS)


@router.get("/{language}/{slug}")
async def article(language: str, slug: str, web: Web) -> HTMLResponse:
    """One article."""
    known = _known(language)
    found = web.knowledge.article(known, slug) if known else None
    if found is None:
        return _missing(web, known or "de")
    frame = _frame(web, found.locale, found.title, f"/{found.slug}")
    return HTMLResponse(document(frame, _article(found)), headers=_HEADERS)


def _known(language: str) -> Language | None:
    return next((each for each in LANGUAGES if each == language), None)


def _frame(web: Services, language: Language, title: str, rest: str) -> Frame:
    addresses = {each: help_path(each) + rest for each in LANGUAGES}
    return Frame(language, title, web.links.house, addresses=addresses)


def _missing(web: Services, language: Language) -> HTMLResponse:
    words = _WORDS[language]
    content = f"<p>{words['missing_text']}</p>{_to_list(language)}"
    page = document(_frame(web, language, words["missing"], ""), content)
    return HTMLResponse(page, status_code=404, headers=_HEADERS)


def _list(knowledge: Knowledge, language: Language) -> str:
    placed = sorted(knowledge.of(language), key=lambda each: GROUPS.index(each.group))
    return "".join(
        f'<section><h2>{_GROUPS[group][language]}</h2><ul class="topics">'
        + "".join(f'<li><a href="{each.path}">{escape(each.title)}</a></li>' for each in articles)
        + "</ul></section>"
        for group, articles in groupby(placed, key=attrgetter("group"))
    )


def _article(found: Article) -> str:
    words = _WORDS[found.locale]
    contents = "".join(
        f'<li><a href="#{anchor(each)}">{escape(each.heading)}</a></li>' for each in found.passages
    )
    day = words["updated"].format(day=format_date(found.updated, "long", locale=found.locale))
    return (
        f'<nav class="contents" aria-label="{words["here"]}"><ul>{contents}</ul></nav>'
        + "".join(map(_section, found.passages))
        + f'<p class="updated">{day}</p>{_to_list(found.locale)}'
    )


def _section(passage: Passage) -> str:
    return (
        f'<section id="{anchor(passage)}"><h2>{escape(passage.heading)}</h2>'
        f"{_markdown.render(passage.text)}</section>"
    )


def _to_list(language: Language) -> str:
    return f'<p><a href="{help_path(language)}">{_WORDS[language]["all"]}</a></p>'


def anchor(passage: Passage) -> str:
    """The place of a passage on its page, which `Article.place` leads to."""
    return f"p{passage.number}"
