"""The port to whoever delivers messages that hold a secret: one-time codes, reset and undo links.

Invariants: called after the commit, once; must not raise; the secret is in `secret` and nowhere else, so
that everything but the delivery itself can be logged and stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from subscriptions.model.base import Fact


@dataclass(frozen=True, slots=True)
class Message:
    """One message to an address on file. `template` names its text, `secret` is a code or a token."""

    to: str
    channel: str  # email or sms
    locale: str
    template: str
    secret: str = field(repr=False)
    facts: Mapping[str, Fact] = field(default_factory=dict)


class Outbox(Protocol):
    """Sends, or queues for sending."""

    def __call__(self, message: Message) -> None:
        """Take one message; a failure to deliver is the outbox's to repeat."""
        ...


def no_outbox(message: Message) -> None:
    """The default until an operator connects one: nothing leaves the house."""
