"""Collecting open money: why a payment failed, trying again, pay links, promises, claims, dunning and access.

May import the store and everything below it. Invariants: nothing is collected twice, while a hold stands, or
where policy forbids it; nothing here costs a fee; hardship and disputes let collection rest at once, whoever
asks. Start at `use_cases`; `planned` is what the day's run calls.
"""

from subscriptions.payments.planned import run_planned
from subscriptions.payments.use_cases import Payments

__all__ = ["Payments", "run_planned"]
