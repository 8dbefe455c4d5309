"""The record of every write: keys, the audit chain, imports."""

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    String,
    Table,
)

from subscriptions.store.tables.columns import UtcMoment, metadata, moment

write_keys = Table(
    "write_keys",
    metadata,
    Column("owner", String(40), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("result", JSON),
    Column("begun", String(80)),  # what a write without a result has asked the provider for
    Column("customer", String(40)),  # whom the result is about, also when nobody owns the key
    Column("at", UtcMoment, nullable=False),
    Index("ix_write_keys_customer", "customer"),
    Index("ix_write_keys_at", "at"),
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

imports = Table(
    "imports",
    metadata,
    Column("id", String(64), primary_key=True),  # of the file's content
    Column("line", Integer, nullable=False),  # the last line that is stored
    Column("kept", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    moment("begun_at"),
    moment("done_at", nullable=True),
)
