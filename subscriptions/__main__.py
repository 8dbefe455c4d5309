"""Preparing the database: `python -m subscriptions migrate|seed|verify --database-url …`."""

import argparse

from subscriptions import open_subscriptions, utc_now
from subscriptions.migrations import upgrade
from subscriptions.seeding import seed
from subscriptions.store.engine import open_engine


def _migrate(database_url: str) -> int:
    upgrade(database_url)
    print("subscriptions: the database is up to date")
    return 0


def _seed(database_url: str) -> int:
    engine = open_engine(database_url)
    try:
        new = seed(engine, utc_now())
    finally:
        engine.dispose()
    print(f"subscriptions: {new} demo customers added")
    return 0


def _verify(database_url: str) -> int:
    with open_subscriptions(database_url) as business:
        broken = business.broken_audit_entry()
    whole = broken is None
    print("audit: intact" if whole else f"audit: entry {broken} was changed or is missing")
    return 0 if whole else 1


COMMANDS = {"migrate": _migrate, "seed": _seed, "verify": _verify}


def main() -> int:
    """Run one command; its exit code says whether it worked."""
    parser = argparse.ArgumentParser(prog="python -m subscriptions", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--database-url", required=True)
    given = parser.parse_args()
    return COMMANDS[given.command](given.database_url)


if __name__ == "__main__":
    raise SystemExit(main())
