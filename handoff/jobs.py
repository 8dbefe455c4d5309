"""The gateway's loops: bot turns that are due, the line, and whatever is done again and again. Each is a `run(stop)`.

Invariants: an exception is logged and the loop goes on after a pause that grows; nothing is remembered
here that the database does not know, so a killed process loses no work; a turn that keeps failing
ends with a person.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from handoff.conversations.errors import ConversationError
from handoff.conversations.model import Author
from handoff.conversations.ports import (
    Bot,
    BotTurn,
    BotUnavailable,
    ConversationFlow,
    Hint,
    Hints,
)
from handoff.conversations.proof import ProofRefused
from handoff.desk.routing.desk import Routing
from handoff.tasks import keep_going, rest

AT_ONCE = 16
"""Turns which one node has under way."""

MOST_ATTEMPTS = 3
"""A turn that was claimed more often took its process down, or its answer could never be stored."""

TURN_SWEEP_SECONDS = 1.0
LEASE_SWEEP_SECONDS = 2.0
ROUTING_SWEEP_SECONDS = 0.8
ROUTING_GAP_SECONDS = 0.15
FULL_HAND = 20
"""So many at once: then there may be more."""
LAST_WORDS_SECONDS = 1.5
GIVE_BACK_SECONDS = 1.0
HOLD_SECONDS = 2.0
"""How often claims of turns under way are renewed: often enough that two may fail."""

log = structlog.get_logger(__name__)


class RoutingSweep:
    """Keeps every waiting chat offered, or with the reason why not. Hints only shorten the wait for the next look."""

    def __init__(
        self, routing: Routing, hints: Hints, *, every: float = ROUTING_SWEEP_SECONDS
    ) -> None:
        self._routing = routing
        self._hints = hints
        self._every = every

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped."""
        listening = asyncio.create_task(self._listen(stop))
        try:
            await keep_going(stop, "routing", step=self._step, pause=self._every)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _step(self) -> None:
        """After a change look again soon: what did not fit into one sweep, or was held by others, comes with the next."""
        await rest(self._routing.news, self._every)
        self._routing.news.clear()
        if await self._routing.sweep():
            self._routing.touch()
        await asyncio.sleep(ROUTING_GAP_SECONDS)

    async def _listen(self, stop: asyncio.Event) -> None:
        async def step() -> None:
            async for hint in self._hints.subscribe():
                if hint.of_log and not hint.turn:
                    self._routing.touch()

        await keep_going(stop, "routing_hints", step=step, pause=self._every)


