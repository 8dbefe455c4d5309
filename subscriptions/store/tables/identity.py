"""Proofs of who somebody is: codes, resets, logins, devices, print numbers."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from subscriptions.store.tables.columns import UtcMoment, contract, customer, metadata, moment

password_resets = Table(
    "password_resets",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    customer(nullable=True),
    Column("address_hash", String(64), nullable=False),
    Column("requested_at", UtcMoment, nullable=False),
    Column("expires_at", UtcMoment, nullable=False),
    Column("live", Boolean, nullable=False),
    moment("used_at", nullable=True),
    Index("ix_password_resets_address_hash_requested_at", "address_hash", "requested_at"),
)

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("id", String(64), primary_key=True),
    customer(nullable=True),
    Column(
        "address_hash", String(64), nullable=False
    ),  # of what was typed, or of the address on file
    Column("purpose", String(20), nullable=False),  # identify, confirm
    Column("code_hmac", String(64), nullable=False),
    moment("sent_at"),
    moment("expires_at"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("state", String(20), nullable=False),  # open, used, spent, replaced
    moment("ended_at", nullable=True),
    Column("stands_for", String(64)),  # the code that is checked instead: this one was not sent
    Index("ix_one_time_codes_address_hash_sent_at", "address_hash", "sent_at"),
)
logins = Table(
    "logins",
    metadata,
    Column("customer", String(40), ForeignKey("customers.number"), primary_key=True),
    Column("failed_tries", Integer, nullable=False, server_default="0"),
    moment("locked_at", nullable=True),
    Column("lock_reason", String(20)),  # tries, compromised
    moment("last_login_at", nullable=True),
)
access_numbers = Table(
    "access_numbers",
    metadata,
    Column("number", String(40), primary_key=True),  # subscriber number on the printed label
    contract(),
    Column("postcode", String(20), nullable=False),
    Column("linked_to", String(40), ForeignKey("customers.number")),
    moment("linked_at", nullable=True),
)
devices = Table(
    "devices",
    metadata,
    Column("id", String(60), primary_key=True),
    customer(),
    Column("name", String(120), nullable=False),
    Column("kind", String(20), nullable=False),  # tv, phone, tablet, browser
    moment("first_seen_at"),
    moment("last_seen_at"),
    moment("signed_out_at", nullable=True),
    Index("ix_devices_customer", "customer"),
)
