"""A write whose messages with secrets leave through the outbox.

Invariants: they leave after the commit, once; a key that is asked again sends nothing again.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from subscriptions.outbox import Message
from subscriptions.store.backing import Backing
from subscriptions.store.write import Done, Order, write_once

T = TypeVar("T")
Post = Callable[[Message], None]


def write_and_send(
    backing: Backing, order: Order, kind: type[T], act: Callable[[Connection, Post], Done[T]]
) -> T:
    """`write_once`, and then what `act` posted."""
    outgoing: list[Message] = []
    result = write_once(backing.engine, order, kind, lambda db: act(db, outgoing.append))
    for message in outgoing:
        backing.outbox(message)
    return result
