"""Frames between a subscriber's widget and the gateway, both ways."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from handoff.contract import Locale, Wire
from handoff.protocol.events import Author, Event

Cid = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
"""A client's id of one write: it is stored and sent to everybody in the chat, so it holds nothing but these."""


class Hello(Wire):
    """First frame. `jwt` signs a subscriber in; `session` resumes; neither starts an anonymous chat.

    `log` is what the last welcome named, for `since` counts in that log only.
    """

    type: Literal["hello"] = "hello"
    session: str | None = None
    jwt: str | None = None
    since: int = Field(default=0, ge=0)
    log: str | None = Field(default=None, max_length=32)
    locale: Locale = "de"


class Send(Wire):
    """A message of the subscriber. A repeated `cid` gets the first event's ack again."""

    type: Literal["send"] = "send"
    cid: Cid
    text: str = Field(min_length=1, max_length=4000)


class Press(Wire):
    """A press of button `index` under the bot message `seq`."""

    type: Literal["press"] = "press"
    cid: Cid
    seq: int = Field(ge=1)
    index: int = Field(ge=0, le=50)


class AskPerson(Wire):
    """The always-present button "Talk to a person"."""

    type: Literal["person"] = "person"
    cid: Cid


class Typing(Wire):
    """The sender is typing, or stopped."""

    type: Literal["typing"] = "typing"
    on: bool


class Read(Wire):
    """The sender has read up to `seq`."""

    type: Literal["read"] = "read"
    seq: int = Field(ge=0)


class Sync(Wire):
    """Send the log again from `since`."""

    type: Literal["sync"] = "sync"
    since: int = Field(ge=0)


class SetLocale(Wire):
    """The subscriber switched the language of the widget."""

    type: Literal["locale"] = "locale"
    locale: Locale


class Ping(Wire):
    """Are you there?"""

    type: Literal["ping"] = "ping"


SubscriberFrame = Annotated[
    Hello | Send | Press | AskPerson | Typing | Read | Sync | SetLocale | Ping,
    Field(discriminator="type"),
]


class Welcome(Wire):
    """The socket is authenticated. `reset` tells the client to drop its cache; `log` names the log."""

    type: Literal["welcome"] = "welcome"
    session: str
    conversation: str
    level: int
    reset: bool
    name: str | None
    last: int
    log: str


class LogFrame(Wire):
    """One event of the log."""

    type: Literal["event"] = "event"
    conversation: str
    seq: int
    after: int
    at: str
    event: Event


class Ack(Wire):
    """Committed. The event itself follows, or came before, as a `LogFrame`."""

    type: Literal["ack"] = "ack"
    cid: str
    seq: int


class Nack(Wire):
    """Not accepted. `retry` says whether the same `cid` may be sent again; `facts` why (who took the chat).

    A refused frame without `cid` is answered with the conversation it named, or with an empty `cid`.
    """

    type: Literal["nack"] = "nack"
    cid: str
    code: str
    retry: bool
    facts: dict[str, str] = {}


class TypingFrame(Wire):
    """The other side is typing."""

    type: Literal["typing"] = "typing"
    conversation: str
    author: Author
    name: str
    on: bool


class QueueFrame(Wire):
    """Place in line, with a range of minutes to wait; `position` 0 is: not in line."""

    type: Literal["queue"] = "queue"
    position: int
    wait_from: int | None = None
    wait_to: int | None = None


class Pong(Wire):
    """Here I am."""

    type: Literal["pong"] = "pong"


class Refused(Wire):
    """The socket closes after this; `code` says why."""

    type: Literal["refused"] = "refused"
    code: str


ToSubscriber = Annotated[
    Welcome | LogFrame | Ack | Nack | TypingFrame | QueueFrame | Pong | Refused,
    Field(discriminator="type"),
]


subscriber_frame: TypeAdapter[Any] = TypeAdapter(SubscriberFrame)
to_subscriber: TypeAdapter[Any] = TypeAdapter(ToSubscriber)
