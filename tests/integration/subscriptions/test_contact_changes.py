"""E-mail, phone and name: told to the old and the new one, undone by a link, silent about other people's addresses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.profile import ContactDetails, ContactReceipt
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.making_identity import with_phone
from tests.integration.subscriptions.people import NOBODY, NOW, Caller, Mailbox, SetClock, bot_for

OLD, NEW = "anna.lindqvist@example.org", "anna@new.example.org"
TAKEN = "marcus.okafor@example.org"


def confirmed(clock: SetClock, number: str = "K-1001") -> Caller:
    return Caller(number, Level.CONFIRMED, "bot", clock())


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(SubscriptionError) as error:
        call()
    return error.value.code


def email_of(engine: Engine, number: str = "K-1001") -> str:
    return str(rows(engine, t.customers, number=number)[0]["email"])


def ask(
    business: Subscriptions, clock: SetClock, new: str = NEW, key: str = "ask"
) -> ContactReceipt:
    return business.profile.change_email(confirmed(clock), new, key=key)


def move(
    business: Subscriptions, clock: SetClock, mailbox: Mailbox, new: str = NEW
) -> tuple[str, str]:
    """A change that was asked for and confirmed; returns the tokens of the old and the new mailbox."""
    ask(business, clock, new, key=f"{new}:ask")
    to_old, to_new = mailbox.sent[-2:]
    business.profile.confirm_contact_change(NOBODY, to_new.secret, key=f"{new}:yes")
    return to_old.secret, to_new.secret


def told(mailbox: Mailbox) -> list[tuple[str, str]]:
    return [(message.to, message.template) for message in mailbox.sent]


# --- e-mail


def test_a_new_address_holds_when_its_mailbox_confirms_it(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine
) -> None:
    receipt = ask(business, clock, " Anna@NEW.example.org ")
    assert (receipt.old, receipt.new, receipt.effective) == ("a***@e…", "a***@n…", False)
    assert receipt.confirm_until == NOW + timedelta(days=2)
    assert receipt.undo_until == NOW + timedelta(days=14)
    assert told(mailbox) == [(OLD, "email_change_asked"), (NEW, "email_confirm")]
    assert email_of(engine) == OLD
    details = business.profile.contact_details(bot_for("K-1001"))
    assert details.pending_email == "a***@n…"
    done = business.profile.confirm_contact_change(NOBODY, mailbox.sent[1].secret, key="yes")
    assert (done.reference, done.effective) == (receipt.reference, True)
    assert email_of(engine) == NEW
    assert told(mailbox)[2:] == [(NEW, "email_changed_to"), (OLD, "email_changed_from")]
    actions = [row["action"] for row in rows(engine, t.audit, customer="K-1001")]
    assert actions == ["profile.change_email", "profile.confirm_contact_change"]
    contacts = rows(engine, t.contacts, customer="K-1001")
    assert [(c["template"], c["address"]) for c in contacts] == [
        ("email_change_asked", None),
        ("email_confirm", NEW),
        ("email_changed_to", None),
        ("email_changed_from", OLD),
    ]
    stored = str(fingerprint(engine))
    assert not any(message.secret and message.secret in stored for message in mailbox.sent)


def test_nothing_tells_that_an_address_belongs_to_somebody_else(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine
) -> None:
    free, taken = ask(business, clock, NEW, "k1"), ask(business, clock, TAKEN, "k2")
    assert (free.effective, free.confirm_until) == (taken.effective, taken.confirm_until)
    assert taken.new == "m***@e…"
    assert told(mailbox)[2:] == [(OLD, "email_change_asked"), (TAKEN, "email_change_taken")]
    assert mailbox.sent[3].secret == ""
    assert email_of(engine, "K-1002") == TAKEN
    one, two = rows(engine, t.contacts, customer="K-1001")[1::2]
    assert one["template"] == two["template"]


def test_an_address_to_which_somebody_may_return_is_taken(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    move(business, clock, mailbox)
    business.profile.change_email(confirmed(clock, "K-1002"), OLD, key="thief")
    assert told(mailbox)[-1] == (OLD, "email_change_taken")
    clock.forward(timedelta(days=15))
    business.profile.change_email(confirmed(clock, "K-1002"), OLD, key="later")
    assert told(mailbox)[-1] == (OLD, "email_confirm")


def test_two_want_the_same_address_and_the_first_to_confirm_gets_it(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine
) -> None:
    ask(business, clock)
    business.profile.change_email(confirmed(clock, "K-1002"), NEW, key="k2")
    first, second = mailbox.sent[1].secret, mailbox.sent[3].secret
    business.profile.confirm_contact_change(NOBODY, first, key="c1")
    late = refused(lambda: business.profile.confirm_contact_change(NOBODY, second, key="c2"))
    assert late is Code.EMAIL_TAKEN
    assert (email_of(engine), email_of(engine, "K-1002")) == (NEW, TAKEN)


def test_the_last_wish_counts(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine
) -> None:
    ask(business, clock, NEW, "k1")
    ask(business, clock, "anna@third.example.org", "k2")
    first, second = mailbox.sent[1].secret, mailbox.sent[3].secret
    assert refused(lambda: business.profile.confirm_contact_change(NOBODY, first, key="c1")) is (
        Code.TOKEN_INVALID
    )
    business.profile.confirm_contact_change(NOBODY, second, key="c2")
    assert email_of(engine) == "anna@third.example.org"


def test_a_confirmation_is_over_after_two_days_and_works_once(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    ask(business, clock)
    clock.forward(timedelta(days=2))
    token = mailbox.sent[1].secret
    assert business.profile.confirm_contact_change(NOBODY, token, key="c1").effective
    assert refused(lambda: business.profile.confirm_contact_change(NOBODY, token, key="c2")) is (
        Code.TOKEN_INVALID
    )
    ask(business, clock, OLD, "back")
    clock.forward(timedelta(days=2, seconds=1))
    late = mailbox.sent[-1].secret
    assert refused(lambda: business.profile.confirm_contact_change(NOBODY, late, key="c3")) is (
        Code.TOKEN_INVALID
    )


# --- taking back


def test_the_old_mailbox_stops_a_change_before_it_is_done(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine
) -> None:
    ask(business, clock)
    to_old, to_new = mailbox.sent
    receipt = business.profile.undo_contact_change(NOBODY, to_old.secret, key="stop")
    assert receipt.now == "a***@e…"
    assert told(mailbox)[2:] == [(OLD, "contact_change_undone")], "the new one may be anybody's"
    assert refused(
        lambda: business.profile.confirm_contact_change(NOBODY, to_new.secret, key="c")
    ) is (Code.TOKEN_INVALID)
    assert email_of(engine) == OLD


@pytest.mark.parametrize("side", [0, 1], ids=["old", "new"])
def test_both_sides_can_take_a_change_back_once(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine, side: int
) -> None:
    token = move(business, clock, mailbox)[side]
    mailbox.sent.clear()
    clock.forward(timedelta(days=13))
    business.profile.undo_contact_change(NOBODY, token, key="undo")
    assert email_of(engine) == OLD
    assert told(mailbox) == [(OLD, "contact_change_undone"), (NEW, "contact_change_undone")]
    business.profile.undo_contact_change(NOBODY, token, key="undo")
    assert len(mailbox.sent) == 2
    assert refused(lambda: business.profile.undo_contact_change(NOBODY, token, key="again")) is (
        Code.UNDO_EXPIRED
    )
    actions = [row["action"] for row in rows(engine, t.audit, customer="K-1001")]
    assert actions[-1] == "profile.undo_contact_change"


def test_the_link_to_confirm_undoes_nothing_before(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    ask(business, clock)
    token = mailbox.sent[1].secret
    assert refused(lambda: business.profile.undo_contact_change(NOBODY, token, key="u")) is (
        Code.UNDO_EXPIRED
    )


def test_undoing_is_over_after_fourteen_days(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    old, _ = move(business, clock, mailbox)
    clock.forward(timedelta(days=14, seconds=1))
    assert refused(lambda: business.profile.undo_contact_change(NOBODY, old, key="u")) is (
        Code.UNDO_EXPIRED
    )


def test_whoever_had_the_older_address_wins(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine
) -> None:
    """A thief who moves the address twice gains nothing: the first undo link takes both steps back."""
    first, _ = move(business, clock, mailbox, "thief@one.example.org")
    clock.forward(timedelta(hours=1))
    second, _ = move(business, clock, mailbox, "thief@two.example.org")
    mailbox.sent.clear()
    business.profile.undo_contact_change(NOBODY, first, key="u1")
    assert email_of(engine) == OLD
    assert {to for to, _ in told(mailbox)} == {
        OLD,
        "thief@one.example.org",
        "thief@two.example.org",
    }
    assert refused(lambda: business.profile.undo_contact_change(NOBODY, second, key="u2")) is (
        Code.UNDO_EXPIRED
    )
    assert email_of(engine) == OLD


# --- phone and name


def test_a_new_phone_number_is_told_to_both_numbers_and_by_mail(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine
) -> None:
    with_phone(engine, "K-1001")
    receipt = business.profile.change_phone(confirmed(clock), "0171 2345678", key="k")
    assert (receipt.old, receipt.new, receipt.effective) == ("+49***78", "+49***78", True)
    assert rows(engine, t.customers, number="K-1001")[0]["phone"] == "+491712345678"
    assert [(m.to, m.channel) for m in mailbox.sent] == [
        (OLD, "email"),
        ("+4915112345678", "sms"),
        ("+491712345678", "sms"),
    ]
    assert len({message.secret for message in mailbox.sent}) == 1
    token = mailbox.sent[0].secret
    mailbox.sent.clear()
    business.profile.undo_contact_change(NOBODY, token, key="u")
    assert rows(engine, t.customers, number="K-1001")[0]["phone"] == "+4915112345678"
    assert [m.to for m in mailbox.sent] == [OLD, "+4915112345678", "+491712345678"]


def test_a_first_phone_number_can_be_taken_back_too(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine
) -> None:
    before = rows(engine, t.customers, number="K-1002")[0]["phone"]
    receipt = business.profile.change_phone(confirmed(clock, "K-1002"), "+41 79 123 45 67", key="k")
    assert receipt.new == "+41***67"
    business.profile.undo_contact_change(NOBODY, mailbox.sent[0].secret, key="u")
    assert rows(engine, t.customers, number="K-1002")[0]["phone"] == before


def test_a_slip_in_the_name_is_corrected_and_can_be_undone(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine
) -> None:
    receipt = business.profile.change_name(confirmed(clock), "Anna Lindquist", key="k")
    assert (receipt.old, receipt.new) == ("Anna Lindqvist", "Anna Lindquist")
    assert business.identity.profile(bot_for("K-1001")).name == "Anna Lindquist"
    assert told(mailbox) == [(OLD, "name_changed")]
    business.profile.undo_contact_change(NOBODY, mailbox.sent[0].secret, key="u")
    assert business.identity.profile(bot_for("K-1001")).name == "Anna Lindqvist"


def test_many_slips_do_not_lead_to_another_name(business: Subscriptions, clock: SetClock) -> None:
    business.profile.change_name(confirmed(clock), "Anna Lindquist", key="k1")
    business.profile.change_name(confirmed(clock), "Anna Lindquest", key="k2")
    further = refused(
        lambda: business.profile.change_name(confirmed(clock), "Anna Lundquest", key="k3")
    )
    assert further is Code.NAME_NEEDS_DOCUMENT


# --- reading


def test_values_are_masked_below_level_2(
    business: Subscriptions, clock: SetClock, engine: Engine
) -> None:
    with_phone(engine, "K-1001")
    masked = business.profile.contact_details(bot_for("K-1001"))
    assert masked == ContactDetails("Anna Lindqvist", "a***@e…", "+49***78", None)
    full = business.profile.contact_details(confirmed(clock))
    assert full == ContactDetails("Anna Lindqvist", OLD, "+4915112345678", None)
    clock.forward(timedelta(minutes=11))
    stale = Caller("K-1001", Level.CONFIRMED, "bot", NOW)
    assert business.profile.contact_details(stale) == masked


@pytest.mark.parametrize("field", ["email", "phone", "name"])
def test_the_same_key_changes_once(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, field: str
) -> None:
    value = {"email": NEW, "phone": "0171 2345678", "name": "Anna Lindquist"}[field]
    change = getattr(business.profile, f"change_{field}")
    receipts = [change(confirmed(clock), value, key="k") for _ in range(3)]
    sent = len(mailbox.sent)
    assert receipts[0] == receipts[1] == receipts[2]
    assert sent == len(set(told(mailbox))) or field == "phone"
