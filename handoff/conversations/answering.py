"""The bot's part of a conversation: it gets its work, and answers it once or not at all.

Invariants: the bot's words, who it says is speaking and its handoff are one transaction; an answer of an old epoch
changes nothing, whatever it says; a refused proof stores nothing of its answer.
"""

from collections.abc import Callable, Sequence

from handoff.contract import (
    BotReply,
    HandoffReason,
    HandoffRequest,
    Identified,
    Promised,
    Say,
)
from handoff.conversations import pledging, proof, steps
from handoff.conversations.machinery import Machinery, waiting
from handoff.conversations.model import Conversation, Step
from handoff.conversations.ports import BotTurn, Hint
from handoff.conversations.storage import Writing
from handoff.conversations.turns import bot_turn


class Answering(Machinery):
    """The steps that the bot causes."""

    async def due_turns(self, limit: int = 50) -> list[BotTurn]:
        """Claim bot turns that are due: at most one per conversation, in order, for `Timing.claim`."""
        claimed = await self._store.write(
            lambda tx: tx.claim_turns(until=tx.now() + self._timing.claim, limit=limit),
            about=None,
        )
        return [bot_turn(turn) for turn in claimed]

    async def hold(self, turns: Sequence[BotTurn]) -> None:
        """Claimed turns this process is still working on stay its own for another `Timing.claim`."""
        claims = [(turn.conversation, turn.seq, turn.attempts) for turn in turns]
        await self._store.write(
            lambda tx: tx.renew_turns(claims, until=tx.now() + self._timing.claim), about=None
        )

    async def give_back(self, turns: Sequence[BotTurn]) -> None:
        """Claimed turns this process will not finish: due at once for another one, and not counted as an attempt."""
        claims = [(turn.conversation, turn.seq, turn.attempts) for turn in turns]
        await self._store.write(lambda tx: tx.release_turns(claims), about=None)
        for turn in turns:
            await self._hints.publish(Hint(turn.conversation, turn.seq, turn=True, due=True))

    async def answer(self, turn: BotTurn, replies: Sequence[BotReply]) -> bool:
        """The bot's words, who speaks and its handoff together. False: dropped, somebody else speaks by now.

        Raises ProofRefused. A proof or a promise alone is no answer.
        """
        request = next((r for r in replies if isinstance(r, HandoffRequest)), None)

        def decide(tx: Writing, c: Conversation) -> Step:
            arrival = None
            known = proof.taken(c, replies, tx.now())
            told = () if known == c else (steps.identified(c, known, "code", tx.now()),)
            if request is not None:
                says = [reply for reply in replies if isinstance(reply, Say)]
                arrival = self._desk.arrival(waiting(tx, known, says), request)
            step = steps.answered(known, turn.seq, replies, arrival, before=told)
            return pledging.arranged(step, pledging.effects_of(replies, tx.now()))

        if all(isinstance(reply, Identified | Promised) for reply in replies):
            return await self.bot_failed(turn, reason="bot_unavailable")
        return await self._finish(turn, decide)

    async def bot_failed(
        self,
        turn: BotTurn,
        *,
        reason: HandoffReason,
        refused: proof.ProofRefused | None = None,
    ) -> bool:
        """The bot gave no usable answer in time: tell the subscriber, queue the chat, note a refused proof."""

        def decide(tx: Writing, c: Conversation) -> Step:
            arrival = self._arrival(tx, c, reason, skill="SEC" if refused else "BIL")
            return steps.failed(c, turn.seq, arrival, refused=refused)

        return await self._finish(turn, decide)

    async def _finish(self, turn: BotTurn, decide: Callable[[Writing, Conversation], Step]) -> bool:
        """End a turn once: with what was decided if the bot may still speak, else silently."""

        def work(tx: Writing) -> tuple[bool, Hint]:
            before = tx.lock(turn.conversation)
            if not tx.turn_open(turn.conversation, turn.seq):
                return False, Hint(before.id, before.last_seq, turn=True)
            wanted = steps.wanted(before, turn.epoch)
            step = decide(tx, before) if wanted else steps.dropped(before, turn.seq)
            after, events = tx.apply(before, step)
            due = tx.turn_waits(before.id, behind=turn.seq)
            told = Hint(before.id, after.last_seq, turn=True, due=due, events=tuple(events))
            return wanted, told

        said, hint = await self._store.write(work, about=turn.conversation)
        await self._hints.publish(hint)
        return said
