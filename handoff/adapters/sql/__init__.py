"""Conversations in SQLite or PostgreSQL: tables, queries, and one committer thread for all writes.

May import `handoff.conversations`, the ports of `handoff.desk`, and SQLAlchemy Core. Invariants: rows stay in here; every write goes
through the committer; no acknowledgement without a commit; times are stored as UTC.
"""

from handoff.adapters.sql.accounts import SqlAccounts
from handoff.adapters.sql.store import SqlStore, open_store

__all__ = ["SqlAccounts", "SqlStore", "open_store"]
