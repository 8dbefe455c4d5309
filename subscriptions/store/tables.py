"""The tables, for SQLite and PostgreSQL alike; migrations build what is declared here.

Invariants: money is an integer column of cents; a moment is stored in UTC and read as aware UTC; a test
holds this module and the migrations together.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from typing_extensions import override


class UtcMoment(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite keeps it without zone, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _customer(*, nullable: bool = False) -> Column[Any]:
    return Column("customer", String(40), ForeignKey("customers.number"), nullable=nullable)


customers = Table(
    "customers",
    metadata,
    Column("number", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(320), nullable=False, unique=True),  # lower case
    Column("locale", String(2), nullable=False),
    Column("address_form", String(10), nullable=False),
    Column("since", Date, nullable=False),
)
demo_customers = Table(
    "demo_customers",
    metadata,
    Column("number", String(40), ForeignKey("customers.number"), primary_key=True),
    Column("story_de", Text, nullable=False),
    Column("story_en", Text, nullable=False),
)
plans = Table(
    "plans",
    metadata,
    Column("code", String(60), primary_key=True),
    Column("product", String(40), nullable=False),
    Column("name_de", String(120), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("price_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("interval", String(10), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("tax_percent", Integer, nullable=False),
    Column("features_de", JSON, nullable=False),
    Column("features_en", JSON, nullable=False),
)
payment_methods = Table(
    "payment_methods",
    metadata,
    Column("id", String(60), primary_key=True),
    _customer(),
    Column("kind", String(10), nullable=False),
    Column("label", String(80), nullable=False),  # masked
    Column("expires_on", Date),
    Column("updated_on", Date, nullable=False),
    Column("hint", String(60), nullable=False),
)
mandates = Table(
    "mandates",
    metadata,
    Column("reference", String(60), primary_key=True),
    Column("method", String(60), ForeignKey("payment_methods.id"), nullable=False, index=True),
    Column("state", String(20), nullable=False),
    Column("signed_on", Date, nullable=False),
)
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(60), primary_key=True),
    _customer(),
    Column("plan", String(60), ForeignKey("plans.code"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("started_on", Date, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("anchor_day", Integer, nullable=False),
    Column("method", String(60), ForeignKey("payment_methods.id")),
    Column("pending_plan", String(60), ForeignKey("plans.code")),
    Column("ends_on", Date),
    Index("ix_subscriptions_customer", "customer"),
)
invoices = Table(
    "invoices",
    metadata,
    Column("number", String(60), primary_key=True),
    _customer(),
    Column("subscription", String(60), ForeignKey("subscriptions.id"), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("total_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", String(20), nullable=False),
    Index("ix_invoices_customer_issued_on", "customer", "issued_on"),
)
invoice_lines = Table(
    "invoice_lines",
    metadata,
    Column("invoice", String(60), ForeignKey("invoices.number"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("text_de", String(300), nullable=False),
    Column("text_en", String(300), nullable=False),
    Column("amount_minor", Integer, nullable=False),
    Column("tax_minor", Integer, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
)
attempts = Table(
    "attempts",
    metadata,
    Column("reference", String(80), primary_key=True),
    Column("invoice", String(60), ForeignKey("invoices.number"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("method", String(60), ForeignKey("payment_methods.id"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("amount_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(20), nullable=False),
    Column("raw_code", String(60)),
    Column("at", UtcMoment, nullable=False),
    UniqueConstraint("invoice", "number"),
)
quotes = Table(
    "quotes",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _customer(),
    Column("subscription", String(60), ForeignKey("subscriptions.id"), nullable=False),
    Column("body", JSON, nullable=False),  # the quote without its token
    Column("expires_at", UtcMoment, nullable=False),
    Column("receipt", JSON),  # set when the quote was used
)
cancellations = Table(
    "cancellations",
    metadata,
    Column("reference", String(60), primary_key=True),
    _customer(nullable=True),
    Column("subscription", String(60), ForeignKey("subscriptions.id")),
    Column("received_at", UtcMoment, nullable=False),
    Column("text", Text, nullable=False),  # without card numbers
    Column("plan", String(60), ForeignKey("plans.code")),
    Column("ends_on", Date),
    Index("ix_cancellations_subscription", "subscription"),
)
password_resets = Table(
    "password_resets",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _customer(nullable=True),
    Column("address_hash", String(64), nullable=False),
    Column("requested_at", UtcMoment, nullable=False),
    Column("expires_at", UtcMoment, nullable=False),
    Column("live", Boolean, nullable=False),
    Index("ix_password_resets_address_hash_requested_at", "address_hash", "requested_at"),
)
contacts = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True),
    _customer(nullable=True),
    Column("at", UtcMoment, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("template", String(60), nullable=False),
    Column("facts", JSON, nullable=False),
    Index("ix_contacts_customer_at", "customer", "at"),
)
write_keys = Table(
    "write_keys",
    metadata,
    Column("owner", String(40), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("result", JSON),
    Column("at", UtcMoment, nullable=False),
)
audit = Table(
    "audit_entries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcMoment, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(60), nullable=False),
    Column("customer", String(40)),  # no foreign key: an entry outlives an erased customer
    Column("facts", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("ix_audit_entries_customer", "customer"),
)
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
)
