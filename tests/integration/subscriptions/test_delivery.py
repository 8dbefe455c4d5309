"""The printed issue: what came, put right once, resting and moving without overlaps, credited to the cent."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.daily import Daily
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.delivery import (
    DeliveryState,
    ProblemKind,
    Remedy,
    SuspensionKind,
    SuspensionState,
)
from subscriptions.model.profile import NewAddress
from subscriptions.store import addresses
from subscriptions.store import delivery as store
from subscriptions.store import tables as t
from subscriptions.store.backing import Backing
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import count, rows
from tests.integration.subscriptions.making_delivery import (
    PAPER,
    READER,
    TODAY,
    interruption,
    outage,
    printed_contract,
    reported_issue,
)
from tests.integration.subscriptions.people import NOW, CountingProvider, SetClock, bot_for

READ = bot_for(READER)
FRIDAY = TODAY - timedelta(days=1)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 12)


def test_the_last_two_weeks_are_told_newest_first(business: Subscriptions, engine: Engine) -> None:
    printed_contract(engine)
    reported_issue(engine, FRIDAY)
    interruption(engine, date(2026, 11, 16), date(2026, 11, 17))
    interruption(engine, date(2026, 11, 18), date(2026, 11, 18), number="U-2", kind="redirect")
    found = business.delivery.deliveries(READ, PAPER)
    assert [i.issue_on.day for i in found.issues] == [21, 20, 19, 18, 17, 16, 14, 13, 12, 11, 10, 9]
    by_day = {i.issue_on.day: i for i in found.issues}
    assert by_day[21].state is DeliveryState.DELIVERED
    assert (by_day[20].state, by_day[20].reference) == (DeliveryState.MISSING, "L-1")
    assert by_day[17].state is by_day[16].state is DeliveryState.SUSPENDED
    assert (by_day[18].state, by_day[18].redirected) == (DeliveryState.DELIVERED, True)
    assert (found.subscription, found.next_on) == (PAPER, date(2026, 11, 23))


def test_one_printed_contract_needs_no_name(business: Subscriptions, engine: Engine) -> None:
    with engine.begin() as db:
        old = t.subscriptions.c.customer == READER
        db.execute(t.subscriptions.update().where(old).values(state="ended"))
    printed_contract(engine)
    assert business.delivery.deliveries(READ).subscription == PAPER


def test_a_missing_issue_is_credited_to_the_cent_and_only_once(
    business: Subscriptions, engine: Engine
) -> None:
    printed_contract(engine)
    receipt = business.delivery.report_problem(
        READ, FRIDAY, ProblemKind.MISSING, Remedy.CREDIT, key="k", subscription=PAPER
    )
    again = business.delivery.report_problem(
        READ, FRIDAY, ProblemKind.MISSING, Remedy.CREDIT, key="k", subscription=PAPER
    )
    assert again == receipt
    assert (receipt.credit, receipt.redelivery_on) == (Money(159), None)  # the 17th of 25 issues
    assert (receipt.reported, receipt.case_number) == (1, None)
    with pytest.raises(SubscriptionError) as refused:
        business.delivery.report_problem(
            READ, FRIDAY, ProblemKind.DAMAGED, Remedy.CREDIT, key="m", subscription=PAPER
        )
    assert refused.value.facts == {"number": receipt.reference}
    (row,) = rows(engine, t.deliveries, subscription=PAPER)
    assert (row["state"], row["remedy"], row["credit_minor"]) == ("missing", "credit", 159)
    (entry,) = rows(engine, t.audit)
    assert entry["facts"]["reference"] == receipt.reference
    (contact,) = rows(engine, t.contacts, template="delivery_reported")
    assert (contact["reason"], contact["customer"]) == ("requested", READER)


def test_an_issue_is_sent_again_with_the_next_one_that_can_be_changed(
    business: Subscriptions, engine: Engine, clock: SetClock, provider: CountingProvider
) -> None:
    printed_contract(engine)
    receipt = business.delivery.report_problem(
        READ, TODAY, ProblemKind.DAMAGED, Remedy.REDELIVERY, key="k", subscription=PAPER
    )
    assert (receipt.redelivery_on, receipt.credit) == (date(2026, 11, 25), None)
    clock.now = NOW.replace(day=25)
    business.delivery.note_redeliveries()
    assert rows(engine, t.deliveries, subscription=PAPER)[0]["state"] == "damaged"
    clock.now = NOW.replace(day=26)
    report = Daily(Backing(engine, clock, provider)).run()
    assert "redeliveries" in {step.name for step in report.steps if step.done}
    assert rows(engine, t.deliveries, subscription=PAPER)[0]["state"] == "redelivered"


def test_the_third_report_in_30_days_opens_a_case(business: Subscriptions, engine: Engine) -> None:
    printed_contract(engine)
    reported_issue(engine, date(2026, 10, 2), "L-old", NOW - timedelta(days=31))
    reported_issue(engine, date(2026, 11, 2), "L-2", NOW - timedelta(days=19))
    second = business.delivery.report_problem(
        READ, FRIDAY, ProblemKind.LATE, Remedy.CREDIT, key="a", subscription=PAPER
    )
    assert (second.reported, second.case_number) == (2, None)
    third = business.delivery.report_problem(
        READ, TODAY, ProblemKind.LATE, Remedy.CREDIT, key="b", subscription=PAPER
    )
    assert third.reported == 3
    assert third.promised_at == NOW + timedelta(hours=48)
    (case,) = rows(engine, t.cases, number=third.case_number)
    assert (case["skill"], case["kind"], case["customer"]) == ("DLV", "delivery_problem", READER)
    fourth = business.delivery.report_problem(
        READ, date(2026, 11, 19), ProblemKind.LATE, Remedy.CREDIT, key="c", subscription=PAPER
    )
    assert fourth.case_number == third.case_number
    assert rows(engine, t.deliveries, issue_on=TODAY)[0]["case_number"] == third.case_number


def test_an_interruption_rests_credits_and_resumes(business: Subscriptions, engine: Engine) -> None:
    printed_contract(engine)
    receipt = business.delivery.suspend(READ, FIRST, LAST, key="k", subscription=PAPER)
    assert business.delivery.suspend(READ, FIRST, LAST, key="k", subscription=PAPER) == receipt
    assert (receipt.issues, receipt.resumes_on) == (11, date(2026, 12, 14))
    assert receipt.state is SuspensionState.SCHEDULED
    assert receipt.credit == Money(1756)  # 11 of the 25 issues of December 2026
    assert business.delivery.suspensions(READ, PAPER) == (receipt,)
    (row,) = rows(engine, t.suspensions, id=receipt.reference)
    assert (row["credit_minor"], row["credit_invoice"]) == (1756, None)
    (entry,) = rows(engine, t.audit)
    assert (entry["action"], entry["facts"]["kind"]) == ("delivery.suspend", "interrupt")
    assert rows(engine, t.contacts, template="delivery_changed")[0]["reason"] == "contract"


def test_what_is_donated_is_not_credited(business: Subscriptions, engine: Engine) -> None:
    printed_contract(engine)
    receipt = business.delivery.suspend(
        READ, FIRST, LAST, SuspensionKind.DONATE, key="k", subscription=PAPER
    )
    assert receipt.credit is None


def test_the_longest_and_the_earliest_interruption_are_taken(
    business: Subscriptions, engine: Engine
) -> None:
    printed_contract(engine)
    first = date(2026, 11, 25)
    receipt = business.delivery.suspend(
        READ, first, first + timedelta(days=59), key="k", subscription=PAPER
    )
    assert (receipt.from_on, receipt.until_on) == (first, date(2027, 1, 23))


def test_redirected_issues_go_elsewhere_and_the_address_on_file_stays(
    business: Subscriptions, engine: Engine
) -> None:
    printed_contract(engine)
    place = NewAddress("delivery", " Am  Deich 4", "25813", "Husum", name="Ina Roth")
    receipt = business.delivery.redirect(READ, FIRST, LAST, place, key="k", subscription=PAPER)
    assert (receipt.kind, receipt.city, receipt.credit) == (SuspensionKind.REDIRECT, "Husum", None)
    assert receipt.resumes_on == date(2026, 12, 14)
    with writing(engine) as db:
        kinds = addresses.AddressKind.DELIVERY
        during = addresses.on(db, READER, kinds, FIRST)
        after = addresses.on(db, READER, kinds, LAST + timedelta(days=1))
    assert during is not None
    assert (during.street, during.name) == ("Am Deich 4", "Ina Roth")
    assert after is None or after.city != "Husum"
    assert "Deich" not in str(rows(engine, t.audit) + rows(engine, t.write_keys))
    business.delivery.withdraw_suspension(READ, receipt.reference, key="w")
    with writing(engine) as db:
        assert addresses.on(db, READER, kinds, FIRST) in {None, after}


def test_a_redirection_without_a_name_is_the_subscribers_own(
    business: Subscriptions, engine: Engine
) -> None:
    printed_contract(engine)
    place = NewAddress("postal", "Am Deich 4", "25813", "Husum")
    business.delivery.redirect(READ, FIRST, LAST, place, key="k", subscription=PAPER)
    assert rows(engine, t.addresses, city="Husum")[0]["name"] == "Marcus Okafor"


def test_an_interruption_is_taken_back_before_it_begins(
    business: Subscriptions, engine: Engine
) -> None:
    printed_contract(engine)
    asked = business.delivery.suspend(READ, FIRST, LAST, key="k", subscription=PAPER)
    back = business.delivery.withdraw_suspension(READ, asked.reference, key="w")
    assert business.delivery.withdraw_suspension(READ, asked.reference, key="w") == back
    assert (back.state, back.issues, back.credit) == (SuspensionState.WITHDRAWN, 0, None)
    assert business.delivery.suspensions(READ, PAPER) == ()
    business.delivery.suspend(READ, FIRST, LAST, key="again", subscription=PAPER)
    with pytest.raises(SubscriptionError) as refused:
        business.delivery.withdraw_suspension(READ, asked.reference, key="twice")
    assert refused.value.code is Code.NOT_FOUND


def test_a_running_interruption_ends_as_soon_as_the_deliverers_can_know(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    printed_contract(engine)
    asked = business.delivery.suspend(READ, FIRST, LAST, key="k", subscription=PAPER)
    clock.now = NOW.replace(month=12, day=3)
    (running,) = business.delivery.suspensions(READ, PAPER)
    assert running.state is SuspensionState.RUNNING
    back = business.delivery.withdraw_suspension(READ, asked.reference, key="w")
    assert (back.until_on, back.resumes_on) == (date(2026, 12, 6), date(2026, 12, 7))
    assert (back.issues, back.credit) == (5, Money(798))


def test_overlaps_name_what_stands_in_the_way_and_neighbours_are_fine(
    business: Subscriptions, engine: Engine
) -> None:
    printed_contract(engine)
    asked = business.delivery.suspend(READ, FIRST, LAST, key="k", subscription=PAPER)
    with pytest.raises(SubscriptionError) as refused:
        business.delivery.suspend(READ, LAST, LAST + timedelta(days=9), key="m", subscription=PAPER)
    assert refused.value.facts == {"number": asked.reference, "until": LAST}
    business.delivery.suspend(
        READ, LAST + timedelta(days=1), LAST + timedelta(days=9), key="n", subscription=PAPER
    )


def test_the_next_invoice_takes_credits_off_once_they_are_due(
    business: Subscriptions, engine: Engine, clock: SetClock, provider: CountingProvider
) -> None:
    daily = Daily(Backing(engine, clock, provider))
    printed_contract(engine)
    issue = business.delivery.report_problem(
        READ, FRIDAY, ProblemKind.MISSING, Remedy.CREDIT, key="a", subscription=PAPER
    )
    rest = business.delivery.suspend(READ, FIRST, LAST, key="b", subscription=PAPER)
    clock.now = NOW.replace(month=12, day=1)
    daily.run()
    (december,) = rows(engine, t.invoices, subscription=PAPER)
    assert december["total_minor"] == 3990 - 159
    lines = rows(engine, t.invoice_lines, invoice=december["number"])
    lines.sort(key=lambda line: line["position"])
    assert [(x["kind"], x["amount_minor"], x["code"]) for x in lines] == [
        ("plan", 3990, "press-complete"), ("credit", -159, issue.reference),
    ]  # fmt: skip
    (row,) = rows(engine, t.deliveries, subscription=PAPER)
    assert (row["state"], row["credit_invoice"]) == ("credited", december["number"])
    clock.now = NOW.replace(year=2027, month=1, day=1)
    daily.run()
    daily.run()
    totals = {x["total_minor"] for x in rows(engine, t.invoices, subscription=PAPER)}
    assert totals == {3990 - 159, 3990 - 1756}
    (suspended,) = rows(engine, t.suspensions, id=rest.reference)
    assert suspended["credited_minor"] == 1756
    with writing(engine) as db:
        assert store.waiting_credits(db, PAPER, date(2027, 2, 1)) == ()


def test_outages_are_told_to_anybody(business: Subscriptions, engine: Engine) -> None:
    with writing(engine) as db:
        db.execute(t.outages.delete())
    hour = timedelta(hours=1)
    outage(engine, "running", NOW - hour, expected_until=NOW + hour)
    outage(engine, "late", NOW - 3 * hour, product="press", expected_until=NOW - hour)
    outage(engine, "over", NOW - 5 * hour, ended_at=NOW - hour)
    outage(engine, "planned", NOW + timedelta(days=3), product="training")
    outage(engine, "far", NOW + timedelta(days=15))
    told = business.delivery.outages()
    assert [(o.product, o.planned, o.late) for o in told] == [
        ("press", False, True), ("streaming", False, False), ("training", True, False),
    ]  # fmt: skip
    assert {o.text.de for o in told} == {"Der Stream stockt."}
    assert [o.product for o in business.delivery.outages("press")] == ["press"]
    assert business.delivery.outages("no such product") == ()
    assert count(engine, t.audit) == 0
