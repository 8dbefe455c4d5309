"""Sends one conversation's log to one socket, in order, from a cursor.

Invariants: one pump per socket and conversation; it sends what it read from the database after its cursor, and, once it
has caught up, what this process committed right behind that; so nothing overtakes and nothing is lost; `after` is the seq this
stream sent before. A hint wakes it, the switchboard's sweep finds what a lost hint hid; trouble with the database is waited
out, the socket stays.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Never

import structlog
from pydantic import TypeAdapter

from handoff.conversations.model import Controller, Event
from handoff.conversations.ports import ConversationFlow, Hint
from handoff.protocol import ControlEvent, LogFrame, MessageEvent, Understood
from handoff.protocol import Event as ShownEvent
from handoff.web.connection import Connection
from handoff.web.outbox import Wake
from handoff.web.trouble import is_trouble

log = structlog.get_logger(__name__)

QUEUED_SECONDS = 2.0
"""In the queue the place changes by what happens to others."""

IDLE_SECONDS = 30.0
"""Otherwise hints and the sweep wake; this only covers a bug in both."""

_PAGE = 200
_shown: TypeAdapter[Any] = TypeAdapter(ShownEvent)


async def _nothing() -> None:
    return


def _needs_more(event: Event) -> bool:
    """What is not shown to everybody as it is stored."""
    return event.kind == "control" or "understood" in event.private or bool(event.body.get("links"))


class Pump:
    """The cursor of one conversation on one socket, and the state of ownership it has passed."""

    def __init__(
        self,
        connection: Connection,
        flow: ConversationFlow,
        *,
        conversation: str,
        since: int,
        for_agents: bool,
        address: Callable[[str], str],
    ) -> None:
        """`address` makes the address of a link for this very look."""
        self._connection = connection
        self._flow = flow
        self.conversation = conversation
        self._cursor = since
        self._known = since
        self._resting = False
        self._rewind_to: int | None = None
        self._for_agents = for_agents
        self._address = address
        self._wake = Wake()
        self.controller: Controller | None = None
        self.agent: str | None = None
        self.settled: Callable[[], Awaitable[None]] = _nothing

    def hear(self, hint: Hint) -> None:
        """The log goes further: send what follows at once, if it came along and there is room; else it is read. Never waits."""
        if self._resting and (self._is_old(hint) or self._pass_on(hint.events)):
            return
        self._wake.set()

    def _is_old(self, hint: Hint) -> bool:
        """Something beside the log changed, which is no matter of ours but while one waits."""
        return hint.seq <= self._known and self.controller is not Controller.QUEUE

    def _pass_on(self, events: Sequence[Event]) -> bool:
        """Whether nothing is left to read. A new owner, and a place in line, need more than sending."""
        if not events or self.controller is Controller.QUEUE:
            return False
        for event in events:
            if event.seq <= self._known:
                continue
            follows = event.seq == self._known + 1 and event.text is not None
            if not follows or _needs_more(event) or not self._offer(event):
                return False
        return True

    def _offer(self, event: Event) -> bool:
        """Send an event that was just written, unless there is no room. The text is the same for everybody."""
        if self._for_agents or not event.agents_only:
            head = f'{{"type":"event","conversation":"{self.conversation}","seq":{event.seq},'
            at = f'"after":{self._cursor},"at":"{event.at.isoformat()}","event":{event.text}}}'
            if not self._connection.offer_text(head + at):
                return False
            self._cursor = event.seq
        self._known = event.seq
        return True

    def rewind(self, since: int) -> None:
        """Send again from `since`; the client saw a gap."""
        self._rewind_to = since
        self._wake.set()

    async def run(self) -> Never:
        """Send, wait for a hint or the sweep, send."""
        while True:
            try:
                await self._drain()
                await self.settled()
            except Exception as error:
                if not is_trouble(error):
                    raise
                log.warning(
                    "pump_waits", conversation=self.conversation, error=type(error).__name__
                )
                await asyncio.sleep(random.uniform(0.5, 1.0))  # noqa: S311  # jitter, not a secret
                continue
            await self._rest()

    async def _rest(self) -> None:
        """Until a hint, or for a while; jittered, so that sockets do not ask in step."""
        limit = QUEUED_SECONDS if self.controller is Controller.QUEUE else IDLE_SECONDS
        jittered = limit * random.uniform(0.7, 1.3)  # noqa: S311  # no secret
        # A timer that wakes costs a third of `asyncio.timeout`, and this is done for every message.
        timer = asyncio.get_running_loop().call_later(jittered, self._wake.set)
        self._resting = not self._wake.is_set()
        try:
            await self._wake.wait()
        finally:
            self._resting = False
            timer.cancel()

    async def _drain(self) -> None:
        """Send everything after the cursor."""
        more = True
        while more:
            self._wake.clear()
            if self._rewind_to is not None:
                self._cursor = self._known = self._rewind_to
                self._rewind_to = None
            events = await self._flow.events(
                self.conversation, since=self._cursor, for_agents=self._for_agents, limit=_PAGE
            )
            for event in events:
                if self._rewind_to is not None:
                    break
                await self._send(event)
            more = len(events) == _PAGE or self._wake.is_set()

    async def _send(self, event: Event) -> None:
        shown = _shown.validate_python(event.body)
        if isinstance(shown, ControlEvent):
            self.controller, self.agent = Controller(shown.controller), shown.agent
            shown = shown if self._for_agents else shown.model_copy(update={"agent": None})
        elif self._for_agents and isinstance(shown, MessageEvent) and "understood" in event.private:
            known = Understood.model_validate(event.private["understood"])
            shown = shown.model_copy(update={"understood": known})
        if isinstance(shown, MessageEvent) and shown.links:
            links = [
                link.model_copy(update={"url": self._address(link.url)}) for link in shown.links
            ]
            shown = shown.model_copy(update={"links": links})
        after, self._cursor = self._cursor, event.seq
        self._known = event.seq
        await self._connection.push(
            LogFrame(
                conversation=self.conversation,
                seq=event.seq,
                after=after,
                at=event.at.isoformat(),
                event=shown,
            )
        )
