"""The frame of the small pages the gateway makes itself: behind links, for help, and for simulated payments.

Invariants: no script, nothing inline, nothing from elsewhere, every value escaped; German and English; a page is
never kept by a browser or a proxy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Literal, get_args

from fastapi import APIRouter, Response

from handoff.web.headers import CSP_WITH_FORMS

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
HEADERS = {
    "Content-Security-Policy": CSP_WITH_FORMS,
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}
_NAMES: dict[Language, str] = {"de": "Deutsch", "en": "English"}
_CHOOSE: dict[Language, str] = {"de": "Sprache", "en": "Language"}
_SKIP: dict[Language, str] = {"de": "Zum Inhalt", "en": "Skip to content"}
_SHEET = Path(__file__).with_name("pages.css").read_text()

router = APIRouter(include_in_schema=False)


@router.get("/pages.css")
async def sheet() -> Response:
    """How the pages look."""
    return Response(_SHEET, media_type="text/css", headers={"Cache-Control": "no-cache"})


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around a page: its language, its title and `name`, whose page it is.

    `switch`: offer the other language; not on the answer to a button, which has no address of its own. `addresses`:
    where a language stands, if not at the same address with `?lang=`.
    """

    language: Language
    title: str
    name: str
    switch: bool = True
    addresses: Mapping[Language, str] = field(default_factory=dict)


def document(frame: Frame, content: str) -> str:
    """The whole page; `content` is HTML."""
    title, name = escape(frame.title), escape(frame.name)
    return (
        f'<!doctype html><html lang="{frame.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f"<title>{title}{name and f' – {name}'}</title>"
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/pages.css"></head><body>'
        f'<a class="skip" href="#content">{_SKIP[frame.language]}</a>'
        f"<header><p>{name}</p>{_languages(frame)}</header>"
        f'<main id="content" tabindex="-1"><h1>{title}</h1>{content}</main></body></html>'
    )


def _languages(frame: Frame) -> str:
    if not frame.switch:
        return ""
    current = {frame.language: ' aria-current="true"'}
    links = "".join(
        f'<a href="{escape(frame.addresses.get(each, f"?lang={each}"))}" lang="{each}" hreflang="{each}"{current.get(each, "")}>{_NAMES[each]}</a>'
        for each in LANGUAGES
    )
    return f'<nav aria-label="{_CHOOSE[frame.language]}">{links}</nav>'


def told(kind: Literal["ok", "bad"], words: str) -> str:
    """What became of something, said aloud by a screen reader."""
    return f'<p class="told {kind}" role="status">{escape(words)}</p>'


def actions(content: str) -> str:
    """Buttons and links below each other."""
    return f'<div class="actions">{content}</div>'


def language_of(asked: str | None, accepted: str) -> Language:
    """The language of `?lang=`, else the better liked one of an Accept-Language header, else German."""
    for language in LANGUAGES:
        if asked == language:
            return language
    liked = sorted((_liked(part) for part in accepted.split(",")), key=lambda each: -each[1])
    for name, quality in liked:
        for language in LANGUAGES:
            if quality > 0 and name == language:
                return language
    return "de"


def _liked(part: str) -> tuple[str, float]:
    """A language without its region, and how much it is liked (RFC 9110, 12.5.4); nonsense is not liked."""
    name, _, parameter = part.partition(";")
    key, _, value = parameter.strip().partition("=")
    try:
        quality = float(value) if key.strip() == "q" else 1.0
    except ValueError:
        quality = 0.0
    return name.strip().lower().partition("-")[0], quality
