"""Contracts, their add-ons, pauses, events, and how they end."""

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
    Text,
)

from subscriptions.store.tables.columns import (
    UtcMoment,
    contract,
    customer,
    day,
    metadata,
    moment,
    money,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(60), primary_key=True),
    customer(),
    Column("plan", String(60), ForeignKey("plans.code"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("started_on", Date, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("anchor_day", Integer, nullable=False),
    Column("method", String(60), ForeignKey("payment_methods.id")),
    Column("pending_plan", String(60), ForeignKey("plans.code")),
    Column("ends_on", Date),
    Column("account", String(60)),  # who pays; empty: the account of the customer
    Column("channel", String(20), nullable=False, server_default="direct"),  # direct, partner, gift
    Column("pending_from", Date),
    Column("price_minor", Integer),  # agreed price when it differs from the catalogue
    day("trial_ends_on", nullable=True),
    day("fixed_until", nullable=True),
    Index("ix_subscriptions_account", "account"),
    Index("ix_subscriptions_state_period_end", "state", "period_end"),
    Index("ix_subscriptions_customer", "customer"),
)

quotes = Table(
    "quotes",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    customer(),
    Column("subscription", String(60), ForeignKey("subscriptions.id"), nullable=False),
    Column("body", JSON, nullable=False),  # the quote without its token
    Column("expires_at", UtcMoment, nullable=False),
    Column("receipt", JSON),  # set when the quote was used
    Column("attempt", String(80), index=True),  # the last try to collect what is due now
)

cancellations = Table(
    "cancellations",
    metadata,
    Column("reference", String(60), primary_key=True),
    customer(nullable=True),
    Column("subscription", String(60), ForeignKey("subscriptions.id")),
    Column("received_at", UtcMoment, nullable=False),
    Column("text", Text, nullable=False),  # without card numbers
    Column("plan", String(60), ForeignKey("plans.code")),
    Column("ends_on", Date),
    Column("kind", String(20), nullable=False, server_default="ordinary"),  # ordinary, cause
    Column("reason", String(60)),
    moment("taken_back_at", nullable=True),
    Column("case_number", String(60)),  # of the person who decides
    Index("ix_cancellations_customer", "customer"),
    Index("ix_cancellations_subscription", "subscription"),
)

subscription_addons = Table(
    "subscription_addons",
    metadata,
    Column("id", String(60), primary_key=True),
    contract(),
    Column("addon", String(60), ForeignKey("addons.code"), nullable=False),
    Column("quantity", Integer, nullable=False, server_default="1"),
    day("since"),
    day("ends_on", nullable=True),
    Index("ix_subscription_addons_subscription", "subscription"),
)
subscription_events = Table(
    "subscription_events",
    metadata,
    Column("subscription", String(60), ForeignKey("subscriptions.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    moment(),
    Column("kind", String(40), nullable=False),
    Column("state", String(20), nullable=False),  # after the event
    Column("actor", String(80), nullable=False),
    Column("facts", JSON, nullable=False),
)
pauses = Table(
    "pauses",
    metadata,
    Column("id", String(60), primary_key=True),
    contract(),
    day("from_on"),
    day("until_on"),
    Column("state", String(20), nullable=False),  # scheduled, running, over, withdrawn
    moment("asked_at"),
    Index("ix_pauses_subscription", "subscription"),
)
withdrawals = Table(
    "withdrawals",
    metadata,
    Column("reference", String(60), primary_key=True),
    customer(nullable=True),
    contract(nullable=True),
    moment("received_at"),
    Column("text", Text, nullable=False),  # without card numbers
    Column("in_time", Boolean),  # empty: a person decides
    money("refund_minor", nullable=True),
    Column("case_number", String(60)),
    Index("ix_withdrawals_customer", "customer"),
    Index("ix_withdrawals_subscription", "subscription"),
)
retention_offers = Table(
    "retention_offers",
    metadata,
    Column("id", String(60), primary_key=True),
    customer(),
    contract(),
    Column("cancellation", String(60), ForeignKey("cancellations.reference"), nullable=False),
    Column("kind", String(20), nullable=False),  # discount, pause, smaller_plan
    Column("terms", JSON, nullable=False),
    moment("offered_at"),
    moment("expires_at"),
    Column("answer", String(20)),  # accepted, declined, expired
    moment("answered_at", nullable=True),
    Index("ix_retention_offers_customer_offered_at", "customer", "offered_at"),
)
