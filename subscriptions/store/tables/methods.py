"""Ways to pay and SEPA mandates."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    true,
)

from subscriptions.store.tables.columns import customer, day, metadata, moment

payment_methods = Table(
    "payment_methods",
    metadata,
    Column("id", String(60), primary_key=True),
    customer(),
    Column("kind", String(10), nullable=False),
    Column("label", String(80), nullable=False),  # masked
    Column("expires_on", Date),
    Column("updated_on", Date, nullable=False),
    Column("hint", String(60), nullable=False),
    Column(
        "token", String(120)
    ),  # what the payment provider calls it; never a card or account number
    Column("holder", String(200)),
    Column("active", Boolean, nullable=False, server_default=true()),
    moment("created_at", nullable=True),
    Index("ix_payment_methods_customer", "customer"),
)

mandates = Table(
    "mandates",
    metadata,
    Column("reference", String(60), primary_key=True),
    Column("method", String(60), ForeignKey("payment_methods.id"), nullable=False, index=True),
    Column("state", String(20), nullable=False),
    Column("signed_on", Date, nullable=False),
    Column("text", Text),  # what was agreed to, word for word
    moment("consent_at", nullable=True),
    day("last_used_on", nullable=True),
    day("ended_on", nullable=True),
    Column("replaces", String(60)),
)

setup_links = Table(
    "setup_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    customer(),
    Column("kind", String(20), nullable=False),  # card, paypal, wallet, sepa
    Column("provider_reference", String(120), index=True),
    Column("state", String(20), nullable=False),  # open, done, expired
    moment("created_at"),
    moment("expires_at"),
)
