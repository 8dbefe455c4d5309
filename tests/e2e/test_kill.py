"""SIGKILL of any process, or of all: the widget comes back by itself, every message is there once and in order."""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import Agent, Subscriber
from tests.product import Product

Arrive = Callable[..., Subscriber]
SignIn = Callable[..., Agent]
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


def test_without_the_bot_the_chat_waits_for_a_person(
    product: Product, subscriber: Arrive, agent: SignIn
) -> None:
    jonas = agent("jonas")
    visitor = subscriber(None, locale="en")
    with product.frozen("rasa"):
        visitor.say("Why did my payment fail?")
        expect(visitor.notices.filter(has_text="cannot be reached")).to_be_visible(timeout=30_000)
        expect(jonas.rows.filter(has_text="Bot not available")).to_be_visible()
