"""The tables of the business and every query on them.

May import SQLAlchemy and `subscriptions.policy`, `entities`, `model`, `errors`. Invariants: rows never
leave this package, callers get frozen values; every write goes through `write.write_once`, which gives
it an idempotency key, one transaction and one audit row; the audit is append-only and hash-chained.
"""
