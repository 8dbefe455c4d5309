"""The demo's catalogue and people, made from `data/seed/` relative to the day of seeding.

May import the store and everything below it. Invariants: a customer or plan that exists is left alone, so that
seeding again changes nothing; the same day and the same files give the same data; only masked labels and made-up
people are stored. Read `data/seed/README.md` first, then `seed`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from subscriptions.policy.calendar import business_date
from subscriptions.seeding import billing, catalogue, people
from subscriptions.seeding.details import Place, details
from subscriptions.seeding.stories import Facts, deals
from subscriptions.store import bulk, customers, invoices
from subscriptions.store.engine import writing

__all__ = ["SEED", "seed"]

SEED = Path(__file__).parents[2] / "data" / "seed"
PEOPLE = ("customers", "streaming", "press", "training")


def seed(engine: Engine, now: datetime, folder: Path = SEED) -> int:
    """Store what is missing; returns how many customers were new. Raises KeyError or ValueError for bad data."""
    today = business_date(now)
    everybody = {facts["number"]: facts for facts in _people(folder)}
    with writing(engine) as db:
        catalogue.add(db, folder, today)
        known = customers.numbers(db, everybody)
        new = {number: facts for number, facts in everybody.items() if number not in known}
        bulk.fill(db, _rows(db, new, everybody, today))
    return len(new)


def _people(folder: Path) -> Iterator[Facts]:
    for name in PEOPLE:
        yield from catalogue.read(folder, name)


def _rows(
    db: Connection, new: Mapping[str, Facts], everybody: Mapping[str, Facts], today: date
) -> bulk.Rows:
    """All rows of the new people, by table."""
    sold, extras = catalogue.sold(db), catalogue.extras(db)
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    bought = {number: list(deals(facts, sold, everybody, today)) for number, facts in new.items()}
    bills: list[billing.Bill] = []
    for number, facts in new.items():
        _keep(rows, people.everything(facts, bought[number]))
        for deal in bought[number]:
            made, left = billing.billed(deal, extras)
            bills += made
            _keep(rows, people.contract(deal))
            _keep(rows, billing.sold_beside(billing.bookings(deal, extras), left))
    numbered = _numbered(db, bills)
    for invoice, bill in numbered:
        _keep(rows, billing.rows(invoice, bill))
    for number, facts in new.items():
        first = bought[number][0]
        own = tuple(invoice for invoice, bill in numbered if bill.deal.payer.number == number)
        place = Place(number, first.contract.id, first.days, own)
        _keep(rows, details(facts.get("also", {}), place))
    return rows


def _keep(rows: dict[str, list[dict[str, Any]]], named: people.Named) -> None:
    for table, row in named:
        rows[table].append(row)


def _numbered(db: Connection, bills: list[billing.Bill]) -> list[tuple[str, billing.Bill]]:
    """The invoices with their numbers, which follow the days of issue for each payer."""
    bills.sort(key=lambda bill: (bill.deal.payer.number, bill.issued, bill.deal.contract.id))
    numbered = []
    for payer, own in groupby(bills, key=lambda bill: bill.deal.payer.number):
        first = invoices.how_many(db, payer) + 1
        numbered += [(invoices.invoice_number(payer, i), b) for i, b in enumerate(own, first)]
    return numbered
