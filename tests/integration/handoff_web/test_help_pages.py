"""The help pages: every article is served, in both languages, safely, and reachable from the list."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag

import httpx
import pytest
from typing_extensions import override

from handoff.knowledge import Knowledge
from handoff.web.headers import CSP
from handoff.web.help_pages import _markdown
from tests.integration.handoff_web.gateway import Gateway, running_gateway

ARTICLES = Path(__file__).resolve().parents[3] / "data" / "knowledge"
SLUGS = sorted(path.stem for path in (ARTICLES / "de").glob("*.md"))


class Page(HTMLParser):
    """What a page links to, and which places and elements it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.tags: list[str] = []
        self.language = ""
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if tag == "a":
            self.links.append(found.get("href") or "")
        if tag == "html":
            self.language = found.get("lang") or ""
        if place := found.get("id"):
            self.places.add(place)


async def get(gateway: Gateway, path: str, **headers: str) -> httpx.Response:
    return await gateway.http.get(path, headers=headers)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_the_list_leads_to_every_article_and_all_links_lead_somewhere(
    gateway: Gateway, language: str
) -> None:
    index = await get(gateway, f"/help/{language}")
    listed = Page(index.text)
    assert listed.language == language
    assert {f"/help/{language}/{slug}" for slug in SLUGS} <= set(listed.links)
    pages = {f"/help/{language}": listed}
    for link in [link for link in listed.links if link.startswith("/")]:
        answer = await get(gateway, link)
        assert answer.status_code == 200, link
        pages[link] = Page(answer.text)
    for path, page in pages.items():
        for link in page.links:
            address, place = urldefrag(link)
            assert not address or address.startswith("/help/"), (path, link)
            assert (address or path) in pages or address.startswith("/help/"), (path, link)
            if place and not address:
                assert place in page.places, (path, link)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_page_is_accessible_and_strict(gateway: Gateway, language: str) -> None:
    answer = await get(gateway, f"/help/{language}/cancelling")
    page = Page(answer.text)
    assert answer.headers["content-security-policy"] == CSP
    assert page.links[0] == "#content"
    assert "content" in page.places
    assert page.tags.count("h1") == 1
    assert not {"script", "style", "iframe", "img", "form"} & set(page.tags)
    assert "style=" not in answer.text
    other = "en" if language == "de" else "de"
    assert f"/help/{other}/cancelling" in page.links
    assert not re.search(r"\{[a-z_]+\}", answer.text)


async def test_facts_are_those_of_the_operator(folder: Path) -> None:
    seller = '{"name": "Verlag A & B", "street": "Weg 1", "postcode": "10115", "city": "Berlin", "country": "DE", "tax_number": "1"}'
    async with running_gateway(folder, seller=seller) as gateway:
        text = (await get(gateway, "/help/de/about-us")).text
    assert "Verlag A &amp; B bietet" in text


async def test_help_leads_to_the_readers_language(gateway: Gateway) -> None:
    for wanted, language in (("en-GB", "en"), ("de", "de"), ("fr", "de")):
        answer = await get(gateway, "/help", **{"Accept-Language": wanted})
        assert answer.headers["location"] == f"/help/{language}"


@pytest.mark.parametrize(
    "path",
    ["/help/fr", "/help/de/no-such-page", "/help/fr/cancelling", "/help/de/..%2f..%2fREADME"],
)
async def test_what_is_not_there_leads_back_to_the_list(gateway: Gateway, path: str) -> None:
    answer = await get(gateway, path)
    assert answer.status_code == 404
    if "%2f" not in path:
        assert "/help/de" in Page(answer.text).links


def test_markdown_never_becomes_code() -> None:
    evil = "<script>x</script> [a](javascript:alert(1)) ![b](https://x.example/y.png) <b onclick=x>c</b>"
    made = _markdown.render(evil)
    assert not {"script", "img", "b"} & set(Page(made).tags)
    assert not [link for link in Page(made).links if link.startswith("javascript")]
    assert "<strong>" in _markdown.render("**d**")


async def test_every_group_of_an_article_is_listed(gateway: Gateway) -> None:
    knowledge: Knowledge = gateway.web.knowledge
    text = (await get(gateway, "/help/en")).text
    assert all(article.path in text for article in knowledge.of("en"))
