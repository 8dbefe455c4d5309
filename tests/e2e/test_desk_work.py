"""What agents work with, in a browser: saved replies, mentions, labels, search, files, wrong turns of the bot, several at once."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.e2e.desk import LONG, Colleague
from tests.e2e.pages import Subscriber

Arrive = Callable[..., Subscriber]
SignIn = Callable[[str], Colleague]


def window(agent: Colleague, name: str) -> Locator:
    """The open window with this title."""
    return agent.page.get_by_role("dialog", name=name)


def in_chat(
    maya: Colleague, guest: Arrive, customer: str | None, name: str, said: str
) -> Subscriber:
    """A customer whom the agent has; what they said last fits a saved reply or not."""
    person = guest(customer)
    person.ask(said)
    person.call_person()
    maya.accept(name)
    return person


def test_a_saved_reply_is_found_by_keys_filled_in_and_never_sent_by_itself(
    guest: Arrive, colleague: SignIn
) -> None:
    maya = colleague("maya")
    julia = in_chat(
        maya, guest, "K-1003", "Júlia Szabó", "my payment failed, the card was declined"
    )
    fitting = maya.page.get_by_role("group", name="Saved replies that fit")
    expect(fitting.get_by_role("button").first).to_have_text(
        "Payment did not go through", timeout=LONG
    )
    maya.field.press("/")
    choices = window(maya, "Saved replies")
    expect(choices.get_by_role("combobox")).to_be_focused()
    expect(choices.get_by_role("option").first).to_contain_text("Payment did not go through")
    expect(choices.get_by_role("option").first).to_contain_text("Fits")
    maya.page.keyboard.type("hello")
    expect(choices.get_by_role("option")).to_have_count(1)
    maya.page.keyboard.press("Enter")
    expect(choices).to_have_count(0)
    expect(maya.field).to_have_value(re.compile(r"^Hello Júlia Szabó, this is Maya Brandt\."))
    expect(maya.field).to_be_focused()
    assert julia.by("agent").count() == 0, "inserted, not sent"
    maya.field.fill("")
    maya.press("/")
    expect(choices).to_be_visible()
    maya.page.keyboard.type("begruessung")
    maya.page.keyboard.press("Shift+Enter")
    expect(maya.field).to_have_value(re.compile(r"^Guten Tag Júlia Szabó, hier ist Maya Brandt\."))
    maya.field.press("Enter")
    expect(julia.by("agent").locator(".bubble")).to_contain_text("Guten Tag", timeout=LONG)


def test_a_gap_is_seen_and_holds_the_message_back(guest: Arrive, colleague: SignIn) -> None:
    maya, person = colleague("maya"), guest(None)
    person.ask("hello")
    person.call_person()
    expect(maya.offer).to_contain_text("hello", timeout=LONG)
    maya.press("a")
    expect(maya.conversation.get_by_text("You have this chat")).to_be_visible(timeout=LONG)
    maya.field.press("/")
    maya.page.keyboard.type("greeting")
    maya.page.keyboard.press("Enter")
    expect(maya.field).to_have_value(re.compile("⟦name⟧"))
    assert maya.page.evaluate("getSelection().toString()") == "⟦name⟧"
    maya.field.press("Enter")
    expect(maya.conversation.get_by_text("Please fill the gap")).to_be_visible()
    assert person.by("agent").count() == 0
    maya.page.keyboard.type("dear guest")
    maya.field.press("Enter")
    expect(person.by("agent").locator(".bubble")).to_contain_text("Hello dear guest", timeout=LONG)


def test_a_colleague_who_is_mentioned_sees_it_and_finds_it(
    guest: Arrive, colleague: SignIn
) -> None:
    maya, jonas = colleague("maya"), colleague("jonas")
    jonas.presence.click()
    in_chat(maya, guest, "K-1004", "Ben Carter", "hello")
    maya.press("n")
    maya.page.keyboard.type("Please look, @jon")
    expect(maya.page.get_by_role("listbox", name="Mention colleagues")).to_contain_text(
        "Jonas Keller"
    )
    maya.page.keyboard.press("Enter")
    expect(maya.field).to_have_value("Please look, @jonas ")
    maya.page.keyboard.type("thanks")
    maya.page.keyboard.press("Enter")
    expect(maya.conversation.locator(".private")).to_contain_text("@jonas thanks", timeout=LONG)
    unread = jonas.page.get_by_role("button", name="Mentions me: 1 unread")
    unread.click(timeout=LONG)
    hit = jonas.page.locator(".found li").filter(has_text="Ben Carter").first
    expect(hit).to_contain_text("Please look, @jonas thanks", timeout=LONG)
    hit.get_by_role("link").click()
    expect(jonas.conversation.locator(".private")).to_contain_text("@jonas thanks", timeout=LONG)
    expect(jonas.page.get_by_role("button", name="Mentions me", exact=True)).to_be_visible(
        timeout=LONG
    )


def test_labels_are_put_on_found_and_taken_off(guest: Arrive, colleague: SignIn) -> None:
    maya = colleague("maya")
    in_chat(maya, guest, "K-1009", "Sofia Rossi", "the umbrella stand is crooked")
    head = maya.conversation.locator("header").first
    head.get_by_label("Add a label").select_option(label="Goodwill")
    expect(head.get_by_role("button", name="Remove label Goodwill")).to_be_visible(timeout=LONG)
    expect(maya.page.locator("[data-row]").filter(has_text="Sofia Rossi").first).to_contain_text(
        "Goodwill"
    )
    maya.page.keyboard.press("Control+k")
    maya.page.keyboard.type("umbr")
    found = maya.page.locator(".found li")
    expect(found.filter(has_text="Sofia Rossi")).to_have_count(1, timeout=LONG)
    maya.page.get_by_role("button", name="Filters").click()
    label = maya.page.locator(".filters").get_by_role("combobox", name="Label")
    label.select_option(label="Complaint")
    expect(maya.page.get_by_text("No conversation found.")).to_be_visible(timeout=LONG)
    label.select_option(label="Goodwill")
    expect(found.filter(has_text="Sofia Rossi")).to_have_count(1, timeout=LONG)
    maya.page.get_by_role("button", name="End search").click()
    head.get_by_role("button", name="Remove label Goodwill").click()
    expect(head.get_by_role("button", name="Remove label Goodwill")).to_have_count(0, timeout=LONG)


def test_a_wrong_turn_of_the_bot_is_labelled_by_one_key(guest: Arrive, colleague: SignIn) -> None:
    maya = colleague("maya")
    in_chat(maya, guest, "K-1003", "Júlia Szabó", "I want my money back")
    chip = maya.conversation.get_by_role("button", name=re.compile("^Understood as"))
    expect(chip.last).to_contain_text("41%", timeout=LONG)
    maya.press("l")
    choices = window(maya, "What was meant?")
    expect(choices).to_contain_text("I want my money back")
    maya.page.keyboard.type("refund")
    maya.page.keyboard.press("Enter")
    expect(choices).to_have_count(0)
    expect(chip.last).to_contain_text("meant:", timeout=LONG)


def test_a_file_goes_to_the_customer_who_can_keep_it(guest: Arrive, colleague: SignIn) -> None:
    maya = colleague("maya")
    ben = in_chat(maya, guest, "K-1004", "Ben Carter", "hello")
    out = io.BytesIO()
    Image.new("RGB", (30, 20), (9, 90, 200)).save(out, "PNG")
    picker = maya.conversation.locator("input[type=file]")
    picker.set_input_files(
        {"name": "bad.png", "mimeType": "image/png", "buffer": b"<svg onload=x>"}
    )
    expect(maya.conversation.get_by_text("only PDF, PNG and JPEG")).to_have_count(0)
    expect(maya.conversation.get_by_text("PDF, PNG and JPEG only")).to_be_visible(timeout=LONG)
    picker.set_input_files(
        {"name": "receipt.png", "mimeType": "image/png", "buffer": out.getvalue()}
    )
    expect(maya.conversation.get_by_role("button", name="Remove receipt.png")).to_be_visible(
        timeout=LONG
    )
    maya.reply("Here is your receipt")
    link = ben.by("agent").get_by_role("link", name=re.compile("receipt.png"))
    expect(link).to_be_visible(timeout=LONG)
    address = link.get_attribute("href")
    assert address
    got = ben.page.request.get(address)
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.body().startswith(b"\x89PNG")


def test_several_conversations_are_labelled_after_one_question(
    guest: Arrive, colleague: SignIn
) -> None:
    maya = colleague("maya")
    maya.presence.click()
    for customer in ("K-1003", "K-1004"):
        guest(customer).call_person()
    waiting = maya.page.locator("[data-row]")
    for name in ("Júlia Szabó", "Ben Carter"):
        expect(waiting.filter(has_text=name).first).to_be_visible(timeout=LONG)
    maya.page.get_by_role("button", name="Filters").click()
    maya.page.get_by_role("button", name="Select", exact=True).click()
    for name in ("Júlia Szabó", "Ben Carter"):
        maya.page.get_by_role("checkbox", name=f"Select {name}").check()
    maya.page.get_by_label("Label …").select_option(label="Follow up")
    sure = window(maya, "Label the selection “Follow up” (2)?")
    sure.get_by_role("button", name="Label the selection").click()
    expect(maya.page.get_by_text("2 done.")).to_be_visible(timeout=LONG)
    for name in ("Júlia Szabó", "Ben Carter"):
        expect(waiting.filter(has_text=name).first).to_contain_text("Follow up", timeout=LONG)


@pytest.mark.parametrize("language", ["German", "English"])
def test_the_customers_language_is_switched(
    guest: Arrive, colleague: SignIn, language: str
) -> None:
    maya = colleague("maya")
    in_chat(maya, guest, "K-1009", "Sofia Rossi", "hello")
    select = maya.conversation.get_by_label("Customer's language")
    select.select_option(label=language)
    maya.field.press("/")
    pressed = window(maya, "Saved replies").get_by_role("button", pressed=True)
    expect(pressed).to_have_text(f"Text in {language}", timeout=LONG)
    maya.page.keyboard.press("Escape")
