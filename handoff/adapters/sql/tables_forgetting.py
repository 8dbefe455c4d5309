"""The table of what was forgotten here and is to be forgotten by the assistant, which keeps its own memory of a chat."""

import sqlalchemy as sa

from handoff.adapters.sql.tables import UtcDateTime, metadata

forgotten = sa.Table(
    "forgotten",
    metadata,
    sa.Column("conversation", sa.String(40), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    info={"outlives": "conversation"},
)
"""A random name and nothing else; the row goes as soon as the assistant has said that it forgot, too."""
