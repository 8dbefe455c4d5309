"""After a chat, as the subscriber sees it: how it was of the bot and of a person apart, the transcript on a page, on paper and by mail."""

import io
import json
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.e2e.desk import LONG, Colleague, stored
from tests.e2e.house import DeskHouse
from tests.e2e.pages import Subscriber, plain
from tests.e2e.seeing import faults, tab_walk

Arrive = Callable[..., Subscriber]
SignIn = Callable[[str], Colleague]
Language = Literal["de", "en"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TYPED = "IBAN DE89 3704 0044 0532 0130 00, julia@example.com"
SECRETS = ("3704", "0532 0130", "julia@example.com")


@dataclass(frozen=True)
class Words:
    """What a subscriber reads."""

    how_person: str
    how_bot: str
    good: str
    bad: str
    thanks: str
    stands: str
    page: str
    comment: str
    field: str
    send: str
    arrived: str
    mail: str
    mailed: str
    title: str
    masked: str
    save: str
    over: str


WORDS: dict[Language, Words] = {
    "de": Words(
        how_person="Wie war die Hilfe von Maya",
        how_bot="Wie war die Hilfe des automatischen Assistenten?",
        good="Gut",
        bad="Schlecht",
        thanks="Danke für die Rückmeldung.",
        stands="Die erste Antwort ist schon angekommen und gilt.",
        page="Gesprächsverlauf öffnen und speichern",
        comment="Etwas dazu schreiben",
        field="Ihr Kommentar",
        send="Kommentar senden",
        arrived="Danke, Ihr Kommentar ist angekommen.",
        mail="Verlauf per E-Mail",
        mailed="Der Verlauf geht an die hinterlegte E-Mail-Adresse.",
        title="Ihr Gespräch",
        masked="Kontonummern, E-Mail-Adressen und Telefonnummern sind verkürzt.",
        save="Als Textdatei speichern",
        over="Dieser Link gilt nicht",
    ),
    "en": Words(
        how_person="How was the help from Maya",
        how_bot="How was the help from the automated assistant?",
        good="Good",
        bad="Bad",
        thanks="Thank you for your feedback.",
        stands="The first answer has arrived already, and it stands.",
        page="Open and save the transcript",
        comment="Add a comment",
        field="Your comment",
        send="Send comment",
        arrived="Thank you, your comment has arrived.",
        mail="Transcript by e-mail",
        mailed="The transcript is on its way to the e-mail address on file.",
        title="Your conversation",
        masked="Account numbers, e-mail addresses and phone numbers are shortened.",
        save="Save as a text file",
        over="This link is not valid",
    ),
}


def closed(maya: Colleague, outcome: str) -> None:
    """Maya ends the open chat."""
    maya.press("e")
    dialog = maya.page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill(outcome)
    dialog.get_by_role("button", name=re.compile("^Close")).click()
    expect(dialog).to_have_count(0)


def served(guest: Arrive, colleague: SignIn, language: Language) -> Subscriber:
    """A subscriber whose chat with a person has just ended."""
    maya, julia = colleague("maya"), guest("K-1003", locale=language)
    julia.call_person()
    maya.accept("Júlia Szabó")
    julia.say(TYPED)
    expect(maya.conversation).to_contain_text("julia", timeout=LONG)
    maya.reply("All done.")
    closed(maya, "solved")
    expect(julia.notices.last).to_contain_text(WORDS[language].how_person, timeout=LONG)
    return julia


def button(person: Subscriber, name: str) -> Locator:
    """A button under the newest message."""
    return person.log.get_by_role("button", name=name, exact=True)


def opened(person: Subscriber, link: str) -> Page:
    """The page behind a link in the chat, in a tab of its own."""
    with person.context.expect_page() as coming:
        person.log.get_by_role("link", name=link).last.click()
    coming.value.wait_for_load_state()
    return coming.value


def ratings(house: DeskHouse, conversation: str) -> list[tuple[str, str, str | None]]:
    """About whom, which answer, and the comment (none yet) of a chat's questions."""
    query = "SELECT about, answer, comment FROM satisfaction WHERE conversation = ? ORDER BY about"
    return stored(house, query, conversation)


def newest(house: DeskHouse) -> str:
    """The conversation in which something happened last."""
    ((name,),) = stored(
        house, "SELECT id FROM conversation WHERE level > 0 ORDER BY updated_at DESC LIMIT 1"
    )
    return str(name)


def letter(house: DeskHouse, since: int) -> str:
    """The words of the newest transcript letter after so many lines of the mailbox."""
    box, until = house.var / "outbox.jsonl", time.monotonic() + LONG / 1000
    while time.monotonic() < until:
        lines = box.read_text().splitlines()[since:] if box.exists() else []
        found = [one for one in map(json.loads, lines) if one["template"] == "transcript"]
        if found:
            return str(found[-1]["text"])
        time.sleep(0.2)
    raise AssertionError("no letter with the transcript")


def letters(house: DeskHouse) -> int:
    """How many lines the mailbox has."""
    box = house.var / "outbox.jsonl"
    return len(box.read_text().splitlines()) if box.exists() else 0


@pytest.mark.parametrize("language", ["de", "en"])
def test_after_a_person_the_whole_way(
    desk_house: DeskHouse,
    browser: Browser,
    guest: Arrive,
    colleague: SignIn,
    language: Language,
) -> None:
    words, julia = WORDS[language], served(guest, colleague, language)
    transcript_is_masked_saved_printed_and_mailed(desk_house, julia, words)
    first_answer_counts_and_a_comment_is_kept(desk_house, julia, words)
    everybody_can_use_the_pages(browser, julia, words)


def transcript_is_masked_saved_printed_and_mailed(
    house: DeskHouse, julia: Subscriber, words: Words
) -> None:
    """On its page, in its file, on paper, and once more behind the link of the letter."""
    page = opened(julia, words.page)
    expect(page.get_by_role("heading", level=1)).to_have_text(words.title)
    expect(page.get_by_text(words.masked)).to_be_visible()
    expect(page.locator(".turns")).to_contain_text("j***@e…")
    expect(page.locator(".turns")).to_contain_text("All done.")
    with page.expect_download() as saved:
        page.get_by_role("link", name=words.save).click()
    file = saved.value.path().read_text(encoding="utf-8")
    paper = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf())).pages)
    for where, text in (("page", page.content()), ("file", file), ("paper", paper)):
        assert "All done." in text, where
        assert [secret for secret in SECRETS if secret in text] == [], where
    assert words.save not in paper, "a button on paper"
    before = letters(house)
    button(julia, words.mail).click()
    expect(julia.notices.last).to_contain_text(words.mailed, timeout=LONG)
    link = re.search(r"https?://\S+/transcripts/\S+", letter(house, before))
    assert link, "no link in the letter"
    page.goto(link[0])
    expect(page.locator(".turns")).to_contain_text("All done.")


