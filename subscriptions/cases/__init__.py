"""Complaints, ideas and praise, promised calls, orders that went astray, and what becomes of all of them.

May import `subscriptions.store` and everything below it; never another noun. Invariants: whatever is told us gets a
number and a promised time; the number alone opens state and promise, never a person's data; a promised call ends kept,
broken or withdrawn; only a person at the desk assigns and closes. Start at `use_cases`.
"""

from subscriptions.cases.use_cases import Cases

__all__ = ["Cases"]
