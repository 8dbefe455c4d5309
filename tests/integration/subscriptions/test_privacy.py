"""A copy of all data, erasure with what the law keeps, and objections that hold at once."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, Table, select

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level, Money
from subscriptions.model.privacy import ObjectionKind
from subscriptions.outbox.texts import MailTexts
from subscriptions.policy.limits import Limits
from subscriptions.store import personal
from subscriptions.store import tables as t
from subscriptions.store.engine import reading
from subscriptions.store.erasing import CLEARED, DELETED, KEPT
from tests.integration.subscriptions.looking import count, fingerprint, rows
from tests.integration.subscriptions.making_identity import LABEL, label
from tests.integration.subscriptions.making_privacy import (
    EMAIL,
    ERASED,
    NAME,
    PHONE,
    STREET,
    asked_for_erasure,
    consent,
    full_life,
    nothing_left_to_do,
    waiting_export,
    where_it_stands,
)
from tests.integration.subscriptions.people import AGENT, NOBODY, Mailbox, SetClock, bot_for

READER = bot_for("K-1002", Level.CONFIRMED)
# The recipient of an invoice and the words of a declaration are what the law keeps of a person.
KEPT_WORDS = {
    ("invoices", "recipient"),
    ("cancellations", "text"),
    ("withdrawals", "text"),
    ("mandates", "text"),
}


def led_to_a_customer() -> Iterator[Table]:
    """Tables whose rows lead to a customer by foreign keys or by name, found without the map of the store."""
    known = {"customers"}
    shared = {"plans", "addons", "vouchers"}
    grown = True
    while grown:
        grown = False
        for table in t.metadata.sorted_tables:
            targets = {key.column.table.name for key in table.foreign_keys} - shared
            if table.name not in known | shared and targets & known:
                known.add(table.name)
                grown = True
    named = {x.name for x in t.metadata.sorted_tables if {"customer", "owner"} & set(x.c.keys())}
    return (t.metadata.tables[name] for name in sorted(known | named))


def test_every_table_of_a_person_is_on_the_map() -> None:
    expected = {table.name for table in led_to_a_customer()}
    assert {x.name for x in t.metadata.sorted_tables if personal.is_personal(x)} == expected
    assert len(expected) > 35
    assert set(personal.NOT_EXPORTED) < expected
    assert all(len(reason) > 20 for reason in personal.NOT_EXPORTED.values())


def test_every_table_of_a_person_is_erased_cleared_or_kept_for_a_reason() -> None:
    treated = [*DELETED, *CLEARED, *KEPT]
    assert sorted(treated) == sorted(table.name for table in led_to_a_customer())
    assert all(set(values) <= set(t.metadata.tables[n].c.keys()) for n, values in CLEARED.items())


def test_an_export_holds_every_row_of_the_person_and_nobody_elses(
    business: Subscriptions, engine: Engine, mailbox: Mailbox
) -> None:
    full_life(engine)
    receipt = business.privacy.export(bot_for(ERASED, Level.CONFIRMED), key="k")
    assert (receipt.ready_minutes, receipt.valid_days) == (10, 7)
    assert receipt.sent_to == "o***@e…"
    (message,) = mailbox.sent
    assert (message.to, message.template) == (EMAIL, "data_export")
    file = business.privacy.export_of(message.secret)
    assert (file.name, file.media_type) == (f"data-{ERASED}.json", "application/json")
    data = json.loads(file.content)
    assert data["customer"] == ERASED
    told = {name: len(found) for name, found in data["tables"].items()}
    with reading(engine) as db:
        for table in led_to_a_customer():
            if table.name not in personal.NOT_EXPORTED:
                where = personal.belongs(table, ERASED)
                stored = len(db.execute(select(table).where(where)).all())
                assert 0 < told[table.name] <= stored, table.name
                # Making the copy writes to these itself.
                assert told[table.name] == stored or table in {t.audit, t.contacts}, table.name
    text = file.content.decode()
    assert all(word in text for word in (NAME, EMAIL, STREET, PHONE))
    assert "K-10" not in text
    secrets = ("token_hash", "code_hmac", "undo_hash", "address_hash", "digest")
    assert not any(secret in text for secret in secrets)


def test_the_link_to_a_transcript_goes_to_the_address_on_file_once(
    business: Subscriptions, engine: Engine, mailbox: Mailbox
) -> None:
    reader, until = bot_for("K-1002"), date(2026, 12, 1)
    sent = business.privacy.send_transcript(reader, "name.1.signature", until=until, key="k")
    assert business.privacy.send_transcript(reader, "other", until=until, key="k") == sent
    (message,) = mailbox.sent
    assert sent.sent_to == f"{message.to[0]}***@{message.to.partition('@')[2][0]}…"
    letter = MailTexts("https://shop.example/").letter(message)
    assert "https://shop.example/transcripts/name.1.signature" in letter.text
    assert [c["template"] for c in rows(engine, t.contacts, customer="K-1002")][-1] == "transcript"
    assert "name.1.signature" not in str([dict(r) for r in rows(engine, t.contacts)])


def test_what_an_export_counts_is_really_there(business: Subscriptions, mailbox: Mailbox) -> None:
    business.privacy.export(READER, key="k")
    data = json.loads(business.privacy.export_of(mailbox.sent[0].secret).content)["tables"]
    assert [c["name"] for c in data["customers"]] == ["Marcus Okafor"]
    assert {line["invoice"] for line in data["invoice_lines"]} == {
        i["number"] for i in data["invoices"]
    }
    assert len(data["attempts"]) >= len(data["invoices"]) > 10


def test_a_name_of_the_desk_is_not_in_an_export(
    business: Subscriptions, engine: Engine, mailbox: Mailbox
) -> None:
    case = business.cases.complain(bot_for("K-1002"), "Slow.", key="c")
    business.cases.assign(AGENT, case.number, "kim", key="a")
    business.privacy.export(READER, key="k")
    text = business.privacy.export_of(mailbox.sent[0].secret).content.decode()
    assert case.number in text
    assert "kim" not in text


def test_an_export_is_made_once_and_every_opening_is_written_down(
    business: Subscriptions, engine: Engine, mailbox: Mailbox
) -> None:
    first = business.privacy.export(READER, key="k")
    assert business.privacy.export(READER, key="k") == first
    assert len(mailbox.sent) == count(engine, t.data_jobs) == 1
    assert [e["action"] for e in rows(engine, t.audit)] == ["privacy.export", "privacy.run_export"]
    business.privacy.export_of(mailbox.sent[0].secret)
    (opened,) = rows(engine, t.audit, action="privacy.export_of")
    assert (opened["customer"], opened["facts"]) == ("K-1002", {"job": first.job})
    assert business.broken_audit_entry() is None
    templates = [c["template"] for c in rows(engine, t.contacts, customer="K-1002")]
    assert templates[-2:] == ["export_asked", "data_export"]
    (job,) = rows(engine, t.data_jobs)
    assert mailbox.sent[0].secret not in str(job)


def test_the_link_of_an_export_ends_and_its_content_goes(
    business: Subscriptions, engine: Engine, clock: SetClock, mailbox: Mailbox
) -> None:
    business.privacy.export(READER, key="k")
    token = mailbox.sent[0].secret
    assert business.privacy.forget_exports() == 0
    clock.forward(timedelta(days=7))
    with pytest.raises(SubscriptionError) as refused:
        business.privacy.export_of(token)
    assert refused.value.code is Code.LINK_EXPIRED
    clock.forward(timedelta(days=1))
    assert business.privacy.forget_exports() == 1
    assert where_it_stands(engine, "Marcus Okafor") <= {
        ("customers", "name"), ("demo_customers", "story_de"), ("demo_customers", "story_en"),
        ("addresses", "name"), ("devices", "name"), ("payment_methods", "holder"),
    }  # fmt: skip
    with pytest.raises(SubscriptionError) as refused:
        business.privacy.export_of("guessed")
    assert refused.value.code is Code.TOKEN_INVALID


def test_an_export_that_was_not_made_at_once_is_made_by_the_job(
    business: Subscriptions, engine: Engine, mailbox: Mailbox
) -> None:
    waiting_export(engine, "K-1002")
    assert business.privacy.run_exports() == 1
    assert business.privacy.run_exports() == 0
    assert json.loads(business.privacy.export_of(mailbox.sent[0].secret).content)["customer"]


def test_erasure_is_a_case_that_says_what_stays_and_what_is_in_the_way(
    business: Subscriptions, engine: Engine
) -> None:
    receipt = business.privacy.erase(bot_for("K-1001", Level.CONFIRMED), key="k")
    assert receipt.obstacles.contracts == 1
    assert receipt.obstacles.open == Money(1199)
    assert [(r.what, r.years, r.days) for r in receipt.kept] == [
        ("invoices", 8, None), ("declarations", 6, None), ("transcripts", None, 90),
    ]  # fmt: skip
    assert receipt.kept[0].until == date(2034, 12, 31)
    again = business.privacy.erase(bot_for("K-1001", Level.CONFIRMED), key="other")
    assert (again.case_number, again.repeated) == (receipt.case_number, True)
    (case,) = rows(engine, t.cases, customer="K-1001")
    assert (case["kind"], case["skill"], case["state"]) == ("data_erasure", "PRV", "open")
    assert count(engine, t.data_jobs) == 1
    (contact,) = rows(engine, t.contacts, template="erasure_asked")
    assert contact["facts"] == {"number": receipt.case_number}
    assert rows(engine, t.customers, number="K-1001")[0]["erased_at"] is None


def test_after_erasure_only_the_law_still_knows_the_person(
    business: Subscriptions, engine: Engine, mailbox: Mailbox
) -> None:
    full_life(engine)
    number = asked_for_erasure(engine, ERASED)
    before = where_it_stands(engine, NAME, EMAIL, STREET, PHONE)
    assert len({table for table, _ in before}) > 20
    others = fingerprint(engine)["addresses"], count(engine, t.customers)
    report = business.privacy.execute_erasure(AGENT, number, key="k")
    assert report.rows > 25
    assert [r.what for r in report.kept] == ["invoices", "declarations", "transcripts"]
    assert where_it_stands(engine, NAME, EMAIL, STREET, PHONE) == KEPT_WORDS
    (invoice,) = rows(engine, t.invoices, customer=ERASED)
    assert (invoice["recipient"]["name"], invoice["recipient"]["street"]) == (NAME, STREET)
    (person,) = rows(engine, t.customers, number=ERASED)
    assert person["erased_at"] is not None
    assert person["email"] == "k-9001@erased.invalid"
    (message,) = mailbox.sent
    assert (message.to, message.template, message.secret) == (EMAIL, "data_erased", "")
    left = [row for row in others[0] if ERASED not in row]
    assert fingerprint(engine)["addresses"] == left
    assert count(engine, t.customers) == others[1]


def test_whoever_linked_somebody_elses_paper_only_lets_go_of_it(
    business: Subscriptions, engine: Engine
) -> None:
    full_life(engine)
    label(engine, "S-1003", linked_to=ERASED)
    business.privacy.execute_erasure(AGENT, asked_for_erasure(engine, ERASED), key="k")
    (kept,) = rows(engine, t.access_numbers, number=LABEL)
    assert (kept["subscription"], kept["linked_to"], kept["linked_at"]) == ("S-1003", None, None)


def test_erasure_is_done_once_closes_its_case_and_keeps_the_audit(
    business: Subscriptions, engine: Engine, mailbox: Mailbox
) -> None:
    nothing_left_to_do(engine, "K-1002")
    asked = business.privacy.erase(READER, key="k")
    assert not asked.obstacles.stand
    report = business.privacy.execute_erasure(AGENT, asked.case_number, key="e")
    assert business.privacy.execute_erasure(AGENT, asked.case_number, key="e") == report
    assert len(mailbox.sent) == 1
    (case,) = rows(engine, t.cases, number=asked.case_number)
    assert (case["state"], case["outcome"], case["facts"]) == ("closed", "erased", {})
    assert business.broken_audit_entry() is None
    (entry,) = rows(engine, t.audit, action="privacy.execute_erasure")
    assert (entry["actor"], entry["customer"]) == ("agent:kim", "K-1002")
    assert where_it_stands(engine, "Okafor") == {("invoices", "recipient")}
    status = business.cases.status(NOBODY, asked.case_number)
    assert status[0].state == "closed"


def test_a_declined_erasure_says_why_and_can_be_asked_for_again(
    business: Subscriptions, engine: Engine
) -> None:
    asked = business.privacy.erase(READER, key="k")
    business.privacy.refuse_erasure(AGENT, asked.case_number, "The contract runs on.", key="r")
    (mine,) = business.cases.status(READER, asked.case_number)
    assert mine.details is not None
    assert mine.details.outcome == "The contract runs on."
    assert not business.privacy.erase(READER, key="again").repeated


def test_a_contract_that_is_paid_for_others_is_in_the_way(
    business: Subscriptions, engine: Engine
) -> None:
    nothing_left_to_do(engine, "K-1002")
    with engine.begin() as db:
        db.execute(t.accounts.insert().values(id="A-1002", holder="K-1002"))
        db.execute(
            t.subscriptions.update()
            .where(t.subscriptions.c.customer == "K-1004")
            .values(account="A-1002")
        )
    assert business.privacy.erase(READER, key="k").obstacles.contracts == 1


@pytest.mark.parametrize(
    ("kind", "ended", "left"),
    [
        (ObjectionKind.ADVERTISING, ("newsletter", "offers"), {"profiling"}),
        (ObjectionKind.PROFILING, ("profiling",), {"newsletter", "offers"}),
    ],
)
def test_an_objection_ends_what_was_agreed_to_at_once(
    business: Subscriptions,
    engine: Engine,
    kind: ObjectionKind,
    ended: tuple[str, ...],
    left: set[str],
) -> None:
    for purpose, channel in (("newsletter", "email"), ("offers", "phone"), ("profiling", "data")):
        consent(engine, "K-1002", purpose, channel)
    receipt = business.privacy.object(bot_for("K-1002"), kind, key="k")
    assert (receipt.effective, receipt.ended, receipt.case_number) == (True, ended, None)
    assert business.privacy.object(bot_for("K-1002"), kind, key="k") == receipt
    shown = business.profile.consents(bot_for("K-1002"))
    assert {c.purpose for c in shown if c.state == "given"} == left
    assert count(engine, t.objections) == 1
    (entry,) = rows(engine, t.audit)
    assert (entry["action"], entry["customer"]) == ("privacy.object", "K-1002")
    assert rows(engine, t.contacts, template="objection_received")[0]["reason"] == "requested"


def test_an_objection_without_anything_agreed_to_still_stands(
    business: Subscriptions, engine: Engine
) -> None:
    receipt = business.privacy.object(bot_for("K-1002"), ObjectionKind.ADVERTISING, key="k")
    assert (receipt.effective, receipt.ended) == (True, ())
    assert rows(engine, t.objections)[0]["kind"] == "advertising"


@pytest.mark.parametrize(
    ("caller", "kind"),
    [(NOBODY, ObjectionKind.ADVERTISING), (bot_for("K-1002"), ObjectionKind.DECISION)],
)
def test_what_needs_a_person_becomes_a_case(
    business: Subscriptions, engine: Engine, caller: object, kind: ObjectionKind
) -> None:
    said = "I am Ina, card 4111 1111 1111 1111."
    receipt = business.privacy.object(caller, kind, said, key="k")  # type: ignore[arg-type]
    assert receipt.effective is False
    (case,) = rows(engine, t.cases, number=receipt.case_number)
    assert (case["skill"], case["kind"]) == ("PRV", "data_objection")
    assert "4111 1111" not in case["text"] + rows(engine, t.objections)[0]["text"]


def test_the_messages_have_words_in_both_languages() -> None:
    assert {"data_export", "data_erased"} <= MailTexts("https://shop.example/").names


def test_a_copy_waits_when_it_cannot_be_made_and_nobody_is_told_otherwise(
    database_url: str, clock: SetClock, engine: Engine
) -> None:
    """The limits of an operator reach the receipt."""
    limits = Limits(export_minutes=3, export_days=2)
    with open_subscriptions(database_url, clock, connections=Connections(limits=limits)) as opened:
        receipt = opened.privacy.export(READER, key="k")
    assert (receipt.ready_minutes, receipt.valid_days) == (3, 2)
    (job,) = rows(engine, t.data_jobs)
    assert job["expires_at"] == clock.now + timedelta(days=2)
