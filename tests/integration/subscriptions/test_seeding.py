"""The demo data is true on any day, complete, without contradictions, and made only once."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, event, update

from subscriptions import open_subscriptions
from subscriptions.entities.holds import HoldKind
from subscriptions.entities.invoices import InvoiceStatus
from subscriptions.migrations import upgrade
from subscriptions.model.base import Money
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.payments import FailureClass
from subscriptions.seeding import seed
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.conftest import opened
from tests.integration.subscriptions.consistency import contradictions
from tests.integration.subscriptions.looking import count, fingerprint, rows
from tests.integration.subscriptions.people import NOW, SetClock, bot_for

HOW_MANY = 66

# A leap day, month ends, both changes of the clocks, the turn of the year, and late evenings on which
# it is tomorrow already in Germany.
DAYS = [
    datetime(2028, 2, 29, 12, tzinfo=UTC),
    datetime(2026, 1, 31, 12, tzinfo=UTC),
    datetime(2027, 3, 1, 12, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 8, 15, 22, 30, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_stories_are_true_on_any_day(tmp_path: Path, day: datetime) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    upgrade(url)
    with opened(url) as engine:
        assert seed(engine, day) == HOW_MANY
        assert contradictions(engine) == []
    with open_subscriptions(url, SetClock(day)) as business:
        quote = business.plans.quote(bot_for("K-1004"), "learn-pro")
        assert (quote.credit, quote.charge, quote.due_now) == (
            Money(-1000),
            Money(1500),
            Money(500),
        )
        failure = business.payments.why_failed(bot_for("K-1001"))
        assert failure is not None
        assert (failure.kind, failure.amount) == (FailureClass.SOFT_FUNDS, Money(1199))
        for number in range(1001, 1011):
            balance = business.billing.balance(bot_for(f"K-{number}"))
            assert balance.next_on is not None
            assert balance.next_on > day.date()


def test_seeding_again_changes_nothing(engine: Engine) -> None:
    before = fingerprint(engine)
    assert seed(engine, NOW) == 0
    assert seed(engine, NOW + timedelta(days=40)) == 0
    assert fingerprint(engine) == before


def test_two_years_of_invoices(engine: Engine) -> None:
    loyal = rows(engine, t.invoices, customer="K-1006")
    assert len(loyal) == 25
    assert {invoice["status"] for invoice in loyal} == {"paid"}


def test_periods_of_the_history_touch(engine: Engine) -> None:
    for number in ("K-1001", "K-1002", "K-1006"):
        lines = [
            line
            for invoice in rows(engine, t.invoices, customer=number)
            for line in rows(engine, t.invoice_lines, invoice=invoice["number"])
        ]
        lines.sort(key=lambda line: line["period_start"])
        assert [a["period_end"] for a in lines[:-1]] == [b["period_start"] for b in lines[1:]]


@pytest.mark.parametrize(
    ("table", "change", "sentence"),
    [
        (t.invoices, {"total_minor": 1}, "the lines are not the total"),
        (t.payments, {"state": "returned"}, "paid without its payment"),
        (t.subscriptions, {"state": "past_due"}, "past_due, failed invoice: False"),
        (t.subscriptions, {"state": "trialing"}, "trialing with a trial until None"),
        (t.subscription_events, {"state": "ended"}, "the log ends"),
        (t.holds, {"kind": "whim"}, "holds.kind: whim"),
        (t.promises, {"amount_minor": 5}, "another amount than its invoices"),
        (t.customers, {"account": "A-0"}, "no account A-0"),
    ],
)
def test_a_contradiction_would_be_found(
    engine: Engine, table: Table, change: dict[str, object], sentence: str
) -> None:
    with writing(engine) as db:
        db.execute(update(table).values(change))
    assert [found for found in contradictions(engine) if sentence in found]


def test_the_same_day_gives_the_same_content_at_any_hour(tmp_path: Path) -> None:
    found = []
    for hour in (4, 21):
        url = f"sqlite:///{tmp_path / str(hour)}.db"
        upgrade(url)
        with opened(url) as engine:
            seed(engine, NOW.replace(hour=hour))
            found.append(fingerprint(engine))
    assert found[0] == found[1]


def test_people_of_both_languages_over_all_products(engine: Engine) -> None:
    people = rows(engine, t.customers)
    locales = Counter(person["locale"] for person in people)
    assert min(locales["de"], locales["en"]) * 100 >= 45 * len(people)
    products = {plan["code"]: plan["product"] for plan in rows(engine, t.plans)}
    sold = Counter(products[contract["plan"]] for contract in rows(engine, t.subscriptions))
    assert all(sold[product] >= 10 for product in ("streaming", "press", "training"))
    assert {p["email"].rpartition("@")[2] for p in people} == {"example.org"}
    drama = r"\+49 (30 23125|40 66969|69 90009|221 4710|89 99998) 0\d\d|\+44 (20 7946 0\d{3}|7700 900\d{3})"
    phones = [person["phone"] for person in people if person["phone"]]
    assert [phone for phone in phones if not re.fullmatch(drama, phone)] == []


def test_every_situation_has_somebody(engine: Engine) -> None:
    def held(table: Table, column: str) -> set[object]:
        return {row[column] for row in rows(engine, table)}

    codes = {
        "MS03",
        "AC04",
        "MD01",
        "MD06",
        "MD07",
        "AM04",
        "expired_card",
        "lost_card",
        "fraudulent",
    }
    assert held(t.attempts, "raw_code") >= codes | {"authentication_required", "do_not_honor"}
    assert held(t.subscriptions, "state") >= set(SubscriptionState) - {"pending"}
    assert held(t.subscriptions, "channel") == {"direct", "gift", "partner"}
    assert held(t.holds, "kind") == set(HoldKind)
    assert held(t.promises, "state") >= {"confirmed", "broken"}
    assert held(t.dunning_cases, "state") >= {"reminded", "grace", "promise", "firm"}
    assert held(t.invoices, "status") == set(InvoiceStatus)
    assert held(t.logins, "lock_reason") >= {"tries", "compromised"}
    assert held(t.pauses, "state") >= {"running", "scheduled"}
    assert held(t.mandates, "state") >= {"active", "invalid"}
    for table in (t.deliveries, t.suspensions, t.access_numbers, t.contact_changes, t.callbacks):
        assert count(engine, table) >= 1
    for table in (t.refunds, t.credit_notes, t.voucher_redemptions, t.subscription_addons):
        assert count(engine, table) >= 1
    assert any(account["vat_id"] for account in rows(engine, t.accounts))
    assert any(outage["ended_at"] is None for outage in rows(engine, t.outages))


def test_seeding_takes_a_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    upgrade(url)
    with opened(url) as engine:
        asked: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *said: asked.append(str(said[2])))
        assert seed(engine, NOW) == HOW_MANY
        assert len(asked) < 200  # some for each payer and table, never one for each row
