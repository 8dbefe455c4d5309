"""Commands of the business: `python -m subscriptions <command> --database-url …`; `--help` lists them."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from subscriptions import open_subscriptions, utc_now
from subscriptions.connecting import PREFIX, BusinessSettings, opened_daily, read_or_end
from subscriptions.daily import sentences
from subscriptions.importing import ImportRefusedError, import_customers
from subscriptions.loading import FIRST, Load, LoadRefusedError, load
from subscriptions.migrations import upgrade
from subscriptions.seeding import seed
from subscriptions.store.engine import open_engine

Given = argparse.Namespace
DATABASE = os.environ.get(f"{PREFIX}DATABASE_URL")
DATABASE_HELP = f"without it the one of {PREFIX}DATABASE_URL"


def _migrate(given: Given) -> int:
    upgrade(given.database_url)
    print("subscriptions: the database is up to date")
    return 0


def _seed(given: Given) -> int:
    engine = open_engine(given.database_url)
    try:
        new = seed(engine, utc_now())
    finally:
        engine.dispose()
    print(f"subscriptions: {new} demo customers added")
    return 0


def _verify(given: Given) -> int:
    with open_subscriptions(given.database_url) as business:
        broken = business.broken_audit_entry()
    whole = broken is None
    print("audit: intact" if whole else f"audit: entry {broken} was changed or is missing")
    return 0 if whole else 1


def _import(given: Given) -> int:
    engine = open_engine(given.database_url)
    try:
        report = import_customers(engine, given.file, utc_now(), progress=not given.quiet)
    except ImportRefusedError as error:
        print(f"import: {error}")
        return 2
    finally:
        engine.dispose()
    print(report.sentence())
    return 0 if report.refused == 0 else 1


def _daily(given: Given) -> int:
    with opened_daily(given.database_url, utc_now, read_or_end(BusinessSettings)) as daily:
        report = daily.run(limit=given.limit)
    print("\n".join(sentences(report)))
    return 0 if report.complete else 1


def _daily_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, help="how much each step may do; run again to go on")


def _import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="customers as .csv or .jsonl")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def _load(given: Given) -> int:
    wanted = Load(given.subscribers, given.months, given.seed, given.first)
    engine = open_engine(given.database_url)
    try:
        rows = load(engine, wanted, utc_now(), progress=not given.quiet)
    except LoadRefusedError as error:
        print(f"load: {error}")
        return 2
    finally:
        engine.dispose()
    print(f"load: {wanted.subscribers} made-up subscribers in {rows} rows")
    return 0


def _load_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--subscribers", type=int, required=True)
    parser.add_argument("--months", type=int, default=6, help="of history, 1 to 24 (6)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other subscribers")
    parser.add_argument("--first", type=int, default=FIRST, help="where the numbers begin")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def _no_options(_: argparse.ArgumentParser) -> None:
    """Most commands need the database only."""


COMMANDS: dict[
    str, tuple[str, Callable[[Given], int], Callable[[argparse.ArgumentParser], None]]
] = {
    "migrate": ("bring the tables up to date", _migrate, _no_options),
    "seed": ("add the demo customers that are missing", _seed, _no_options),
    "verify": ("check that no audit entry was changed", _verify, _no_options),
    "daily": ("do what is due today: periods, debits, promises, ends", _daily, _daily_options),
    "load": ("add made-up subscribers to see how it behaves when full", _load, _load_options),
    "import": ("take over existing customers from a file", _import, _import_options),
}


def main() -> int:
    """Run one command; its exit code says whether it worked."""
    parser = argparse.ArgumentParser(prog="python -m subscriptions", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (purpose, _, options) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        command.add_argument(
            "--database-url", default=DATABASE, required=DATABASE is None, help=DATABASE_HELP
        )
        options(command)
    given = parser.parse_args()
    return COMMANDS[given.command][1](given)


if __name__ == "__main__":
    raise SystemExit(main())
