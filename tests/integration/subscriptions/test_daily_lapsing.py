"""What runs out on its day: promises, instalments, claims to have paid, mandates, cards, offers, pay links."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from subscriptions import Subscriptions
from subscriptions.entities.holds import HoldKind
from subscriptions.entities.instalments import Instalment, InstalmentState
from subscriptions.entities.promises import PromiseState
from subscriptions.model.base import Money
from subscriptions.store import instalments
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_cancellation import offered
from tests.integration.subscriptions.making_daily import Days, keep_only
from tests.integration.subscriptions.making_payments import hold, promised
from tests.integration.subscriptions.people import NOW, CountingProvider, SetClock, bot_for

ANNA, JULIA, GERDA = "K-1001", "K-1003", "K-1005"  # past due; a card, and two bank accounts
TOM = bot_for("K-1006")


@pytest.fixture
def days(engine: Engine, clock: SetClock, provider: CountingProvider) -> Days:
    """The day's run on the tests' clock, in a world where nothing else is due."""
    keep_only(engine, "nobody")
    return Days(engine, clock, provider)


def step(days: Days, name: str, on: date) -> int:
    """What one step of the run of a day did."""
    report = days.run(on)
    assert report.broken == ()
    return next(s.done for s in report.steps if s.name == name)


def owing(engine: Engine, invoice: str) -> None:
    """The debit of this invoice failed."""
    with writing(engine) as db:
        where = t.invoices.c.number == invoice
        db.execute(update(t.invoices).where(where).values(status="failed"))


def promise(engine: Engine, customer: str, invoice: str) -> str:
    """A promise to pay an invoice by 23 November, a Monday."""
    made = promised(engine, customer, PromiseState.CONFIRMED, days_ago=0)
    with writing(engine) as db:
        where = t.promises.c.id == made.id
        db.execute(
            update(t.promises).where(where).values(invoices=[invoice], due_on=date(2026, 11, 23))
        )
    return made.id


@pytest.mark.parametrize(
    ("customer", "invoice", "last"),
    [
        (ANNA, "RE-1001-0025", date(2026, 11, 24)),  # one bank day later
        (GERDA, "RE-1005-0025", date(2026, 11, 30)),  # five: a bank account
    ],
)
def test_a_promise_is_broken_when_the_bank_had_its_days(
    days: Days, engine: Engine, customer: str, invoice: str, last: date
) -> None:
    owing(engine, invoice)
    reference = promise(engine, customer, invoice)
    assert step(days, "promises settled", last - timedelta(days=1)) == 0
    assert rows(engine, t.promises, id=reference)[0]["state"] == "confirmed"
    assert step(days, "promises settled", last + timedelta(days=1)) == 1
    assert rows(engine, t.promises, id=reference)[0]["state"] == "broken"
    assert rows(engine, t.audit, action="daily.promise_broken")[0]["customer"] == customer
    assert step(days, "promises settled", last + timedelta(days=2)) == 0


def test_a_promise_whose_invoices_are_paid_was_kept(days: Days, engine: Engine) -> None:
    reference = promise(engine, ANNA, "RE-1001-0025")  # paid in this world
    assert step(days, "promises settled", date(2026, 11, 24)) == 1
    assert rows(engine, t.promises, id=reference)[0]["state"] == "kept"


def test_a_part_that_was_not_paid_in_time_is_missed(days: Days, engine: Engine) -> None:
    part = Instalment(
        "R-1", 1, ANNA, Money(1000), date(2026, 11, 23), InstalmentState.OPEN, (), NOW
    )
    with writing(engine) as db:
        instalments.add(db, (part, replace(part, number=2, due_on=date(2026, 12, 23))))
    assert step(days, "instalments missed", date(2026, 11, 23)) == 0
    assert step(days, "instalments missed", date(2026, 11, 25)) == 1
    states = {i["number"]: i["state"] for i in rows(engine, t.instalments, plan="R-1")}
    assert states == {1: "missed", 2: "open"}


@pytest.mark.parametrize("owes", [True, False])
def test_a_claim_that_runs_out_asks_a_person_if_something_is_still_open(
    days: Days, engine: Engine, owes: bool
) -> None:
    if owes:
        owing(engine, "RE-1001-0025")
    placed = hold(engine, ANNA, HoldKind.CLAIMS_PAID, until=NOW + timedelta(days=10))
    other = hold(engine, JULIA, HoldKind.HARDSHIP)
    assert step(days, "claims ran out", date(2026, 11, 30)) == 0
    assert step(days, "claims ran out", date(2026, 12, 1)) == 1
    assert rows(engine, t.holds, id=placed.id)[0]["released_at"] is not None
    assert rows(engine, t.holds, id=other.id)[0]["released_at"] is None
    asked = rows(engine, t.cases, customer=ANNA, kind="already_paid")
    assert [c["skill"] for c in asked] == (["COL"] if owes else [])
    assert step(days, "claims ran out", date(2026, 12, 2)) == 0


def _mandate(engine: Engine, **values: Any) -> None:
    """The mandate of Julia, signed in 2020 and never debited; or with other values."""
    with writing(engine) as db:
        db.execute(
            update(t.attempts).where(t.attempts.c.method == "P-1003").values(method="P-1005")
        )
        signed = {"signed_on": date(2020, 1, 1), "last_used_on": None, "state": "active"}
        where = t.mandates.c.method == "P-1003"
        db.execute(update(t.mandates).where(where).values(**{**signed, **values}))


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "lapsed"),
        ({"last_used_on": date(2023, 11, 20)}, "lapsed"),
        ({"last_used_on": date(2023, 11, 22)}, "active"),
        ({"signed_on": date(2025, 1, 1)}, "active"),
        ({"state": "revoked"}, "revoked"),
    ],
)
def test_a_mandate_lapses_36_months_after_its_last_use(
    days: Days, engine: Engine, values: dict[str, Any], state: str
) -> None:
    _mandate(engine, **values)
    days.run(date(2026, 11, 21))
    assert [m["state"] for m in rows(engine, t.mandates, method="P-1003")] == [state]
    told = rows(engine, t.contacts, customer=JULIA, template="mandate_lapsed")
    assert len(told) == (state == "lapsed")


def test_a_mandate_whose_use_was_not_kept_does_not_lapse(days: Days, engine: Engine) -> None:
    with writing(engine) as db:
        where = t.mandates.c.method == "P-1003"
        old = {"signed_on": date(2020, 1, 1), "last_used_on": None}
        db.execute(update(t.mandates).where(where).values(**old))
    assert step(days, "mandates lapsed", date(2026, 11, 21)) == 0
    (mandate,) = rows(engine, t.mandates, method="P-1003")
    assert mandate["state"] == "active"
    assert mandate["last_used_on"] >= date(2026, 11, 1)


def test_a_card_that_runs_out_is_told_of_30_and_7_days_before(days: Days, engine: Engine) -> None:
    with writing(engine) as db:
        where = t.payment_methods.c.id == "P-1006"
        db.execute(update(t.payment_methods).where(where).values(expires_on=date(2026, 12, 31)))
    told = [step(days, "cards run out", date(2026, 12, 1) + timedelta(days=n)) for n in range(31)]
    assert [n for n, done in enumerate(told) if done] == [0, 23]
    sent = rows(engine, t.contacts, customer="K-1006", template="card_expires")
    assert {s["facts"]["days"] for s in sent} == {30, 7}
    assert len(sent) == 2
    assert step(days, "cards run out", date(2026, 12, 24)) == 0


def test_an_offer_that_nobody_answers_expires_and_does_nothing(
    days: Days, engine: Engine, business: Subscriptions, clock: SetClock
) -> None:
    with writing(engine) as db:
        where = t.subscriptions.c.id == "S-1006"
        db.execute(update(t.subscriptions).where(where).values(state="active", ends_on=None))
    offer = offered(business, TOM)
    assert step(days, "offers expired", date(2026, 11, 27)) == 0
    assert step(days, "offers expired", date(2026, 11, 28)) == 1
    (stored,) = rows(engine, t.retention_offers, id=offer.id)
    assert (stored["answer"], stored["answered_at"]) == ("expired", clock.now)
    assert rows(engine, t.subscriptions, id="S-1006")[0]["state"] == "cancel_scheduled"


def test_pay_links_run_out(days: Days, engine: Engine, business: Subscriptions) -> None:
    owing(engine, "RE-1001-0025")
    business.payments.pay_link(bot_for(ANNA), key="l")
    assert step(days, "pay links expired", date(2026, 11, 27)) == 0
    assert step(days, "pay links expired", date(2026, 11, 28)) == 1
    assert {r["state"] for r in rows(engine, t.payment_requests, customer=ANNA)} == {"expired"}


def test_the_moment_of_a_run_is_the_clocks(days: Days) -> None:
    days.clock.now = datetime(2026, 11, 30, 23, 30, tzinfo=NOW.tzinfo)
    assert days.run().day == date(2026, 12, 1)  # half past midnight here
