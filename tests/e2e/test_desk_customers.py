"""Customers in the console who were looked for, also those who never wrote: found, seen, and nothing is made by looking."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import LONG, Colleague, stored
from tests.e2e.house import DeskHouse
from tests.e2e.pages import Subscriber
from tests.e2e.seeing import faults
from tests.e2e.test_desk_for_all import dress

Arrive = Callable[..., Subscriber]
SignIn = Callable[[str], Colleague]
SILENT = "K-1017"
"""A customer who writes in no test of the desk."""


def look_for(page: Page, words: str) -> None:
    """Type into the search."""
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("#find").fill(words)


def test_who_never_wrote_is_found_and_seen(colleague: SignIn, desk_house: DeskHouse) -> None:
    maya = colleague("maya")
    page = maya.page
    before = stored(desk_house, "SELECT count(*) FROM conversation")
    look_for(page, SILENT.lower())
    hit = page.locator(f'[data-row="k:{SILENT}"]')
    expect(hit).to_contain_text("***@", timeout=LONG)
    name = hit.locator(".row-name").inner_text()
    hit.click()
    card = page.locator("#customer")
    expect(card.locator("h2")).to_have_text(name, timeout=LONG)
    expect(card.get_by_text("Has never written.")).to_be_visible(timeout=LONG)
    expect(card.get_by_role("region", name="Money")).to_be_visible()
    expect(card.get_by_role("region", name="Actions")).to_have_count(0)
    page.reload()
    expect(card.locator("h2")).to_have_text(name, timeout=LONG)
    assert stored(desk_house, "SELECT count(*) FROM conversation") == before


def test_who_wrote_is_found_with_what_they_wrote(guest: Arrive, colleague: SignIn) -> None:
    maya, sofia = colleague("maya"), guest("K-1009")
    sofia.ask("where is my umbrella")
    look_for(maya.page, "sofia ross")
    maya.page.locator('[data-row="k:K-1009"]').click()
    chats = maya.page.locator("#customer").get_by_role("region", name="Conversations")
    chats.get_by_role("link").first.click(timeout=LONG)
    expect(maya.conversation.locator("h1")).to_have_text("Sofia Rossi", timeout=LONG)
    expect(maya.conversation).to_contain_text("where is my umbrella", timeout=LONG)


@pytest.mark.parametrize(("theme", "locale"), [("light", "de"), ("dark", "en")])
def test_everybody_can_look(colleague: SignIn, theme: str, locale: str) -> None:
    page = colleague("maya").page
    dress(page, theme, locale)
    found = {}
    for width in (1300, 1200, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        look_for(page, SILENT)
        hit = page.locator(f'[data-row="k:{SILENT}"]')
        expect(hit).to_be_visible(timeout=LONG)
        found[f"{width} found"] = faults(page)
        shot(page, f"found_{theme}_{width}")
        hit.click()
        expect(page.locator("#customer .card_money dl")).to_be_visible(timeout=LONG)
        page.wait_for_timeout(300)
        found[f"{width} seen"] = faults(page)
        shot(page, f"person_{theme}_{width}")
        if width < 1280:
            page.locator("#customer .shut").click()
            expect(page.locator("#customer")).not_to_be_visible()
            expect(hit).to_be_focused()
        page.evaluate("location.hash = '#/'")
    dress(page, "light", "en")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def shot(page: Page, name: str) -> None:
    """A picture for whoever wants to look."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")
