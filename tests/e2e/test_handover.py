"""A chat goes to a person and back: at once, with everything known, and with one voice at a time."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.pages import Agent, Subscriber, release
from tests.product import Product

Arrive = Callable[..., Subscriber]
SignIn = Callable[..., Agent]


def test_a_person_takes_over_and_hands_back(subscriber: Arrive, agent: SignIn) -> None:
    maya = agent("maya")
    julia = subscriber("K-1003")
    julia.ask("Warum wurde die Lastschrift zurückgegeben?")
    julia.say("Ich möchte mit einem Menschen sprechen")
    expect(maya.rows.filter(has_text="Júlia Szabó")).to_be_visible()
    maya.open("Júlia Szabó")
    expect(maya.conversation.get_by_text("Case packet")).to_be_visible()
    expect(maya.page.get_by_role("region", name="Customer", exact=True)).to_contain_text("19.90")
    assert "Warum wurde die Lastschrift zurückgegeben?" in maya.texts("subscriber")
    maya.take()
    expect(julia.notices.filter(has_text="Maya")).to_be_visible()

    maya.conversation.get_by_role("textbox").press_sequentially("Guten", delay=60)
    expect(julia.log.locator(".typing")).to_be_visible()
    maya.say("Guten Tag Frau Szabó, ich schaue nach.")
    expect(julia.by("agent")).to_contain_text("ich schaue nach")
    julia.page.get_by_role("dialog").get_by_role("textbox").press_sequentially("Danke", delay=60)
    expect(maya.conversation.locator(".typing")).to_be_visible()
    spoken = julia.bot.count()
    julia.say("Warum ist die Zahlung fehlgeschlagen?")
    expect(maya.conversation.get_by_text("Warum ist die Zahlung fehlgeschlagen?")).to_be_visible()
    julia.page.wait_for_timeout(2500)
    assert julia.bot.count() == spoken

    release(maya, "Hand back to bot", "Konto geprüft, stimmt noch.")
    expect(julia.bot.nth(spoken)).to_contain_text("automatische Assistent")
    answer = julia.ask("Wann bucht ihr das nächste Mal ab?")
    assert "Maya" in answer
    assert "Konto geprüft" in answer


def test_two_misses_in_a_row_go_to_a_person_and_the_case_is_closed(
    subscriber: Arrive, agent: SignIn
) -> None:
    jonas = agent("jonas")
    visitor = subscriber(None, locale="en")
    visitor.ask("it is all a bit weird")
    visitor.ask("I have a matter")
    expect(visitor.notices.first).to_be_visible()
    row = jonas.rows.filter(has_text="Misunderstood twice")
    expect(row).to_be_visible()
    row.click()
    jonas.take()
    release(jonas, "Close", "Nothing to do.")
    expect(visitor.notices.filter(has_text="closed")).to_be_visible()
    visitor.ask("are you a bot?")


def test_an_answer_under_way_is_dropped_when_a_person_takes_over(
    product: Product, subscriber: Arrive, agent: SignIn
) -> None:
    maya = agent("maya")
    priya = subscriber("K-1007", locale="en")
    spoken = priya.bot.count()
    with product.frozen("rasa"):
        priya.say("Why did my payment fail?")
        maya.tab("Bot")
        maya.open("Priya Nair")
        maya.take()
    maya.say("Hello Priya, this is Maya.")
    expect(priya.by("agent")).to_contain_text("this is Maya")
    priya.page.wait_for_timeout(5000)
    assert priya.bot.count() == spoken
    release(maya, "Hand back to bot", "Explained.")
    expect(priya.bot.nth(spoken)).to_be_visible()


def test_nobody_at_the_desk_is_said_and_a_case_number_given(subscriber: Arrive) -> None:
    lukas = subscriber("K-1008")
    lukas.call_person()
    notice = lukas.notices.filter(has_text="niemand")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text(re.compile(r"C-[0-9A-Z]{4}-[0-9A-Z]{4}"))
    lukas.say("Bitte rufen Sie mich zurück")
    lukas.page.wait_for_timeout(1500)
    assert lukas.texts("subscriber")[-1] == "Bitte rufen Sie mich zurück"


def test_instead_of_waiting_a_call_may_be_arranged(subscriber: Arrive) -> None:
    mia = subscriber("K-1021")
    mia.call_person()
    expect(mia.notices.filter(has_text="niemand")).to_be_visible()
    asked = mia.press("Rückruf vereinbaren")
    assert "Montag bis Samstag" in asked
    back = mia.bot.count()
    mia.say("Abbrechen")
    expect(mia.bot.nth(back)).to_contain_text("Reihe")
    expect(mia.notices.filter(has_text="niemand").last).to_be_visible()
