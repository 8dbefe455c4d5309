"""What lists show beside a conversation: its labels, and who is mentioned in it and has not read it yet."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables_work as w
from handoff.adapters.sql.line import PARAMETERS
from handoff.conversations.model import Marks


def marks_of(db: sa.Connection, conversations: Sequence[str] | None) -> dict[str, Marks]:
    """The marks of these conversations, or of all; those without any are left out."""
    labels, mentioned = labels_of(db, conversations), unread_mentions(db, conversations)
    return {
        one: Marks(labels.get(one, ()), mentioned.get(one, ()))
        for one in labels.keys() | mentioned.keys()
    }


def labels_of(db: sa.Connection, conversations: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """The labels of these conversations, or of all that have any, in a fixed order."""
    on = w.conversation_label.c
    query = sa.select(on.conversation, on.label).order_by(on.conversation, on.label)
    return _gathered(db, query, conversations)


def unread_mentions(
    db: sa.Connection, conversations: Sequence[str] | None
) -> dict[str, tuple[str, ...]]:
    """Who has an unread mention in these conversations, or in any; logins in a fixed order."""
    m = w.mention.c
    query = sa.select(m.conversation, m.agent).where(m.read_at.is_(None)).distinct()
    return _gathered(db, query.order_by(m.conversation, m.agent), conversations)


def _gathered(
    db: sa.Connection, query: sa.Select[Any], conversations: Sequence[str] | None
) -> dict[str, tuple[str, ...]]:
    """The second column by the first; databases limit how many conversations can be named at once."""
    its = query.selected_columns[0]
    found: dict[str, tuple[str, ...]] = {}
    if conversations is None:
        queries = [query]
    else:
        starts = range(0, len(conversations), PARAMETERS)
        queries = [query.where(its.in_(conversations[n : n + PARAMETERS])) for n in starts]
    for one in queries:
        for row in db.execute(one):
            found[row[0]] = (*found.get(row[0], ()), row[1])
    return found
