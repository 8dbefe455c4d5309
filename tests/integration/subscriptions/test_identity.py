"""Who somebody is, and a reset that never says whether an account exists."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, event

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.identity import Profile, ResetReceipt
from subscriptions.outbox import Message
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.people import NOBODY, Mailbox, SetClock, bot_for

UNIFORM = ResetReceipt(None, 30)
ANNA = "anna.lindqvist@example.org"


def test_each_has_the_own_profile(business: Subscriptions) -> None:
    assert business.identity.profile(bot_for("K-1001")) == Profile("K-1001", "Anna Lindqvist", "de")
    assert business.identity.profile(bot_for("K-1004")).locale == "en"
    with pytest.raises(SubscriptionError) as refused:
        business.identity.profile(NOBODY)
    assert refused.value.code is Code.IDENTITY_NEEDED


def test_the_demo_lists_its_customers(business: Subscriptions) -> None:
    listed = business.identity.demo_customers()
    assert [c.number for c in listed] == [f"K-{n}" for n in range(1001, 1067)]
    assert all(c.story_de and c.story_en for c in listed)


@pytest.mark.parametrize("address", [ANNA, " Anna.Lindqvist@EXAMPLE.org ", "nobody@example.org"])
def test_an_anonymous_reset_always_says_the_same(business: Subscriptions, address: str) -> None:
    assert business.identity.request_reset(NOBODY, address, key="k") == UNIFORM


def test_a_mail_goes_only_to_an_account_that_exists(
    business: Subscriptions, engine: Engine, mailbox: Mailbox
) -> None:
    business.identity.request_reset(NOBODY, ANNA, key="k1")
    business.identity.request_reset(NOBODY, "nobody@example.org", key="k2")
    (message,) = mailbox.sent
    assert message.to == ANNA
    assert message.secret not in str(fingerprint(engine))
    live = [r for r in rows(engine, t.password_resets) if r["live"]]
    assert [r["customer"] for r in live] == ["K-1001"]
    assert [c["template"] for c in rows(engine, t.contacts, customer="K-1001")] == [
        "password_reset"
    ]


def test_the_work_is_the_same_for_known_and_unknown(
    business: Subscriptions, mailbox: Mailbox
) -> None:
    statements: list[str] = []

    def record(*given: object) -> None:
        statements.append(str(given[2]).split(" RETURNING")[0])

    event.listen(business._engine, "before_cursor_execute", record)
    business.identity.request_reset(NOBODY, ANNA, key="k1")
    known = statements.copy()
    statements.clear()
    business.identity.request_reset(NOBODY, "nobody@example.org", key="k2")
    assert statements == known


def test_the_limit_is_silent(business: Subscriptions, mailbox: Mailbox, clock: SetClock) -> None:
    said = {business.identity.request_reset(NOBODY, ANNA, key=f"k{n}") for n in range(6)}
    assert said == {UNIFORM}
    assert len(mailbox.sent) == 3
    clock.forward(timedelta(minutes=61))
    business.identity.request_reset(NOBODY, ANNA, key="later")
    assert len(mailbox.sent) == 4


def test_the_same_key_sends_one_mail(business: Subscriptions, mailbox: Mailbox) -> None:
    for _ in range(3):
        business.identity.request_reset(NOBODY, ANNA, key="k")
    assert len(mailbox.sent) == 1


def test_identified_it_goes_to_the_address_on_file(
    business: Subscriptions, mailbox: Mailbox
) -> None:
    receipt = business.identity.request_reset(bot_for("K-1001"), "thief@evil.example", key="k")
    assert receipt == ResetReceipt("a***@e…", 30)
    assert [message.to for message in mailbox.sent] == [ANNA]


@pytest.mark.parametrize("address", [None, "", "  "])
def test_without_any_address_it_cannot_be_asked(
    business: Subscriptions, address: str | None
) -> None:
    with pytest.raises(SubscriptionError) as refused:
        business.identity.request_reset(NOBODY, address, key="k")
    assert refused.value.code is Code.BAD_INPUT


def test_no_mail_leaves_before_the_commit(database_url: str, clock: SetClock) -> None:
    committed: list[str] = []
    order: list[str] = []

    def on_commit(_: Connection) -> None:
        order.append("commit")

    def send(message: Message) -> None:
        committed.append(message.to)
        order.append("mail")

    with open_subscriptions(database_url, clock, connections=Connections(outbox=send)) as business:
        event.listen(business._engine, "commit", on_commit)
        business.identity.request_reset(NOBODY, ANNA, key="k")
    assert order == ["commit", "mail"]
    assert committed == [ANNA]
