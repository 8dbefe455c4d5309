"""The 360° view: everything about a customer at once, the same for the bot and for an agent.

May import the store and everything below it. Invariants: at most ten queries on one snapshot; every view
is in the audit before it is shown.
"""

from subscriptions.overview.values import Overview
from subscriptions.overview.view import OverviewOf

__all__ = ["Overview", "OverviewOf"]
