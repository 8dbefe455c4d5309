"""The supervisor's pages in a browser: the board lives, a report has its table and file, settings are saved once, nobody else gets in."""

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.e2e.desk import LONG
from tests.e2e.house import DeskHouse, running_house

AXE = Path(__file__).resolve().parents[2] / "webchat" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ("board", "reports", "settings", "wording", "audit")
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def line() -> Iterator[DeskHouse]:
    """A house with a dozen chats that wait."""
    with running_house(crowd=12) as house:
        yield house


@pytest.fixture(scope="module")
def signed(line: DeskHouse, browser: Browser) -> dict[str, StorageState]:
    """Who is signed in, once for all pages."""
    states = {}
    for login in ("ines", "maya"):
        context = browser.new_context()
        answer = context.request.post(
            f"{line.base}/api/agent/login",
            data={"login": login, "password": line.password},
            headers={"X-Requested-With": "abolotse"},
        )
        assert answer.ok, answer.text()
        states[login] = context.storage_state()
        context.close()
    return states


@pytest.fixture
def supervise(line: DeskHouse, browser: Browser, signed: dict[str, StorageState]) -> Iterator[Open]:
    """A page of the supervisor's, in a browser context of its own."""
    contexts: list[BrowserContext] = []

    def opened(
        page: str,
        *,
        login: str = "ines",
        width: int = 1280,
        scheme: str = "light",
        tongue: str = "en",
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="de-DE" if tongue == "de" else "en-GB",
            storage_state=signed[login],
            accept_downloads=True,
            bypass_csp=True,  # for axe, which the test puts into the page
        )
        contexts.append(context)
        shown = context.new_page()
        shown.goto(f"{line.base}/desk/supervise#/{page}")
        return shown

    yield opened
    for context in contexts:
        context.close()


def tile(page: Page, name: str) -> str:
    """The number under a name."""
    found = page.locator(".tile").filter(has=page.get_by_text(name, exact=True)).locator("dd").first
    return found.inner_text()


def test_the_board_shows_the_line_and_follows_it(supervise: Open, line: DeskHouse) -> None:
    page = supervise("board")
    expect(page.get_by_role("heading", name="Now")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("heading", name="At the desk")).to_be_visible(timeout=LONG)
    before = int(tile(page, "Waiting"))
    assert before >= 12
    rows = page.get_by_role("region", name="By topic").locator("tbody td:nth-child(2)")
    assert sum(int(words) for words in rows.all_inner_texts()) == before


def test_who_waits_is_listened_to_and_passed_on_from_the_board(supervise: Open) -> None:
    page = supervise("board")
    waits = page.get_by_role("region", name="Who waits, in order")
    expect(waits.locator("tbody tr").first).to_be_visible(timeout=LONG)
    waits.get_by_role("button", name="Listen in").first.click()
    log = page.get_by_role("log")
    expect(log).to_be_visible(timeout=LONG)
    assert (
        page.evaluate(
            AXE.read_text() + ";axe.run().then(found => found.violations.map(one => one.id))"
        )
        == []
    )
    page.get_by_role("button", name="Close").click()
    waits.get_by_role("button", name="Reassign").first.click()
    window = page.get_by_role("dialog")
    window.get_by_label("To whom?").select_option("agent:maya", timeout=LONG)
    window.get_by_label("Note").fill("Please you, Maya")
    assert page.evaluate("axe.run().then(found => found.violations.map(one => one.id))") == []
    window.get_by_role("button", name="Reassign").click()
    expect(window).to_have_count(0, timeout=LONG)
    audit = supervise("audit")
    audit.get_by_label("What").fill("listened_in")
    expect(audit.locator("tbody tr").first).to_contain_text("ines", timeout=LONG)


def test_a_report_has_its_table_and_its_file(supervise: Open) -> None:
    page = supervise("reports")
    page.get_by_label("Group by").select_option("skill")
    expect(page.locator("figure figcaption").first).to_contain_text(
        "cases, most of them", timeout=LONG
    )
    whole = int(tile(page, "Cases with people"))
    chart = page.locator("figure").first
    chart.get_by_text("As a table").click()
    values = chart.locator("td").all_inner_texts()
    assert sum(int(value) for value in values) == whole
    with page.expect_download() as started:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(started.value.path().read_text(encoding="utf-8").splitlines()))
    assert sum(int(row["cases"]) for row in rows) == whole


def test_of_two_who_set_the_same_the_second_is_told_and_loses_nothing(supervise: Open) -> None:
    first, second = supervise("settings"), supervise("settings")
    for page, seconds in ((first, "31"), (second, "32")):
        page.get_by_label("Time to accept").fill(seconds)
    first.get_by_role("button", name="Save").first.click()
    expect(first.get_by_text("Saved.")).to_be_visible(timeout=LONG)
    second.get_by_role("button", name="Save").first.click()
    expect(second.get_by_text("Somebody else was faster")).to_be_visible(timeout=LONG)
    expect(second.get_by_text("Time to accept: 31")).to_be_visible()
    expect(second.get_by_label("Time to accept")).to_have_value("32")
    second.get_by_role("button", name="Save").first.click()
    expect(second.get_by_text("Saved.")).to_be_visible(timeout=LONG)
    audit = supervise("audit")
    expect(audit.locator("tbody tr").first).to_contain_text("routing_rules_set", timeout=LONG)
    expect(audit.locator("tbody tr").first).to_contain_text("accept: 32")


