"""How every step is done, and how the log is looked at: what `flow` stands on.

Invariants: the row is locked before anything is decided; whatever is acknowledged is kept under its key by the first
event of its step, so that a repeat that comes late does not do what was not done the first time; a known key gets its first
receipt and causes nothing; the hint goes round after the commit, never before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from handoff.contract import HandoffReason, HandoffRequest, Say, Skill
from handoff.conversations.errors import ConversationError
from handoff.conversations.model import Conversation, Event, Step
from handoff.conversations.ports import (
    Arrival,
    DeskRules,
    Hint,
    Hints,
    Receipt,
    TurnTaker,
    Waiting,
)
from handoff.conversations.storage import ClaimedTurn, Reading, Store, Timing, Writing
from handoff.conversations.turns import bot_turn

TRANSCRIPT = 12
"""Messages which the case packet shows."""

Decide = Callable[[Writing, Conversation], Step]
MayDecide = Callable[[Writing, Conversation], Step | None]


@dataclass(frozen=True, slots=True)
class _Done:
    """What a committed step left behind: how far the log goes and by what it grew, whether the bot has work, and the work if
    it was claimed."""

    last: int
    events: Sequence[Event]
    turn: bool
    claimed: ClaimedTurn | None


class Machinery:
    """The store, the hints and the desk's rules, and the one way to use them."""

    def __init__(
        self, store: Store, hints: Hints, *, desk: DeskRules, timing: Timing | None = None
    ) -> None:
        self._store = store
        self._hints = hints
        self._desk = desk
        self._timing = timing or Timing()
        self._taker: TurnTaker | None = None

    def turns_go_to(self, taker: TurnTaker | None) -> None:
        """From now on messages stored here are claimed at once for whoever asks the bot here; None: for nobody."""
        self._taker = taker

    async def _step(self, conversation: str, key: str, decide: Decide) -> Receipt:
        """One step as one transaction; a known `key` gets its first receipt again.

        Raises ValueError for a step that is not known by its first event.
        """

        taker = self._taker
        claim = self._timing.claim if taker is not None and taker.has_room() else None

        def work(tx: Writing) -> tuple[Receipt, _Done | None]:
            before = tx.lock(conversation)
            if (seq := tx.key_seq(conversation, key)) is not None:
                return Receipt(seq, repeated=True), None
            step = decide(tx, before)
            if not step.drafts or step.drafts[0].key != key:
                raise ValueError("a step that is acknowledged needs its key on its first event")
            return Receipt(before.last_seq + 1), _applied(tx, before, step, claim)

        receipt, done = await self._store.write(work, about=conversation, key=key)
        if taker is not None and done is not None and done.claimed is not None:
            taker.begin(bot_turn(done.claimed))
        await self._tell_of(conversation, done)
        return receipt

    async def _changed(self, conversation: str, decide: MayDecide) -> bool:
        """One step that is not acknowledged and may find nothing to do; whether it did something."""

        def work(tx: Writing) -> _Done | None:
            before = tx.lock(conversation)
            step = decide(tx, before)
            return _applied(tx, before, step) if step is not None else None

        done = await self._store.write(work, about=conversation)
        await self._tell_of(conversation, done)
        return done is not None

    async def _in_each(self, conversations: Sequence[str], decide: MayDecide) -> int:
        """The step in each of them, one after the other; in how many it did something.

        One that breaks holds up no other: what it raised is passed on when all were looked at. A store that is away is passed on at once.
        """
        did, broke = 0, None
        for conversation in conversations:
            try:
                did += await self._changed(conversation, decide)
            except ConversationError:
                raise
            except Exception as error:  # noqa: BLE001  # passed on below
                broke = broke or error
        if broke is not None:
            raise broke
        return did

    async def _tell_of(self, conversation: str, done: _Done | None) -> None:
        if done is not None:
            due = done.turn and done.claimed is None
            hint = Hint(conversation, done.last, turn=done.turn, due=due, events=tuple(done.events))
            await self._hints.publish(hint)

    def _arrival(
        self, tx: Reading, c: Conversation, reason: HandoffReason, skill: Skill = "BIL"
    ) -> Arrival:
        """A handoff which the bot did not word: the button, a take-over, a bot that did not answer."""
        request = HandoffRequest(reason=reason, skill=skill, locale=c.locale)
        return self._desk.arrival(waiting(tx, c), request)

    # --- looking

    async def get(self, conversation: str) -> Conversation:
        """The row as it is now; raises UNKNOWN_CONVERSATION."""
        return await self._store.read(lambda db: db.conversation(conversation))

    async def events(
        self, conversation: str, *, since: int, for_agents: bool, limit: int = 200
    ) -> list[Event]:
        """The log after `since`, in order; without `for_agents` only what subscribers may see."""
        return await self._store.events(
            conversation, since=since, for_agents=for_agents, limit=limit
        )

    async def place_in_line(self, conversation: str) -> int:
        """1-based place in the queue, 0 when not queued."""
        line = await self._store.read(
            lambda db: self._desk.order(db.queued(), db.routed(), db.now())
        )
        ids = [c.id for c in line]
        return ids.index(conversation) + 1 if conversation in ids else 0

    async def agents_available(self) -> int:
        """How many people take chats now."""
        return await self._store.read(lambda db: db.agents_available())

    async def log_name(self) -> str:
        """Which log this is; another name after a backup was restored."""
        return await self._store.read(lambda db: db.log_name())

    async def last_seqs(self, conversations: Sequence[str]) -> dict[str, int]:
        """How far the logs go: one question for all sockets of a node, which finds lost hints."""
        return await self._store.read(lambda db: db.last_seqs(conversations))


def _applied(
    tx: Writing, before: Conversation, step: Step, claim: timedelta | None = None
) -> _Done:
    """Store the step; the bot's work in it is claimed for so long at once."""
    after, events = tx.apply(before, step)
    claimed = None
    if step.asks_bot and claim is not None:
        claimed = tx.claim_turn(after, events[0], until=tx.now() + claim)
    return _Done(after.last_seq, events, step.asks_bot, claimed)


def waiting(tx: Reading, c: Conversation, says: Sequence[Say] = ()) -> Waiting:
    """What the desk needs to know; `says` are words of the bot which are about to be stored."""
    return Waiting(
        conversation=c,
        transcript=tx.last_messages(c.id, TRANSCRIPT),
        about_to_say=tuple(say.text for say in says),
        available=tx.agents_available(),
        now=tx.now(),
    )
