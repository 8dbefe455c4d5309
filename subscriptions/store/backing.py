"""What every use case stands on: the database, the clock, the payment provider, the outbox, the limits.

Invariants: built once by `open_subscriptions`, frozen, shared between threads.
"""

from dataclasses import dataclass, field

from sqlalchemy import Engine

from subscriptions.model.base import Clock
from subscriptions.outbox import Outbox, no_outbox
from subscriptions.policy.limits import Limits
from subscriptions.policy.seller import Seller
from subscriptions.provider import PaymentProvider


@dataclass(frozen=True, slots=True)
class Backing:
    """The surroundings of a use case. `secret` keys the HMAC of one-time codes."""

    engine: Engine
    clock: Clock
    provider: PaymentProvider
    outbox: Outbox = no_outbox
    limits: Limits = field(default_factory=Limits)
    secret: bytes = field(default=b"", repr=False)
    seller: Seller = field(default_factory=Seller)
