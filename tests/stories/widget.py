"""A subscriber's widget without a browser: it keeps its log, its cursor and what it has not been acknowledged.

Invariants: the log has no gap and no event twice, whatever the connection did; a message goes out under one `cid` for
as long as it takes.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

from handoff.contract import Locale, Wire
from handoff.protocol import (
    Ack,
    AskPerson,
    ControlEvent,
    Hello,
    LogFrame,
    MessageEvent,
    Nack,
    Press,
    Refused,
    Send,
    SetLocale,
    Welcome,
    to_subscriber,
)
from tests.product import Product
from tests.stories.line import Line
from tests.stories.site import host_token


@dataclass
class Widget:
    """One device of one person."""

    product: Product
    customer: str | None
    locale: Locale
    level: int = 2
    log: list[LogFrame] = field(default_factory=list)
    acks: dict[str, int] = field(default_factory=dict)
    session: str | None = None
    conversation: str = ""
    _welcome: Welcome | None = None
    _line: Line | None = None

    @property
    def cursor(self) -> int:
        """The seq of the last event that came."""
        return self.log[-1].seq if self.log else 0

    @property
    def with_people(self) -> bool:
        """Whether the chat waits for a person or one has it: then the assistant is silent."""
        told = [f.event.controller for f in self.log if isinstance(f.event, ControlEvent)]
        return bool(told) and told[-1] in {"queue", "agent"}

    def come(self) -> None:
        """Connect: for the first time with the host site's word, later with the session, at the cursor."""
        token = None
        if self.customer and not self.session:
            token = host_token(self.product, self.customer, self.level)
        address = self.product.base.replace("http://", "ws://") + "/ws/subscriber"
        self._line, self._welcome = Line(address, {}, to_subscriber, self._hear), None
        hello = Hello(session=self.session, jwt=token, since=self.cursor, locale=self.locale)
        self._line.send(hello)
        self._line.until(lambda: self._welcome is not None, "welcome")
        self.settle()

    def leave(self) -> None:
        """Close the page."""
        assert self._line is not None
        self._line.close()

    def say(self, text: str) -> list[MessageEvent]:
        """Type something; what came for it."""
        return self._write(Send(cid=_cid(), text=text))

    def say_while_breaking(self, text: str) -> list[MessageEvent]:
        """The connection is lost while a message goes out: after coming back it is sent again, and once too often."""
        frame, line = Send(cid=_cid(), text=text), self._line
        assert line is not None
        line.send(frame)
        line.break_off()
        before = self.cursor
        self.come()
        self._write(frame)
        seq = self.acks.pop(frame.cid)
        self._write(frame)
        assert self.acks[frame.cid] == seq
        return self.messages(before)

    def press(self, title: str) -> list[MessageEvent]:
        """Press a button of the newest message that has buttons."""
        for frame in reversed(self.log):
            if isinstance(frame.event, MessageEvent) and frame.event.buttons:
                titles = [button.title for button in frame.event.buttons]
                assert title in titles, f"no button {title!r} in {titles}"
                return self._write(Press(cid=_cid(), seq=frame.seq, index=titles.index(title)))
        raise AssertionError(f"no button {title!r}: there are none at all")

    def ask_person(self) -> list[MessageEvent]:
        """The button that is always there."""
        return self._write(AskPerson(cid=_cid()))

    def switch(self, locale: Locale) -> None:
        """Another language for the page."""
        assert self._line is not None
        self.locale = locale
        self._line.send(SetLocale(locale=locale))

    def settle(self) -> None:
        """Until the assistant has nothing more to do and all it said is here."""
        assert self._line is not None
        self._line.until(self._settled, f"end of the turn, seen {self.cursor}")

    def messages(self, after: int = 0) -> list[MessageEvent]:
        """What the log says since a seq, without what this side wrote itself."""
        return [
            frame.event
            for frame in self.log
            if frame.seq > after
            and isinstance(frame.event, MessageEvent)
            and frame.event.author != "subscriber"
        ]

    def _write(self, frame: Any) -> list[MessageEvent]:
        """Send, be acknowledged, and have the end of the turn."""
        line, before = self._line, self.cursor
        assert line is not None
        line.send(frame)
        line.until(lambda: frame.cid in self.acks, f"ack of {frame}")
        self.settle()
        return self.messages(before)

    def _settled(self) -> bool:
        assert self._welcome is not None
        self.conversation = self._welcome.conversation
        [(last, open_turns)] = self.product.rows(
            "handoff",
            "SELECT max(seq), (SELECT count(*) FROM bot_turn t WHERE t.conversation = e.conversation "
            "AND done_at IS NULL) FROM event e WHERE conversation = ? AND NOT agents_only",
            self.conversation,
        )
        return bool(open_turns == 0 and self.cursor >= last)

    def _hear(self, frame: Wire) -> None:
        if isinstance(frame, LogFrame):
            assert frame.after <= self.cursor, f"a gap before {frame.seq}: {self.cursor}"
            if frame.seq > self.cursor:
                self.log.append(frame)
        elif isinstance(frame, Ack):
            self.acks[frame.cid] = frame.seq
        elif isinstance(frame, Welcome):
            assert not frame.reset
            self._welcome, self.session = frame, frame.session
        else:
            assert not isinstance(frame, Nack | Refused), frame


def _cid() -> str:
    return secrets.token_hex(8)