def test_limits_of_actions_are_set_as_amounts_and_told_in_the_audit(supervise: Open) -> None:
    page = supervise("settings")
    form = page.locator(".panel-card").filter(
        has=page.get_by_role("heading", name="What needs no second person")
    )
    credit = form.get_by_label("Credit, agent")
    expect(credit).to_have_value("20.00", timeout=LONG)
    credit.fill("12.50")
    form.get_by_label("Who agrees to more").select_option(label="Anybody else")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Saved.")).to_be_visible(timeout=LONG)
    page.reload()
    expect(credit).to_have_value("12.50", timeout=LONG)
    credit.fill("-1")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Saved.")).to_have_count(0)
    audit = supervise("audit")
    expect(audit.locator("tbody tr").first).to_contain_text("action_limits_set", timeout=LONG)
    expect(audit.locator("tbody tr").first).to_contain_text("agent_credit: 1250")


def test_a_team_with_hours_in_words(supervise: Open) -> None:
    page = supervise("settings")
    page.get_by_text("New team").click()
    form = page.locator("details", has_text="New team").locator("form")
    form.get_by_label("Key").fill("north")
    form.get_by_label("Name").fill("North")
    form.get_by_label("Hours").fill("whenever")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("hours like")).to_be_visible(timeout=LONG)
    form.get_by_label("Hours").fill("Mon-Fri 8:00-18:00; Sa 09:00-13:00")
    form.get_by_role("button", name="Save").click()
    named = page.locator("summary", has_text="North")
    expect(named).to_contain_text("Mon–Fri 08:00–18:00; Sat 09:00–13:00", timeout=LONG)


def test_a_reply_is_worded_checked_and_put_aside(supervise: Open) -> None:
    page = supervise("wording")
    page.get_by_text("New reply").click(timeout=LONG)
    form = page.locator("details", has_text="New reply").locator("form")
    form.get_by_label("Name, German").fill("Umzug")
    form.get_by_label("Name, English").fill("Moving house")
    form.get_by_label("Text, German").fill("Guten Tag {name}, Ihr {vertrag} zieht mit.")
    form.get_by_label("Text, English").fill("Hello {name}, your plan moves along.")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("“{vertrag}” is no placeholder.")).to_be_visible(timeout=LONG)
    expect(form.get_by_label("Name, German")).to_have_value("Umzug")
    form.get_by_label("Text, German").fill("Guten Tag {name}, Ihr {plan} zieht mit.")
    form.get_by_role("button", name="Save").click()
    made = page.locator("details", has=page.locator("summary", has_text="Moving house"))
    made.locator("summary").click(timeout=LONG)
    made.get_by_role("button", name="Archive").click()
    expect(made.locator("summary")).to_contain_text("Archived", timeout=LONG)
    made.get_by_role("button", name="Take back").click()
    expect(made.locator("summary")).not_to_contain_text("Archived", timeout=LONG)
    audit = supervise("audit")
    expect(audit.locator("tbody tr").first).to_contain_text("reply_taken_back", timeout=LONG)


def test_a_label_in_both_languages(supervise: Open) -> None:
    page = supervise("wording", tongue="de")
    page.get_by_text("Neues Label").click(timeout=LONG)
    form = page.locator("details", has_text="Neues Label").locator("form")
    form.get_by_label("Name, deutsch").fill("Presse")
    form.get_by_label("Name, englisch").fill(" ")
    form.get_by_role("button", name="Speichern").click()
    expect(form.get_by_text("Name (1 bis 40 Zeichen)")).to_be_visible(timeout=LONG)
    form.get_by_label("Name, englisch").fill("Press")
    form.get_by_label("Farbe").select_option("violet")
    form.get_by_role("button", name="Speichern").click()
    expect(page.locator("summary .tag", has_text="Presse")).to_be_visible(timeout=LONG)


def test_others_read_why_they_see_nothing(supervise: Open) -> None:
    page = supervise("board", login="maya")
    expect(page.get_by_text("These pages are for supervisors.")).to_be_visible(timeout=LONG)
    expect(page.locator(".tile")).to_have_count(0)


@pytest.mark.parametrize("tongue", ["de", "en"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (320, "light")])
def test_everybody_can_use_them(supervise: Open, tongue: str, width: int, scheme: str) -> None:
    for name in PAGES:
        page = supervise(name, width=width, scheme=scheme, tongue=tongue)
        expect(page.locator("main table, main form, main details").first).to_be_visible(
            timeout=LONG
        )
        for closed in page.locator("main details > summary").all():
            closed.click()
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name}_{width}_{tongue}.png", full_page=True)
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("axe.run().then(found => found.violations)")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], (name, width, scheme)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (name, wide)
