"""All open sockets of this process, by the principal that holds them.

Invariants: a socket is listed from its first authenticated frame to its end; closing is a request to the
socket's own tasks and never waits for a peer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from handoff.web.connection import Connection, Hangup

Side = Literal["subscriber", "agent"]


class Sockets:
    """Who is connected here."""

    def __init__(self) -> None:
        self._open: dict[Connection, tuple[Side, str]] = {}

    @contextmanager
    def listed(self, connection: Connection, side: Side, principal: str) -> Iterator[None]:
        """List a socket while the block runs. `principal` is a key to close it by, never a secret."""
        self._open[connection] = (side, principal)
        try:
            yield
        finally:
            del self._open[connection]

    def close_principal(self, side: Side, principal: str, hangup: Hangup) -> None:
        """End all sockets of one principal: a session was revoked."""
        for connection, entry in list(self._open.items()):
            if entry == (side, principal):
                connection.hang_up(hangup)

    def close_all(self, hangup: Hangup, *, side: Side | None = None) -> None:
        """End all sockets, or those of one side."""
        for connection, (its_side, _) in list(self._open.items()):
            if side in {None, its_side}:
                connection.hang_up(hangup)

    def open(self) -> list[Connection]:
        """All that are open now."""
        return list(self._open)

    def count(self, side: Side) -> int:
        """How many are open on a side."""
        return sum(1 for its_side, _ in self._open.values() if its_side == side)
