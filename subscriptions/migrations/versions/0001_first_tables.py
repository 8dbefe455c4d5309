"""The first tables of the business, and an audit that refuses to be changed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFUSAL = "the audit is append-only"


def upgrade() -> None:
    """Build all tables, the head of the audit chain, and the guard of the audit."""
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_customer", "audit_entries", ["customer"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "customers",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("address_form", sa.String(length=10), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_customers"),
        sa.UniqueConstraint("email", name="uq_customers_email"),
    )
    op.create_table(
        "plans",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("name_de", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("interval", sa.String(length=10), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("tax_percent", sa.Integer(), nullable=False),
        sa.Column("features_de", sa.JSON(), nullable=False),
        sa.Column("features_en", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_plans"),
    )
    op.create_table(
        "write_keys",
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_write_keys"),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customers.number"], name="fk_contacts_customer"),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_customer_at", "contacts", ["customer", "at"], unique=False)
    op.create_table(
        "demo_customers",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("story_de", sa.Text(), nullable=False),
        sa.Column("story_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["customers.number"], name="fk_demo_customers_number"),
        sa.PrimaryKeyConstraint("number", name="pk_demo_customers"),
    )
    op.create_table(
        "password_resets",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=True),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name="fk_password_resets_customer"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_password_resets"),
    )
    op.create_index(
        "ix_password_resets_address_hash_requested_at",
        "password_resets",
        ["address_hash", "requested_at"],
        unique=False,
    )
    op.create_table(
        "payment_methods",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("updated_on", sa.Date(), nullable=False),
        sa.Column("hint", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name="fk_payment_methods_customer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payment_methods"),
    )
    op.create_table(
        "mandates",
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["method"], ["payment_methods.id"], name="fk_mandates_method"),
        sa.PrimaryKeyConstraint("reference", name="pk_mandates"),
    )
    op.create_index("ix_mandates_method", "mandates", ["method"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("plan", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("anchor_day", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=True),
        sa.Column("pending_plan", sa.String(length=60), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name="fk_subscriptions_customer"
        ),
        sa.ForeignKeyConstraint(["method"], ["payment_methods.id"], name="fk_subscriptions_method"),
        sa.ForeignKeyConstraint(
            ["pending_plan"], ["plans.code"], name="fk_subscriptions_pending_plan"
        ),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name="fk_subscriptions_plan"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_customer", "subscriptions", ["customer"], unique=False)
    op.create_table(
        "cancellations",
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=True),
        sa.Column("subscription", sa.String(length=60), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("plan", sa.String(length=60), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name="fk_cancellations_customer"
        ),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name="fk_cancellations_plan"),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name="fk_cancellations_subscription"
        ),
        sa.PrimaryKeyConstraint("reference", name="pk_cancellations"),
    )
    op.create_index(
        "ix_cancellations_subscription", "cancellations", ["subscription"], unique=False
    )
    op.create_table(
        "invoices",
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("subscription", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("total_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customers.number"], name="fk_invoices_customer"),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name="fk_invoices_subscription"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_invoices"),
    )
    op.create_index(
        "ix_invoices_customer_issued_on", "invoices", ["customer", "issued_on"], unique=False
    )
    op.create_table(
        "quotes",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("subscription", sa.String(length=60), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["customer"], ["customers.number"], name="fk_quotes_customer"),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name="fk_quotes_subscription"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_quotes"),
    )
    op.create_table(
        "attempts",
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("invoice", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("raw_code", sa.String(length=60), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.number"], name="fk_attempts_invoice"),
        sa.ForeignKeyConstraint(["method"], ["payment_methods.id"], name="fk_attempts_method"),
        sa.PrimaryKeyConstraint("reference", name="pk_attempts"),
        sa.UniqueConstraint("invoice", "number", name="uq_attempts_invoice_number"),
    )
    op.create_table(
        "invoice_lines",
        sa.Column("invoice", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_de", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("tax_minor", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.number"], name="fk_invoice_lines_invoice"),
        sa.PrimaryKeyConstraint("invoice", "position", name="pk_invoice_lines"),
    )
    op.execute("INSERT INTO audit_head (id, seq, digest) VALUES (1, 0, '')")
    _guard_audit()


def _guard_audit() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit_entries "
            "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_refuses_{verb.lower()} BEFORE {verb} ON audit_entries "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def downgrade() -> None:
    """Remove all tables of the business; SQLite drops triggers with their table."""
    op.drop_table("invoice_lines")
    op.drop_table("attempts")
    op.drop_table("quotes")
    op.drop_index("ix_invoices_customer_issued_on", table_name="invoices")
    op.drop_table("invoices")
    op.drop_index("ix_cancellations_subscription", table_name="cancellations")
    op.drop_table("cancellations")
    op.drop_index("ix_subscriptions_customer", table_name="subscriptions")
    op.drop_table("subscriptions")
    op.drop_index("ix_mandates_method", table_name="mandates")
    op.drop_table("mandates")
    op.drop_table("payment_methods")
    op.drop_index("ix_password_resets_address_hash_requested_at", table_name="password_resets")
    op.drop_table("password_resets")
    op.drop_table("demo_customers")
    op.drop_index("ix_contacts_customer_at", table_name="contacts")
    op.drop_table("contacts")
    op.drop_table("write_keys")
    op.drop_table("plans")
    op.drop_table("customers")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entries_customer", table_name="audit_entries")
    op.drop_table("audit_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
