"""What a client knows of one conversation, by the rules of the protocol, and what it has written.

Invariants: nothing at or below the last seq is taken twice; beyond a gap nothing is taken before the log was asked for.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]


@dataclass
class View:
    """One conversation's events as they were received."""

    events: dict[int, Frame] = field(default_factory=dict)
    last: int = 0
    controller: str = "bot"
    epoch: int = 1
    agent: str | None = None
    asked: int | None = None
    """From where the log was asked for and has not come yet."""

    def take(self, frame: Frame) -> bool:
        """Take an event of the log; False: there is a gap before it, and the log must be asked for."""
        if frame["seq"] <= self.last:
            return True
        if frame["after"] > self.last:
            again = self.asked == self.last
            self.asked = self.last
            return again
        event = frame["event"]
        self.events[frame["seq"]], self.last, self.asked = event, frame["seq"], None
        if event["kind"] == "control":
            self.controller, self.epoch = event["controller"], event["epoch"]
            self.agent = event["agent"]
        return True

    def buttons(self) -> list[int]:
        """The newest places that show buttons."""
        found = [seq for seq, event in self.events.items() if event.get("buttons")]
        return found[-2:]


@dataclass
class Write:
    """Something that is sent under one `cid` until it is answered. `text` is unique, where there is one."""

    type: str
    conversation: str
    fields: dict[str, Any]
    author: str
    text: str | None = None
    cid: str = field(default_factory=lambda: secrets.token_hex(8))
    tries: int = 0
    seq: int | None = None
    refused: str | None = None
    heard: str = "nothing yet"
    """What came of the last attempt."""

    @property
    def answered(self) -> bool:
        """Whether the gateway has acknowledged or refused it."""
        return self.seq is not None or self.refused is not None

    @property
    def key(self) -> str:
        """Under which the log keeps it."""
        return f"s:{self.cid}" if self.author == "subscriber" else f"a:{self.author}:{self.cid}"

    def frame(self) -> Frame:
        """As it is sent."""
        return {"type": self.type, "cid": self.cid, **self.fields}
