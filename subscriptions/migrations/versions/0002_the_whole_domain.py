"""The rest of the domain: accounts, catalogue, collection, identity, delivery, care."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the new tables, then widen the first ones."""
    op.create_table(
        "addons",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("name_de", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="EUR", nullable=False),
        sa.Column("interval", sa.String(length=10), nullable=False),
        sa.Column("tax_percent", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_addons")),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_table(
        "outages",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text_de", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages")),
    )
    op.create_index(op.f("ix_outages_product"), "outages", ["product"], unique=False)
    op.create_table(
        "provider_events",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("provider_reference", sa.String(length=120), nullable=True),
        sa.Column("raw_code", sa.String(length=60), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("provider", "event", name=op.f("pk_provider_events")),
    )
    op.create_index(
        op.f("ix_provider_events_reference"), "provider_events", ["reference"], unique=False
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("debit_day", sa.Integer(), nullable=True),
        sa.Column("debit_day_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company", sa.String(length=200), nullable=True),
        sa.Column("vat_id", sa.String(length=20), nullable=True),
        sa.Column("invoice_address", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["holder"], ["customers.number"], name=op.f("fk_accounts_holder")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_index(op.f("ix_accounts_holder"), "accounts", ["holder"], unique=False)
    op.create_table(
        "addresses",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_addresses_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
    )
    op.create_index(
        "ix_addresses_customer_kind_valid_from",
        "addresses",
        ["customer", "kind", "valid_from"],
        unique=False,
    )
    op.create_table(
        "cases",
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("skill", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=300), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer"], ["customers.number"], name=op.f("fk_cases_customer")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_customer_opened_at", "cases", ["customer", "opened_at"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("token_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_consents_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_consents_token_hash")),
    )
    op.create_index("ix_consents_customer_at", "consents", ["customer", "at"], unique=False)
    op.create_table(
        "contact_changes",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("old", sa.String(length=320), nullable=True),
        sa.Column("new", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), server_default="done", nullable=False),
        sa.Column("confirm_hash", sa.String(length=64), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_hash", sa.String(length=64), nullable=False),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_contact_changes_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_changes")),
        sa.UniqueConstraint("confirm_hash", name=op.f("uq_contact_changes_confirm_hash")),
        sa.UniqueConstraint("undo_hash", name=op.f("uq_contact_changes_undo_hash")),
    )
    op.create_index("ix_contact_changes_customer", "contact_changes", ["customer"], unique=False)
    op.create_index("ix_contact_changes_old", "contact_changes", ["old"], unique=False)
    op.create_table(
        "data_jobs",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("case_number", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_data_jobs_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_jobs")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_data_jobs_token_hash")),
    )
    op.create_index("ix_data_jobs_customer", "data_jobs", ["customer"], unique=False)
    op.create_index("ix_data_jobs_state", "data_jobs", ["state"], unique=False)
    op.create_table(
        "devices",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_devices_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
    )
    op.create_index("ix_devices_customer", "devices", ["customer"], unique=False)
    op.create_table(
        "dunning_cases",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_step", sa.String(length=40), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_de", sa.String(length=300), nullable=True),
        sa.Column("reason_en", sa.String(length=300), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_dunning_cases_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dunning_cases")),
    )
    op.create_index("ix_dunning_cases_customer", "dunning_cases", ["customer"], unique=False)
    op.create_table(
        "instalments",
        sa.Column("plan", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="EUR", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("invoices", sa.JSON(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_instalments_customer")
        ),
        sa.PrimaryKeyConstraint("plan", "number", name=op.f("pk_instalments")),
    )
    op.create_index("ix_instalments_customer", "instalments", ["customer"], unique=False)
    op.create_table(
        "logins",
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("failed_tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lock_reason", sa.String(length=20), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_logins_customer")
        ),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_logins")),
    )
    op.create_table(
        "objections",
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_objections_customer")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_objections")),
    )
    op.create_index("ix_objections_customer", "objections", ["customer"], unique=False)
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=True),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("code_hmac", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stands_for", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_one_time_codes_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_codes")),
    )
    op.create_index(
        "ix_one_time_codes_address_hash_sent_at",
        "one_time_codes",
        ["address_hash", "sent_at"],
        unique=False,
    )
    op.create_table(
        "payment_requests",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="EUR", nullable=False),
        sa.Column("invoices", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_reference", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_payment_requests_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_requests")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_payment_requests_token_hash")),
    )
    op.create_index("ix_payment_requests_customer", "payment_requests", ["customer"], unique=False)
    op.create_index(
        op.f("ix_payment_requests_provider_reference"),
        "payment_requests",
        ["provider_reference"],
        unique=False,
    )
    op.create_table(
        "phases",
        sa.Column("plan", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_phases_plan")),
        sa.PrimaryKeyConstraint("plan", "position", name=op.f("pk_phases")),
    )
    op.create_table(
        "preferences",
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), server_default="email", nullable=False),
        sa.Column("letters_locale", sa.String(length=2), nullable=True),
        sa.Column("less_contact", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_preferences_customer")
        ),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_preferences")),
    )
    op.create_table(
        "prices",
        sa.Column("plan", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="EUR", nullable=False),
        sa.Column("reason_de", sa.String(length=300), nullable=True),
        sa.Column("reason_en", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_prices_plan")),
        sa.PrimaryKeyConstraint("plan", "valid_from", name=op.f("pk_prices")),
    )
    op.create_table(
        "promises",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="EUR", nullable=False),
        sa.Column("invoices", sa.JSON(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_promises_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    op.create_index(
        "ix_promises_customer_made_at", "promises", ["customer", "made_at"], unique=False
    )
    op.create_table(
        "setup_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("provider_reference", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_setup_links_customer")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_setup_links")),
    )
    op.create_index(
        op.f("ix_setup_links_provider_reference"),
        "setup_links",
        ["provider_reference"],
        unique=False,
    )
    op.create_table(
        "usage_months",
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("days_used", sa.Integer(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_usage_months_customer")
        ),
        sa.PrimaryKeyConstraint("customer", "month", name=op.f("pk_usage_months")),
    )
    op.create_table(
        "vouchers",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("periods", sa.Integer(), server_default="1", nullable=False),
        sa.Column("product", sa.String(length=40), nullable=True),
        sa.Column("plan", sa.String(length=60), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_vouchers_plan")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_vouchers")),
    )
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("case", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name=op.f("fk_callbacks_case")),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_callbacks_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
    )
    op.create_index(op.f("ix_callbacks_case"), "callbacks", ["case"], unique=False)
    op.create_index("ix_callbacks_customer", "callbacks", ["customer"], unique=False)
    op.create_index("ix_callbacks_state_until_at", "callbacks", ["state", "until_at"], unique=False)
    op.create_table(
        "dunning_actions",
        sa.Column("case", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("tone", sa.String(length=20), nullable=True),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case"], ["dunning_cases.id"], name=op.f("fk_dunning_actions_case")
        ),
        sa.PrimaryKeyConstraint("case", "seq", name=op.f("pk_dunning_actions")),
    )
    op.create_table(
        "access_numbers",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("subscription", sa.String(length=60), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("linked_to", sa.String(length=40), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["linked_to"], ["customers.number"], name=op.f("fk_access_numbers_linked_to")
        ),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_access_numbers_subscription")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_access_numbers")),
    )
    op.create_table(
        "deliveries",
        sa.Column("subscription", sa.String(length=60), nullable=False),
        sa.Column("issue_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remedy", sa.String(length=20), nullable=True),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.Column("redelivery_on", sa.Date(), nullable=True),
        sa.Column("credit_minor", sa.Integer(), nullable=True),
        sa.Column("credited_minor", sa.Integer(), server_default="0", nullable=False),
        sa.Column("credit_invoice", sa.String(length=60), nullable=True),
        sa.Column("case_number", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["credit_invoice"], ["invoices.number"], name=op.f("fk_deliveries_credit_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_deliveries_subscription")
        ),
        sa.PrimaryKeyConstraint("subscription", "issue_on", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_redelivery_on", "deliveries", ["redelivery_on"], unique=False)
    op.create_table(
        "pauses",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("subscription", sa.String(length=60), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_pauses_subscription")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_index("ix_pauses_subscription", "pauses", ["subscription"], unique=False)
    op.create_table(
        "retention_offers",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("subscription", sa.String(length=60), nullable=False),
        sa.Column("cancellation", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cancellation"],
            ["cancellations.reference"],
            name=op.f("fk_retention_offers_cancellation"),
        ),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_retention_offers_customer")
        ),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_retention_offers_subscription")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_offers")),
    )
    op.create_index(
        "ix_retention_offers_customer_offered_at",
        "retention_offers",
        ["customer", "offered_at"],
        unique=False,
    )
    op.create_table(
        "subscription_addons",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("subscription", sa.String(length=60), nullable=False),
        sa.Column("addon", sa.String(length=60), nullable=False),
        sa.Column("quantity", sa.Integer(), server_default="1", nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["addon"], ["addons.code"], name=op.f("fk_subscription_addons_addon")
        ),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_subscription_addons_subscription")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_addons")),
    )
    op.create_index(
        "ix_subscription_addons_subscription", "subscription_addons", ["subscription"], unique=False
    )
    op.create_table(
        "subscription_events",
        sa.Column("subscription", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_subscription_events_subscription")
        ),
        sa.PrimaryKeyConstraint("subscription", "seq", name=op.f("pk_subscription_events")),
    )
    op.create_table(
        "suspensions",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("subscription", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("credit_minor", sa.Integer(), nullable=True),
        sa.Column("credited_minor", sa.Integer(), server_default="0", nullable=False),
        sa.Column("credit_invoice", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["address"], ["addresses.id"], name=op.f("fk_suspensions_address")),
        sa.ForeignKeyConstraint(
            ["credit_invoice"], ["invoices.number"], name=op.f("fk_suspensions_credit_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_suspensions_subscription")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspensions")),
    )
    op.create_index("ix_suspensions_subscription", "suspensions", ["subscription"], unique=False)
    op.create_table(
        "voucher_redemptions",
        sa.Column("voucher", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("subscription", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("periods_left", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_voucher_redemptions_customer")
        ),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_voucher_redemptions_subscription")
        ),
        sa.ForeignKeyConstraint(
            ["voucher"], ["vouchers.code"], name=op.f("fk_voucher_redemptions_voucher")
        ),
        sa.PrimaryKeyConstraint("voucher", "customer", name=op.f("pk_voucher_redemptions")),
    )
    op.create_index(
        "ix_voucher_redemptions_subscription", "voucher_redemptions", ["subscription"], unique=False
    )
    op.create_table(
        "withdrawals",
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=True),
        sa.Column("subscription", sa.String(length=60), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.Column("refund_minor", sa.Integer(), nullable=True),
        sa.Column("case_number", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_withdrawals_customer")
        ),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_withdrawals_subscription")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_withdrawals")),
    )
    op.create_index("ix_withdrawals_customer", "withdrawals", ["customer"], unique=False)
    op.create_index("ix_withdrawals_subscription", "withdrawals", ["subscription"], unique=False)
    op.create_table(
        "credit_notes",
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("invoice", sa.String(length=60), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("tax_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="EUR", nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_credit_notes_customer")
        ),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoices.number"], name=op.f("fk_credit_notes_invoice")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_credit_notes")),
    )
    op.create_index("ix_credit_notes_customer", "credit_notes", ["customer"], unique=False)
    op.create_index("ix_credit_notes_invoice", "credit_notes", ["invoice"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("invoice", sa.String(length=60), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_number", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["customer"], ["customers.number"], name=op.f("fk_holds_customer")),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.number"], name=op.f("fk_holds_invoice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_customer", "holds", ["customer"], unique=False)
    op.create_table(
        "payments",
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("invoice", sa.String(length=60), nullable=True),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="EUR", nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempt", sa.String(length=80), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt"], ["attempts.reference"], name=op.f("fk_payments_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_payments_customer")
        ),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.number"], name=op.f("fk_payments_invoice")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_payments")),
    )
    op.create_index(
        "ix_payments_customer_received_at", "payments", ["customer", "received_at"], unique=False
    )
    op.create_index("ix_payments_invoice", "payments", ["invoice"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("customer", sa.String(length=40), nullable=False),
        sa.Column("invoice", sa.String(length=60), nullable=False),
        sa.Column("payment", sa.String(length=80), nullable=True),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="EUR", nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("provider_reference", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.number"], name=op.f("fk_refunds_customer")
        ),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.number"], name=op.f("fk_refunds_invoice")),
        sa.ForeignKeyConstraint(
            ["payment"], ["payments.reference"], name=op.f("fk_refunds_payment")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_refunds")),
    )
    op.create_index(
        "ix_refunds_customer_asked_at", "refunds", ["customer", "asked_at"], unique=False
    )
    op.add_column("attempts", sa.Column("decided_by", sa.String(length=80), nullable=True))
    op.add_column("attempts", sa.Column("failure_class", sa.String(length=20), nullable=True))
    op.add_column("attempts", sa.Column("provider_reference", sa.String(length=120), nullable=True))
    op.add_column("attempts", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attempts", sa.Column("due_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_attempts_provider_reference", "attempts", ["provider_reference"], unique=False
    )
    op.create_index("ix_attempts_state_due_on", "attempts", ["state", "due_on"], unique=False)
    op.add_column(
        "cancellations",
        sa.Column("kind", sa.String(length=20), server_default="ordinary", nullable=False),
    )
    op.add_column("cancellations", sa.Column("reason", sa.String(length=60), nullable=True))
    op.add_column(
        "cancellations", sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("cancellations", sa.Column("case_number", sa.String(length=60), nullable=True))
    op.create_index("ix_cancellations_customer", "cancellations", ["customer"], unique=False)
    op.add_column("contacts", sa.Column("address", sa.String(length=320), nullable=True))
    op.add_column(
        "contacts",
        sa.Column("state", sa.String(length=20), server_default="queued", nullable=False),
    )
    op.add_column("customers", sa.Column("account", sa.String(length=60), nullable=True))
    op.add_column("customers", sa.Column("phone", sa.String(length=40), nullable=True))
    op.add_column("customers", sa.Column("deceased_on", sa.Date(), nullable=True))
    op.add_column("customers", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_customers_account", "customers", ["account"], unique=False)
    op.add_column(
        "invoice_lines",
        sa.Column("kind", sa.String(length=20), server_default="plan", nullable=False),
    )
    op.add_column("invoice_lines", sa.Column("tax_percent", sa.Integer(), nullable=True))
    op.add_column("invoice_lines", sa.Column("code", sa.String(length=60), nullable=True))
    op.add_column("invoices", sa.Column("account", sa.String(length=60), nullable=True))
    op.add_column(
        "invoices",
        sa.Column("lifecycle", sa.String(length=10), server_default="final", nullable=False),
    )
    op.add_column(
        "invoices", sa.Column("disputed", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "invoices", sa.Column("kind", sa.String(length=20), server_default="period", nullable=False)
    )
    op.add_column("invoices", sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("invoices", sa.Column("void_reason", sa.String(length=60), nullable=True))
    op.add_column("invoices", sa.Column("recipient", sa.JSON(), nullable=True))
    op.create_index("ix_invoices_subscription", "invoices", ["subscription"], unique=False)
    op.create_index("ix_invoices_status_due_on", "invoices", ["status", "due_on"], unique=False)
    op.add_column("mandates", sa.Column("text", sa.Text(), nullable=True))
    op.add_column("mandates", sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mandates", sa.Column("last_used_on", sa.Date(), nullable=True))
    op.add_column("mandates", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("mandates", sa.Column("replaces", sa.String(length=60), nullable=True))
    op.add_column(
        "password_resets", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("payment_methods", sa.Column("token", sa.String(length=120), nullable=True))
    op.add_column("payment_methods", sa.Column("holder", sa.String(length=200), nullable=True))
    op.add_column(
        "payment_methods",
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.add_column(
        "payment_methods", sa.Column("created_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index("ix_payment_methods_customer", "payment_methods", ["customer"], unique=False)
    op.add_column(
        "plans", sa.Column("available", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column(
        "plans",
        sa.Column("print_delivery", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "plans", sa.Column("device_limit", sa.Integer(), server_default="5", nullable=False)
    )
    op.add_column(
        "plans", sa.Column("min_months", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("subscriptions", sa.Column("account", sa.String(length=60), nullable=True))
    op.add_column(
        "subscriptions",
        sa.Column("channel", sa.String(length=20), server_default="direct", nullable=False),
    )
    op.add_column("subscriptions", sa.Column("pending_from", sa.Date(), nullable=True))
    op.add_column("subscriptions", sa.Column("price_minor", sa.Integer(), nullable=True))
    op.add_column("subscriptions", sa.Column("trial_ends_on", sa.Date(), nullable=True))
    op.add_column("subscriptions", sa.Column("fixed_until", sa.Date(), nullable=True))
    op.create_index("ix_subscriptions_account", "subscriptions", ["account"], unique=False)
    op.create_index(
        "ix_subscriptions_state_period_end", "subscriptions", ["state", "period_end"], unique=False
    )


def downgrade() -> None:
    """Take the columns and tables away again."""
    op.drop_index("ix_subscriptions_state_period_end", table_name="subscriptions")
    op.drop_index("ix_subscriptions_account", table_name="subscriptions")
    op.drop_column("subscriptions", "fixed_until")
    op.drop_column("subscriptions", "trial_ends_on")
    op.drop_column("subscriptions", "price_minor")
    op.drop_column("subscriptions", "pending_from")
    op.drop_column("subscriptions", "channel")
    op.drop_column("subscriptions", "account")
    op.drop_column("plans", "min_months")
    op.drop_column("plans", "device_limit")
    op.drop_column("plans", "print_delivery")
    op.drop_column("plans", "available")
    op.drop_index("ix_payment_methods_customer", table_name="payment_methods")
    op.drop_column("payment_methods", "created_at")
    op.drop_column("payment_methods", "active")
    op.drop_column("payment_methods", "holder")
    op.drop_column("payment_methods", "token")
    op.drop_column("password_resets", "used_at")
    op.drop_column("mandates", "replaces")
    op.drop_column("mandates", "ended_on")
    op.drop_column("mandates", "last_used_on")
    op.drop_column("mandates", "consent_at")
    op.drop_column("mandates", "text")
    op.drop_index("ix_invoices_subscription", table_name="invoices")
    op.drop_column("invoices", "recipient")
    op.drop_index("ix_invoices_status_due_on", table_name="invoices")
    op.drop_column("invoices", "void_reason")
    op.drop_column("invoices", "paid_at")
    op.drop_column("invoices", "kind")
    op.drop_column("invoices", "disputed")
    op.drop_column("invoices", "lifecycle")
    op.drop_column("invoices", "account")
    op.drop_column("invoice_lines", "code")
    op.drop_column("invoice_lines", "tax_percent")
    op.drop_column("invoice_lines", "kind")
    op.drop_index("ix_customers_account", table_name="customers")
    op.drop_column("customers", "erased_at")
    op.drop_column("customers", "deceased_on")
    op.drop_column("customers", "phone")
    op.drop_column("customers", "account")
    op.drop_column("contacts", "state")
    op.drop_column("contacts", "address")
    op.drop_index("ix_cancellations_customer", table_name="cancellations")
    op.drop_column("cancellations", "case_number")
    op.drop_column("cancellations", "taken_back_at")
    op.drop_column("cancellations", "reason")
    op.drop_column("cancellations", "kind")
    op.drop_index("ix_attempts_state_due_on", table_name="attempts")
    op.drop_index("ix_attempts_provider_reference", table_name="attempts")
    op.drop_column("attempts", "due_on")
    op.drop_column("attempts", "settled_at")
    op.drop_column("attempts", "provider_reference")
    op.drop_column("attempts", "failure_class")
    op.drop_column("attempts", "decided_by")
    op.drop_index("ix_refunds_customer_asked_at", table_name="refunds")
    op.drop_table("refunds")
    op.drop_index("ix_payments_invoice", table_name="payments")
    op.drop_index("ix_payments_customer_received_at", table_name="payments")
    op.drop_table("payments")
    op.drop_index("ix_holds_customer", table_name="holds")
    op.drop_table("holds")
    op.drop_index("ix_credit_notes_invoice", table_name="credit_notes")
    op.drop_index("ix_credit_notes_customer", table_name="credit_notes")
    op.drop_table("credit_notes")
    op.drop_index("ix_withdrawals_subscription", table_name="withdrawals")
    op.drop_index("ix_withdrawals_customer", table_name="withdrawals")
    op.drop_table("withdrawals")
    op.drop_index("ix_voucher_redemptions_subscription", table_name="voucher_redemptions")
    op.drop_table("voucher_redemptions")
    op.drop_index("ix_suspensions_subscription", table_name="suspensions")
    op.drop_table("suspensions")
    op.drop_table("subscription_events")
    op.drop_index("ix_subscription_addons_subscription", table_name="subscription_addons")
    op.drop_table("subscription_addons")
    op.drop_index("ix_retention_offers_customer_offered_at", table_name="retention_offers")
    op.drop_table("retention_offers")
    op.drop_index("ix_pauses_subscription", table_name="pauses")
    op.drop_table("pauses")
    op.drop_index("ix_deliveries_redelivery_on", table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("access_numbers")
    op.drop_table("dunning_actions")
    op.drop_index("ix_callbacks_state_until_at", table_name="callbacks")
    op.drop_index("ix_callbacks_customer", table_name="callbacks")
    op.drop_index(op.f("ix_callbacks_case"), table_name="callbacks")
    op.drop_table("callbacks")
    op.drop_table("vouchers")
    op.drop_table("usage_months")
    op.drop_index(op.f("ix_setup_links_provider_reference"), table_name="setup_links")
    op.drop_table("setup_links")
    op.drop_index("ix_promises_customer_made_at", table_name="promises")
    op.drop_table("promises")
    op.drop_table("prices")
    op.drop_table("preferences")
    op.drop_table("phases")
    op.drop_index(op.f("ix_payment_requests_provider_reference"), table_name="payment_requests")
    op.drop_index("ix_payment_requests_customer", table_name="payment_requests")
    op.drop_table("payment_requests")
    op.drop_index("ix_one_time_codes_address_hash_sent_at", table_name="one_time_codes")
    op.drop_table("one_time_codes")
    op.drop_index("ix_objections_customer", table_name="objections")
    op.drop_table("objections")
    op.drop_table("logins")
    op.drop_index("ix_instalments_customer", table_name="instalments")
    op.drop_table("instalments")
    op.drop_index("ix_dunning_cases_customer", table_name="dunning_cases")
    op.drop_table("dunning_cases")
    op.drop_index("ix_devices_customer", table_name="devices")
    op.drop_table("devices")
    op.drop_index("ix_data_jobs_state", table_name="data_jobs")
    op.drop_index("ix_data_jobs_customer", table_name="data_jobs")
    op.drop_table("data_jobs")
    op.drop_index("ix_contact_changes_old", table_name="contact_changes")
    op.drop_index("ix_contact_changes_customer", table_name="contact_changes")
    op.drop_table("contact_changes")
    op.drop_index("ix_consents_customer_at", table_name="consents")
    op.drop_table("consents")
    op.drop_index("ix_cases_customer_opened_at", table_name="cases")
    op.drop_table("cases")
    op.drop_index("ix_addresses_customer_kind_valid_from", table_name="addresses")
    op.drop_table("addresses")
    op.drop_index(op.f("ix_accounts_holder"), table_name="accounts")
    op.drop_table("accounts")
    op.drop_index(op.f("ix_provider_events_reference"), table_name="provider_events")
    op.drop_table("provider_events")
    op.drop_index(op.f("ix_outages_product"), table_name="outages")
    op.drop_table("outages")
    op.drop_table("imports")
    op.drop_table("addons")
