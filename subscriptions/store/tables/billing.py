"""Invoices, what was paid on them, corrections and refunds."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    false,
)

from subscriptions.store.tables.columns import (
    UtcMoment,
    currency,
    customer,
    day,
    metadata,
    moment,
    money,
)

invoices = Table(
    "invoices",
    metadata,
    Column("number", String(60), primary_key=True),
    customer(),
    Column("subscription", String(60), ForeignKey("subscriptions.id"), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("total_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", String(20), nullable=False),
    Column("account", String(60)),
    Column("lifecycle", String(10), nullable=False, server_default="final"),
    Column("disputed", Boolean, nullable=False, server_default=false()),
    Column(
        "kind", String(20), nullable=False, server_default="period"
    ),  # period, change, addon, correction
    moment("paid_at", nullable=True),
    Column("void_reason", String(60)),
    Column("recipient", JSON),  # to whom it was made out; filled when the master data are erased
    Index("ix_invoices_subscription", "subscription"),
    Index("ix_invoices_status_due_on", "status", "due_on"),
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
    Column(
        "kind", String(20), nullable=False, server_default="plan"
    ),  # plan, addon, credit, charge, voucher
    Column("tax_percent", Integer),
    Column("code", String(60)),  # plan, add-on or voucher
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
    Column("decided_by", String(80)),  # who decided to try: schedule, bot, agent:<login>
    Column("failure_class", String(20)),
    Column("provider_reference", String(120)),
    moment("settled_at", nullable=True),
    Column("due_on", Date),  # of a scheduled attempt
    Column("ask_on", Date),  # when the provider is asked next what became of it; null: never
    Index("ix_attempts_kind_state_ask_on", "kind", "state", "ask_on"),
    Index("ix_attempts_provider_reference", "provider_reference"),
    Index("ix_attempts_state_due_on", "state", "due_on"),
    UniqueConstraint("invoice", "number"),
)

payments = Table(
    "payments",
    metadata,
    Column("reference", String(80), primary_key=True),
    customer(),
    Column("invoice", String(60), ForeignKey("invoices.number")),
    money(),
    currency(),
    Column("source", String(20), nullable=False),  # debit, link, transfer
    Column("state", String(20), nullable=False),  # received, returned, refunded
    Column("attempt", String(80), ForeignKey("attempts.reference")),
    moment("received_at"),
    Index("ix_payments_customer_received_at", "customer", "received_at"),
    Index("ix_payments_invoice", "invoice"),
)
credit_notes = Table(
    "credit_notes",
    metadata,
    Column("number", String(60), primary_key=True),
    customer(),
    Column("invoice", String(60), ForeignKey("invoices.number"), nullable=False),
    money(),
    money("tax_minor"),
    currency(),
    Column("reason", String(40), nullable=False),
    day("issued_on"),
    Index("ix_credit_notes_customer", "customer"),
    Index("ix_credit_notes_invoice", "invoice"),
)
refunds = Table(
    "refunds",
    metadata,
    Column("reference", String(80), primary_key=True),
    customer(),
    Column("invoice", String(60), ForeignKey("invoices.number"), nullable=False),
    Column("payment", String(80), ForeignKey("payments.reference")),
    money(),
    currency(),
    Column("reason", String(40), nullable=False),
    Column(
        "state", String(20), nullable=False
    ),  # unknown, not_submitted, submitted, succeeded, failed, waiting (for a person)
    moment("asked_at"),
    day("expected_on", nullable=True),
    Column("provider_reference", String(120)),
    Column("ask_on", Date),  # when the provider is asked next what became of it; null: never
    Index("ix_refunds_customer_asked_at", "customer", "asked_at"),
    Index("ix_refunds_state", "state"),
)
