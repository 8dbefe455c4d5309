"""Cases, call-backs, data jobs, objections, and what was sent."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from subscriptions.store.tables.columns import UtcMoment, customer, metadata, moment

contacts = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True),
    customer(nullable=True),
    Column("at", UtcMoment, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("template", String(60), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("address", String(320)),  # when it is not the one on file, for example the old one
    Column("state", String(20), nullable=False, server_default="queued"),
    Index("ix_contacts_customer_at", "customer", "at"),
)

cases = Table(
    "cases",
    metadata,
    Column("number", String(60), primary_key=True),
    customer(nullable=True),
    Column("kind", String(40), nullable=False),  # the intent it came from
    Column("skill", String(3), nullable=False),
    Column("state", String(20), nullable=False),  # open, waiting, closed
    Column("owner", String(80)),
    moment("opened_at"),
    moment("promised_at"),
    Column("text", Text, nullable=False),  # without card numbers
    Column("facts", JSON, nullable=False),
    Column("outcome", String(300)),
    moment("closed_at", nullable=True),
    Index("ix_cases_customer_opened_at", "customer", "opened_at"),
)
callbacks = Table(
    "callbacks",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("case", String(60), ForeignKey("cases.number"), nullable=False, index=True),
    customer(nullable=True),
    Column("phone", String(40), nullable=False),
    moment("from_at"),
    moment("until_at"),
    Column("state", String(20), nullable=False),  # promised, kept, broken, withdrawn
    moment("asked_at"),
    moment("settled_at", nullable=True),
    Index("ix_callbacks_customer", "customer"),
    Index("ix_callbacks_state_until_at", "state", "until_at"),
)
data_jobs = Table(
    "data_jobs",
    metadata,
    Column("id", String(60), primary_key=True),
    customer(),
    Column("kind", String(20), nullable=False),  # export, erasure
    Column("state", String(20), nullable=False),  # requested, done, refused
    moment("requested_at"),
    moment("done_at", nullable=True),
    Column("token_hash", String(64), unique=True),
    moment("expires_at", nullable=True),
    Column("content", JSON),
    Column("case_number", String(60)),
    Index("ix_data_jobs_customer", "customer"),
    Index("ix_data_jobs_state", "state"),
)
objections = Table(
    "objections",
    metadata,
    Column("reference", String(60), primary_key=True),
    customer(nullable=True),
    Column("kind", String(20), nullable=False),  # advertising, profiling, decision
    Column("text", Text, nullable=False),
    moment(),
    Index("ix_objections_customer", "customer"),
)
