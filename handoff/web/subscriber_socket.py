"""The subscriber's socket: `/ws/subscriber`.

Invariants: the conversation is the one of the session, a frame cannot name another; identity comes only
from a verified token or session; hints are subscribed to before the log is read; the session is checked
again every minute, which counts as use, and its end closes the socket with 4401.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Never

import structlog
from starlette.websockets import WebSocket

from handoff.contract import Wire
from handoff.conversations.errors import ConversationError
from handoff.conversations.model import Author, Controller
from handoff.conversations.ports import Entered, Hint, Receipt, Visitor
from handoff.protocol import (
    AskPerson,
    Hello,
    Nack,
    Ping,
    Pong,
    Press,
    QueueFrame,
    Read,
    Send,
    SetLocale,
    Sync,
    Typing,
    Welcome,
    subscriber_frame,
)
from handoff.web.connection import Connection, Hangup
from handoff.web.door import Frames, admitted, answered, needed, unanswered
from handoff.web.errors import POLICY, REFUSALS, UNAUTHENTICATED
from handoff.web.pump import Pump
from handoff.web.services import Services, services
from handoff.web.typing_echo import TypingEcho, typing_frame

RECHECK_SECONDS = 60.0


def _recheck_seconds() -> float:
    return RECHECK_SECONDS


async def subscriber_socket(socket: WebSocket) -> None:
    """Serve one subscriber's socket to its end."""
    web = services(socket)
    async with admitted(socket, web.limits, origins=web.origins) as connection:
        if connection is not None:
            await connection.live(SubscriberTalk(connection, web).run())


class SubscriberTalk:
    """One subscriber's socket after accept: who they are, their pump, their frames."""

    def __init__(self, connection: Connection, web: Services) -> None:
        self._connection = connection
        self._web = web
        self._frames = Frames(connection, subscriber_frame, web.limits)
        self._id = ""
        self._session = ""
        self._told: QueueFrame | None = None
        self._pump: Pump
        self._typing: TypingEcho

    async def run(self) -> None:
        """Hello, welcome, then pump and frames until one of them ends."""
        hello: Hello = await self._frames.hello(Hello)
        entered = await self._enter(hello)
        self._id, self._session = entered.conversation.id, entered.session
        with (
            self._web.switchboard.listening(self._id, self._hear),
            self._web.sockets.listed(self._connection, "subscriber", self._id),
        ):
            structlog.contextvars.bind_contextvars(conversation=self._id)
            await self._welcome(hello, entered)
            del hello, entered  # they would stay as long as the socket
            self._connection.beside(self._pump.run)
            self._connection.again_and_again(_recheck_seconds, self._check_session)
            try:
                await self._listen()
            finally:
                await self._typing.tell(on=False)

    async def _enter(self, hello: Hello) -> Entered:
        visitor = Visitor(None, 0, None, hello.locale)
        try:
            if hello.jwt is not None:
                token = self._web.host_tokens.visitor(hello.jwt, locale=hello.locale)
                visitor = await needed(token)
            return await needed(self._web.flow.enter(visitor, session=hello.session))
        except ConversationError as error:
            close = REFUSALS[error.code].close or POLICY
            raise Hangup(close, error.code.value) from None

    async def _welcome(self, hello: Hello, entered: Entered) -> None:
        """A cache that cannot belong to this log (other session, other log, or longer than it) is dropped."""
        chat = entered.conversation
        foreign = entered.is_new or entered.session != hello.session
        foreign = foreign or hello.log not in {None, entered.log}
        reset = hello.since > chat.last_seq or (foreign and hello.since > 0)
        self._pump = Pump(
            self._connection,
            self._web.flow,
            conversation=chat.id,
            since=0 if reset else hello.since,
            for_agents=False,
            address=lambda url: self._web.work.signed.shown(url, "subscriber"),
        )
        self._pump.controller = chat.controller
        self._pump.settled = self._tell_place
        self._typing = TypingEcho(
            self._web.hints, conversation=chat.id, author=Author.SUBSCRIBER, name=chat.name or ""
        )
        await self._connection.push(
            Welcome(
                session=entered.session,
                conversation=chat.id,
                level=chat.level,
                reset=reset,
                name=chat.name,
                last=chat.last_seq,
                log=entered.log,
            )
        )

    def _hear(self, hint: Hint) -> None:
        if hint.of_log:
            self._pump.hear(hint)
        elif hint.typing_author not in (None, Author.SUBSCRIBER):
            self._connection.offer(typing_frame(hint))

    async def _tell_place(self) -> None:
        """The place in line and how long it may take, whenever one of them changed; without anybody who could help no range."""
        frame = QueueFrame(position=0)
        if self._pump.controller is Controller.QUEUE:
            place = await self._web.owed.line.place(self._id)
            if place is not None:
                low, high = (place.wait.low, place.wait.high) if place.wait else (None, None)
                frame = QueueFrame(position=place.position, wait_from=low, wait_to=high)
        if frame != self._told and self._connection.offer(frame):
            self._told = frame

    async def _check_session(self) -> None:
        """Does the session still stand? An open socket is use, it never idles."""
        await unanswered(self._checked())

    async def _checked(self) -> None:
        if not await self._web.flow.keep_session(self._session):
            raise Hangup(UNAUTHENTICATED, "session_expired")

    async def _listen(self) -> Never:
        while True:
            frame = await self._frames.next()
            step = _STEPS.get(type(frame))
            if step is None:
                raise Hangup(POLICY, "hello_again")
            await step(self, frame)

    async def _written(self, cid: str, step: Callable[[], Awaitable[Receipt]]) -> None:
        """A step that writes: within the rate of the conversation, acknowledged or refused."""
        if not self._web.limits.messages.allow(self._id):
            await self._connection.push(Nack(cid=cid, code="rate_limited", retry=True))
            return
        await answered(self._connection, cid, step())

    async def _send(self, frame: Send) -> None:
        await self._written(
            frame.cid, lambda: self._web.flow.receive(self._id, cid=frame.cid, text=frame.text)
        )

    async def _press(self, frame: Press) -> None:
        await self._written(
            frame.cid,
            lambda: self._web.flow.press(self._id, cid=frame.cid, seq=frame.seq, index=frame.index),
        )

    async def _ask_person(self, frame: AskPerson) -> None:
        await self._written(frame.cid, lambda: self._web.flow.ask_person(self._id, cid=frame.cid))

    async def _type(self, frame: Typing) -> None:
        await self._typing.tell(on=frame.on)

    async def _read(self, frame: Read) -> None:
        await unanswered(
            self._web.flow.mark_read(self._id, author=Author.SUBSCRIBER, up_to=frame.seq)
        )

    async def _sync(self, frame: Sync) -> None:
        self._pump.rewind(frame.since)

    async def _set_locale(self, frame: SetLocale) -> None:
        await unanswered(self._web.flow.set_locale(self._id, locale=frame.locale))

    async def _ping(self, _frame: Ping) -> None:
        self._connection.offer(Pong())


_STEPS: dict[type[Wire], Callable[[SubscriberTalk, Any], Awaitable[None]]] = {
    Send: SubscriberTalk._send,
    Press: SubscriberTalk._press,
    AskPerson: SubscriberTalk._ask_person,
    Typing: SubscriberTalk._type,
    Read: SubscriberTalk._read,
    Sync: SubscriberTalk._sync,
    SetLocale: SubscriberTalk._set_locale,
    Ping: SubscriberTalk._ping,
}
