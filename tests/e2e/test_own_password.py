"""The page on which somebody at the desk changes their own password, in a browser."""

import sqlite3
from contextlib import closing
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.desk import stored
from tests.e2e.house import DeskHouse
from tests.e2e.pages import sign_in
from tests.e2e.seeing import faults, tab_walk

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_agent_changes_their_own_password_on_a_page_that_everybody_can_use(
    desk_house: DeskHouse, browser: Browser, language: Literal["de", "en"]
) -> None:
    """Changed, and put back behind the gateway's back, so that no other test meets another password."""
    german = language == "de"
    old, new = desk_house.password, "sieben Pflaumen am Baum"
    ((kept,),) = stored(desk_house, "SELECT password_hash FROM agent WHERE login = 'jonas'")
    words = (
        ("Jetziges Passwort", "Neues Passwort", "Neues Passwort noch einmal", "Passwort ändern")
        if german
        else ("Present password", "New password", "New password once more", "Change the password")
    )
    agent = sign_in(browser, desk_house.base, "jonas", old)
    page = agent.context.new_page()

    def typed(now: str, then: str, again: str) -> None:
        page.goto(f"{desk_house.base}/desk/password?lang={language}")
        for label, value in zip(words[:3], (now, then, again), strict=True):
            page.get_by_label(label, exact=True).fill(value)
        page.get_by_role("button", name=words[3]).click()

    typed(old, "zu kurz", "zu kurz")
    expect(page.get_by_role("status")).to_contain_text("15")
    assert faults(page) == []
    typed(old, new, new)
    expect(page.get_by_role("status")).to_contain_text("geändert" if german else "is changed")
    typed(old, new, new)
    expect(page.get_by_role("status")).to_contain_text("stimmt nicht" if german else "is wrong")
    page.goto(f"{desk_house.base}/desk/password?lang={language}")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in (1200, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert faults(page) == [], (scheme, width)
    assert tab_walk(page) == []
    page.close()
    agent.leave()
    with closing(sqlite3.connect(desk_house.var / "handoff.db", timeout=30)) as db:
        db.execute("UPDATE agent SET password_hash = ? WHERE login = 'jonas'", (kept,))
        db.commit()
