"""Charges, balances, invoices as PDF, vouchers, invoice details and refunds.

May import `subscriptions.store` and everything below it; never another noun. Invariants: every method checks the
caller's level itself; reads change nothing; writes go through `write_once`; amounts are integer cents. Start at `use_cases`.
"""

from subscriptions.billing.use_cases import Billing

__all__ = ["Billing"]
