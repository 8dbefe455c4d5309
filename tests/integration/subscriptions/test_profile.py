"""Addresses with their days, preferences, and the log of consents."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.profile import (
    AddressShown,
    ConsentReceipt,
    NewAddress,
    PreferencesShown,
    PreferencesWish,
)
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_identity import prints, with_phone
from tests.integration.subscriptions.people import NOBODY, Caller, Mailbox, SetClock, bot_for

TODAY = date(2026, 11, 21)
MARCUS = bot_for("K-1002")
SURE = bot_for("K-1002", Level.CONFIRMED)
HUSUM = NewAddress("postal", "Am Deich 4", "25813", "Husum")
WIEN = NewAddress("postal", "Ringstraße 1", "1010", "Wien", "AT", date(2027, 1, 1))
MAIL = "marcus.okafor@example.org"


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(SubscriptionError) as error:
        call()
    return error.value.code


def kept(business: Subscriptions, kind: str) -> list[tuple[str, date, date | None]]:
    """Town and days of the addresses of a kind that hold or will hold, without those of the demo data's own."""
    found = business.profile.addresses(SURE)
    return [(a.city, a.valid_from, a.valid_until) for a in found if a.kind == kind]


# --- addresses


def test_moving_today_and_later(business: Subscriptions, engine: Engine) -> None:
    first = business.profile.change_address(MARCUS, HUSUM, key="k1")
    later = business.profile.change_address(MARCUS, WIEN, key="k2")
    assert (later.old_until, later.address.valid_from) == (date(2026, 12, 31), date(2027, 1, 1))
    assert kept(business, "postal")[-2:] == [
        ("Husum", TODAY, date(2026, 12, 31)),
        ("Wien", date(2027, 1, 1), None),
    ]
    notices = rows(engine, t.contacts, customer="K-1002")
    assert [n["template"] for n in notices] == ["address_changed"] * 2
    assert notices[0]["facts"]["reference"] == first.reference
    assert len(rows(engine, t.audit, action="profile.change_address")) == 2


def test_an_address_that_is_only_looked_at_is_not_stored(
    business: Subscriptions, engine: Engine
) -> None:
    shown = business.profile.check_address(
        MARCUS, NewAddress("postal", " Am  Deich 4", "25813", "Husum")
    )
    assert (shown.street, shown.valid_from, shown.name) == ("Am Deich 4", TODAY, "Marcus Okafor")
    assert "Husum" not in [city for city, _, _ in kept(business, "postal")]
    assert rows(engine, t.audit, action="profile.change_address") == []


def test_a_move_that_comes_first_replaces_one_that_was_planned(business: Subscriptions) -> None:
    business.profile.change_address(MARCUS, WIEN, key="k1")
    sooner = NewAddress("postal", "Am Deich 4", "25813", "Husum", from_on=date(2026, 12, 1))
    business.profile.change_address(MARCUS, sooner, key="k2")
    assert kept(business, "postal")[-1] == ("Husum", date(2026, 12, 1), None)
    assert "Wien" not in [city for city, _, _ in kept(business, "postal")]


def test_correcting_todays_move_leaves_one_address(business: Subscriptions) -> None:
    business.profile.change_address(MARCUS, HUSUM, key="k1")
    business.profile.change_address(
        MARCUS, NewAddress("postal", "Am Deich 5", "25813", "Husum"), key="k2"
    )
    holds = [a for a in business.profile.addresses(SURE) if a.kind == "postal"]
    assert [a.street for a in holds if a.valid_until is None] == ["Am Deich 5"]


def test_a_street_is_masked_below_level_2(business: Subscriptions) -> None:
    receipt = business.profile.change_address(MARCUS, HUSUM, key="k")
    expected = AddressShown("postal", "Marcus Okafor", "A***", "25813", "Husum", "DE", TODAY, None)
    assert receipt.address == expected
    assert business.profile.addresses(MARCUS)[-1] == expected
    assert business.profile.addresses(SURE)[-1].street == "Am Deich 4"


@pytest.mark.parametrize("kind", ["postal", "delivery"])
def test_nothing_printed_goes_abroad_by_itself(
    business: Subscriptions, engine: Engine, kind: str
) -> None:
    abroad = NewAddress(kind, "Ringstraße 1", "1010", "Wien", "AT")
    assert business.profile.change_address(MARCUS, abroad, key="k1").address.country == "AT"
    prints(engine, "stream-basic")
    assert refused(lambda: business.profile.change_address(MARCUS, abroad, key="k2")) is (
        Code.ADDRESS_ABROAD
    )
    home = NewAddress(kind, "Am Deich 4", "25813", "Husum")
    assert business.profile.change_address(MARCUS, home, key="k3")


def test_an_address_is_stored_once_for_a_key(business: Subscriptions, engine: Engine) -> None:
    before = len(rows(engine, t.addresses, customer="K-1002"))
    assert len({business.profile.change_address(MARCUS, HUSUM, key="k") for _ in range(3)}) == 1
    assert len(rows(engine, t.addresses, customer="K-1002")) == before + 1


