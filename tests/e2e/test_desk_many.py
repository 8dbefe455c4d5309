"""A line of five hundred: an update costs little script, whatever is not seen is not drawn, and every row can be reached."""

import json
import re
import secrets
import statistics
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from websockets.sync.client import ClientConnection, connect

from tests.e2e.desk import LONG, close_everything
from tests.e2e.house import DeskHouse, running_house
from tests.e2e.pages import sign_in
from tests.e2e.trace import traced

WAITING = 500
UPDATES = 12
CLOSED = 130
FRAME_MS = 16.0
"""What one update may cost where `YARDSTICK` takes `YARDSTICK_MS`; elsewhere as much more as that takes longer."""

WASTED = 6
"""Budgets by the clock, of which the page gets a part where others work too."""

YARDSTICK_MS = 60.0
YARDSTICK = """() => {
  const rounds = [];
  for (let round = 0; round < 7; round += 1) {
    const began = performance.now();
    const rows = new Map();
    for (let i = 0; i < 60000; i += 1) rows.set(`c-${i % 5000}`, { at: `2026-11-22T10:00:${i % 60}`, i });
    [...rows.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.i - b.i));
    const box = document.createElement("div");
    for (let i = 0; i < 4000; i += 1) box.append(Object.assign(document.createElement("p"), { textContent: `${i}` }));
    rounds.push(performance.now() - began);
  }
  return rounds.sort((a, b) => a - b)[3];
}"""
MARK_FRAMES = """
const Real = WebSocket;
window.WebSocket = class extends Real {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      if (!data.startsWith('{"type":"inbox"') || !data.includes('"rows":[{')) return;
      performance.mark("inbox");
      for (const end = performance.now() + (window.wasted ?? 0); performance.now() < end; );
    });
  }
};
"""


@pytest.fixture(scope="module")
def crowded() -> Iterator[DeskHouse]:
    """A house before which five hundred wait."""
    with running_house(crowd=WAITING) as running:
        yield running


@pytest.fixture
def desk(browser: Browser, crowded: DeskHouse) -> Iterator[Callable[..., Page]]:
    """A factory of signed-in desks with the whole list."""
    pages: list[Page] = []

    def arrive(login: str) -> Page:
        agent = sign_in(browser, crowded.base, login, crowded.password)
        pages.append(agent.page)
        agent.page.add_init_script(MARK_FRAMES)
        agent.page.set_viewport_size({"width": 1440, "height": 900})
        agent.page.reload()
        expect(agent.page.get_by_role("tab").first).to_have_text(re.compile(r"5\d\d"), timeout=LONG)
        return agent.page

    yield arrive
    for page in pages:
        page.context.close()


def comes(house: DeskHouse) -> ClientConnection:
    """One more who waits, over a socket of their own."""
    socket = connect(
        house.base.replace("http", "ws") + "/ws/subscriber", origin=house.base, proxy=None
    )
    socket.send(json.dumps({"type": "hello", "locale": "de"}))
    socket.send(json.dumps({"type": "person", "cid": secrets.token_hex(8)}))
    return socket


def cost(browser: Browser, page: Page, house: DeskHouse) -> float:
    """Milliseconds of script of an update, the median of some: each is one who comes, and what it moves."""
    tab = page.get_by_role("tab").first
    before = int(tab.inner_text().split()[-1])
    with traced(browser, page) as trace:
        page.evaluate("performance.mark('inbox first')")
        sockets = []
        for number in range(1, UPDATES + 1):
            sockets.append(comes(house))
            expect(tab).to_contain_text(str(before + number), timeout=LONG)
        page.evaluate("performance.mark('inbox last')")
    for socket in sockets:
        socket.close()
    spent = trace.script("inbox")
    assert len(spent) >= UPDATES
    return statistics.median(spent)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure, whether the test passes or not."""

    def say(words: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{words}\n")

    return say


def test_an_update_of_five_hundred_costs_less_than_a_frame(
    browser: Browser,
    crowded: DeskHouse,
    desk: Callable[..., Page],
    tell: Callable[[str], None],
) -> None:
    page = desk("maya")
    slow = max(1.0, page.evaluate(YARDSTICK) / YARDSTICK_MS)
    assert page.locator("[data-row]").count() < 40, "only what is seen is drawn"
    update = cost(browser, page, crowded)
    budget = FRAME_MS * slow
    tell(f"one update with {WAITING} waiting: {update:.1f} ms of script, budget {budget:.1f} ms")
    assert update <= budget
    page.evaluate("ms => { window.wasted = ms }", WASTED * budget)
    spoiled = cost(browser, page, crowded)
    tell(f"with a handler that wastes {WASTED * budget:.1f} ms by the clock: {spoiled:.1f} ms")
    assert spoiled > budget, "the measure sees what is done for an update"


def test_every_row_of_a_long_list_is_reached_by_keys_and_by_scrolling(
    desk: Callable[..., Page],
) -> None:
    page = desk("maya")
    page.keyboard.press("1")
    first = page.locator("[data-row]:focus")
    expect(first).to_be_visible()
    seen = {first.get_attribute("data-row")}
    for _ in range(40):
        page.keyboard.press("j")
        seen.add(page.locator("[data-row]:focus").get_attribute("data-row"))
    assert len(seen) == 41, "each key is another row"
    box = page.locator(".list-box")
    box.evaluate("box => box.scrollTo(0, box.scrollHeight)")
    rows = page.locator(".rows > li")
    size = rows.first.get_attribute("aria-setsize")
    assert size is not None
    expect(page.locator(f".rows > li[aria-posinset='{size}']")).to_be_in_viewport(timeout=LONG)
    focused = page.locator("[data-row]:focus")
    expect(focused).to_have_count(1)
    page.keyboard.press("k")
    expect(page.locator("[data-row]:focus")).to_be_in_viewport()


def test_older_closed_chats_come_page_by_page(
    desk: Callable[..., Page], crowded: DeskHouse
) -> None:
    page = desk("maya")
    close_everything(crowded, CLOSED)
    page.keyboard.press("4")
    expect(page.get_by_role("tab", selected=True)).to_have_text(f"Closed {CLOSED}", timeout=LONG)
    row = page.locator(".rows > li").first
    expect(row).to_have_attribute("aria-setsize", "100", timeout=LONG)
    page.locator(".list-box").evaluate("box => box.scrollTo(0, box.scrollHeight)")
    expect(row).to_have_attribute("aria-setsize", str(CLOSED), timeout=LONG)
    ids = page.evaluate("[...document.querySelectorAll('[data-row]')].map((r) => r.dataset.row)")
    assert len(set(ids)) == len(ids)
