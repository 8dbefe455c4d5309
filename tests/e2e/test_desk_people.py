"""Several agents and subscribers at once: who is offered what, who answers, who passes on, who looks on."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.desk import LONG, Colleague, rules, whoever_is_asked
from tests.e2e.house import DeskHouse
from tests.e2e.pages import Subscriber

Arrive = Callable[..., Subscriber]
SignIn = Callable[[str], Colleague]
NAMES = {"K-1003": "Júlia Szabó", "K-1004": "Ben Carter", "K-1009": "Sofia Rossi"}


def test_two_agents_and_three_subscribers_at_once(guest: Arrive, colleague: SignIn) -> None:
    agents = [colleague("maya"), colleague("jonas")]
    people = {name: guest(customer) for customer, name in NAMES.items()}
    for person in people.values():
        person.call_person()
    taken: dict[str, Colleague] = {}
    for name in people:
        agent = whoever_is_asked(agents, name)
        agent.accept(name)
        taken[name] = agent
        agent.reply(f"Hello {name}, how can I help?")
    assert {id(agent) for agent in taken.values()} == {id(agent) for agent in agents}, "in turn"
    for number in range(3):
        for name, person in people.items():
            person.say(f"{name} says {number}")
    for name, person in people.items():
        agent = taken[name]
        agent.page.locator("[data-row]").filter(has_text=name).first.click()
        agent.has(name)
        said = agent.conversation.locator(".message.subscriber .bubble")
        expect(said).to_have_text([f"{name} says {number}" for number in range(3)], timeout=LONG)
        agent.reply(f"Goodbye {name}")
        words = [f"Hello {name}, how can I help?", f"Goodbye {name}"]
        expect(person.by("agent").locator(".bubble")).to_have_text(words, timeout=LONG)


def test_who_does_not_answer_an_offer_is_asked_no_more_until_they_are_back(
    desk_house: DeskHouse, guest: Arrive, colleague: SignIn
) -> None:
    agents = [colleague("maya"), colleague("jonas")]
    with rules(desk_house, accept=5):
        guest("K-1003").call_person()
        missed = whoever_is_asked(agents, "Júlia Szabó")
        other = next(agent for agent in agents if agent is not missed)
        expect(missed.offer).to_contain_text("You did not answer an offer", timeout=LONG)
        expect(missed.presence).to_contain_text("Not responding")
        expect(missed.page.locator("[aria-live=polite]").last).to_contain_text("Press B")
    with rules(desk_house, accept=60, drop=0):
        if not other.offer.filter(has_text="Júlia Szabó").is_visible():
            other.press("b")
        other.accept("Júlia Szabó")
        missed.press("b")
        expect(missed.presence).to_contain_text("Available", timeout=LONG)
        guest("K-1004").call_person()
        missed.accept("Ben Carter")


def test_a_declined_chat_goes_to_the_next_at_once(guest: Arrive, colleague: SignIn) -> None:
    agents = [colleague("maya"), colleague("jonas")]
    guest("K-1009").call_person()
    first = whoever_is_asked(agents, "Sofia Rossi")
    other = next(agent for agent in agents if agent is not first)
    first.press("d")
    expect(first.offer).to_have_count(0)
    expect(other.offer).to_contain_text("Sofia Rossi", timeout=LONG)
    row = first.page.locator("[data-row]").filter(has_text="Sofia Rossi")
    expect(row).to_contain_text("→", timeout=LONG)
    expect(first.presence).to_contain_text("Available")
    other.accept("Sofia Rossi")


def test_a_chat_is_passed_on_with_a_note_by_keys_alone(guest: Arrive, colleague: SignIn) -> None:
    maya, julia = colleague("maya"), guest("K-1003")
    julia.call_person()
    maya.accept("Júlia Szabó")
    jonas = colleague("jonas")
    maya.press("p")
    dialog = maya.page.get_by_role("dialog")
    expect(dialog.get_by_role("option", name=re.compile("Service"))).to_be_visible(timeout=LONG)
    expect(dialog.get_by_role("combobox")).to_be_focused()
    maya.page.keyboard.type("jonas")
    expect(dialog.get_by_role("option")).to_have_count(1)
    maya.page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("option", selected=True)).to_have_text(re.compile("Jonas Keller"))
    maya.page.keyboard.press("Tab")
    maya.page.keyboard.type("Please check the mandate.")
    maya.page.keyboard.press("Tab")
    maya.page.keyboard.press("Tab")
    maya.page.keyboard.press("Enter")
    expect(dialog).to_have_count(0, timeout=LONG)
    jonas.accept("Júlia Szabó")
    expect(jonas.conversation.locator(".private")).to_contain_text("Please check the mandate.")
    expect(maya.conversation.get_by_text("Jonas Keller has this chat").first).to_be_visible(
        timeout=LONG
    )
    jonas.reply("Hello, this is Jonas.")
    expect(julia.by("agent").last).to_contain_text("this is Jonas", timeout=LONG)
    assert "mandate" not in julia.log.inner_text()


def test_colleagues_at_the_same_conversation_see_each_other(
    guest: Arrive, colleague: SignIn
) -> None:
    maya = colleague("maya")
    guest("K-1004").call_person()
    maya.accept("Ben Carter")
    jonas = colleague("jonas")
    jonas.press("2")
    jonas.open("Ben Carter")
    expect(maya.conversation.locator(".others")).to_have_text("Jonas Keller is here too")
    expect(jonas.conversation.locator(".others")).to_have_text("Maya Brandt is here too")
    jonas.press("n")
    jonas.page.keyboard.type("I know him", delay=30)
    expect(maya.conversation.locator(".others")).to_have_text("Jonas Keller is writing")
    jonas.page.evaluate("location.hash = ''")
    expect(maya.conversation.locator(".others")).to_have_text("")


def test_a_supervisor_passes_on_a_chat_that_waits(guest: Arrive, colleague: SignIn) -> None:
    ines = colleague("ines")
    guest("K-1009").call_person()
    ines.press("1")
    ines.open("Sofia Rossi")
    expect(ines.conversation.locator("h1")).to_have_text("Sofia Rossi")
    assert ines.offer.count() == 0, "a supervisor is offered no chats"
    maya, jonas = colleague("maya"), colleague("jonas")
    asked = whoever_is_asked([maya, jonas], "Sofia Rossi")
    wanted = jonas if asked is maya else maya
    ines.press("p")
    dialog = ines.page.get_by_role("dialog")
    name = "Jonas Keller" if wanted is jonas else "Maya Brandt"
    dialog.get_by_role("option", name=re.compile(name)).click(timeout=LONG)
    dialog.get_by_role("button", name="Transfer").click()
    expect(dialog).to_have_count(0, timeout=LONG)
    wanted.accept("Sofia Rossi")
    expect(asked.offer).to_have_count(0, timeout=LONG)
