"""The demo's catalogue: plans with their prices and phases, add-ons, vouchers, and running outages.

Invariants: what exists is left alone, and so is the history of a plan that has one; days are counted from the
day of seeding.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.seeding.billing import Extras
from subscriptions.seeding.days import Days
from subscriptions.seeding.details import dated
from subscriptions.seeding.stories import Facts, Sold
from subscriptions.store import addons, bulk, contracts, pricing, vouchers
from subscriptions.written import read_yaml

# Files of rows; each is named like its table and names the table's columns.
ROWS = ("addons", "prices", "phases", "vouchers", "outages")


def add(db: Connection, folder: Path, today: date) -> None:
    """Store what is sold, unless it is there."""
    for facts in read(folder, "plans"):
        contracts.add_plan(db, _plan(facts), facts["tax"])
    days = Days(today, today, today, today)
    for name in ROWS:
        target = bulk.table(name)
        whose = target.primary_key.columns.values()[0]
        known = bulk.values(db, whose)
        rows = [row for row in read(folder, name) if row[whose.name] not in known]
        bulk.fill(db, {name: [dated(target, row, days) for row in rows]})


def read(folder: Path, name: str) -> list[Facts]:
    """The entries of a file; none when there is no such file."""
    path = folder.joinpath(f"{name}.yml")
    entries: list[Facts] = read_yaml(path.read_text()) if path.exists() else []
    return entries


def sold(db: Connection) -> Mapping[str, Sold]:
    """The plans as they are sold, by code."""
    plans = contracts.catalogue(db)
    terms = pricing.terms_by_code(db, plans)
    return {code: Sold(known, contracts.tax_percent(db, code)) for code, known in terms.items()}


def extras(db: Connection) -> Extras:
    """What is sold beside plans, by code."""
    return Extras(
        {addon.code: addon for addon in addons.catalogue(db)},
        {voucher.code: voucher for voucher in vouchers.catalogue(db)},
    )


def _plan(facts: Facts) -> Plan:
    return Plan(
        code=facts["code"],
        product=facts["product"],
        name_de=facts["name_de"],
        name_en=facts["name_en"],
        price=Money(facts["price"]),
        interval=Interval(facts["interval"]),
        rank=facts["rank"],
        features_de=tuple(facts["features_de"]),
        features_en=tuple(facts["features_en"]),
        available=facts.get("available", True),
        print_delivery=facts.get("print_delivery", False),
        device_limit=facts.get("device_limit", 5),
        min_months=facts.get("min_months", 0),
        print_weekdays=facts.get("print_weekdays", "012345"),
    )
