"""The two people of an end-to-end test: a subscriber in the widget and an agent at the desk, by role and name only."""

import re
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

PATIENT = 60_000


class Subscriber:
    """A person in the demo shop with the chat open, in a browser context of their own."""

    WORDS = {  # names of controls as a person reads them
        "de": {"open": "Chat öffnen", "person": "Mit einem Menschen sprechen"},
        "en": {"open": "Open chat", "person": "Talk to a person"},
    }

    def __init__(self, browser: Browser, base: str, customer: str | None, *, locale: str) -> None:
        self.locale = locale
        language = "de-DE" if locale == "de" else "en-GB"
        self.context: BrowserContext = browser.new_context(locale=language)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._noted)
        self.page.goto(base + "/")
        if customer:
            self.page.locator("select").first.select_option(customer)
        self.page.get_by_role("button", name=self.WORDS[locale]["open"]).click()
        expect(self.bot.first).to_be_visible(timeout=PATIENT)
        self._settle()

    def _settle(self) -> None:
        """Until what was said on an earlier visit is there: it must not count as an answer."""
        shown = -1
        while shown != (shown := self.log.locator(".turn").count()):
            self.page.wait_for_timeout(700)

    def _noted(self, message: object) -> None:
        text = str(getattr(message, "text", ""))
        if "Content Security Policy" in text or "TrustedHTML" in text:
            self.problems.append(text)

    @property
    def log(self) -> Locator:
        """The conversation as shown."""
        return self.page.get_by_role("log")

    def by(self, author: str) -> Locator:
        """Every turn of one kind of author: subscriber, bot, agent."""
        return self.log.locator(f".turn.{author}")

    @property
    def bot(self) -> Locator:
        """What the bot said."""
        return self.by("bot")

    def say(self, text: str) -> None:
        """Type and press Enter."""
        field = self.page.get_by_role("dialog").get_by_role("textbox")
        field.fill(text)
        field.press("Enter")

    def ask(self, text: str) -> str:
        """Say something and wait for the bot's next answer; returns its words."""
        before = self.bot.count()
        self.say(text)
        return self.answer_after(before)

    def press(self, name: str) -> str:
        """Press a button under the newest message and wait for the bot's next answer."""
        before = self.bot.count()
        self.log.get_by_role("button", name=name, exact=True).click()
        return self.answer_after(before)

    def answer_after(self, count: int) -> str:
        """The bot's message number `count` + 1, once it is there."""
        answer = self.bot.nth(count)
        expect(answer).to_be_visible(timeout=PATIENT)
        return plain(answer.inner_text())

    def call_person(self) -> None:
        """The button that is always there."""
        # The panel follows the language of the conversation, which an earlier visit may have set.
        name = re.compile("|".join(words["person"] for words in self.WORDS.values()))
        self.page.get_by_role("dialog").get_by_role("button", name=name).last.click()

    @property
    def notices(self) -> Locator:
        """What the system said between the turns."""
        return self.log.locator(".system")

    def texts(self, author: str) -> list[str]:
        """All bubbles of an author, in order."""
        return [plain(text) for text in self.by(author).locator(".bubble").all_inner_texts()]

    def close(self) -> None:
        """Leave; fails on any script error or breach of the content security policy."""
        self.context.close()
        assert self.problems == []


@dataclass
class Agent:
    """A person at the desk, in a browser context of their own."""

    page: Page
    context: BrowserContext

    @property
    def rows(self) -> Locator:
        """The conversations of the present list."""
        return self.page.locator(".rows .row")

    def open(self, name: str) -> None:
        """Open a conversation of the list by the subscriber's name."""
        self.rows.filter(has_text=name).first.click()

    def tab(self, name: str) -> None:
        """Switch the list."""
        self.page.get_by_role("tab", name=re.compile(name)).click()

    @property
    def conversation(self) -> Locator:
        """The open conversation."""
        return self.page.locator("#conversation")

    def take(self) -> None:
        """Take over and wait until it is so."""
        self.conversation.locator("header").get_by_role("button", name="Take over").click()
        expect(self.conversation.get_by_text("You have this chat")).to_be_visible(timeout=PATIENT)

    def say(self, text: str) -> None:
        """Type a reply and send it."""
        field = self.conversation.get_by_role("textbox")
        field.fill(text)
        field.press("Enter")

    def texts(self, author: str) -> list[str]:
        """All bubbles of an author in the open conversation, in order."""
        bubbles = self.conversation.locator(f".message.{author} .bubble")
        return [plain(text) for text in bubbles.all_inner_texts()]

    def leave(self) -> None:
        """Sign out and close."""
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_label("Password")).to_be_visible()
        self.context.close()


def sign_in(browser: Browser, base: str, login: str, password: str) -> Agent:
    """A new context, signed in at the desk in English."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(base + "/desk")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("tab", name=re.compile("Waiting"))).to_be_visible(timeout=PATIENT)
    return Agent(page, context)


def release(agent: Agent, button: str, outcome: str) -> None:
    """Press hand back or close, fill in the outcome, confirm."""
    agent.page.get_by_role("button", name=re.compile(f"^{button}")).first.click()
    dialog = agent.page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill(outcome)
    dialog.get_by_role("button", name=re.compile(f"^{button}")).click()
    expect(dialog).to_have_count(0)


def plain(text: str) -> str:
    """One line, with ordinary spaces."""
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())
