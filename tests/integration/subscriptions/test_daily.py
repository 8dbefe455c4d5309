"""The day's run: each invoice once, announced, debited on its day; what breaks or rests stops nobody else."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, insert, select, update

from subscriptions import Subscriptions
from subscriptions.daily import sentences
from subscriptions.entities.holds import HoldKind
from subscriptions.model.cancellation import EndingState
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.daily import DailyReport
from subscriptions.store import accounts, audit
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.making_daily import (
    FIRST,
    Days,
    billed,
    give,
    keep_only,
    stored,
)
from tests.integration.subscriptions.making_plans import hold
from tests.integration.subscriptions.people import CountingProvider, SetClock, bot_for
from tests.production import in_environment

# Cards that always pay: Marcus, Ben, Tom, Anna. Julia pays by direct debit.
MARCUS, BEN, TOM, ANNA, JULIA = "K-1002", "K-1004", "K-1006", "K-1001", "K-1003"
S = SubscriptionState
CARE = {
    "calls",
    "exports",
    "expired exports",
    "redeliveries",
}  # tried with the nouns they belong to


@pytest.fixture
def days(engine: Engine, clock: SetClock, provider: CountingProvider) -> Days:
    """The day's run on the tests' clock."""
    return Days(engine, clock, provider)


def attempts(engine: Engine, number: str) -> list[tuple[str, int, str, str]]:
    """Invoice, number, state and day of every try since the first day of the test."""
    issued = {
        i["number"] for i in rows(engine, t.invoices, customer=number) if i["issued_on"] >= FIRST
    }
    return [
        (a["invoice"], a["number"], a["state"], str(a["due_on"]))
        for a in rows(engine, t.attempts)
        if a["invoice"] in issued
    ]


def counts(report: DailyReport) -> dict[str, int]:
    """What each step about money and contracts did, where it did anything."""
    return {s.name: s.done for s in report.steps if s.done and s.name not in CARE}


def test_a_card_pays_on_the_first_day_and_a_second_run_does_nothing(
    days: Days, engine: Engine, provider: CountingProvider
) -> None:
    keep_only(engine, MARCUS)
    give(engine, MARCUS, date(2026, 11, 1), date(2026, 12, 1))
    report = days.run(date(2026, 11, 30))
    assert counts(report) == {}
    report = days.run(date(2026, 12, 1))
    assert counts(report) == {"contracts": 1, "debits planned": 1, "debits made": 1}
    (invoice,) = [i for i in rows(engine, t.invoices, customer=MARCUS) if i["issued_on"] > FIRST]
    assert (invoice["status"], invoice["due_on"]) == ("paid", date(2026, 12, 1))
    assert provider.references == [f"{invoice['number']}-1"]
    assert [a[2] for a in attempts(engine, MARCUS)] == ["succeeded"]
    before = fingerprint(engine)
    assert counts(days.run()) == {}
    assert fingerprint(engine) == before
    assert rows(engine, t.contacts, customer=MARCUS, template="debit_announced") == []
    (entry,) = rows(engine, t.audit, action="daily.period")
    assert (entry["actor"], entry["customer"]) == ("schedule", MARCUS)


def test_a_direct_debit_is_announced_two_weeks_before_its_day(days: Days, engine: Engine) -> None:
    keep_only(engine, JULIA)
    give(engine, JULIA, date(2026, 11, 15), date(2026, 12, 15))
    assert counts(days.run(date(2026, 11, 30))) == {}
    assert counts(days.run(date(2026, 12, 1))) == {"announcements": 1}
    (sent,) = rows(engine, t.contacts, customer=JULIA, template="debit_announced")
    assert sent["facts"]["on"] == "2026-12-15"
    assert (sent["facts"]["amount_minor"], sent["reason"]) == (1990, "payment")
    assert counts(days.run(date(2026, 12, 2))) == {}
    report = days.run(date(2026, 12, 15))
    assert counts(report) == {
        "contracts": 1,
        "debits planned": 1,
        "debits made": 1,
    }
    assert [a[2:] for a in attempts(engine, JULIA)] == [("submitted", "2026-12-15")]
    assert len(rows(engine, t.contacts, customer=JULIA, template="debit_announced")) == 1


def test_what_was_not_announced_waits_for_its_announcement(days: Days, engine: Engine) -> None:
    keep_only(engine, JULIA)
    give(engine, JULIA, date(2026, 11, 15), date(2026, 12, 15))
    days.run(date(2026, 12, 20))  # nobody ran the business for a month
    # 14 days later is 3 January, a Sunday.
    assert [a[2:] for a in attempts(engine, JULIA)] == [("scheduled", "2027-01-04")]
    (sent,) = rows(engine, t.contacts, customer=JULIA, template="debit_announced")
    assert sent["facts"]["on"] == "2027-01-04"
    (invoice,) = [i for i in rows(engine, t.invoices, customer=JULIA) if i["issued_on"] > FIRST]
    assert (invoice["issued_on"], invoice["due_on"]) == (date(2026, 12, 20), date(2027, 1, 4))


def test_the_wanted_debit_day_is_kept(days: Days, engine: Engine, business: Subscriptions) -> None:
    keep_only(engine, MARCUS)
    give(engine, MARCUS, date(2026, 11, 1), date(2026, 12, 1))
    with writing(engine) as db:
        account = accounts.of_holder(db, MARCUS)
        accounts.store(db, replace(account, debit_day=10))
    days.run(date(2026, 12, 1))
    assert [a[2:] for a in attempts(engine, MARCUS)] == [("scheduled", "2026-12-10")]
    days.run(date(2026, 12, 10))
    assert [a[2] for a in attempts(engine, MARCUS)] == ["succeeded"]


def test_while_a_hold_stands_periods_go_on_and_nothing_is_debited_or_sent(
    days: Days, engine: Engine
) -> None:
    keep_only(engine, JULIA)
    give(engine, JULIA, date(2026, 11, 15), date(2026, 12, 15))
    hold(engine, JULIA, HoldKind.DECEASED)
    for day in (date(2026, 12, 1), date(2026, 12, 15), date(2026, 12, 29)):
        days.run(day)
    assert len(billed(engine, JULIA)) == 1
    assert attempts(engine, JULIA) == []
    assert rows(engine, t.contacts, customer=JULIA, template="debit_announced") == []


def test_a_debit_that_fails_leaves_the_contract_past_due_and_nobody_blocked(
    days: Days, engine: Engine
) -> None:
    keep_only(engine, MARCUS)
    give(engine, MARCUS, date(2026, 11, 1), date(2026, 12, 1))
    with writing(engine) as db:
        where = t.payment_methods.c.id == "P-1002"
        db.execute(update(t.payment_methods).where(where).values(hint="fail:insufficient_funds"))
    assert days.run(date(2026, 12, 1)).broken == ()
    assert [a[2] for a in attempts(engine, MARCUS)] == ["failed"]
    assert stored(engine, MARCUS).state is S.PAST_DUE
    days.run(date(2027, 3, 1))
    assert stored(engine, MARCUS).state is S.PAST_DUE
    assert len(billed(engine, MARCUS)) == 4


def test_a_provider_that_is_away_is_asked_again_on_the_next_day(
    days: Days, engine: Engine, provider: CountingProvider
) -> None:
    keep_only(engine, MARCUS, BEN, TOM, ANNA)
    for number in (MARCUS, BEN, TOM, ANNA):
        give(engine, number, date(2026, 11, 1), date(2026, 12, 1))
    provider.down = True
    report = days.run(date(2026, 12, 1))
    assert {(b.step, b.code) for b in report.broken} == {("debits made", "provider_down")}
    assert len(report.broken) == 3  # then it is left alone for this run
    assert not report.complete
    assert "provider_down" in "\n".join(sentences(report))
    provider.down = False
    report = days.run(date(2026, 12, 2))
    assert counts(report) == {"debits made": 4}
    assert report.complete


def test_one_bad_contract_is_reported_and_stops_nobody(days: Days, engine: Engine) -> None:
    keep_only(engine, MARCUS, BEN, TOM)
    for number in (MARCUS, BEN, TOM):
        give(engine, number, date(2026, 11, 1), date(2026, 12, 1))
    with writing(engine) as db:  # a pause that ends before it begins breaks every rule
        bad = {"id": "U-bad", "subscription": "S-1004", "state": "nonsense"}
        moment = {"from_on": FIRST, "until_on": FIRST, "asked_at": days.clock.now}
        db.execute(insert(t.pauses).values({**bad, **moment}))
    report = days.run(date(2026, 12, 1))
    assert [(b.step, b.reference, b.code) for b in report.broken] == [
        ("contracts", "S-1004", "ValueError")
    ]
    assert len(billed(engine, MARCUS)) == len(billed(engine, TOM)) == 1
    assert billed(engine, BEN) == []


def test_a_limit_is_a_place_to_go_on_from(days: Days, engine: Engine) -> None:
    keep_only(engine, MARCUS, BEN, TOM, ANNA)
    for number in (MARCUS, BEN, TOM, ANNA):
        give(engine, number, date(2026, 11, 1), date(2026, 12, 1))
    made = []
    for _ in range(6):
        report = days.run(date(2026, 12, 1), limit=1)
        made.append(counts(report).get("contracts", 0))
    assert made == [1, 1, 1, 1, 0, 0]
    assert all(len(billed(engine, number)) == 1 for number in (MARCUS, BEN, TOM, ANNA))


def test_runs_at_once_do_everything_once(
    days: Days, engine: Engine, provider: CountingProvider
) -> None:
    keep_only(engine, MARCUS, BEN, TOM, ANNA)
    for number in (MARCUS, BEN, TOM, ANNA):
        give(engine, number, date(2026, 9, 2), date(2026, 10, 2))
    days.clock.now = datetime(2026, 12, 2, 8, tzinfo=days.clock.now.tzinfo)
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda _: days.run(), range(3)))
    assert [r.broken for r in reports] == [(), (), ()]
    days.run()
    for number in (MARCUS, BEN, TOM, ANNA):
        assert len(billed(engine, number)) == 3
        assert [a[1:3] for a in attempts(engine, number)] == [(1, "succeeded")] * 3
    assert len(provider.references) == len(set(provider.references)) == 12
    with reading(engine) as db:
        assert audit.first_broken(db) is None


def test_an_early_end_gives_the_unused_rest_back(
    days: Days, engine: Engine, business: Subscriptions, clock: SetClock
) -> None:
    keep_only(engine, MARCUS)
    give(
        engine,
        MARCUS,
        date(2025, 12, 1),
        date(2026, 12, 1),
        plan="stream-standard-year",
        started_on=date(2024, 12, 1),
    )
    days.run(date(2026, 12, 1))
    clock.now = datetime(2027, 1, 15, 9, tzinfo=clock.now.tzinfo)
    receipt = business.cancellation.declare(bot_for(MARCUS), "Ich kündige", key="k")
    assert receipt.ends_on == date(2027, 2, 15)
    days.run(date(2027, 2, 14))
    days.run(date(2027, 2, 15))
    assert stored(engine, MARCUS).state is S.ENDED
    (note,) = rows(engine, t.credit_notes, customer=MARCUS)
    rest = 11900 - (11900 * 76 * 2 + 365) // (2 * 365)  # 76 of 365 days were used
    assert (note["amount_minor"], note["reason"]) == (rest, "unused")
    assert [r["amount_minor"] for r in rows(engine, t.refunds, customer=MARCUS)] == [rest]
    assert [c["skill"] for c in rows(engine, t.cases, customer=MARCUS, kind="refund")] == ["BIL"]
    assert rows(engine, t.contacts, customer=MARCUS, template="contract_ended")
    assert business.cancellation.status(bot_for(MARCUS))[0].state is EndingState.ENDED
    days.run(date(2027, 3, 1))
    assert len(rows(engine, t.credit_notes, customer=MARCUS)) == 1
    assert len(billed(engine, MARCUS)) == 1


@pytest.mark.postgres
def test_what_somebody_else_holds_is_left_out_and_nobody_waits(days: Days, engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    keep_only(engine, MARCUS, BEN)
    for number in (MARCUS, BEN):
        give(engine, number, date(2026, 11, 1), date(2026, 12, 1))
    with writing(engine) as busy:
        busy.execute(
            select(t.customers.c.number).where(t.customers.c.number == BEN).with_for_update()
        )
        report = days.run(date(2026, 12, 1))
        assert report.broken == ()
    assert (len(billed(engine, MARCUS)), len(billed(engine, BEN))) == (1, 0)
    days.run()
    assert len(billed(engine, BEN)) == 1


def test_summer_time_neither_loses_nor_doubles_a_day(days: Days, engine: Engine) -> None:
    keep_only(engine, MARCUS)
    give(engine, MARCUS, date(2027, 2, 28), date(2027, 3, 28))
    for day in (date(2027, 3, 26), date(2027, 3, 27), date(2027, 3, 28), date(2027, 3, 29)):
        days.run(day)
    assert billed(engine, MARCUS) == [("2027-03-28", "2027-04-28", 799)]
    give(engine, MARCUS, date(2027, 9, 30), date(2027, 10, 31))
    for day in (date(2027, 10, 29), date(2027, 10, 30), date(2027, 10, 31), date(2027, 11, 1)):
        days.run(day)
    assert billed(engine, MARCUS)[1:] == [("2027-10-31", "2027-11-30", 799)]


def test_the_command_prints_the_report_and_refuses_settings_that_cannot_be(
    database_url: str, engine: Engine
) -> None:
    keep_only(engine, "nobody")
    command = [sys.executable, "-m", "subscriptions", "daily", "--database-url", database_url]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SUBSCRIPTIONS_")}
    environment = {**kept, "SUBSCRIPTIONS_MODE": "development"}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("daily: 20")
    assert "  contracts: 0" in ran.stdout.splitlines()
    for name, value, says in (
        ("PAYMENT_SECRET_KEY", "", "secret key"),
        ("PAYMENT_PROVIDER", "simulator", "SUBSCRIPTIONS_PAYMENT_PROVIDER"),
        ("SELLER", "", "SUBSCRIPTIONS_SELLER"),
    ):
        wrong = {**kept, **in_environment(), f"SUBSCRIPTIONS_{name}": value}
        ran = subprocess.run(command, env=wrong, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert says in ran.stderr
        assert ran.stderr.count("\n") == 1
