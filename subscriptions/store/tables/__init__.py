"""The tables, for SQLite and PostgreSQL alike; migrations build what is declared here.

May import SQLAlchemy only. Invariants: money is an integer column of cents; a moment is stored in UTC and read as
aware UTC; a test holds these modules and the migrations together.
"""

from subscriptions.store.tables.billing import (
    attempts,
    credit_notes,
    invoice_lines,
    invoices,
    payments,
    refunds,
)
from subscriptions.store.tables.care import callbacks, cases, contacts, data_jobs, objections
from subscriptions.store.tables.catalogue import (
    addons,
    outages,
    phases,
    plans,
    prices,
    voucher_redemptions,
    vouchers,
)
from subscriptions.store.tables.collection import (
    dunning_actions,
    dunning_cases,
    holds,
    instalments,
    payment_requests,
    promises,
    provider_events,
    provider_lists,
)
from subscriptions.store.tables.columns import UtcMoment, metadata
from subscriptions.store.tables.contracts import (
    cancellations,
    pauses,
    quotes,
    retention_offers,
    subscription_addons,
    subscription_events,
    subscriptions,
    withdrawals,
)
from subscriptions.store.tables.delivery import deliveries, suspensions
from subscriptions.store.tables.identity import (
    access_numbers,
    devices,
    logins,
    one_time_codes,
    password_resets,
)
from subscriptions.store.tables.methods import mandates, payment_methods, setup_links
from subscriptions.store.tables.parties import (
    accounts,
    addresses,
    consents,
    contact_changes,
    customers,
    demo_customers,
    preferences,
    usage_months,
)
from subscriptions.store.tables.writes import audit, audit_head, imports, write_keys

__all__ = [
    "UtcMoment",
    "access_numbers",
    "accounts",
    "addons",
    "addresses",
    "attempts",
    "audit",
    "audit_head",
    "callbacks",
    "cancellations",
    "cases",
    "consents",
    "contact_changes",
    "contacts",
    "credit_notes",
    "customers",
    "data_jobs",
    "deliveries",
    "demo_customers",
    "devices",
    "dunning_actions",
    "dunning_cases",
    "holds",
    "imports",
    "instalments",
    "invoice_lines",
    "invoices",
    "logins",
    "mandates",
    "metadata",
    "objections",
    "one_time_codes",
    "outages",
    "password_resets",
    "pauses",
    "payment_methods",
    "payment_requests",
    "payments",
    "phases",
    "plans",
    "preferences",
    "prices",
    "promises",
    "provider_events",
    "provider_lists",
    "quotes",
    "refunds",
    "retention_offers",
    "setup_links",
    "subscription_addons",
    "subscription_events",
    "subscriptions",
    "suspensions",
    "usage_months",
    "voucher_redemptions",
    "vouchers",
    "withdrawals",
    "write_keys",
]
