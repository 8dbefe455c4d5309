"""What was promised stands in the case packet: by when, and how it ended."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.desk import LONG, Colleague
from tests.e2e.pages import Subscriber
from tests.e2e.seeing import faults

Arrive = Callable[..., Subscriber]
SignIn = Callable[[str], Colleague]


def test_a_promise_is_shown_and_kept_by_an_answer(guest: Arrive, colleague: SignIn) -> None:
    maya, julia = colleague("maya"), guest("K-1003")
    julia.ask("my payment failed")
    julia.call_person()
    maya.accept("Júlia Szabó")
    promised = maya.conversation.locator(".promised li").first
    expect(promised).to_contain_text("First answer", timeout=LONG)
    expect(promised).to_contain_text("by ")
    expect(promised.locator(".tag")).to_have_text("open")
    assert faults(maya.page) == []
    maya.reply("I am looking into it.")
    maya.conversation.locator(".packet summary").click()
    expect(promised.locator(".tag")).to_have_text("kept", timeout=LONG)
