"""Frozen values that the business takes and gives: callers, answers, receipts; one module for each noun.

May import itself and `subscriptions.errors`. Invariants: money is integer minor units with a currency; a moment is
aware UTC, a date is a day in Europe/Berlin; a value never changes. What lives on and makes steps is in `entities`.
"""
