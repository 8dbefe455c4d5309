"""An agent gives a credit by keys alone; what is above their limit is approved by a supervisor in another browser."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.desk import LONG, Colleague, stored
from tests.e2e.house import DeskHouse, running_house
from tests.e2e.pages import Subscriber

Arrive = Callable[..., Subscriber]
SignIn = Callable[[str], Colleague]


@pytest.fixture(scope="module")
def desk_house() -> Iterator[DeskHouse]:
    """Agents give 2.00 credit and 5.00 back by themselves."""
    with running_house(HANDOFF_DESK_CREDIT_MINOR="200", HANDOFF_DESK_REFUND_MINOR="500") as running:
        yield running


def taken(maya: Colleague, name: str) -> Page:
    """Maya opens a chat and has it."""
    row = maya.page.locator("[data-row]").filter(has_text=name).first
    row.click(timeout=LONG)
    if maya.offer.filter(has_text=name).is_visible():
        maya.press("a")
    else:
        maya.press("t")
    maya.has(name)
    expect(maya.page.locator("[data-action]").first).to_be_visible(timeout=LONG)
    return maya.page


def window(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_a_credit_by_keys_alone_is_told_to_everybody_and_changes_the_next_invoice(
    desk_house: DeskHouse, guest: Arrive, colleague: SignIn
) -> None:
    maya, marcus = colleague("maya"), guest("K-1002")
    marcus.call_person()
    page = taken(maya, "Marcus Okafor")
    expect(page.locator(".packet")).to_contain_text("Nothing since the handover", timeout=LONG)
    maya.press("c")
    expect(page.locator("[data-action=credit]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(window(page).get_by_label("Amount in euros")).to_be_focused()
    page.keyboard.type("abc")
    page.keyboard.press("Enter")
    expect(window(page).get_by_role("alert")).to_contain_text("an amount like 12.50")
    page.keyboard.press("Control+A")
    page.keyboard.type("1,50")
    page.keyboard.press("Enter")
    expect(window(page)).to_contain_text("€1.50 credit on the next invoice", timeout=LONG)
    expect(window(page)).to_contain_text("€6.49")
    page.keyboard.press("Enter")  # pressed twice by mistake: nothing is confirmed by it
    assert stored(desk_house, "SELECT count(*) FROM desk_action") == [(0,)]
    page.keyboard.press("Control+Enter")
    expect(window(page)).to_have_count(0, timeout=LONG)
    expect(page.locator(".card_actions")).to_contain_text("Credit noted: €1.50", timeout=LONG)
    expect(page.locator(".card_money")).to_contain_text("€6.49", timeout=LONG)
    expect(page.locator(".packet")).to_contain_text("Next debit: €6.49", timeout=LONG)
    told = marcus.page.locator(".system").filter(has_text="Credit noted: €1.50 off the invoice")
    expect(told).to_be_visible(timeout=LONG)


def test_above_the_limit_a_supervisor_approves_in_their_own_browser(
    guest: Arrive, colleague: SignIn
) -> None:
    maya, ines, tom = colleague("maya"), colleague("ines"), guest("K-1006")
    tom.call_person()
    page = taken(maya, "Tom Reuter")
    page.locator("[data-action=refund]").click()
    window(page).get_by_label("Amount in euros").fill("7.00")
    page.keyboard.press("Enter")
    expect(window(page)).to_contain_text("above your limit", timeout=LONG)
    window(page).get_by_role("button", name="Propose it").click()
    expect(page.locator(".card_actions")).to_contain_text("waits for approval", timeout=LONG)
    page.get_by_role("button", name="Approvals").click()
    expect(window(page)).to_contain_text("Own proposal", timeout=LONG)
    expect(window(page).get_by_role("button", name="Approve and do it")).to_have_count(0)
    window(page).get_by_role("button", name="Close").click()
    desk = ines.page
    desk.get_by_role("button", name=re.compile("Approvals, 1 open")).click(timeout=LONG)
    proposal = window(desk).get_by_role("listitem", name="Refund of €7.00")
    proposal.get_by_label("Comment").fill("agreed")
    proposal.get_by_role("button", name="Approve and do it").dblclick()
    expect(window(desk)).to_contain_text("Nothing waits for approval", timeout=LONG)
    desk.keyboard.press("Escape")
    expect(window(desk)).to_have_count(0)
    card = page.locator(".card_actions")
    expect(card).to_contain_text("Ines Vogt: agreed", timeout=LONG)
    expect(card.locator(".tag.ok")).to_have_text("done")
    told = tom.page.locator(".system").filter(
        has_text=re.compile("€7.00 for invoice .* is on its way")
    )
    expect(told).to_have_count(1, timeout=LONG)


def test_who_has_not_the_chat_sees_what_was_done_and_has_no_buttons(
    guest: Arrive, colleague: SignIn
) -> None:
    maya, anna = colleague("maya"), guest("K-1001")
    anna.call_person()
    page = taken(maya, "Anna Lindqvist")
    page.locator("[data-action=pay_link]").click()
    window(page).get_by_role("button", name="Look").click()
    expect(window(page)).to_contain_text("€11.99", timeout=LONG)
    window(page).get_by_role("button", name="Do it").click()
    expect(anna.page.get_by_role("link", name=re.compile("Pay now"))).to_be_visible(timeout=LONG)
    jonas = colleague("jonas").page
    jonas.goto(page.url)
    card = jonas.locator(".card_actions")
    expect(card).to_contain_text("A link to pay €11.99", timeout=LONG)
    expect(card).to_contain_text("Whoever has the chat")
    expect(jonas.locator("[data-action]")).to_have_count(0)
