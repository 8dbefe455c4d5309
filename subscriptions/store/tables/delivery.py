"""The printed issue: deliveries, complaints about them, interruptions and redirections."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from subscriptions.store.tables.columns import contract, day, metadata, moment, money

deliveries = Table(
    "deliveries",
    metadata,
    Column("subscription", String(60), ForeignKey("subscriptions.id"), primary_key=True),
    Column("issue_on", Date, primary_key=True),
    Column(
        "state", String(20), nullable=False
    ),  # delivered, missing, late, damaged, redelivered, credited, suspended
    moment("reported_at", nullable=True),
    Column("remedy", String(20)),  # redelivery, credit
    Column("reference", String(60)),
    day("redelivery_on", nullable=True),
    money("credit_minor", nullable=True),
    Column("credited_minor", Integer, nullable=False, server_default="0"),  # of the credit
    Column(
        "credit_invoice", String(60), ForeignKey("invoices.number")
    ),  # that took it, or the last part
    Column("case_number", String(60)),
    Index("ix_deliveries_redelivery_on", "redelivery_on"),
)
suspensions = Table(
    "suspensions",
    metadata,
    Column("id", String(60), primary_key=True),
    contract(),
    Column("kind", String(20), nullable=False),  # interrupt, redirect, donate
    day("from_on"),
    day("until_on"),
    Column("address", String(60), ForeignKey("addresses.id")),
    Column("state", String(20), nullable=False),  # scheduled, running, over, withdrawn
    moment("asked_at"),
    money("credit_minor", nullable=True),
    Column("credited_minor", Integer, nullable=False, server_default="0"),  # of the credit
    Column(
        "credit_invoice", String(60), ForeignKey("invoices.number")
    ),  # that took it, or the last part
    Index("ix_suspensions_subscription", "subscription"),
)
