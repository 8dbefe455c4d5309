"""What is sold: plans, prices, phases, add-ons, vouchers."""

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
    false,
    true,
)

from subscriptions.store.tables.columns import contract, currency, day, metadata, moment, money

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
    Column("available", Boolean, nullable=False, server_default=true()),
    Column("print_delivery", Boolean, nullable=False, server_default=false()),
    Column("device_limit", Integer, nullable=False, server_default="5"),
    Column("min_months", Integer, nullable=False, server_default="0"),  # fixed term
    Column("print_weekdays", String(7), nullable=False, server_default="012345"),  # 0: Monday
)

prices = Table(
    "prices",
    metadata,
    Column("plan", String(60), ForeignKey("plans.code"), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    money("price_minor"),
    currency(),
    Column("reason_de", String(300)),
    Column("reason_en", String(300)),
)
phases = Table(
    "phases",
    metadata,
    Column("plan", String(60), ForeignKey("plans.code"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),  # trial, discount, evergreen
    Column("days", Integer),  # of a trial
    Column("months", Integer),  # of a discount
    money("price_minor"),
)
addons = Table(
    "addons",
    metadata,
    Column("code", String(60), primary_key=True),
    Column("product", String(40), nullable=False),
    Column("name_de", String(120), nullable=False),
    Column("name_en", String(120), nullable=False),
    money("price_minor"),
    currency(),
    Column("interval", String(10), nullable=False),
    Column("tax_percent", Integer, nullable=False),
    Column("most", Integer, nullable=False, server_default="1"),
)
vouchers = Table(
    "vouchers",
    metadata,
    Column("code", String(60), primary_key=True),  # upper case
    Column("kind", String(20), nullable=False),  # percent, amount, months
    Column("value", Integer, nullable=False),  # percent, cents or months
    Column("periods", Integer, nullable=False, server_default="1"),
    Column("product", String(40)),
    Column("plan", String(60), ForeignKey("plans.code")),
    day("valid_from"),
    day("valid_until", nullable=True),
    Column("most", Integer),  # redemptions over all; empty: no limit
    Column("public", Boolean, nullable=False, server_default=false()),  # may be told to everybody
)
voucher_redemptions = Table(
    "voucher_redemptions",
    metadata,
    Column("voucher", String(60), ForeignKey("vouchers.code"), primary_key=True),
    Column("customer", String(40), ForeignKey("customers.number"), primary_key=True),
    contract(),
    moment(),
    Column("periods_left", Integer, nullable=False),
    Column("reference", String(60), nullable=False),
    Index("ix_voucher_redemptions_subscription", "subscription"),
)
outages = Table(
    "outages",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("product", String(40), nullable=False, index=True),
    Column("kind", String(20), nullable=False),  # outage, maintenance, late_issue
    moment("started_at"),
    moment("expected_until", nullable=True),
    moment("ended_at", nullable=True),
    Column("text_de", String(300), nullable=False),
    Column("text_en", String(300), nullable=False),
)
