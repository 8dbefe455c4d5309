"""Getting open money: pay links, promises, instalments, holds, dunning, events of providers."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from subscriptions.store.tables.columns import currency, customer, day, metadata, moment, money

payment_requests = Table(
    "payment_requests",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    customer(),
    money(),
    currency(),
    Column("invoices", JSON, nullable=False),  # numbers, oldest first
    Column("state", String(20), nullable=False),  # open, paid, expired, cancelled
    moment("created_at"),
    moment("expires_at"),
    Column("provider_reference", String(120), index=True),
    Index("ix_payment_requests_customer", "customer"),
)
promises = Table(
    "promises",
    metadata,
    Column("id", String(60), primary_key=True),
    customer(),
    money(),
    currency(),
    Column("invoices", JSON, nullable=False),
    day("due_on"),
    Column("state", String(20), nullable=False),  # proposed, confirmed, kept, broken
    moment("made_at"),
    Index("ix_promises_customer_made_at", "customer", "made_at"),
)
instalments = Table(
    "instalments",
    metadata,
    Column("plan", String(60), primary_key=True),
    Column("number", Integer, primary_key=True),
    customer(),
    money(),
    currency(),
    day("due_on"),
    Column("state", String(20), nullable=False),  # open, paid, missed
    Column("invoices", JSON, nullable=False),
    moment("agreed_at"),
    Index("ix_instalments_customer", "customer"),
)
holds = Table(
    "holds",
    metadata,
    Column("id", String(60), primary_key=True),
    customer(),
    Column("kind", String(20), nullable=False),  # hardship, dispute, deceased, claims_paid, fraud
    Column("invoice", String(60), ForeignKey("invoices.number")),
    moment("placed_at"),
    moment("until_at", nullable=True),
    moment("released_at", nullable=True),
    Column("case_number", String(60)),
    Index("ix_holds_customer", "customer"),
)
dunning_cases = Table(
    "dunning_cases",
    metadata,
    Column("id", String(60), primary_key=True),
    customer(),
    Column("state", String(20), nullable=False),
    moment("opened_at"),
    Column("next_step", String(40)),
    moment("next_at", nullable=True),
    Column("reason_de", String(300)),
    Column("reason_en", String(300)),
    moment("closed_at", nullable=True),
    Index("ix_dunning_cases_customer", "customer"),
)
dunning_actions = Table(
    "dunning_actions",
    metadata,
    Column("case", String(60), ForeignKey("dunning_cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    moment(),
    Column("kind", String(20), nullable=False),  # message, retry, step
    Column("tone", String(20)),
    Column("rule", String(60), nullable=False),
    Column("facts", JSON, nullable=False),
)
provider_events = Table(
    "provider_events",
    metadata,
    Column("provider", String(20), primary_key=True),
    Column("event", String(120), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("reference", String(120), index=True),  # ours, when the event names it
    Column("provider_reference", String(120)),
    Column("raw_code", String(60)),
    moment("occurred_at"),
    moment("received_at"),
    Column("outcome", String(40), nullable=False),  # applied, stale, unknown, ignored, conflict
)
provider_lists = Table(
    "provider_lists",
    metadata,
    Column("provider", String(20), primary_key=True),
    moment("read_until"),  # of the debits that went back
)
