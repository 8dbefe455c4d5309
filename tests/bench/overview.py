"""How fast the 360° view is when the database is full.

`python -m tests.bench.overview --subscribers 1000000 --months 3` starts a PostgreSQL of its own, loads, measures
and throws it away; with `--database-url` it measures a database that is migrated and seeded, and loads it first
when nothing was loaded. Invariants: views are measured as the desk sees them, with the audit entry and a synced
commit; every view is of another random subscriber; subscribers are random, so little is in the caches of the
server.
"""

import argparse
from contextlib import ExitStack
from random import Random
from time import perf_counter

from sqlalchemy import Engine, event, text

from subscriptions import Subscriptions, open_subscriptions, utc_now
from subscriptions.loading import FIRST, Load, LoadRefusedError, load
from subscriptions.migrations import upgrade
from subscriptions.model.base import Caller, Level
from subscriptions.seeding import seed
from subscriptions.store.engine import open_engine, reading
from tests.bench.plans import indexes_used, read_in_full, rows_by_table
from tests.postgres import running_postgres

AGENT = Caller(None, Level.ANONYMOUS, "agent:bench")
WARM_UP = 100
TARGET_MS = 30


def main() -> int:
    """Load, measure, print; the exit code says whether the target was met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.overview", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--months", type=int, default=6)
    parser.add_argument("--views", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database-url", help="a PostgreSQL; without it one is started")
    given = parser.parse_args()
    with ExitStack() as stack:
        url = given.database_url
        if url is None:
            server = stack.enter_context(running_postgres())
            url = stack.enter_context(server.database())
            server.wait_for_disk(on=False)
            print(
                "a PostgreSQL of our own, with its settings as installed; fsync is off while loading"
            )
        _fill(url, Load(given.subscribers, given.months, given.seed))
        if given.database_url is None:
            server.wait_for_disk(on=True)
        engine = open_engine(url)
        stack.callback(engine.dispose)
        _print_sizes(engine)
        business = stack.enter_context(open_subscriptions(url))
        met = _measure(business, given)
        _print_plans(engine)
    return 0 if met else 1


def _fill(url: str, wanted: Load) -> None:
    """Foreign keys are not checked while loading, where the role may switch them off; commits do not wait."""
    upgrade(url)
    joint = "&" if "?" in url else "?"
    engine = open_engine(f"{url}{joint}options=-c%20session_replication_role%3Dreplica")
    try:
        seed(engine, utc_now())
        begun = perf_counter()
        rows = load(engine, wanted, utc_now())
        took = perf_counter() - begun
        print(f"loaded {rows} rows of {wanted.subscribers} subscribers in {took:.0f} s")
    except LoadRefusedError as error:
        print(f"measuring what is there: {error}")
    finally:
        engine.dispose()


def _print_sizes(engine: Engine) -> None:
    with reading(engine) as db:
        size = db.execute(text("SELECT pg_size_pretty(pg_database_size(current_database()))"))
        print(f"database: {size.scalar_one()}")
        for table, count in sorted(rows_by_table(db).items(), key=lambda one: -one[1]):
            if count >= 1000 and not table.startswith("pg_"):
                print(f"  {table:24} {count:>12,}")


def _measure(business: Subscriptions, given: argparse.Namespace) -> bool:
    draw = Random(given.seed + 1)
    asked: list[str] = []
    event.listen(
        business._engine, "before_cursor_execute", lambda *said: asked.append(str(said[2]))
    )
    took = []
    for index in range(WARM_UP + given.views):
        number = f"K-{draw.randrange(FIRST, FIRST + given.subscribers)}"
        begun = perf_counter()
        business.overview.of(AGENT, number)
        if index >= WARM_UP:
            took.append((perf_counter() - begun) * 1000)
    took.sort()
    p50, p95, p99 = (took[len(took) * part // 100] for part in (50, 95, 99))
    each = len(asked) / (WARM_UP + given.views)
    print(f"{given.views} views: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms")
    print(f"statements in a view: {each:.1f}; target: p95 <= {TARGET_MS} ms")
    return p95 <= TARGET_MS


def _print_plans(engine: Engine) -> None:
    with reading(engine) as db:
        number, now = f"K-{FIRST}", utc_now()
        full = read_in_full(db, number, now)
        print(f"large tables read in full: {full or 'none'}")
        for index, times in indexes_used(db, number, now).items():
            print(f"  {index} ({times})")


if __name__ == "__main__":
    raise SystemExit(main())
