"""The desk in a browser: fixtures of a house without the assistant, and what an agent does with offers and windows.

Invariants: everybody has a browser context of their own; controls are found by what a person reads; who comes leaves.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.house import DeskHouse, running_house
from tests.e2e.pages import Agent, Subscriber, plain, sign_in

LONG = 60_000
"""Milliseconds for what a grace or a time-out comes before."""


@dataclass
class Colleague(Agent):
    """An agent with offers, notes and drafts."""

    password: str

    @property
    def offer(self) -> Locator:
        """The chat that is offered now."""
        return self.page.get_by_role("region", name="Offers")

    @property
    def field(self) -> Locator:
        """Where a reply or a note is written."""
        return self.page.locator("#composer-text")

    @property
    def presence(self) -> Locator:
        """The switch that says whether chats are offered."""
        return self.page.get_by_role("switch")

    def accept(self, name: str) -> None:
        """Accept the offer of this person's chat by its key, and have it."""
        expect(self.offer).to_contain_text(name, timeout=LONG)
        self.press("a")
        self.has(name)

    def has(self, name: str) -> None:
        """Wait until this chat is open and one's own."""
        expect(self.conversation.locator("h1")).to_have_text(name, timeout=LONG)
        expect(self.conversation.get_by_text("You have this chat")).to_be_visible(timeout=LONG)

    def press(self, key: str) -> None:
        """A letter, as a shortcut: out of any field."""
        if self.page.evaluate("document.activeElement?.matches('input, textarea') ?? false"):
            self.page.keyboard.press("Escape")
        self.page.keyboard.press(key)

    def reply(self, text: str) -> None:
        """Write to the customer."""
        self.field.fill(text)
        self.field.press("Enter")

    def transcript(self) -> list[str]:
        """All that is said in the open conversation, by whomever, in order."""
        return [plain(text) for text in self.conversation.locator(".bubble").all_inner_texts()]

    def rows_now(self) -> dict[str, str]:
        """The words of each drawn row by its conversation."""
        found: dict[str, str] = self.page.evaluate(
            "Object.fromEntries([...document.querySelectorAll('[data-row]')]"
            ".map((row) => [row.dataset.row, row.innerText]))"
        )
        return found


@pytest.fixture(scope="session")
def desk_house() -> Iterator[DeskHouse]:
    """The gateway alone, for all tests of the desk that need no long line."""
    with running_house() as running:
        yield running


@pytest.fixture
def guest(browser: Browser, desk_house: DeskHouse) -> Iterator[Callable[..., Subscriber]]:
    """A factory of subscribers; all leave at the end, and none may have seen a script error."""
    people: list[Subscriber] = []

    def arrive(customer: str | None, *, locale: str = "en") -> Subscriber:
        people.append(Subscriber(browser, desk_house.base, customer, locale=locale))
        return people[-1]

    yield arrive
    for person in people:
        person.close()


@pytest.fixture
def colleague(browser: Browser, desk_house: DeskHouse) -> Iterator[Callable[[str], Colleague]]:
    """A factory of agents; at the end each closes what they have and leaves."""
    people: list[Colleague] = []

    def arrive(login: str) -> Colleague:
        signed_in = sign_in(browser, desk_house.base, login, desk_house.password)
        watched(signed_in.page)
        people.append(Colleague(signed_in.page, signed_in.context, desk_house.password))
        return people[-1]

    yield arrive
    close_everything(desk_house)
    for person in people:
        person.context.set_offline(False)
        person.leave()
        found = problems(person.page)
        assert found == [], found


_PROBLEMS: dict[Page, list[str]] = {}


def watched(page: Page) -> None:
    """Note script errors of a page."""
    noted = _PROBLEMS.setdefault(page, [])
    page.on("pageerror", lambda error: noted.append(str(error)))


def problems(page: Page) -> list[str]:
    """What was noted."""
    return _PROBLEMS.pop(page, [])


def close_everything(house: DeskHouse, most: int = 10_000) -> None:
    """No test finds the chats of another one: those that wait or have somebody are closed behind the gateway's back."""
    with closing(sqlite3.connect(house.var / "handoff.db", timeout=30)) as db:
        db.execute(
            "UPDATE conversation SET controller = 'closed', agent = NULL, lease_until = NULL,"
            " waiting_since = NULL, epoch = epoch + 1 WHERE id IN"
            " (SELECT id FROM conversation WHERE controller IN ('queue', 'agent') LIMIT ?)",
            (most,),
        )
        db.execute(
            "UPDATE support_case SET closed_at = opened_at WHERE closed_at IS NULL AND conversation"
            " IN (SELECT id FROM conversation WHERE controller = 'closed')"
        )
        db.execute("DELETE FROM chat_drop")
        db.commit()


def whoever_is_asked(agents: Sequence[Colleague], name: str) -> Colleague:
    """The agent to whom this person's chat is offered."""
    until = time.monotonic() + LONG / 1000
    while time.monotonic() < until:
        for agent in agents:
            if agent.offer.filter(has_text=name).is_visible():
                return agent
        agents[0].page.wait_for_timeout(100)
    raise AssertionError(f"nobody was asked about {name}")


@contextmanager
def rules(house: DeskHouse, **changed: Any) -> Iterator[None]:
    """Other rules of routing while the block runs, as a supervisor sets them."""
    with closing(sqlite3.connect(house.var / "handoff.db", timeout=30)) as db:
        before = db.execute("SELECT value FROM desk_rule WHERE name = 'routing'").fetchone()
        put = "INSERT OR REPLACE INTO desk_rule (name, value) VALUES ('routing', ?)"
        db.execute(put, (json.dumps(changed),))
        db.commit()
        try:
            yield
        finally:
            if before is None:
                db.execute("DELETE FROM desk_rule WHERE name = 'routing'")
            else:
                db.execute(put, before)
            db.commit()


def stored(house: DeskHouse, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Look into the conversations' database."""
    with closing(sqlite3.connect(f"file:{house.var / 'handoff.db'}?mode=ro", uri=True)) as db:
        return db.execute(sql, values).fetchall()
