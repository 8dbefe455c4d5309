"""The desk for everybody: every state, light and dark, wide and narrow, German and English, by keys, and with large text."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import LONG, Colleague, rules
from tests.e2e.house import DeskHouse
from tests.e2e.pages import Subscriber
from tests.e2e.seeing import faults, tab_walk

Arrive = Callable[..., Subscriber]
SignIn = Callable[[str], Colleague]
WIDTHS = (1200, 390, 320)
LOOKS = [(theme, locale) for theme in ("light", "dark") for locale in ("de", "en")]
LARGE = """() => {
  const style = new CSSStyleSheet();
  const sizes = { xs: "24px/32px", sm: "26px/36px", md: "28px/40px", chat: "30px/44px", lg: "32px/44px", xl: "40px/56px" };
  style.replaceSync(`:root{${Object.entries(sizes).map(([name, size]) => `--t-${name}:${size}`).join(";")}}`);
  document.adoptedStyleSheets = [style];
}"""

HIDE_THE_RING = """() => {
  const style = new CSSStyleSheet();
  style.replaceSync(":focus-visible { outline: none !important }");
  document.adoptedStyleSheets = [style];
}"""


@pytest.fixture
def desk(desk_house: DeskHouse, guest: Arrive, colleague: SignIn) -> Iterator[Colleague]:
    """Maya with a chat in which all has happened, one that is offered, and one that waits for somebody else."""
    with rules(desk_house, accept=600):
        maya = colleague("maya")
        julia, ben, sofia = guest("K-1003"), guest("K-1004"), guest("K-1009")
        julia.say("Warum wurde die Lastschrift zurückgegeben?")
        julia.call_person()
        maya.accept("Júlia Szabó")
        maya.reply("Guten Tag Frau Szabó, ich sehe nach.")
        maya.reply("Das war falsch.")
        last = maya.conversation.locator(".message.agent").last
        last.get_by_role("button", name="Delete").click()
        expect(maya.conversation.get_by_text("Message deleted")).to_be_visible(timeout=LONG)
        maya.press("n")
        maya.field.fill("Nur für das Team: Mandat prüfen.")
        maya.field.press("Enter")
        expect(maya.conversation.locator(".private")).to_be_visible(timeout=LONG)
        ben.call_person()
        expect(maya.offer).to_contain_text("Ben Carter", timeout=LONG)
        sofia.call_person()
        expect(maya.page.get_by_role("tab").first).to_have_text(re.compile("2"), timeout=LONG)
        yield maya
        maya.context.set_offline(False)
        dress(maya.page, "light", "en")


def dress(page: Page, theme: str, locale: str) -> None:
    """Another theme and language, as the switches keep them, and the page anew."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    page.evaluate(
        "([theme, locale]) => { localStorage['desk:theme'] = theme; localStorage['desk:locale'] = locale }",
        [theme, locale],
    )
    page.reload()
    expect(page.get_by_role("tab").first).to_have_text(re.compile(r"\d"), timeout=LONG)


def go(page: Page, name: str | None) -> None:
    """Open somebody's conversation, or none."""
    page.evaluate("location.hash = ''")
    if name is not None:
        page.keyboard.press("2" if name == "Júlia Szabó" else "1")
        page.locator("[data-row]").filter(has_text=name).first.click()
        expect(page.locator("#conversation h1")).to_have_text(name, timeout=LONG)
        expect(page.locator(".bubble, .system").first).to_be_visible(timeout=LONG)


@contextmanager
def window(desk: Colleague, key: str) -> Iterator[None]:
    """A window while the block runs."""
    desk.press(key)
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    if key == "p":
        expect(dialog.get_by_role("option").first).to_be_visible(timeout=LONG)
        desk.page.keyboard.press("ArrowDown")
    yield
    desk.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def states(desk: Colleague) -> Iterator[str]:
    """Brings the desk from one state into the next."""
    page = desk.page
    go(page, None)
    for number, name in enumerate(("waiting", "mine", "bot", "closed"), start=1):
        page.keyboard.press(str(number))
        yield f"list {name}"
    go(page, "Sofia Rossi")
    yield "a chat that waits"
    go(page, "Júlia Szabó")
    desk.field.fill("Ein angefangener Satz")
    yield "own chat with a draft"
    desk.press("n")
    yield "note"
    for key, name in (("p", "passing on"), ("e", "closing"), ("r", "handing back"), ("?", "keys")):
        with window(desk, key):
            yield name
    if page.locator(".show-drawer").is_visible():
        desk.press("]")
        page.wait_for_timeout(300)
        yield "customer"
        desk.press("]")


