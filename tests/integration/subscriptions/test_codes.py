"""One-time codes: to the address on file, silent limits, counted tries, one use."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.identity import CodePurpose, CodeReceipt, Proof
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.people import NOBODY, Mailbox, SetClock, bot_for

ANNA = "anna.lindqvist@example.org"
UNKNOWN = "nobody@example.org"
WRONG = "000000"


def ask(business: Subscriptions, typed: str = ANNA, key: str = "ask") -> CodeReceipt:
    return business.identity.send_code(NOBODY, typed, key=key)


def refused(call: Callable[[], object]) -> SubscriptionError:
    with pytest.raises(SubscriptionError) as error:
        call()
    return error.value


def wrong(mailbox: Mailbox) -> str:
    """Six digits that are not the ones that were sent last."""
    return WRONG if mailbox.sent[-1].secret != WRONG else "000001"


def test_the_code_goes_to_the_address_on_file_and_proves_who_reads_it(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock, engine: Engine
) -> None:
    receipt = ask(business, " k-1001 ")
    assert (receipt.sent_to, receipt.valid_minutes) == (None, 10)
    (message,) = mailbox.sent
    assert (message.to, message.template, message.locale) == (ANNA, "one_time_code", "de")
    assert len(message.secret) == 6
    assert message.secret not in str(rows(engine, t.one_time_codes))
    clock.forward(timedelta(minutes=2))
    proof = business.identity.check_code(NOBODY, receipt.handle, message.secret, key="check")
    assert proof == Proof("K-1001", Level.CONFIRMED, clock())
    actions = [a["action"] for a in rows(engine, t.audit, customer="K-1001")]
    assert actions == ["identity.send_code", "identity.check_code"]
    (contact,) = rows(engine, t.contacts, customer="K-1001")
    assert (contact["template"], contact["reason"]) == ("one_time_code", "requested")
    assert business.broken_audit_entry() is None


@pytest.mark.parametrize(
    "typed", [ANNA, "ANNA.Lindqvist@example.ORG ", "K-1001", "k-1001", "ｋ-1001"]
)
def test_an_account_is_found_by_address_or_number(
    business: Subscriptions, mailbox: Mailbox, typed: str
) -> None:
    ask(business, typed)
    assert [message.to for message in mailbox.sent] == [ANNA]


def test_a_stranger_to_us_gets_the_same_receipt_and_no_mail(
    business: Subscriptions, mailbox: Mailbox
) -> None:
    known, unknown = ask(business, ANNA, "k1"), ask(business, UNKNOWN, "k2")
    assert (known.sent_to, known.valid_minutes) == (unknown.sent_to, unknown.valid_minutes)
    assert len(known.handle) == len(unknown.handle)
    assert len(mailbox.sent) == 1


def test_a_decoy_is_refused_in_the_same_steps(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    """Whoever tries codes learns nothing: same refusals with the same facts, in the same order."""

    def told(typed: str) -> list[tuple[Code, object]]:
        handle = ask(business, typed, f"{typed}:ask").handle
        digits = wrong(mailbox)
        check = business.identity.check_code
        tries = [
            refused(lambda n=n: check(NOBODY, handle, digits, key=f"{typed}{n}")) for n in range(4)
        ]
        return [(error.code, dict(error.facts)) for error in tries]

    assert told(ANNA) == told(UNKNOWN)
    assert [code for code, _ in told("K-9999")] == [
        Code.CODE_WRONG,
        Code.CODE_WRONG,
        Code.CODE_TOO_OFTEN,
        Code.CODE_TOO_OFTEN,
    ]


def test_identified_the_typed_address_is_ignored(business: Subscriptions, mailbox: Mailbox) -> None:
    receipt = business.identity.send_code(
        bot_for("K-1001"), "thief@evil.example", purpose=CodePurpose.CONFIRM, key="k"
    )
    assert receipt.sent_to == "a***@e…"
    assert [message.to for message in mailbox.sent] == [ANNA]
    proof = business.identity.check_code(
        bot_for("K-1001"), receipt.handle, mailbox.sent[0].secret, key="c"
    )
    assert proof.subscriber == "K-1001"


def test_a_code_confirms_only_the_one_it_was_sent_to(
    business: Subscriptions, mailbox: Mailbox
) -> None:
    receipt = business.identity.send_code(bot_for("K-1001"), purpose=CodePurpose.CONFIRM, key="k")
    digits = mailbox.sent[0].secret
    thief = bot_for("K-1002")
    error = refused(lambda: business.identity.check_code(thief, receipt.handle, digits, key="c"))
    assert error.code is Code.CODE_EXPIRED
    assert business.identity.check_code(bot_for("K-1001"), receipt.handle, digits, key="c")


def test_the_limits_are_silent(business: Subscriptions, mailbox: Mailbox, clock: SetClock) -> None:
    """One a minute and five an hour; the receipt never says which."""
    receipts = []
    for minute in range(8):
        for second in range(2):
            receipts.append(ask(business, ANNA, f"{minute}-{second}"))
            clock.forward(timedelta(seconds=30))
    assert len(mailbox.sent) == 5
    assert {(r.sent_to, r.valid_minutes) for r in receipts} == {(None, 10)}
    clock.forward(timedelta(minutes=60))
    ask(business, "K-1001", "later")
    assert len(mailbox.sent) == 6


def test_the_limit_counts_an_account_and_not_how_it_was_named(
    business: Subscriptions, mailbox: Mailbox
) -> None:
    ask(business, ANNA, "k1")
    ask(business, "K-1001", "k2")
    assert len(mailbox.sent) == 1


def test_a_code_that_was_not_sent_stands_for_the_one_that_was(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    ask(business, ANNA, "k1")
    clock.forward(timedelta(seconds=20))
    again = ask(business, ANNA, "k2")
    assert business.identity.check_code(NOBODY, again.handle, mailbox.sent[0].secret, key="c")


def test_tries_on_both_handles_count_together(business: Subscriptions, mailbox: Mailbox) -> None:
    first, second = ask(business, ANNA, "k1"), ask(business, ANNA, "k2")
    digits = wrong(mailbox)
    for n, handle in enumerate([first.handle, second.handle, first.handle]):
        refused(lambda h=handle, n=n: business.identity.check_code(NOBODY, h, digits, key=f"c{n}"))
    right = mailbox.sent[0].secret
    error = refused(lambda: business.identity.check_code(NOBODY, second.handle, right, key="c"))
    assert error.code is Code.CODE_TOO_OFTEN


def test_a_new_code_ends_the_old(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    old = ask(business, ANNA, "k1")
    clock.forward(timedelta(minutes=1))
    new = ask(business, ANNA, "k2")
    first, second = (message.secret for message in mailbox.sent)
    error = refused(lambda: business.identity.check_code(NOBODY, old.handle, first, key="c1"))
    assert error.code is Code.CODE_EXPIRED
    assert business.identity.check_code(NOBODY, new.handle, second, key="c2")


def test_a_code_ends_after_its_minutes_and_after_its_use(
    business: Subscriptions, mailbox: Mailbox, clock: SetClock
) -> None:
    handle, digits = ask(business).handle, mailbox.sent[0].secret
    clock.forward(timedelta(minutes=9, seconds=59))
    assert business.identity.check_code(NOBODY, handle, digits, key="c1")
    used = refused(lambda: business.identity.check_code(NOBODY, handle, digits, key="c2"))
    assert used.code is Code.CODE_EXPIRED
    clock.forward(timedelta(minutes=10))
    late = ask(business, ANNA, "k2").handle
    clock.forward(timedelta(minutes=10))
    digits = mailbox.sent[-1].secret
    over = refused(lambda: business.identity.check_code(NOBODY, late, digits, key="c3"))
    assert over.code is Code.CODE_EXPIRED


def test_wrong_tries_are_counted_and_say_only_what_is_left(
    business: Subscriptions, mailbox: Mailbox, engine: Engine
) -> None:
    handle = ask(business).handle
    digits = wrong(mailbox)

    def tried(key: str) -> SubscriptionError:
        return refused(lambda: business.identity.check_code(NOBODY, handle, digits, key=key))

    assert tried("c1").facts == {"most": 2}
    assert tried("c1").facts == {"most": 2}, "the same key is the same try"
    assert tried("c2").facts == {"most": 1}
    assert (tried("c3").code, tried("c3").facts) == (Code.CODE_TOO_OFTEN, {})
    (code,) = rows(engine, t.one_time_codes)
    assert (code["tries"], code["state"]) == (3, "spent")
    right = mailbox.sent[0].secret
    error = refused(lambda: business.identity.check_code(NOBODY, handle, right, key="c4"))
    assert error.code is Code.CODE_TOO_OFTEN


@pytest.mark.parametrize("shape", ["{0} {1}", "{0}-{1}", " {0}\u2009{1}\n", "\u200b{0}–{1}"])
def test_codes_can_be_pasted(business: Subscriptions, mailbox: Mailbox, shape: str) -> None:
    handle, digits = ask(business).handle, mailbox.sent[0].secret
    wide = digits.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    pasted = shape.format(digits[:3], wide[3:])
    assert business.identity.check_code(NOBODY, handle, pasted, key="c")


def test_the_same_key_sends_one_code(business: Subscriptions, mailbox: Mailbox) -> None:
    assert len({ask(business, ANNA, "k") for _ in range(3)}) == 1
    assert len(mailbox.sent) == 1


def test_a_code_of_another_process_needs_the_shared_secret(
    database_url: str, clock: SetClock, mailbox: Mailbox
) -> None:
    def opened(secret: str) -> Subscriptions:
        connected = Connections(outbox=mailbox, secret=secret)
        return open_subscriptions(database_url, clock, connections=connected)

    with opened("one") as sends, opened("one") as same, opened("other") as foreign:
        handle = ask(sends).handle
        digits = mailbox.sent[0].secret
        error = refused(lambda: foreign.identity.check_code(NOBODY, handle, digits, key="c1"))
        assert error.code is Code.CODE_WRONG
        assert same.identity.check_code(NOBODY, handle, digits, key="c2")


def test_tries_at_the_same_time_are_counted_one_by_one(
    business: Subscriptions, mailbox: Mailbox, engine: Engine
) -> None:
    """Eight threads guess at once: three tries are judged, the right one among them cannot be found by speed."""
    handle = ask(business).handle
    digits = wrong(mailbox)
    begin, found = threading.Barrier(8), list[Code]()

    def guess(n: int) -> None:
        begin.wait()
        error = refused(lambda: business.identity.check_code(NOBODY, handle, digits, key=f"c{n}"))
        found.append(error.code)

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [Code.CODE_TOO_OFTEN] * 6 + [Code.CODE_WRONG] * 2
    (code,) = rows(engine, t.one_time_codes)
    assert code["tries"] == 3


def test_one_code_proves_once_even_when_used_twice_at_once(
    business: Subscriptions, mailbox: Mailbox
) -> None:
    handle, digits = ask(business).handle, mailbox.sent[0].secret
    begin, ended = threading.Barrier(4), list[str]()

    def use(n: int) -> None:
        begin.wait()
        try:
            business.identity.check_code(NOBODY, handle, digits, key=f"c{n}")
            ended.append("proven")
        except SubscriptionError as error:
            ended.append(error.code)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [Code.CODE_EXPIRED] * 3 + ["proven"]


def test_no_secret_is_stored_in_the_clear(
    business: Subscriptions, mailbox: Mailbox, engine: Engine
) -> None:
    ask(business)
    stored = fingerprint(engine)
    codes = [cell for row in stored["one_time_codes"] for cell in row]
    assert mailbox.sent[0].secret not in codes
    assert ANNA not in str(stored["one_time_codes"]) + str(stored["write_keys"])


def test_asking_many_times_at_once_sends_one_code(
    business: Subscriptions, mailbox: Mailbox, engine: Engine
) -> None:
    begin = threading.Barrier(6)

    def send(n: int) -> None:
        begin.wait()
        ask(business, ANNA, f"k{n}")

    threads = [threading.Thread(target=send, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mailbox.sent) == 1
    stored = rows(engine, t.one_time_codes)
    assert (len(stored), sum(row["stands_for"] is None for row in stored)) == (6, 1)
