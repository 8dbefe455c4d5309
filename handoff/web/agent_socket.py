"""The agent's socket: `/ws/agent`.

Invariants: the agent is the one of the sign-in session (cookie), checked before the first frame and every
minute; of the list of conversations comes what is new, and only the newest state; each watched conversation has its own pump;
typing and reading count only for the agent who owns the chat. The agent's presence is renewed while the
socket answers and somebody is at it; else the lease's grace decides, nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Never

import structlog
from starlette.websockets import WebSocket

from handoff.contract import Wire
from handoff.conversations.errors import ConversationError
from handoff.conversations.model import Author, Controller
from handoff.conversations.ports import Agent, Hint
from handoff.desk.sign_in import SignIn
from handoff.protocol import (
    Active,
    AgentHello,
    AgentRead,
    AgentTyping,
    AgentWelcome,
    Available,
    Back,
    LookAt,
    Nack,
    Ping,
    Pong,
    StandingFrame,
    Unwatch,
    Watch,
    agent_frame,
)
from handoff.tasks import unending
from handoff.web.agent_writes import WRITES, Write, step_of
from handoff.web.attendance import Attendance
from handoff.web.connection import Connection, Hangup
from handoff.web.cookies import read_cookie
from handoff.web.door import Frames, admitted, answered, needed, unanswered
from handoff.web.errors import POLICY, UNAUTHENTICATED, nack
from handoff.web.inbox import InboxWatch
from handoff.web.looking import Looking
from handoff.web.origin import OWN_PAGE_ONLY
from handoff.web.pump import Pump
from handoff.web.services import Services, services
from handoff.web.standings import StandingWatch
from handoff.web.trouble import is_trouble
from handoff.web.typing_echo import TypingEcho, typing_frame
from handoff.web.watched import Watched

RECHECK_SECONDS = 60.0
MOST_WATCHED = 50


async def agent_socket(socket: WebSocket) -> None:
    """Serve one agent's socket to its end.

    Only to the desk's own page, whatever shops may embed the widget: the cookie also goes along from a shop
    on a sibling domain.
    """
    web = services(socket)
    cookie = read_cookie(socket, development=web.development)
    async with admitted(socket, web.limits, origins=OWN_PAGE_ONLY) as connection:
        if connection is not None:
            await connection.live(AgentTalk(connection, web).run(cookie))


class AgentTalk:
    """One agent's socket after accept: who they are, what they watch, their frames."""

    def __init__(self, connection: Connection, web: Services) -> None:
        self._connection = connection
        self._web = web
        self._frames = Frames(connection, agent_frame, web.limits)
        self._watched: dict[str, Watched] = {}
        self._group: asyncio.TaskGroup
        self._agent: Agent
        self._attendance: Attendance
        self._looking: Looking
        self._steps: dict[type[Wire], Callable[[Any], Awaitable[None]]] = {
            Watch: self._watch,
            Unwatch: self._unwatch,
            **dict.fromkeys(WRITES, self._write),
            AgentTyping: self._type,
            AgentRead: self._read,
            Available: self._set_available,
            Back: self._back,
            LookAt: self._look,
            Active: self._active,
            Ping: self._ping,
        }

    async def run(self, cookie: str | None) -> None:
        """Session, hello, welcome; then list, pumps, heartbeat and frames until one of them ends."""
        sign_in, self._agent = await self._signed_in(cookie)
        hello: AgentHello = await self._frames.hello(AgentHello)
        agent = self._agent
        structlog.contextvars.bind_contextvars(agent=agent.id)
        with (
            self._web.sockets.listed(self._connection, "agent", sign_in.id),
            self._web.inbox.watched(hello.inbox) as inbox,
            self._web.standings.watched(agent.id, agent.standing) as standing,
        ):
            self._looking = Looking(self._web.hints, agent)
            self._attendance = Attendance(self._web, agent, idle=hello.idle)
            await self._attendance.renew()
            cursors = await self._welcome(hello)
            try:
                async with asyncio.TaskGroup() as self._group:
                    for conversation, since in list(cursors.items())[:MOST_WATCHED]:
                        await self._watch(Watch(conversation=conversation, since=max(0, since)))
                    self._group.create_task(unending(self._show_inbox(inbox)))
                    self._group.create_task(unending(self._show_standing(standing)))
                    self._group.create_task(unending(self._attendance.beat()))
                    self._group.create_task(unending(self._looking.beat()))
                    self._group.create_task(unending(self._recheck(sign_in.id)))
                    self._group.create_task(unending(self._listen()))
            finally:
                await self._looking.at(None)
                for watched in self._watched.values():
                    await watched.end()

    async def _welcome(self, hello: AgentHello) -> dict[str, int]:
        """Welcome the agent; from where each cached log goes on: from its beginning if it was another log."""
        name = await needed(self._web.flow.log_name())
        agent = self._agent
        await self._connection.push(
            AgentWelcome(
                agent=agent.id,
                name=agent.name,
                available=agent.available,
                log=name,
                role=agent.role,
                standing=agent.standing,
            )
        )
        return hello.cursors if hello.log in {None, name} else dict.fromkeys(hello.cursors, 0)

    async def _signed_in(self, cookie: str | None) -> tuple[SignIn, Agent]:
        found = await needed(self._web.sign_ins.find(cookie))
        if found is None:
            raise Hangup(UNAUTHENTICATED, "session_expired")
        return found

    async def _show_inbox(self, inbox: InboxWatch) -> Never:
        while True:
            for text in await inbox.next():
                await self._connection.push_text(text)

    async def _active(self, _frame: Active) -> None:
        await self._attendance.renew()

    async def _recheck(self, sign_in: str) -> Never:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            await unanswered(self._check_session(sign_in))

    async def _check_session(self, sign_in: str) -> None:
        found = await self._web.sign_ins.recheck(sign_in, used=True)
        if found is None:
            raise Hangup(UNAUTHENTICATED, "session_expired")
        self._agent = found[1]

    async def _listen(self) -> Never:
        while True:
            frame = await self._frames.next()
            step = self._steps.get(type(frame))
            if step is None:
                raise Hangup(POLICY, "hello_again")
            self._attendance.saw(frame)
            await step(frame)

    def _hear(self, hint: Hint) -> None:
        watched = self._watched.get(hint.conversation)
        if watched is None:
            return
        if hint.of_log:
            watched.pump.hear(hint)
        elif hint.onlooker is not None:
            if (looks := self._looking.hear(hint)) is not None:
                self._connection.offer(looks)
        elif hint.typing_author is not Author.AGENT or hint.typing_name != self._agent.name:
            self._connection.offer(typing_frame(hint))

    async def _watch(self, frame: Watch) -> None:
        """Start, or start again from `since`."""
        if (watched := self._watched.get(frame.conversation)) is not None:
            watched.pump.rewind(frame.since)
            return
        if len(self._watched) >= MOST_WATCHED:
            await self._refuse(frame.conversation, "too_many_watched", retry=False)
            return
        try:
            chat = await self._web.flow.get(frame.conversation)
        except ConversationError as error:
            await self._connection.push(nack(frame.conversation, error))
            return
        except Exception as error:
            if not is_trouble(error):
                raise
            await self._refuse(frame.conversation, "unavailable", retry=True)
            return
        since = frame.since if frame.since <= chat.last_seq else 0
        self._start(frame.conversation, since, chat.controller, owner=chat.agent)

    def _start(
        self, conversation: str, since: int, controller: Controller, *, owner: str | None
    ) -> None:
        pump = Pump(
            self._connection,
            self._web.flow,
            conversation=conversation,
            since=since,
            for_agents=True,
            address=lambda url: self._web.work.signed.shown(url, "agent"),
        )
        pump.controller, pump.agent = controller, owner
        typing = TypingEcho(
            self._web.hints,
            conversation=conversation,
            author=Author.AGENT,
            name=self._agent.name,
        )
        watched = Watched(pump, typing)
        watched.ears.enter_context(self._web.switchboard.listening(conversation, self._hear))
        self._watched[conversation] = watched
        watched.task = self._group.create_task(unending(pump.run()))

    async def _unwatch(self, frame: Unwatch) -> None:
        if (watched := self._watched.pop(frame.conversation, None)) is not None:
            await watched.end()

    async def _refuse(self, cid: str, code: str, *, retry: bool) -> None:
        await self._connection.push(Nack(cid=cid, code=code, retry=retry))

    async def _write(self, frame: Write) -> None:
        """A step that writes: within the rate of the agent, acknowledged or refused."""
        if not self._web.limits.messages.allow(f"agent:{self._agent.id}"):
            await self._refuse(frame.cid, "rate_limited", retry=True)
            return
        step = step_of(self._web.flow, self._web.routing, self._agent, frame)
        await answered(self._connection, frame.cid, step)

    def _owned(self, conversation: str) -> Watched | None:
        """The watched conversation, if this agent owns it."""
        watched = self._watched.get(conversation)
        if watched is None or watched.pump.controller is not Controller.AGENT:
            return None
        return watched if watched.pump.agent == self._agent.id else None

    async def _type(self, frame: AgentTyping) -> None:
        if (watched := self._owned(frame.conversation)) is not None:
            await watched.typing.tell(on=frame.on)

    async def _read(self, frame: AgentRead) -> None:
        if self._owned(frame.conversation) is not None:
            await unanswered(
                self._web.flow.mark_read(frame.conversation, author=Author.AGENT, up_to=frame.seq)
            )

    async def _set_available(self, frame: Available) -> None:
        await unanswered(self._web.flow.set_available(self._agent, on=frame.on))
        self._agent = replace(self._agent, available=frame.on)
        self._web.inbox.touch()
        self._web.routing.touch()

    async def _back(self, _frame: Back) -> None:
        await unanswered(self._web.routing.back(self._agent))
        self._web.inbox.touch()

    async def _show_standing(self, watch: StandingWatch) -> Never:
        while True:
            await self._connection.push(StandingFrame(standing=await watch.next()))

    async def _look(self, frame: LookAt) -> None:
        await self._looking.at(frame.conversation, writing=frame.writing)

    async def _ping(self, _frame: Ping) -> None:
        self._connection.offer(Pong())
