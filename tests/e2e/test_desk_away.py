"""What nobody may lose: a laptop that is closed, a connection that breaks, a page that is loaded anew, a slip of the pen."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.desk import LONG, Colleague, stored
from tests.e2e.house import DeskHouse
from tests.e2e.pages import Subscriber

Arrive = Callable[..., Subscriber]
SignIn = Callable[[str], Colleague]


def owner_of(house: DeskHouse, name: str) -> tuple[str, str]:
    """Who has somebody's newest chat, by the database."""
    found = stored(
        house,
        "SELECT controller, agent_name FROM conversation WHERE name = ? ORDER BY created_at DESC",
        name,
    )
    return found[0][0], found[0][1]


def test_a_closed_laptop_gives_the_chat_to_a_colleague_and_shows_nothing_stale_afterwards(
    desk_house: DeskHouse, guest: Arrive, colleague: SignIn
) -> None:
    maya, julia = colleague("maya"), guest("K-1003")
    julia.call_person()
    maya.accept("Júlia Szabó")
    maya.reply("One moment, please.")
    expect(julia.by("agent").last).to_contain_text("One moment")
    jonas = colleague("jonas")
    maya.context.set_offline(True)
    expect(maya.page.locator(".strip")).to_contain_text("No connection", timeout=LONG)
    maya.reply("From the train: I am looking into it.")
    expect(maya.conversation.locator(".pending")).to_contain_text("From the train")
    expect(maya.page.locator(".strip")).to_contain_text("One message is waiting")

    jonas.accept("Júlia Szabó")
    assert owner_of(desk_house, "Júlia Szabó") == ("agent", "Jonas Keller")
    jonas.reply("Maya is gone, I go on.")
    expect(julia.by("agent").last).to_contain_text("I go on", timeout=LONG)

    maya.context.set_offline(False)
    expect(maya.page.locator(".strip")).to_have_count(0, timeout=LONG)
    expect(maya.conversation.get_by_role("alert")).to_contain_text("Jonas Keller took this chat")
    expect(maya.conversation.get_by_role("alert")).to_contain_text("Your draft is still here")
    expect(maya.field).to_have_value("From the train: I am looking into it.")
    expect(maya.field).not_to_be_editable()
    expect(maya.conversation.get_by_text("Jonas Keller has this chat").first).to_be_visible()
    expect(maya.conversation.locator(".bubble").last).to_have_text("Maya is gone, I go on.")
    assert maya.transcript() == jonas.transcript()
    assert "From the train" not in " ".join(julia.texts("agent"))
    maya.press("2")
    row = maya.page.locator("[data-row]").filter(has_text="Júlia Szabó")
    expect(row).to_contain_text("with Jonas Keller", timeout=LONG)


def test_a_short_break_of_the_line_loses_and_doubles_nothing(
    guest: Arrive, colleague: SignIn
) -> None:
    maya, ben = colleague("maya"), guest("K-1004")
    ben.call_person()
    maya.accept("Ben Carter")
    for number in range(6):
        maya.context.set_offline(number % 2 == 1)
        maya.reply(f"reply {number}")
        ben.say(f"question {number}")
    maya.context.set_offline(False)
    replies, questions = ([f"{what} {n}" for n in range(6)] for what in ("reply", "question"))
    expect(ben.by("agent").locator(".bubble")).to_have_text(replies, timeout=LONG)
    said = maya.conversation.locator(".message.subscriber .bubble")
    expect(said).to_have_text(questions, timeout=LONG)
    expect(maya.conversation.locator(".pending")).to_have_count(0, timeout=LONG)


def test_drafts_survive_a_reload_and_go_with_the_sign_out(guest: Arrive, colleague: SignIn) -> None:
    maya = colleague("maya")
    guest("K-1009").call_person()
    maya.accept("Sofia Rossi")
    maya.field.fill("Half a sentence to the customer")
    maya.press("n")
    maya.field.fill("Half a note")
    maya.page.reload()
    expect(maya.field).to_have_value("Half a sentence to the customer", timeout=LONG)
    maya.press("n")
    expect(maya.field).to_have_value("Half a note")
    maya.press("2")
    expect(maya.page.locator("[data-row]").first).to_contain_text("Draft")
    kept = "Object.keys(sessionStorage).length"
    assert maya.page.evaluate(kept) > 0
    maya.page.get_by_role("button", name="Sign out").click()
    expect(maya.page.get_by_label("Password")).to_be_visible()
    assert maya.page.evaluate(kept) == 0, "words of customers stay on no device"
    maya.page.get_by_label("Login").fill("maya")
    maya.page.get_by_label("Password").fill(maya.password)
    maya.page.keyboard.press("Enter")
    expect(maya.page.get_by_role("tab").first).to_be_visible(timeout=LONG)


def test_own_words_are_put_right_and_taken_back(guest: Arrive, colleague: SignIn) -> None:
    maya, ben = colleague("maya"), guest("K-1004")
    ben.call_person()
    maya.accept("Ben Carter")
    maya.reply("Your invoice is over 9.90")
    maya.reply("My private number is 12345")
    shown = ben.by("agent").locator(".bubble")
    expect(shown).to_have_count(2, timeout=LONG)
    wrong, private = (maya.conversation.locator(".message.agent").nth(n) for n in range(2))

    wrong.get_by_role("button", name="Edit").click()
    field = wrong.get_by_role("textbox", name="Edit message")
    expect(field).to_be_focused()
    field.fill("Your invoice is over 19.90")
    field.press("Enter")
    expect(shown.first).to_contain_text("19.90", timeout=LONG)
    expect(shown.first).to_contain_text("edited")
    expect(wrong).to_contain_text("Edited")

    private.get_by_role("button", name="Delete").click()
    expect(shown.last).to_have_text("Message deleted", timeout=LONG)
    expect(private).to_contain_text("Message deleted")
    expect(private.get_by_role("button")).to_have_count(0)
    ben.page.reload()
    ben.page.get_by_role("button", name="Open chat").click()
    expect(ben.log).to_contain_text("Message deleted", timeout=LONG)
    assert "12345" not in ben.log.inner_text()
    assert "over 9.90" not in ben.log.inner_text()


def test_an_edit_of_the_words_of_a_chat_one_has_lost_is_refused(
    guest: Arrive, colleague: SignIn
) -> None:
    maya = colleague("maya")
    guest("K-1009").call_person()
    maya.accept("Sofia Rossi")
    maya.reply("This is wrong")
    own = maya.conversation.locator(".message.agent").first
    expect(own.get_by_role("button", name="Edit")).to_be_visible(timeout=LONG)
    maya.press("e")
    dialog = maya.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Close", exact=True).click()
    expect(maya.conversation.get_by_text("Closed", exact=True)).to_be_visible(timeout=LONG)
    expect(own.get_by_role("button", name="Edit")).to_have_count(0)
    expect(own.get_by_role("button", name="Delete")).to_be_visible()