# --- preferences


def test_preferences_change_what_is_named_and_nothing_else(
    business: Subscriptions, engine: Engine
) -> None:
    assert business.profile.preferences(MARCUS) == PreferencesShown(
        "email", "en", "formal", less_contact=False
    )
    wish = PreferencesWish(letters_locale="de", address_form="informal")
    changed = business.profile.change_preferences(MARCUS, wish, key="k1")
    assert changed == PreferencesShown("email", "de", "informal", less_contact=False)
    business.profile.change_preferences(MARCUS, PreferencesWish(less_contact=True), key="k2")
    assert business.profile.preferences(MARCUS) == PreferencesShown(
        "email", "de", "informal", less_contact=True
    )
    assert business.identity.profile(MARCUS).locale == "de", "mails follow"
    audit = rows(engine, t.audit, action="profile.change_preferences")
    assert audit[0]["facts"] == {"letters_locale": "de", "address_form": "informal"}
    assert [c["template"] for c in rows(engine, t.contacts, customer="K-1002")] == [
        "preferences_changed"
    ] * 2


def test_calls_need_a_number(business: Subscriptions, engine: Engine) -> None:
    wish = PreferencesWish(channel="sms")
    with_phone(engine, "K-1002", "+4915112345678")
    assert business.profile.change_preferences(MARCUS, wish, key="k").channel == "sms"


# --- consents


def states(business: Subscriptions) -> dict[tuple[str, str], str]:
    return {(c.purpose, c.channel): c.state for c in business.profile.consents(MARCUS)}


def subscribe(business: Subscriptions, key: str = "k") -> ConsentReceipt:
    return business.profile.change_consent(MARCUS, "newsletter", "email", given=True, key=key)


def test_a_newsletter_holds_when_its_mailbox_confirms_it(
    business: Subscriptions, mailbox: Mailbox, engine: Engine, clock: SetClock
) -> None:
    receipt = subscribe(business)
    assert (receipt.state, receipt.sent_to) == ("asked", "m***@e…")
    assert states(business)["newsletter", "email"] == "asked"
    (message,) = mailbox.sent
    assert (message.to, message.template) == (MAIL, "newsletter_confirm")
    clock.forward(timedelta(days=1))
    done = business.profile.confirm_consent(NOBODY, message.secret, key="c")
    assert done.state == "given"
    assert business.profile.confirm_consent(NOBODY, message.secret, key="c") == done
    assert refused(lambda: business.profile.confirm_consent(NOBODY, message.secret, key="c2")) is (
        Code.TOKEN_INVALID
    )
    log = rows(engine, t.consents, customer="K-1002", purpose="newsletter")
    assert [(e["given"], e["source"], e["text_version"]) for e in log][-2:] == [
        (False, "chat", "2026-11"),
        (True, "double_opt_in", "2026-11"),
    ]
    assert message.secret not in str(log)


def test_withdrawing_holds_at_once_and_ends_a_link(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    subscribe(business)
    clock.forward(timedelta(minutes=1))
    gone = business.profile.change_consent(MARCUS, "newsletter", "email", given=False, key="k2")
    assert (gone.state, states(business)["newsletter", "email"]) == ("withdrawn", "withdrawn")
    token = mailbox.sent[0].secret
    assert refused(lambda: business.profile.confirm_consent(NOBODY, token, key="c")) is (
        Code.TOKEN_INVALID
    )
    assert len(mailbox.sent) == 1, "no message for a goodbye"


def test_asking_again_takes_nothing_away(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine
) -> None:
    subscribe(business)
    business.profile.confirm_consent(NOBODY, mailbox.sent[0].secret, key="c")
    before = len(rows(engine, t.consents, customer="K-1002"))
    assert subscribe(business, "k2").state == "given"
    assert len(rows(engine, t.consents, customer="K-1002")) == before
    assert len(mailbox.sent) == 1


@pytest.mark.parametrize(
    ("purpose", "channel"), [("offers", "post"), ("offers", "phone"), ("profiling", "data")]
)
def test_what_is_not_sent_by_mail_holds_at_once(
    business: Subscriptions, purpose: str, channel: str
) -> None:
    change = business.profile.change_consent
    assert change(MARCUS, purpose, channel, given=True, key="k1").state == "given"
    assert change(MARCUS, purpose, channel, given=False, key="k2").state == "withdrawn"


def test_the_log_says_who_wrote_it_down(business: Subscriptions, engine: Engine) -> None:
    agent = Caller("K-1002", Level.IDENTIFIED, "agent:kim")
    business.profile.change_consent(agent, "offers", "post", given=True, key="k")
    assert rows(engine, t.consents, customer="K-1002")[-1]["source"] == "desk"


def test_a_link_is_over_after_two_days(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    subscribe(business)
    clock.forward(timedelta(days=2, seconds=1))
    token = mailbox.sent[0].secret
    assert refused(lambda: business.profile.confirm_consent(NOBODY, token, key="c")) is (
        Code.TOKEN_INVALID
    )