def first_answer_counts_and_a_comment_is_kept(
    house: DeskHouse, julia: Subscriber, words: Words
) -> None:
    """Pressed twice at once, as a nervous finger does it: the widget sends both presses."""
    conversation = newest(house)
    good = button(julia, words.good)
    expect(good).to_be_visible(timeout=LONG)
    good.evaluate("(node) => { node.click(); node.click(); }")
    expect(julia.notices.filter(has_text=words.stands)).to_have_count(1, timeout=LONG)
    expect(julia.notices.filter(has_text=words.thanks)).to_have_count(1)
    expect(button(julia, words.good)).to_have_count(0)
    page = opened(julia, words.comment)
    page.get_by_label(words.field).fill("Schnell & freundlich")
    page.get_by_role("button", name=words.send).click()
    expect(page.get_by_role("status")).to_have_text(words.arrived)
    assert faults(page) == []
    assert ("person", "good", "Schnell & freundlich") in ratings(house, conversation)


def everybody_can_use_the_pages(browser: Browser, julia: Subscriber, words: Words) -> None:
    """Light and dark, wide and narrow, by keys."""
    transcript, comment = (
        julia.log.get_by_role("link", name=name).last.get_attribute("href") or ""
        for name in (words.page, words.comment)
    )
    pages = {words.title: transcript, words.send: comment, words.over: f"{comment}x"}
    for scheme in SCHEMES:
        locale = "de-DE" if julia.locale == "de" else "en-GB"
        context = browser.new_context(color_scheme=scheme, locale=locale)
        page = context.new_page()
        for shown, address in pages.items():
            page.goto(address)
            expect(page.get_by_text(shown, exact=True).first).to_be_visible()
            for width in (1200, 390, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert faults(page) == [], (shown, scheme, width)
            assert tab_walk(page) == [], (shown, scheme)
        context.close()


@pytest.mark.parametrize("language", ["de", "en"])
def test_after_a_talk_with_the_bot_alone_it_is_asked_about_the_bot(
    desk_house: DeskHouse, guest: Arrive, language: Language
) -> None:
    words, visitor = WORDS[language], guest(None, locale=language)
    for text in ("hello", "and again"):
        visitor.ask(text)
    ((conversation,),) = stored(
        desk_house, "SELECT id FROM conversation ORDER BY updated_at DESC LIMIT 1"
    )
    with closing(sqlite3.connect(desk_house.var / "handoff.db", timeout=30)) as db:
        back = "UPDATE conversation SET updated_at = datetime(updated_at, '-6 minutes') || '.000000' WHERE id = ?"
        db.execute(back, (conversation,))
        db.commit()
    expect(visitor.notices.last).to_contain_text(words.how_bot, timeout=LONG)
    expect(button(visitor, words.mail)).to_have_count(0)
    button(visitor, words.bad).click()
    expect(visitor.notices.last).to_contain_text(words.thanks, timeout=LONG)
    assert ratings(desk_house, str(conversation)) == [("bot", "bad", None)]


def test_a_page_on_which_something_is_wrong_is_found(
    desk_house: DeskHouse, browser: Browser
) -> None:
    """The negative control of the check above."""
    page = browser.new_page(locale="de-DE")
    page.goto(f"{desk_house.base}/transcripts/none")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in fault for fault in faults(page))
    assert plain(page.title())
    page.close()
