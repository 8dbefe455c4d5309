"""SIGKILL of any process, or of all: the widget comes back by itself, every message is there once and in order."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import PATIENT, Agent, Subscriber, release
from tests.processes import connections
from tests.product import Product

Arrive = Callable[..., Subscriber]
SignIn = Callable[..., Agent]
Look = Callable[..., list[tuple[Any, ...]]]
BACK = 90_000


def numbered(prefix: str, count: int) -> list[str]:
    """Messages that can be told apart."""
    return [f"{prefix} {number}" for number in range(count)]


def all_sent(person: Subscriber) -> None:
    """Wait until nothing is pending in the widget's outbox."""
    expect(person.log.locator(".turn.pending")).to_have_count(0, timeout=BACK)
    expect(person.page.locator(".strip .warn")).to_have_count(0, timeout=BACK)


def only(texts: list[str], prefix: str) -> list[str]:
    """Those that begin with a prefix."""
    return [text for text in texts if text.startswith(prefix)]


def expect_same(subscriber: Subscriber, agent: Agent, sent: list[str], prefix: str) -> None:
    """Both sides show what was sent, once, in order."""
    last = agent.conversation.locator(".message.subscriber .bubble").get_by_text(
        sent[-1], exact=True
    )
    expect(last).to_have_count(1, timeout=BACK)
    assert only(subscriber.texts("subscriber"), prefix) == sent
    assert only(agent.texts("subscriber"), prefix) == sent


class Pair:
    """A subscriber, and the agent who has taken the chat."""

    def __init__(self, person: Subscriber, maya: Agent, name: str) -> None:
        self.person, self.maya = person, maya
        person.call_person()
        maya.open(name)
        maya.take()


def converse(pair: Pair, prefix: str, kill: Callable[[], object]) -> None:
    """Eight messages each way; the fault comes before the fourth."""
    there, back = numbered(prefix, 8), numbered(f"{prefix} reply", 8)
    for number in range(8):
        if number == 3:
            kill()
        pair.person.say(there[number])
        pair.maya.say(back[number])
    all_sent(pair.person)
    last = pair.person.by("agent").get_by_text(back[-1], exact=True)
    expect(last).to_be_visible(timeout=BACK)
    expect_same(pair.person, pair.maya, there, prefix)
    assert only(pair.person.texts("agent"), prefix) == back
    assert only(pair.maya.texts("agent"), prefix) == back


@pytest.mark.parametrize(
    ("process", "customer", "name"),
    [
        ("gateway", "K-1009", "Sofia Rossi"),
        ("rasa", "K-1010", "Jonas Keller"),
        ("actions", "K-1004", "Ben Carter"),
    ],
)
def test_one_process_is_killed_in_a_conversation(
    product: Product, subscriber: Arrive, agent: SignIn, process: str, customer: str, name: str
) -> None:
    pair = Pair(subscriber(customer), agent("maya"), name)
    old = product.pids()[process]
    converse(pair, f"with {process} killed,", partial(product.kill, process))
    product.wait_restarted(process, old)


def test_everything_is_killed_and_started_again(
    product: Product, subscriber: Arrive, agent: SignIn
) -> None:
    pair = Pair(subscriber("K-1006"), agent("maya"), "Tom Reuter")
    meanwhile = "with everything killed, while it is down"

    def kill_and_start() -> None:
        product.kill_everything()
        pair.person.say(meanwhile)
        expect(pair.person.page.locator(".strip .warn")).to_be_visible()
        product.start()

    converse(pair, "all at once,", kill_and_start)
    assert only(pair.person.texts("subscriber"), "with everything") == [meanwhile]
    assert only(pair.maya.texts("subscriber"), "with everything") == [meanwhile]


def test_the_launcher_said_in_one_sentence_what_happened(product: Product) -> None:
    old = product.kill("actions")
    product.wait_restarted("actions", old)
    product.wait_for_line(f"The process 'actions' ({old}) ended unexpectedly")


@pytest.mark.parametrize("process", ["rasa", "actions"])
def test_without_the_bot_the_chat_waits_for_a_person(
    product: Product, subscriber: Arrive, agent: SignIn, process: str
) -> None:
    jonas = agent("jonas")
    visitor = subscriber(None, locale="en")
    with product.frozen(process):
        visitor.say(f"Why did my payment fail? Without {process}")
        expect(visitor.notices.filter(has_text="cannot be reached")).to_be_visible(timeout=PATIENT)
        row = jonas.rows.filter(has_text=f"Without {process}")
        expect(row.filter(has_text="Bot not available")).to_be_visible(timeout=PATIENT)


CANCELLED = """SELECT c.reference FROM cancellations c JOIN subscriptions s ON s.id = c.subscription
    WHERE s.customer = 'K-1061'"""
DECLARED = (
    "SELECT seq FROM audit_entries WHERE customer = 'K-1061' AND action = 'cancellation.declare'"
)


@contextmanager
def nobody_writes(database: Path) -> Iterator[None]:
    """Whoever wants to write into this file waits until the block ends."""
    with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        yield


def in_an_action(product: Product) -> None:
    """Until Rasa has waited for one and the same answer of the action server for a while."""
    pids = product.pids()
    looks = [connections(pids["rasa"], pids["actions"])]
    until = time.monotonic() + 60
    while len(looks) < 5 or not frozenset.intersection(*looks[-5:]):
        assert time.monotonic() < until, "Rasa never asked the action server"
        time.sleep(0.05)
        looks.append(connections(pids["rasa"], pids["actions"]))


def test_rasa_is_killed_while_an_action_writes(
    product: Product, subscriber: Arrive, agent: SignIn, data: Look
) -> None:
    """What the action does it does once, and the subscriber gets a person instead of an answer nobody can give."""
    maya, jan = agent("maya"), subscriber("K-1061")
    wish = "Ich möchte mein Abo kündigen"
    spoken, old = jan.bot.count(), product.pids()["rasa"]
    with nobody_writes(product.var / "subscriptions.db"):
        jan.say(wish)
        in_an_action(product)
        assert data(CANCELLED) == []
        product.kill("rasa")
    expect(jan.notices.filter(has_text="nicht erreichbar")).to_have_count(1, timeout=BACK)
    maya.open("Jan de Vries")
    maya.take()
    product.wait_restarted("rasa", old)
    product.wait_ready()
    assert jan.bot.count() == spoken
    release(maya, "Hand back to bot", "")
    expect(jan.bot.nth(spoken)).to_be_visible(timeout=BACK)
    assert len(data(CANCELLED)) == len(data(DECLARED)) <= 1
    receipt = jan.ask(wish)
    [(reference,)] = data(CANCELLED)
    assert reference in receipt
    assert len([turn for turn in jan.bot.all_inner_texts() if reference in turn]) == 1
