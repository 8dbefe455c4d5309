"""The demo's catalogue and people, made from `data/seed/` relative to the day of seeding.

May import the store and everything below it. Invariants: a customer or plan that exists is left alone, so that
seeding again changes nothing; the same day and the same files give the same data; only masked labels and made-up
people are stored. Read `data/seed/README.md` first, then `seed`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, Engine

from subscriptions.policy.calendar import business_date
from subscriptions.seeding import billing, catalogue, people
from subscriptions.seeding.details import Place, details
from subscriptions.seeding.stories import Deal, Facts, deals
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
        path = folder / f"{name}.yml"
        if path.exists():
            yield from yaml.safe_load(path.read_text())


def _rows(
    db: Connection, new: Mapping[str, Facts], everybody: Mapping[str, Facts], today: date
) -> bulk.Rows:
    """All rows of the new people, by table."""
    sold, extras = catalogue.sold(db), catalogue.extras(db)
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def keep(named: people.Named) -> None:
        for name, row in named:
            rows[name].append(row)

    bought = {number: list(deals(facts, sold, everybody, today)) for number, facts in new.items()}
    bills: dict[str, list[billing.Bill]] = defaultdict(list)
    for number, facts in new.items():
        first = bought[number][0]
        keep(people.person(facts, first.days, min(d.contract.started_on for d in bought[number])))
        keep(people.ways_to_pay(facts, first.days))
        keep(people.dossier(facts, first.days))
        for deal in bought[number]:
            keep(people.contract(deal))
            made, left = billing.billed(deal, extras)
            keep(billing.sold_beside(billing.bookings(deal, extras), left))
            bills[deal.payer.number] += made
    numbers: dict[str, tuple[str, ...]] = {}
    for payer, own in bills.items():
        own.sort(key=lambda bill: (bill.issued, bill.deal.contract.id))
        done = invoices.how_many(db, payer)
        numbers[payer] = tuple(
            invoices.invoice_number(payer, done + i + 1) for i in range(len(own))
        )
        for number, bill in zip(numbers[payer], own, strict=True):
            keep(billing.rows(number, bill))
    for number, facts in new.items():
        keep(details(facts.get("also", {}), _place(bought[number][0], numbers.get(number, ()))))
    return rows


def _place(deal: Deal, numbers: tuple[str, ...]) -> Place:
    return Place(deal.contract.customer, deal.contract.id, deal.days, numbers)
