"""The load itself: batch after batch into the database, with a progress bar.

Invariants: a batch is stored whole or not at all; subscribers that exist are never touched.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine
from tqdm import tqdm

from subscriptions.loading.one import Shop, Sold, number_of
from subscriptions.loading.subscribers import Maker
from subscriptions.policy.calendar import business_date
from subscriptions.store import addons, bulk, contracts
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing

FIRST = 1_000_000
LAST = 9_999_999
BATCH = 1000


class LoadRefusedError(Exception):
    """The load would do harm or cannot work; the sentence says what to do instead."""


@dataclass(frozen=True, slots=True)
class Load:
    """How many subscribers with how many months of history; `first` is the number after `K-`."""

    subscribers: int
    months: int = 6
    seed: int = 1
    first: int = FIRST

    @property
    def last(self) -> int:
        """The number of the last subscriber."""
        return self.first + self.subscribers - 1


def load(engine: Engine, wanted: Load, now: datetime, *, progress: bool = True) -> int:
    """Store the subscribers; returns how many rows they have. Raises LoadRefusedError before anything is stored."""
    with reading(engine) as db:
        shop = Shop(_plans(db), addons.catalogue(db))
        _check(db, wanted, shop)
    maker = Maker(shop, wanted.seed, wanted.months, business_date(now))
    stored = 0
    with tqdm(total=wanted.subscribers, unit=" subscribers", disable=not progress) as bar:
        for begin in range(wanted.first, wanted.last + 1, BATCH):
            end = min(begin + BATCH, wanted.last + 1)
            stored += _store(engine, maker, range(begin, end))
            bar.update(end - begin)
    with writing(engine) as db:
        bulk.analyse(db)
    return stored


def _store(engine: Engine, maker: Maker, numbers: range) -> int:
    """One batch in one transaction; returns how many rows it has."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number in numbers:
        for table, row in maker.rows(number):
            rows[table].append(row)
    with writing(engine) as db:
        bulk.do_not_wait_for_the_disk(db)
        bulk.copy(db, rows)
    return sum(len(of_table) for of_table in rows.values())


def _plans(db: Connection) -> Sequence[Sold]:
    return [
        Sold(plan, contracts.tax_percent(db, plan.code))
        for plan in contracts.catalogue(db)
        if plan.available
    ]


def _check(db: Connection, wanted: Load, shop: Shop) -> None:
    if not shop.plans:
        raise LoadRefusedError("there is no catalogue yet: seed the database first")
    if wanted.subscribers < 1 or not 1 <= wanted.months <= 24:
        raise LoadRefusedError("load at least one subscriber, with 1 to 24 months of history")
    if wanted.first < FIRST or wanted.last > LAST:
        raise LoadRefusedError(f"numbers go from K-{FIRST} to K-{LAST}")
    low, high = number_of(wanted.first), number_of(wanted.last)
    taken = bulk.highest(db, t.customers.c.number, low, high)
    if taken is not None:
        following = int(taken.removeprefix("K-")) + 1
        raise LoadRefusedError(
            f"subscribers up to {taken} exist already: go on with --first {following}, "
            "or load into another database"
        )
