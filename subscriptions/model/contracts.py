"""The states of a contract and what may be used."""

from enum import StrEnum


class SubscriptionState(StrEnum):
    """Billing state; what may be used is `Entitlement`, never this."""

    PENDING = "pending"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAUSED = "paused"
    PAST_DUE = "past_due"
    SUSPENDED = "suspended"
    CANCEL_SCHEDULED = "cancel_scheduled"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class Entitlement(StrEnum):
    """What the subscriber may use now; derived by policy, never set by chat."""

    FULL = "full"
    LIMITED = "limited"
    NONE = "none"
