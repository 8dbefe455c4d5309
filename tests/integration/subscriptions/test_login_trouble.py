"""Getting back in: what a reset link opens, unlocking, and what happens after a break-in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.identity import LoginState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.identity import LoginStatus, ResetDone, UnlockOutcome, UnlockReceipt
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.making_identity import locked_login, signed_in
from tests.integration.subscriptions.people import NOBODY, NOW, Mailbox, SetClock, bot_for

ANNA, MARCUS = bot_for("K-1001"), bot_for("K-1002")
MAIL = "anna.lindqvist@example.org"
ELSEWHERE = "anna@elsewhere.example.org"


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(SubscriptionError) as error:
        call()
    return error.value.code


def actions_of(engine: Engine, customer: str) -> list[str]:
    return [row["action"] for row in rows(engine, t.audit, customer=customer)]


def templates_of(engine: Engine, customer: str) -> list[str]:
    return [row["template"] for row in rows(engine, t.contacts, customer=customer)]


def moved_mail(business: Subscriptions, mailbox: Mailbox, customer: str, to: str) -> None:
    """An e-mail change that was asked for and confirmed; the messages are forgotten."""
    business.profile.change_email(bot_for(customer, Level.CONFIRMED), to, key="move")
    token = mailbox.sent[-1].secret
    business.profile.confirm_contact_change(NOBODY, token, key="moved")
    mailbox.sent.clear()


# --- reset links


def test_a_reset_link_opens_a_login_that_tries_had_locked(
    business: Subscriptions, mailbox: Mailbox, engine: Engine
) -> None:
    locked_login(engine, "K-1001")
    business.identity.request_reset(NOBODY, MAIL, key="ask")
    token = mailbox.sent[0].secret
    done = business.identity.use_reset(NOBODY, token, key="use")
    assert done == ResetDone("K-1001", unlocked=True)
    (login,) = rows(engine, t.logins, customer="K-1001")
    assert (login["failed_tries"], login["locked_at"], login["lock_reason"]) == (0, None, None)
    assert business.identity.use_reset(NOBODY, token, key="use") == done
    assert refused(lambda: business.identity.use_reset(NOBODY, token, key="again")) is (
        Code.TOKEN_INVALID
    )
    assert actions_of(engine, "K-1001") == ["identity.request_reset", "identity.use_reset"]
    assert templates_of(engine, "K-1001") == ["password_reset", "password_changed"]


def test_setting_a_password_ends_every_other_link(
    business: Subscriptions, mailbox: Mailbox
) -> None:
    for key in ("k1", "k2"):
        business.identity.request_reset(NOBODY, MAIL, key=key)
    first, second = (message.secret for message in mailbox.sent)
    assert business.identity.use_reset(NOBODY, second, key="u1").unlocked is False
    assert refused(lambda: business.identity.use_reset(NOBODY, first, key="u2")) is (
        Code.TOKEN_INVALID
    )


def test_a_reset_link_is_over_after_half_an_hour(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    business.identity.request_reset(NOBODY, MAIL, key="k")
    clock.forward(timedelta(minutes=30))
    token = mailbox.sent[0].secret
    assert refused(lambda: business.identity.use_reset(NOBODY, token, key="u")) is (
        Code.TOKEN_INVALID
    )


def test_a_break_in_is_not_opened_by_a_reset_link(
    business: Subscriptions, mailbox: Mailbox, engine: Engine
) -> None:
    locked_login(engine, "K-1001", LoginState.COMPROMISED)
    business.identity.request_reset(NOBODY, MAIL, key="ask")
    token = mailbox.sent[0].secret
    assert business.identity.use_reset(NOBODY, token, key="use") == ResetDone(
        "K-1001", unlocked=False
    )
    assert business.identity.login_status(ANNA).state == "compromised"


# --- status and unlocking


def test_the_status_is_empty_for_everybody_who_is_not_identified(
    business: Subscriptions, engine: Engine
) -> None:
    locked_login(engine, "K-1001")
    assert business.identity.login_status(NOBODY) == LoginStatus()
    assert business.identity.login_status(ANNA) == LoginStatus("tries", "a***@e…", None)
    assert business.identity.login_status(MARCUS).state == "free"


def test_unlocking_says_the_same_to_everybody_who_is_not_identified(
    business: Subscriptions, engine: Engine, mailbox: Mailbox
) -> None:
    locked_login(engine, "K-1001")
    said = {
        business.identity.unlock(NOBODY, typed, key=typed)
        for typed in (MAIL, "marcus.okafor@example.org", "nobody@example.org")
    }
    assert said == {UnlockReceipt(UnlockOutcome.LINK_SENT, 30)}
    assert [message.to for message in mailbox.sent] == [MAIL, "marcus.okafor@example.org"]
    assert business.identity.login_status(ANNA).state == "tries", "only the link opens it"


def test_an_identified_customer_is_unlocked_at_once(
    business: Subscriptions, engine: Engine
) -> None:
    locked_login(engine, "K-1001")
    receipt = business.identity.unlock(ANNA, key="k")
    assert receipt == UnlockReceipt(UnlockOutcome.UNLOCKED)
    assert business.identity.unlock(ANNA, key="k") == receipt
    assert business.identity.login_status(ANNA).state == "free"
    assert business.identity.unlock(ANNA, key="k2").outcome is UnlockOutcome.WAS_FREE
    assert actions_of(engine, "K-1001") == ["identity.unlock"] * 2
    assert templates_of(engine, "K-1001") == ["login_unlocked"]


def test_after_a_break_in_only_a_person_unlocks(business: Subscriptions, engine: Engine) -> None:
    locked_login(engine, "K-1001", LoginState.COMPROMISED)
    receipt = business.identity.unlock(ANNA, key="k1")
    assert receipt.outcome is UnlockOutcome.PERSON
    assert business.identity.unlock(ANNA, key="k2").case == receipt.case
    (case,) = rows(engine, t.cases, customer="K-1001")
    assert (case["number"], case["skill"]) == (receipt.case, "SEC")


# --- a break-in


def test_a_break_in_closes_everything_at_once(
    business: Subscriptions, engine: Engine, mailbox: Mailbox
) -> None:
    signed_in(engine, "K-1001", "Fernseher", "Tablet")
    signed_in(engine, "K-1002", "Laptop")
    receipt = business.identity.report_compromise(ANNA, "Ein fremdes Profil!", key="k")
    assert (receipt.locked, receipt.devices_signed_out, receipt.sent_to) == (True, 2, "a***@e…")
    assert receipt.promised_at == NOW + timedelta(hours=48)
    assert business.identity.login_status(ANNA).state == "compromised"
    assert business.identity.devices(ANNA).devices == ()
    assert len(business.identity.devices(MARCUS).devices) == 1
    (message,) = mailbox.sent
    assert (message.to, message.template) == (MAIL, "account_secured")
    (case,) = rows(engine, t.cases, customer="K-1001")
    assert (case["number"], case["kind"], case["skill"], case["facts"]) == (
        receipt.case,
        "account_compromised",
        "SEC",
        {"first_in_line": 1},
    )
    assert case["text"] == "Ein fremdes Profil!"
    assert business.identity.use_reset(NOBODY, message.secret, key="u").subscriber == "K-1001"
    assert message.secret not in str(fingerprint(engine))
    assert actions_of(engine, "K-1001")[0] == "identity.report_compromise"
    assert templates_of(engine, "K-1001")[0] == "account_secured"


def test_secrets_go_to_the_address_from_before_the_latest_change(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    moved_mail(business, mailbox, "K-1001", ELSEWHERE)
    clock.forward(timedelta(days=13))
    business.identity.report_compromise(ANNA, key="k")
    business.identity.request_reset(NOBODY, ELSEWHERE, key="r")
    business.identity.send_code(NOBODY, ELSEWHERE, key="c")
    assert [message.to for message in mailbox.sent] == [MAIL] * 3


@pytest.mark.parametrize("ending", ["break_in", "undo"])
def test_what_went_to_a_mailbox_that_is_not_ours_opens_nothing_any_more(
    business: Subscriptions, mailbox: Mailbox, ending: str
) -> None:
    business.profile.change_email(bot_for("K-1001", Level.CONFIRMED), ELSEWHERE, key="move")
    undoing = next(message.secret for message in mailbox.sent if message.to == MAIL)
    business.profile.confirm_contact_change(NOBODY, mailbox.sent[-1].secret, key="moved")
    mailbox.sent.clear()
    business.identity.request_reset(NOBODY, ELSEWHERE, key="r")
    handle = business.identity.send_code(NOBODY, ELSEWHERE, key="c").handle
    link, digits = (message.secret for message in mailbox.sent)
    if ending == "undo":
        business.profile.undo_contact_change(NOBODY, undoing, key="u")
    else:
        business.identity.report_compromise(ANNA, key="k")
    assert refused(lambda: business.identity.use_reset(NOBODY, link, key="l")) is Code.TOKEN_INVALID
    told = refused(lambda: business.identity.check_code(NOBODY, handle, digits, key="d"))
    assert told is Code.CODE_EXPIRED


def test_an_address_that_holds_longer_is_trusted(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    moved_mail(business, mailbox, "K-1001", ELSEWHERE)
    clock.forward(timedelta(days=15))
    business.identity.report_compromise(ANNA, key="k")
    assert [message.to for message in mailbox.sent] == [ELSEWHERE]


def test_nobody_can_close_an_account_without_being_identified(
    business: Subscriptions, engine: Engine, mailbox: Mailbox
) -> None:
    receipt = business.identity.report_compromise(NOBODY, f"Hacked: {MAIL}", key="k")
    assert (receipt.locked, receipt.devices_signed_out, receipt.sent_to) == (False, 0, None)
    assert mailbox.sent == []
    assert [row["customer"] for row in rows(engine, t.cases, number=receipt.case)] == [None]
    assert rows(engine, t.logins, customer="K-1001") == []


@pytest.mark.parametrize("text", ["", "x" * 9000, "4111 1111 1111 1111"])
@pytest.mark.parametrize(
    "caller", [NOBODY, ANNA, bot_for("K-nobody")], ids=["nobody", "anna", "gone"]
)
def test_a_report_is_never_refused(
    business: Subscriptions, engine: Engine, text: str, caller: object
) -> None:
    receipt = business.identity.report_compromise(caller, text, key="k")  # type: ignore[arg-type]
    (case,) = rows(engine, t.cases, number=receipt.case)
    assert len(case["text"]) <= 4000
    assert "4111 1111" not in case["text"]


def test_a_second_report_adds_its_words_to_the_case(
    business: Subscriptions, engine: Engine
) -> None:
    first = business.identity.report_compromise(ANNA, "Erst dies.", key="k1")
    second = business.identity.report_compromise(ANNA, "Dann das.", key="k2")
    assert second.case == first.case
    (case,) = rows(engine, t.cases, customer="K-1001")
    assert case["text"] == "Erst dies.\nDann das."
