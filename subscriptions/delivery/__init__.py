"""The printed issue: what came, what went wrong with it, when it rests or goes elsewhere; and what is down.

May import `subscriptions.store` and everything below it; never another noun. Invariants: every method about a
contract needs level 1; an issue is put right once; two changes of a delivery never overlap; a credit is integer
cents, told when it is promised and given once. Start at `use_cases`.
"""

from subscriptions.delivery.use_cases import PrintedDelivery

__all__ = ["PrintedDelivery"]
