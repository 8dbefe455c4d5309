"""Nobody overlooks a chat that is offered to them, and nobody hears it twice."""

import time
from collections.abc import Callable, Sequence

from playwright.sync_api import Page, expect

from tests.e2e.desk import LONG, Colleague, rules
from tests.e2e.house import DeskHouse
from tests.e2e.pages import Subscriber

Arrive = Callable[..., Subscriber]
SignIn = Callable[[str], Colleague]
LISTEN = """
window.rang = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) {
  window.rang.push(this.frequency.value);
  return start.apply(this, given);
};
window.notes = [];
window.Notification = class {
  static permission = "granted";
  constructor(title, { tag }) { window.notes.push([title, tag]); }
  close() {}
};
"""
UNSEEN = "document.hasFocus = () => false"
"""Without a window every page says that it has the focus."""


def rang(page: Page) -> int:
    """How many notes this tab has played."""
    return int(page.evaluate("window.rang.length"))


def rings(tabs: Sequence[Page], count: int) -> None:
    """All tabs together play so many notes, and then no more."""
    until = time.monotonic() + LONG / 1000
    while sum(rang(page) for page in tabs) < count and time.monotonic() < until:
        tabs[0].wait_for_timeout(100)
    tabs[0].wait_for_timeout(1500)
    assert sum(rang(page) for page in tabs) == count


def noted(tabs: Sequence[Page]) -> list[str]:
    """The titles of all notifications."""
    return [title for page in tabs for title, _ in page.evaluate("window.notes")]


def another_tab(desk: Colleague, house: DeskHouse) -> Page:
    """The desk once more in the same browser, where the tests listen."""
    page = desk.context.new_page()
    page.add_init_script(LISTEN)
    page.goto(house.base + "/desk")
    expect(page.get_by_role("tab").first).to_be_visible(timeout=LONG)
    return page


def only_tabs(desk: Colleague, house: DeskHouse, count: int) -> list[Page]:
    """That many tabs of the agent, and no other."""
    tabs = [another_tab(desk, house) for _ in range(count)]
    desk.page.close()
    desk.page = tabs[0]
    return tabs


def test_an_offer_rings_in_one_tab_only_and_is_told_in_title_and_words(
    desk_house: DeskHouse, guest: Arrive, colleague: SignIn
) -> None:
    maya = colleague("maya")
    tabs = only_tabs(maya, desk_house, 3)
    for page in tabs[1:]:
        page.evaluate(UNSEEN)
    with rules(desk_house, accept=600):
        julia = guest("K-1003")
        julia.call_person()
        for page in tabs:
            offers = page.get_by_role("region", name="Offers")
            expect(offers).to_contain_text("Júlia Szabó", timeout=LONG)
            expect(page).to_have_title("(1) Inbox")
        rings(tabs, 3)
        assert sorted(rang(page) for page in tabs) == [0, 0, 3]
        assert len(noted(tabs)) <= 1
        for page in tabs[1:]:
            page.close()
        tab = tabs[:1]
        before = rang(tab[0])
        maya.accept("Júlia Szabó")
        julia.say("Are you there?")
        expect(maya.conversation.locator(".message.subscriber")).to_have_count(1, timeout=LONG)
        rings(tab, before)
        maya.page.evaluate("location.hash = ''")
        maya.page.evaluate(UNSEEN)
        julia.say("Hello?")
        expect(maya.page.locator("[data-row] .badge")).to_have_text("1", timeout=LONG)
        rings(tab, before + 1)
        told = noted(tab)[-1:]
        assert told == ["New message in your chat"], "nothing of a customer on a locked screen"


def test_who_turned_the_sound_off_hears_nothing(
    desk_house: DeskHouse, guest: Arrive, colleague: SignIn
) -> None:
    maya = colleague("maya")
    (page,) = only_tabs(maya, desk_house, 1)
    page.get_by_role("button", name="Turn sound and notifications off").click()
    guest("K-1004").call_person()
    maya.accept("Ben Carter")
    assert rang(page) == 0
    page.get_by_role("button", name="Turn sound and notifications on").click()
    assert rang(page) == 2, "so that one hears what one will hear"
