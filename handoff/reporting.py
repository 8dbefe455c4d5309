"""The command `python -m handoff reports`: computes the facts of reports again from the log, and says what was different.

Invariants: with `--check` nothing is changed; days are those of UTC, the last one included; conversations that were deleted
after their time keep their facts, and nothing is said about them.
"""

import argparse
import asyncio
from datetime import UTC, date, datetime, time, timedelta

from handoff.adapters.sql.reports import SqlReports
from handoff.adapters.sql.store import open_store


def describe(parser: argparse.ArgumentParser) -> None:
    """Tell the parser about the days and `--check`."""
    for name in ("from", "to"):
        parser.add_argument(f"--{name}", required=True, type=date.fromisoformat, metavar="DAY")
    parser.add_argument("--check", action="store_true", help="only say what is different")


def run(given: argparse.Namespace, database_url: str) -> tuple[str, int]:
    """Carry it out; what to print, and 1 when something stays different."""
    start, end = (datetime.combine(day, time(), UTC) for day in (vars(given)["from"], given.to))
    return asyncio.run(_run(database_url, (start, end + timedelta(days=1)), check=given.check))


async def _run(
    database_url: str, span: tuple[datetime, datetime], *, check: bool
) -> tuple[str, int]:
    store = open_store(database_url)
    try:
        reports = SqlReports(store)
        chats = await reports.changed_between(*span)
        different = await reports.differences(chats)
        if not check:
            await reports.compute(chats)
    finally:
        store.close()
    found = f"{len(chats)} conversations, {len(different)} facts were missing or different"
    if check:
        return f"handoff: {found}; nothing was changed", int(bool(different))
    return f"handoff: {found}; now they are as the log tells them", 0
