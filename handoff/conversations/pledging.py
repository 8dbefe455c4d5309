"""Calls and written answers which the bot arranges, or the subscriber chose instead of waiting, as promises of ours.

Invariants: whoever wished for one is owed it from the wish on, also when the talk about it is left half-way: after a silence
the chat waits for a person, under the case it had; what was promised for a time ends the waiting of that case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handoff.contract import BotReply, Promised
from handoff.conversations.effects import ANSWERS, Effect, Ending, Pledge, PromiseKind
from handoff.conversations.model import ClosedCase, Controller, Conversation, Step

WITHIN = timedelta(hours=48)
"""For a call or an answer that was wished for and has no time yet (domain, R10)."""

SILENCE = timedelta(minutes=10)
"""So long the talk about a call or a written answer may rest before the chat waits for a person."""


def chosen_instead(kind: PromiseKind, now: datetime) -> tuple[Effect, ...]:
    """Whoever waited wants something else, and is owed that instead."""
    return Ending("withdrawn", ANSWERS, why="chose_instead"), Pledge(kind, now + WITHIN)


def effects_of(replies: Sequence[BotReply], now: datetime) -> tuple[Effect, ...]:
    """What an answer of the bot promises and takes back."""
    return tuple(_effect(r, now) for r in replies if isinstance(r, Promised))


def _effect(promised: Promised, now: datetime) -> Effect:
    kind = PromiseKind(promised.kind)
    if promised.state == "withdrawn":
        return Ending("withdrawn", frozenset({kind}), promised.reference, why="asked")
    due_at = datetime.fromisoformat(promised.due_at) if promised.due_at else now + WITHIN
    return Pledge(kind, due_at, promised.reference, promised.case)


def held_case(c: Conversation) -> str | None:
    """The case of a chat that waited and is with the bot to arrange something else."""
    return c.case_number if c.controller is Controller.BOT else None


def held(before: Conversation, after: Conversation) -> Conversation:
    """The row of a chat that goes to the bot and keeps its case, its age and what it is about."""
    return replace(
        after,
        case_number=before.case_number,
        waiting_since=before.waiting_since,
        reason=before.reason,
        skill=before.skill,
    )


def arranged(step: Step, effects: Iterable[Effect]) -> Step:
    """The step of a bot's answer with what it promises; a firm promise closes the case that was held for it."""
    also = tuple(effects)
    firm = next((e.reference for e in also if isinstance(e, Pledge) and e.reference), None)
    number = held_case(step.after)
    if firm is None or number is None:
        return replace(step, also=(*also, *step.also))
    free = replace(step.after, case_number=None, waiting_since=None, reason="", skill=None)
    return replace(step, after=free, closed=ClosedCase(number, firm), also=(*also, *step.also))
