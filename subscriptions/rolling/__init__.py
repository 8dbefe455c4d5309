"""What time does to contracts: whoever needs a contract as it is today lets the days that have passed happen first.

May import `store` and everything below it. Invariants: the daily run and the use cases that sell something do the same
here, under the same locks; what has happened does not happen again; what was done is audited as the schedule's work,
whoever was in front of it. Start at `bring_up_to_date`.
"""

from datetime import datetime

from subscriptions.rolling.day import ACTOR, Day
from subscriptions.rolling.happening import roll
from subscriptions.store import audit, due
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading, writing

__all__ = ["ACTOR", "Day", "bring_up_to_date", "roll"]


def bring_up_to_date(backing: Backing, customer: str, at: datetime) -> None:
    """Let everything happen to the contracts of a customer that is due by the day of `at`, in a write of its own.

    The daily run may not have come yet: what is asked for now is priced by the period that runs now, which is then
    billed already. Raises STORE_UNAVAILABLE, also while another one works on these contracts for too long.
    """
    day = Day(backing.limits, at)
    with reading(backing.engine) as db:
        if not due.contracts_of(db, customer, day.today):
            return
    with writing(backing.engine) as db:
        waiting = due.contracts_of(db, customer, day.today, lock=True)
        entries = [entry for item in waiting for entry in roll(db, day, item)]
        for entry in entries:  # last, because the audit's chain lets one writer through at a time
            audit.append(db, entry)
