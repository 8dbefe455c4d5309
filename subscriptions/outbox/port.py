"""The port to whoever delivers messages that hold a secret: one-time codes, reset and undo links.

Invariants: called after the commit, once; must not raise and must not take time, because the answer to a
known and to an unknown address have to be equally quick; the secret is in `secret` and nowhere else, so
that everything but the delivery itself can be logged and stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, runtime_checkable

from subscriptions.model.base import Fact


@dataclass(frozen=True, slots=True)
class Message:
    """One message to an address on file. `template` names its text, `secret` is a code or a token.

    `lives`: how long the secret opens something from now on; later the message is of no use and is not sent.
    """

    to: str
    channel: str  # email or sms
    locale: str
    template: str
    secret: str = field(default="", repr=False)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    lives: timedelta | None = None


class Outbox(Protocol):
    """Sends, or queues for sending."""

    def __call__(self, message: Message) -> None:
        """Take one message; a failure to deliver is the outbox's to repeat."""
        ...


@runtime_checkable
class Finishing(Protocol):
    """An outbox that still works after it was called."""

    def close(self) -> None:
        """Deliver what waits, as far as it goes, and end."""
        ...


class Undeliverable(Exception):
    """This message will never arrive; trying again is of no use. Names no address and no secret."""


def no_outbox(message: Message) -> None:
    """The default until an operator connects one: nothing leaves the house."""


def close_outbox(outbox: Outbox) -> None:
    """Let an outbox that works in the background finish."""
    if isinstance(outbox, Finishing):
        outbox.close()
