"""Made-up subscribers: consistent, the same for the same seed, apart from everybody else; found by indexes."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    String,
    func,
    select,
    text,
)

from subscriptions import open_subscriptions
from subscriptions.loading import Load, LoadRefusedError, load
from subscriptions.migrations import upgrade
from subscriptions.seeding import seed
from subscriptions.store import bulk
from subscriptions.store import tables as t
from subscriptions.store.dossier import statements
from subscriptions.store.engine import reading, writing
from subscriptions.store.tables import UtcMoment
from tests.bench.plans import LARGE, indexes_used, read_in_full, rows_by_table
from tests.integration.subscriptions.conftest import opened
from tests.integration.subscriptions.consistency import contradictions
from tests.integration.subscriptions.looking import count, rows
from tests.integration.subscriptions.people import AGENT, NOW, SetClock
from tests.postgres import PostgresServer

FULL = 3000
# What is sold is small anywhere.
CATALOGUE = {"plans", "prices", "phases", "addons", "vouchers", "outages"}


def subscribers(engine: Engine) -> list[str]:
    """The numbers of those that were loaded."""
    with reading(engine) as db:
        number = t.customers.c.number
        query = select(number).where(func.length(number) == 9).order_by(number)
        return list(db.execute(query).scalars())


def test_they_are_consistent_and_everybody_has_a_view(engine: Engine, database_url: str) -> None:
    before = count(engine, t.customers)
    stored = load(engine, Load(300, months=3), NOW, progress=False)
    assert stored > 300 * 10
    assert count(engine, t.customers) == before + 300
    assert contradictions(engine) == []
    assert {s["state"] for s in rows(engine, t.subscriptions)} >= {"active", "past_due", "ended"}
    with open_subscriptions(database_url, SetClock()) as business:
        for number in subscribers(engine)[::30]:
            assert business.overview.of(AGENT, number).header.number == number


def test_the_same_seed_gives_the_same_subscriber(tmp_path: Path) -> None:
    found = []
    for name, loads in {
        "at_once": [Load(20, months=2)],
        "in_parts": [Load(12, months=2), Load(8, months=2, first=1_000_012)],
        "other": [Load(20, months=2, seed=2)],
    }.items():
        url = f"sqlite:///{tmp_path / name}.db"
        upgrade(url)
        with opened(url) as engine:
            seed(engine, NOW)
            for wanted in loads:
                load(engine, wanted, NOW, progress=False)
            names = {c["number"]: c["name"] for c in rows(engine, t.customers)}
            invoices = {(i["number"], i["total_minor"]) for i in rows(engine, t.invoices)}
            found.append((names, invoices))
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Load(10), "exist already: go on with --first 1000005"),
        (Load(0, first=2_000_000), "at least one subscriber"),
        (Load(1, months=25, first=2_000_000), "1 to 24 months"),
        (Load(1, first=1001), "numbers go from K-1000000"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(
    engine: Engine, wanted: Load, sentence: str
) -> None:
    load(engine, Load(5, months=1), NOW, progress=False)
    before = count(engine, t.customers)
    with pytest.raises(LoadRefusedError, match=sentence):
        load(engine, wanted, NOW, progress=False)
    assert count(engine, t.customers) == before


def test_without_a_catalogue_nothing_is_loaded(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bare.db'}"
    upgrade(url)
    with opened(url) as engine, pytest.raises(LoadRefusedError, match="seed the database first"):
        load(engine, Load(1), NOW, progress=False)


def crowd(db: Connection) -> None:
    """Give every contract a row in the tables that a load leaves empty: only their size matters here."""
    db.execute(text("SET LOCAL session_replication_role = replica"))
    for table in map(bulk.table, read_by_the_view() - CATALOGUE):
        if table.name in CROWDED:
            continue
        columns = ", ".join(f'"{column.name}"' for column in table.c)
        values = ", ".join(some(column) for column in table.c)
        db.execute(
            text(
                f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM"
                " (SELECT row_number() OVER () AS n, id, customer FROM subscriptions) AS s"
                " ON CONFLICT DO NOTHING"
            )
        )
    db.execute(text("ANALYZE"))


CROWDED = {
    "customers",
    "accounts",
    "subscriptions",
    "invoices",
    "invoice_lines",
    "attempts",
    "payments",
}


def some(column: Column[Any]) -> str:
    """SQL for a value that fits a column, another one for each row."""
    named = {"customer": "s.customer", "subscription": "s.id"}
    kinds: dict[type[Any], str] = {
        Integer: "1000000 + n",
        Date: "current_date + n::int % 300",
        UtcMoment: "now() - n * interval '1 hour'",
        Boolean: "true",
        JSON: "'[]'",
        String: f"left('x' || n, {getattr(column.type, 'length', None) or 60})",
    }
    fits = (sql for kind, sql in kinds.items() if isinstance(column.type, kind))
    return named.get(column.name) or next(fits)


def read_by_the_view() -> set[str]:
    """The tables that the statements of the view name."""
    said = " ".join(str(statement) for statement, _ in statements("postgresql"))
    return {name for name in t.metadata.tables if re.search(rf"\b(FROM|JOIN) {name}\b", said)}


@pytest.fixture(scope="module")
def full(postgres_server: PostgresServer) -> Iterator[Engine]:
    """A PostgreSQL with some thousand subscribers, analysed."""
    with postgres_server.database() as url:
        upgrade(url)
        with opened(url) as engine:
            seed(engine, NOW)
            load(engine, Load(FULL, months=3), NOW, progress=False)
            with writing(engine) as db:
                crowd(db)
            yield engine


@pytest.mark.postgres
def test_the_view_reads_no_large_table_in_full(full: Engine) -> None:
    with reading(full) as db:
        sizes = rows_by_table(db)
        small = {name for name in read_by_the_view() if sizes[name] < LARGE}
        assert small <= CATALOGUE
        assert len(read_by_the_view()) >= 30
        for number in ("K-1000000", "K-1002500", "K-1064"):
            assert read_in_full(db, number, NOW + timedelta(days=1)) == {}
        assert "ix_invoices_customer_issued_on" in indexes_used(db, "K-1000000", NOW)


@pytest.mark.postgres
def test_a_missing_index_would_be_found(full: Engine) -> None:
    with full.connect() as db, db.begin() as step:
        db.execute(text("DROP INDEX ix_contacts_customer_at"))
        assert list(read_in_full(db, "K-1000000", NOW)) == ["contacts"]
        step.rollback()
