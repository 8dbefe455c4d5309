"""How every step is done, and how the log is looked at: what `flow` stands on.

Invariants: the row is locked before anything is decided; a known key gets its first receipt and causes
nothing; the hint goes round after the commit, never before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handoff.contract import HandoffReason, HandoffRequest, Say, Skill
from handoff.conversations.model import Conversation, Event, Step
from handoff.conversations.ports import (
    Arrival,
    DeskRules,
    Hint,
    Hints,
    Receipt,
    Waiting,
)
from handoff.conversations.storage import Reading, Store, Timing, Writing

TRANSCRIPT = 12
"""Messages which the case packet shows."""

Decide = Callable[[Writing, Conversation], Step | None]


@dataclass(frozen=True, slots=True)
class _Done:
    """What a committed step left behind: its receipt, how far the log goes and by what it grew, whether the bot has work."""

    receipt: Receipt
    last: int
    events: Sequence[Event] = ()
    turn: bool = False
    changed: bool = True


class Machinery:
    """The store, the hints and the desk's rules, and the one way to use them."""

    def __init__(
        self, store: Store, hints: Hints, *, desk: DeskRules, timing: Timing | None = None
    ) -> None:
        self._store = store
        self._hints = hints
        self._desk = desk
        self._timing = timing or Timing()

    async def _step(self, conversation: str, key: str | None, decide: Decide) -> Receipt:
        """One step as one transaction; a known `key` gets its first receipt again."""

        def work(tx: Writing) -> _Done:
            before = tx.lock(conversation)
            if key is not None and (seq := tx.key_seq(conversation, key)) is not None:
                return _Done(Receipt(seq, repeated=True), before.last_seq, changed=False)
            step = decide(tx, before)
            if step is None:
                return _Done(Receipt(before.last_seq), before.last_seq, changed=False)
            after, events = tx.apply(before, step)
            receipt = Receipt(before.last_seq + 1)
            return _Done(receipt, after.last_seq, events, turn=step.asks_bot)

        done = await self._store.write(work, about=conversation, key=key)
        if done.changed:
            await self._hint(conversation, done.last, turn=done.turn, events=done.events)
        return done.receipt

    async def _changed(self, conversation: str, decide: Decide) -> bool:
        """One step that may find nothing to do any more; whether it did something."""
        did: list[bool] = []

        def noted(tx: Writing, c: Conversation) -> Step | None:
            step = decide(tx, c)
            did[:] = [step is not None]
            return step

        await self._step(conversation, None, noted)
        return did == [True]

    def _arrival(
        self, tx: Reading, c: Conversation, reason: HandoffReason, skill: Skill = "BIL"
    ) -> Arrival:
        """A handoff which the bot did not word: the button, a take-over, a bot that did not answer."""
        request = HandoffRequest(reason=reason, skill=skill, locale=c.locale)
        return self._desk.arrival(waiting(tx, c), request)

    async def _hint(
        self, conversation: str, last: int, *, turn: bool = False, events: Sequence[Event] = ()
    ) -> None:
        await self._hints.publish(Hint(conversation, last, turn=turn, events=tuple(events)))

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


def waiting(tx: Reading, c: Conversation, says: Sequence[Say] = ()) -> Waiting:
    """What the desk needs to know; `says` are words of the bot which are about to be stored."""
    return Waiting(
        conversation=c,
        transcript=tx.last_messages(c.id, TRANSCRIPT),
        about_to_say=tuple(say.text for say in says),
        available=tx.agents_available(),
        now=tx.now(),
    )
