"""What the store promises: one transaction per write, an audit that shows tampering, shared files."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from subprocess import run

import pytest
from sqlalchemy import Connection, Engine, insert, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from subscriptions import Subscriptions, open_subscriptions
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing
from subscriptions.store.write import Done, Order, write_once
from tests.integration.subscriptions.conftest import opened
from tests.integration.subscriptions.looking import count, fingerprint, rows
from tests.integration.subscriptions.people import AGENT, NOW, SetClock, bot_for

ANNA = bot_for("K-1001")


def test_a_crash_in_the_middle_stores_nothing(engine: Engine) -> None:
    before = fingerprint(engine)

    def act(db: Connection) -> Done[int]:
        db.execute(insert(t.contacts).values(_contact()))
        raise RuntimeError("power cut")

    order = Order("test.crash", ANNA, "K-1001", "k", {}, NOW)
    with pytest.raises(RuntimeError):
        write_once(engine, order, int, act)
    assert fingerprint(engine) == before
    assert write_once(engine, order, int, lambda _: Done(7, "K-1001")) == 7
    assert write_once(engine, order, int, lambda _: Done(8, "K-1001")) == 7


def _contact() -> dict[str, object]:
    return {
        "customer": "K-1001",
        "at": NOW,
        "channel": "email",
        "reason": "payment",
        "template": "x",
        "facts": {},
    }


def _three_entries(business: Subscriptions) -> None:
    for number in ("K-1001", "K-1002", "K-1003"):
        business.identity.request_reset(bot_for(number), None, key="k")


def test_every_write_is_one_audit_entry_in_an_unbroken_chain(
    business: Subscriptions, engine: Engine
) -> None:
    _three_entries(business)
    assert [entry["seq"] for entry in rows(engine, t.audit)] == [1, 2, 3]
    assert business.broken_audit_entry() is None


@pytest.mark.parametrize(
    "verb", ["UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries"]
)
def test_the_audit_refuses_to_be_changed(
    business: Subscriptions, engine: Engine, verb: str
) -> None:
    _three_entries(business)
    with pytest.raises(DatabaseError, match="append-only"), writing(engine) as db:
        db.execute(text(verb))
    assert business.broken_audit_entry() is None


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE audit_entries SET actor = 'nobody' WHERE seq = 2", 2),
        ("UPDATE audit_entries SET customer = 'K-1009' WHERE seq = 1", 1),
        ("DELETE FROM audit_entries WHERE seq = 2", 2),
        ("DELETE FROM audit_entries WHERE seq = 3", 3),
    ],
)
def test_a_planted_change_is_found(
    tmp_path: Path, change: str, broken: int, sqlite_template: Path
) -> None:
    path = tmp_path / "planted.db"
    path.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    with open_subscriptions(url, SetClock()) as business:
        _three_entries(business)
        with opened(url) as engine, writing(engine) as db:
            db.execute(text("DROP TRIGGER audit_refuses_update"))
            db.execute(text("DROP TRIGGER audit_refuses_delete"))
            db.execute(text(change))
        assert business.broken_audit_entry() == broken


def test_parallel_processes_lose_no_write_and_keep_the_chain(
    database_url: str, business: Subscriptions, engine: Engine
) -> None:
    before = count(engine, t.cancellations)
    context = get_context("spawn")
    workers = [context.Process(target=_write_some, args=(database_url, n)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert (count(engine, t.cancellations) - before, count(engine, t.audit)) == (30, 30)
    assert business.broken_audit_entry() is None


def _write_some(url: str, worker: int) -> None:
    with open_subscriptions(url, SetClock()) as business:
        for index in range(10):
            business.cancellation.declare(bot_for("K-9999"), "x", key=f"{worker}-{index}")


def test_parallel_views_are_all_noted(business: Subscriptions, engine: Engine) -> None:
    """A view reads the head of the chain before it writes: without an early lock, writers collide."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: business.overview.of(AGENT, "K-1001"), range(40)))
    assert count(engine, t.audit) == 40
    assert business.broken_audit_entry() is None


def test_foreign_keys_hold(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as db:
        db.execute(insert(t.contacts).values({**_contact(), "customer": "K-0"}))


def test_a_moment_without_zone_is_refused_and_comes_back_in_utc(engine: Engine) -> None:
    with pytest.raises(Exception, match="time zone"), writing(engine) as db:
        db.execute(insert(t.contacts).values({**_contact(), "at": NOW.replace(tzinfo=None)}))
    with writing(engine) as db:
        db.execute(insert(t.contacts).values(_contact()))
    (contact,) = rows(engine, t.contacts, customer="K-1001")
    assert contact["at"] == NOW
    assert contact["at"].utcoffset() == timedelta(0)


def test_sqlite_is_set_for_several_processes(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'a.db'}") as engine, reading(engine) as db:
        said = [
            db.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert said == ["wal", 2, 1, 10_000]


def test_the_commands(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'var' / 'business.db'}"
    said = [
        run(
            [sys.executable, "-m", "subscriptions", command, "--database-url", url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for command in ("migrate", "seed", "seed", "verify")
    ]
    assert said == [
        "subscriptions: the database is up to date\n",
        "subscriptions: 66 demo customers added\n",
        "subscriptions: 0 demo customers added\n",
        "audit: intact\n",
    ]
