"""Customers, accounts, how to reach them, and what they agreed to."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
)

from subscriptions.policy.names import PAIRS
from subscriptions.store.tables.columns import customer, day, metadata, moment


def _name_words() -> str:
    """The words of a name for PostgreSQL: what `policy.names.folded` does, as an expression of an index."""
    plain = "normalize(name, NFC)"
    for letter, two in PAIRS.items():
        plain = f"replace({plain}, '{letter}', '{two}')"
    bare = f"regexp_replace(normalize({plain}, NFD), '[\u0300-\u036f]', '', 'g')"
    apart = f"regexp_replace({bare}, '[\\s''’.,;:/&()-]+', ' ', 'g')"
    return f"array_to_tsvector(string_to_array(lower(btrim({apart})), ' '))"


NAME_WORDS = _name_words()

customers = Table(
    "customers",
    metadata,
    Column("number", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(320), nullable=False, unique=True),  # lower case
    Column("locale", String(2), nullable=False),
    Column("address_form", String(10), nullable=False),
    Column("since", Date, nullable=False),
    Column("account", String(60)),  # who pays for this customer
    Column("phone", String(40)),
    day("deceased_on", nullable=True),
    moment("erased_at", nullable=True),
    Index("ix_customers_account", "account"),
    Index("ix_customers_name_words", text(NAME_WORDS), postgresql_using="gin").ddl_if(
        dialect="postgresql"
    ),
)

demo_customers = Table(
    "demo_customers",
    metadata,
    Column("number", String(40), ForeignKey("customers.number"), primary_key=True),
    Column("story_de", Text, nullable=False),
    Column("story_en", Text, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("holder", String(40), ForeignKey("customers.number"), nullable=False, index=True),
    Column(
        "debit_day", Integer
    ),  # wanted day of month, 1 to 28; empty: the anchor day of the contract
    moment("debit_day_changed_at", nullable=True),
    Column("company", String(200)),
    Column("vat_id", String(20)),
    Column("invoice_address", String(60)),  # an entry of addresses
)
addresses = Table(
    "addresses",
    metadata,
    Column("id", String(60), primary_key=True),
    customer(),
    Column("kind", String(20), nullable=False),  # postal, delivery, invoice
    Column("name", String(200), nullable=False),
    Column("street", String(200), nullable=False),
    Column("postcode", String(20), nullable=False),
    Column("city", String(120), nullable=False),
    Column("country", String(2), nullable=False),
    day("valid_from"),
    day("valid_until", nullable=True),
    Index("ix_addresses_customer_kind_valid_from", "customer", "kind", "valid_from"),
)
contact_changes = Table(
    "contact_changes",
    metadata,
    Column("id", String(60), primary_key=True),
    customer(),
    Column("field", String(20), nullable=False),  # email, phone, name
    Column("old", String(320)),
    Column("new", String(320), nullable=False),
    moment(),
    Column("state", String(20), nullable=False, server_default="done"),  # asked, done, undone
    Column("confirm_hash", String(64), unique=True),  # of the link to the new address
    moment("done_at", nullable=True),
    Column("undo_hash", String(64), nullable=False, unique=True),  # of the link to the old one
    moment("undo_until"),
    moment("undone_at", nullable=True),
    Index("ix_contact_changes_customer", "customer"),
    Index("ix_contact_changes_old", "old"),
)
preferences = Table(
    "preferences",
    metadata,
    Column("customer", String(40), ForeignKey("customers.number"), primary_key=True),
    Column("channel", String(20), nullable=False, server_default="email"),
    Column("letters_locale", String(2)),
    Column("less_contact", Boolean, nullable=False, server_default=false()),
    moment("changed_at"),
)
consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    customer(),
    Column("purpose", String(40), nullable=False),  # newsletter, offers, profiling
    Column("channel", String(20), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("source", String(40), nullable=False),
    Column("text_version", String(40), nullable=False),
    moment(),
    Column("token_hash", String(64), unique=True),  # of the link that confirms; then not given yet
    moment("token_until", nullable=True),
    Index("ix_consents_customer_at", "customer", "at"),
)
usage_months = Table(
    "usage_months",
    metadata,
    Column("customer", String(40), ForeignKey("customers.number"), primary_key=True),
    Column("month", Date, primary_key=True),  # its first day
    Column("days_used", Integer, nullable=False),
    day("last_used_on"),
)