@pytest.mark.parametrize(("theme", "locale"), LOOKS)
def test_every_state_in_every_look(desk: Colleague, theme: str, locale: str) -> None:
    dress(desk.page, theme, locale)
    found: dict[str, list[str]] = {}
    seen = 0
    for width in WIDTHS:
        desk.page.set_viewport_size({"width": width, "height": 800})
        for name in states(desk):
            seen += 1
            if wrong := faults(desk.page):
                found[f"{width} {name}"] = wrong
    assert seen >= 3 * 11
    assert found == {}


@pytest.mark.parametrize("locale", ["de", "en"])
def test_without_a_connection_and_after_a_missed_offer(
    desk: Colleague, desk_house: DeskHouse, locale: str
) -> None:
    dress(desk.page, "dark" if locale == "de" else "light", locale)
    go(desk.page, "Júlia Szabó")
    desk.context.set_offline(True)
    strip = desk.page.locator(".strip")
    expect(strip).to_be_visible(timeout=LONG)
    desk.reply("Das geht später hinaus.")
    expect(desk.conversation.locator(".pending")).to_be_visible()
    found = {}
    for width in WIDTHS:
        desk.page.set_viewport_size({"width": width, "height": 800})
        found[f"{width} lost"] = faults(desk.page)
    desk.context.set_offline(False)
    expect(strip).to_have_count(0, timeout=LONG)
    with rules(desk_house, accept=5):
        desk.press("d")
        expect(desk.page.locator(".missed")).to_be_visible(timeout=LONG)
        for width in WIDTHS:
            desk.page.set_viewport_size({"width": width, "height": 800})
            found[f"{width} missed"] = faults(desk.page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_tab_key_goes_everywhere_and_its_place_is_seen(desk: Colleague) -> None:
    found = {}
    for width in WIDTHS:
        desk.page.set_viewport_size({"width": width, "height": 800})
        for name in (None, "Sofia Rossi", "Júlia Szabó"):
            go(desk.page, name)
            if wrong := tab_walk(desk.page):
                found[f"{width} {name}"] = wrong
    assert found == {}


@pytest.mark.parametrize("locale", ["de", "en"])
def test_text_twice_as_large(desk: Colleague, locale: str) -> None:
    dress(desk.page, "light", locale)
    found = {}
    for width, larger in ((640, False), (1280, True), (390, True)):
        desk.page.set_viewport_size({"width": width, "height": 900})
        if larger:
            desk.page.evaluate(LARGE)
        for name in states(desk):
            if wrong := faults(desk.page):
                found[f"{width} {larger} {name}"] = wrong
    assert found == {}


def test_the_checks_find_what_is_wrong(desk: Colleague) -> None:
    page = desk.page
    go(page, "Júlia Szabó")
    assert faults(page) == []
    for spoiled, told in (
        ("document.querySelector('.head button').style.color = '#eee'", "color-contrast"),
        ("(b => { b.removeAttribute('aria-label'); b.removeAttribute('title') })(document.querySelector('.rail button'))", "button-name"),
        ("document.querySelector('.tabs button').style.cssText = 'block-size:12px;min-block-size:0;padding:0'", " x 12"),
        ("document.querySelector('.rail button').style.cssText = 'position:fixed;left:calc(100vw - 4px)'", "outside"),
        ("document.querySelector('.to-end')?.remove(); document.querySelector('.strip-box').style.cssText = 'position:fixed;inset:0;z-index:99'", "covered by"),
    ):  # fmt: skip
        page.reload()
        expect(page.locator(".bubble").first).to_be_visible(timeout=LONG)
        page.evaluate(spoiled)
        assert any(told in wrong for wrong in faults(page)), told
    page.reload()
    expect(page.locator(".bubble").first).to_be_visible(timeout=LONG)
    page.evaluate(HIDE_THE_RING)
    assert any("no ring" in wrong for wrong in tab_walk(page))
