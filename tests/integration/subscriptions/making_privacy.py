"""A person who has left a trace in every table, for tests of export and erasure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    Table,
    insert,
    null,
    update,
)

from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from subscriptions.store.personal import is_personal
from subscriptions.store.requests import hashed
from subscriptions.store.tables import UtcMoment
from tests.integration.subscriptions.making_cases import opened_case
from tests.integration.subscriptions.people import NOW

ERASED = "K-9001"
# Everything that says who it is; no other row may hold any of it.
NAME, EMAIL, STREET, PHONE = (
    "Ottilie Zwackelmann",
    "ottilie.zwackelmann@example.org",
    "Rübezahlgasse 17",
    "+493023125099",
)
WORDS = f"{NAME}, {STREET}, {EMAIL}, {PHONE}"
# Columns of codes of ours, which never hold what a person is or wrote; all other words are filled with `WORDS`.
CODES = frozenset(
    [
        "state",
        "kind",
        "reason",
        "channel",
        "status",
        "lifecycle",
        "currency",
        "locale",
        "address_form",
        "country",
        "skill",
        "purpose",
        "text_version",
        "source",
        "template",
        "rule",
        "tone",
        "next_step",
        "next_at",
        "failure_class",
        "raw_code",
        "lock_reason",
        "product",
        "plan",
        "pending_plan",
        "code",
        "interval",
        "void_reason",
        "remedy",
        "letters_locale",
        "answer",
        "provider_reference",
        "credit_invoice",
        "vat_id",
        "decided_by",
        "actor",
        "action",
        "hint",
        "previous",
        "digest",
        "replaces",
        "stands_for",
        "case_number",
        "token_hash",
        "address_hash",
        "code_hmac",
        "undo_hash",
        "confirm_hash",
        "body_hash",
        "account",
    ]
)
SET: Mapping[tuple[str, str], Any] = {
    ("customers", "name"): NAME,
    ("customers", "email"): EMAIL,
    ("customers", "phone"): PHONE,
    ("customers", "locale"): "de",
    ("subscriptions", "state"): "ended",
    ("subscriptions", "plan"): "press-complete",
    ("subscriptions", "channel"): "direct",
    ("invoices", "status"): "paid",
    ("invoices", "lifecycle"): "final",
    ("invoices", "recipient"): null(),
    ("invoice_lines", "text_de"): "Zeitung Komplett",
    ("invoice_lines", "text_en"): "Press Complete",
    ("subscription_events", "facts"): {"plan": "press-complete"},
    ("instalments", "invoices"): ["RE-9001-0001"],
    ("payment_requests", "invoices"): ["RE-9001-0001"],
    ("promises", "invoices"): ["RE-9001-0001"],
    ("logins", "lock_reason"): "tries",
    ("cases", "owner"): "agent:kim",
    ("voucher_redemptions", "reference"): "G-9001",
    ("contact_changes", "field"): "phone",
    ("contact_changes", "state"): "done",
    ("addresses", "name"): NAME,
    ("addresses", "street"): STREET,
    ("addresses", "kind"): "postal",
    ("accounts", "invoice_address"): None,
    ("data_jobs", "state"): "done",
    ("data_jobs", "kind"): "export",
    ("callbacks", "state"): "kept",
    ("callbacks", "phone"): PHONE,
    ("cases", "state"): "closed",
    ("one_time_codes", "address_hash"): hashed(EMAIL),
    ("password_resets", "address_hash"): hashed(EMAIL),
    ("customers", "erased_at"): None,
    ("customers", "deceased_on"): None,
}
# Keys of rows that others point at.
KEYS: Mapping[str, str] = {
    "customers.number": ERASED,
    "subscriptions.id": "S-9001",
    "invoices.number": "RE-9001-0001",
    "payment_methods.id": "P-9001",
    "plans.code": "press-complete",
    "addresses.id": "D-9001",
    "cases.number": "F-9001",
    "dunning_cases.id": "N-9001",
    "attempts.reference": "RE-9001-0001-1",
    "payments.reference": "Z-9001",
    "cancellations.reference": "C-9001",
    "vouchers.code": "V-9001",
    "addons.code": "A-9001",
}


def full_life(engine: Engine) -> None:
    """One row of this person in every personal table, with their words wherever words fit."""
    with writing(engine) as db:
        _shelves(db)
        for table in t.metadata.sorted_tables:
            if is_personal(table) and table is not t.audit:
                db.execute(insert(table).values(_row(table)))


def _shelves(db: Connection) -> None:
    """What the rows lean on besides the person: an add-on and a voucher."""
    db.execute(
        insert(t.addons).values(
            code="A-9001", product="press", name_de="Rätsel", name_en="Puzzles",
            price_minor=100, currency="EUR", interval="month", tax_percent=7,
        )
    )  # fmt: skip
    db.execute(
        insert(t.vouchers).values(
            code="V-9001", kind="amount", value=100, valid_from=date(2026, 1, 1)
        )
    )


def _row(table: Table) -> dict[str, Any]:
    return {column.name: _value(table, column) for column in table.columns}


def _value(table: Table, column: Column[Any]) -> Any:
    place = (table.name, column.name)
    if place in SET:
        return SET[place]
    own = KEYS.get(f"{table.name}.{column.name}")
    if own is not None:
        return own
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return KEYS[key.target_fullname]
    if column.name in {"customer", "owner"} and table.name != "cases":
        return ERASED
    return _filled(column)


def _filled(column: Column[Any]) -> Any:
    if isinstance(column.type, UtcMoment):
        return NOW - timedelta(days=400)
    if isinstance(column.type, Date):
        return date(2025, 10, 17)
    if isinstance(column.type, JSON):
        return {"words": WORDS}
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer):
        return 9001
    if column.primary_key or column.name in CODES or column.unique:
        return f"{column.name}-9001"[: column.type.length]
    return WORDS[: getattr(column.type, "length", None)]


def where_it_stands(engine: Engine, *needles: str) -> set[tuple[str, str]]:
    """Every table and column in which any of these words is still stored."""
    found = set()
    with engine.connect() as db:
        for table in t.metadata.sorted_tables:
            for row in db.execute(table.select()):
                for name, value in row._mapping.items():
                    if any(needle.lower() in str(value).lower() for needle in needles):
                        found.add((table.name, name))
    return found


def asked_for_erasure(engine: Engine, customer: str, number: str = "F-ERASE") -> str:
    """The case of an erasure and its job; returns the number."""
    opened_case(engine, customer, kind="data_erasure", number=number)
    with writing(engine) as db:
        db.execute(
            insert(t.data_jobs).values(
                id=f"E-{number}",
                customer=customer,
                kind="erasure",
                state="requested",
                requested_at=NOW,
                case_number=number,
            )
        )
    return number


def waiting_export(engine: Engine, customer: str) -> None:
    """An export that was asked for and not made yet."""
    with writing(engine) as db:
        db.execute(
            insert(t.data_jobs).values(
                id="E-WAIT", customer=customer, kind="export", state="requested", requested_at=NOW
            )
        )


def nothing_left_to_do(engine: Engine, customer: str) -> None:
    """All contracts of a customer have ended and all invoices are paid."""
    with writing(engine) as db:
        mine = t.subscriptions.c.customer == customer
        db.execute(update(t.subscriptions).where(mine).values(state="ended"))
        db.execute(
            update(t.invoices).where(t.invoices.c.customer == customer).values(status="paid")
        )


def consent(engine: Engine, customer: str, purpose: str, channel: str = "email") -> None:
    """Something a customer agreed to."""
    with writing(engine) as db:
        db.execute(
            insert(t.consents).values(
                customer=customer,
                purpose=purpose,
                channel=channel,
                given=True,
                source="chat",
                text_version="2026-11",
                at=NOW - timedelta(days=9),
            )
        )