class Repeated:
    """Does a step of the desk again and again: what it finds due it does, so whoever died before is made up for."""

    def __init__(self, name: str, step: Callable[[], Awaitable[int]], *, every: float) -> None:
        self._name = name
        self._step = step
        self._every = every

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped; a full hand is followed by the next one at once."""

        async def step() -> None:
            if await self._step() < FULL_HAND:
                await rest(stop, self._every)

        await keep_going(stop, self._name, step=step, pause=self._every)


class BotTurns:
    """Asks the bot and stores its answer: what this process stores comes claimed already, what else is due it claims."""

    def __init__(
        self,
        flow: ConversationFlow,
        bot: Bot,
        hints: Hints,
        *,
        every: float = TURN_SWEEP_SECONDS,
        hold: float = HOLD_SECONDS,
    ) -> None:
        self._hold = hold
        self._flow = flow
        self._bot = bot
        self._hints = hints
        self._every = every
        self._wake = asyncio.Event()
        self._under_way: dict[asyncio.Task[None], BotTurn] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        self._leaving = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped; then turns under way get a moment to end, the rest is for another process."""
        self._leaving = False
        sides = [
            asyncio.create_task(side(stop)) for side in (self._listen, self._wake_at, self._hold_on)
        ]
        self._flow.turns_go_to(self)
        try:
            await keep_going(stop, "bot_turns", step=self._claim, pause=self._every)
        finally:
            self._flow.turns_go_to(None)
            for side in sides:
                side.cancel()
            await asyncio.gather(*sides, return_exceptions=True)
            await self.leave(LAST_WORDS_SECONDS)

    def has_room(self) -> bool:
        """Whether it would begin with another turn now."""
        return not self._leaving and len(self._under_way) < AT_ONCE

    def begin(self, turn: BotTurn) -> None:
        """Ask what is claimed; where many came at the same moment, as soon as there is room. Who leaves gives it back."""
        work = self._give_back([turn]) if self._leaving else self._serve(turn)
        task = asyncio.create_task(work)
        self._under_way[task] = turn
        task.add_done_callback(self._ended)

    async def leave(self, seconds: float) -> None:
        """Claim nothing more; turns under way get that long to end, the rest is given back."""
        self._leaving = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)
        left = dict(self._under_way)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if left:
            await self._give_back(list(left.values()))

    async def _give_back(self, turns: list[BotTurn]) -> None:
        """Without an answer of the database the claims run out by themselves."""
        try:
            async with asyncio.timeout(GIVE_BACK_SECONDS):
                await self._flow.give_back(turns)
        except (TimeoutError, ConversationError) as error:
            log.warning("turns_not_given_back", turns=len(turns), error=type(error).__name__)

    async def _hold_on(self, stop: asyncio.Event) -> None:
        """Claims are short, so that a killed node's turns are soon another's; those that are worked on are renewed."""

        async def step() -> None:
            await rest(stop, self._hold)
            if self._under_way:
                await self._flow.hold(list(self._under_way.values()))

        await keep_going(stop, "bot_turns_held", step=step, pause=self._hold)

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _listen(self, stop: asyncio.Event) -> None:
        """A hint that the bot has work shortens the wait for the sweep."""

        async def step() -> None:
            async for hint in self._hints.subscribe():
                if hint.due:
                    self._wake.set()

        await keep_going(stop, "bot_turn_hints", step=step, pause=self._every)

    async def _claim(self) -> None:
        await rest(self._wake, self._every)
        self._wake.clear()
        free = AT_ONCE - len(self._under_way)
        if free <= 0 or self._leaving:
            return
        turns = await self._flow.due_turns(free)
        if self._leaving and turns:
            await self._give_back(turns)
            return
        for turn in turns:
            if not self._has(turn):
                self.begin(turn)

    def _has(self, turn: BotTurn) -> bool:
        """Whether it is under way here: the database was away for so long that its claim ran out, and now it is ours again."""
        for task, ours in self._under_way.items():
            if (ours.conversation, ours.seq) == (turn.conversation, turn.seq):
                self._under_way[task] = turn
                return True
        return False

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Where there was no room another one may be due. The conversation's next turn is told with a hint."""
        if len(self._under_way) >= AT_ONCE:
            self._wake.set()
        self._under_way.pop(task, None)

    async def _serve(self, turn: BotTurn) -> None:
        """One turn from question to stored answer. What fails here is claimed again later."""
        async with self._room:
            await self._served(turn)

    async def _served(self, turn: BotTurn) -> None:
        try:
            await self._tell_typing(turn, on=True)
            await self._answer(turn)
        except ConversationError as error:
            log.warning("turn_not_stored", conversation=turn.conversation, code=error.code.value)
        except Exception as error:  # noqa: BLE001  # one turn must not end the others
            log.error("turn_failed", conversation=turn.conversation, error=type(error).__name__)
        finally:
            await self._tell_typing(turn, on=False)

    async def _answer(self, turn: BotTurn) -> None:
        if turn.attempts > MOST_ATTEMPTS:
            await self._flow.bot_failed(turn, reason="bot_unavailable")
            return
        try:
            wanted = await self._flow.answer(turn, await self._bot.answer(turn))
        except BotUnavailable:
            await self._flow.bot_failed(turn, reason="bot_unavailable")
        except ProofRefused as refused:
            log.warning("proof_refused", conversation=turn.conversation, why=refused.why)
            await self._flow.bot_failed(turn, reason="bot_unavailable", refused=refused)
        else:
            if not wanted:
                log.info("late_answer_dropped", conversation=turn.conversation, seq=turn.seq)

    async def _tell_typing(self, turn: BotTurn, *, on: bool) -> None:
        await self._hints.publish(
            Hint(conversation=turn.conversation, typing_author=Author.BOT, typing_on=on)
        )
