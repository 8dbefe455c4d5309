"""An index by which PostgreSQL finds customers by words of their name."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PAIRS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "ae"), ("Ö", "oe"), ("Ü", "ue"), ("ß", "ss"))


def _words() -> str:
    plain = "normalize(name, NFC)"
    for letter, two in _PAIRS:
        plain = f"replace({plain}, '{letter}', '{two}')"
    bare = f"regexp_replace(normalize({plain}, NFD), '[\u0300-\u036f]', '', 'g')"
    apart = f"regexp_replace({bare}, '[\\s''’.,;:/&()-]+', ' ', 'g')"
    return f"array_to_tsvector(string_to_array(lower(btrim({apart})), ' '))"


def upgrade() -> None:
    """Make it; SQLite folds each name."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE INDEX ix_customers_name_words ON customers USING gin (({_words()}))")


def downgrade() -> None:
    """Take it away."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_customers_name_words")
