"""What a handler is given about one event, and what it gives back."""

from dataclasses import dataclass, field
from datetime import datetime

from subscriptions.asking import By
from subscriptions.model.settlement import Outcome
from subscriptions.policy.limits import Limits
from subscriptions.provider import ProviderEvent, RegisteredMethod
from subscriptions.store.audit import Facts
from subscriptions.store.write import Notice


@dataclass(frozen=True, slots=True)
class Told:
    """An event that was just stored; `left` is what a finished setup page left at the provider."""

    event: ProviderEvent
    actor: str  # provider:<name>
    at: datetime
    limits: Limits
    left: RegisteredMethod | None = None

    @property
    def by(self) -> By:
        """Who tells it, and when it happened."""
        return By(self.actor, self.at, self.limits, self.event.occurred_at)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an event: for whom, with what facts for the audit, and which messages it causes."""

    outcome: Outcome
    customer: str | None = None
    facts: Facts = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
