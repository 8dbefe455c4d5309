"""Messages that hold a secret, and the ways in which they leave the house.

May import `subscriptions.policy`, `entities`, `model`, `errors` and libraries for mail and texts. Invariants: a use
case hands a message over after its commit and never waits for its delivery; a secret is never stored or logged, except
in the mailbox file of development; the texts carry no advertising and say what to do if it was not you.
Read `port` first, then `choice`, which builds the outbox that an operator names.
"""

from subscriptions.outbox.choice import check_outbox, open_outbox
from subscriptions.outbox.port import (
    Finishing,
    Message,
    Outbox,
    Undeliverable,
    close_outbox,
    no_outbox,
)

__all__ = [
    "Finishing",
    "Message",
    "Outbox",
    "Undeliverable",
    "check_outbox",
    "close_outbox",
    "no_outbox",
    "open_outbox",
]
