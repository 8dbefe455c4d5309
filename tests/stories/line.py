"""One WebSocket to the gateway as a client holds it: typed frames out, typed frames in, and patience.

Invariant: waiting ends as soon as what is waited for is so; only silence costs time, and too much of it fails.
"""

import socket
import time
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from handoff.contract import Wire

PATIENT_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.2
"""A hint may be lost; then one looks for oneself."""


class Line:
    """An open socket; `hear` is called with every frame that comes."""

    def __init__(
        self,
        address: str,
        headers: dict[str, str],
        frames: TypeAdapter[Any],
        hear: Callable[[Any], None],
    ) -> None:
        base = Origin(address.replace("ws://", "http://", 1).rsplit("/ws/", 1)[0])
        self._frames, self._hear = frames, hear
        self._socket: ClientConnection = connect(
            address,
            origin=base,
            additional_headers=headers,
            proxy=None,
            open_timeout=PATIENT_SECONDS,
            max_queue=None,  # lists that nobody looks at must not hold up a goodbye
        )

    def send(self, frame: Wire) -> None:
        """Send one frame."""
        self._socket.send(frame.model_dump_json())

    def until(self, so: Callable[[], bool], what: str) -> None:
        """Hear until it is so. Raises AssertionError when it does not come about."""
        end = time.monotonic() + PATIENT_SECONDS
        while not so():
            assert time.monotonic() < end, f"{what}: not within {PATIENT_SECONDS:.0f} s"
            try:
                text = self._socket.recv(timeout=LOOK_AGAIN_SECONDS)
            except TimeoutError:
                continue
            self._hear(self._frames.validate_json(text))

    def close(self) -> None:
        """Say goodbye."""
        self._socket.close()

    def break_off(self) -> None:
        """The network is gone: no goodbye, and what was under way to us is lost."""
        self._socket.socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
