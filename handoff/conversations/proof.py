"""Who is speaking, as a proof tells it: the host site's signature at the door, or a one-time code in the chat.

Invariants: a conversation that is somebody's never becomes another's; a weaker or older proof undoes nothing; a
proof that ran out or comes from the future proves nothing (domain rule "Who is speaking").
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from handoff.contract import BotReply, Identified
from handoff.conversations.model import Conversation

GOOD_FOR = timedelta(minutes=10)
SKEW = timedelta(seconds=30)
"""How far two clocks of ours may be apart."""

_NEVER = datetime.min.replace(tzinfo=UTC)

Why = Literal["another_subscriber", "too_old", "in_future", "unreadable"]


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody has proven who they are; `proven_at` is None when nobody said when."""

    subscriber_id: str
    level: int
    proven_at: datetime | None


class ProofRefused(Exception):
    """A proof in the assistant's answer cannot be: the whole answer counts as broken. `claimed` is for the audit only."""

    def __init__(self, why: Why, *, claimed: str) -> None:
        super().__init__(why)
        self.why = why
        self.claimed = claimed


def fresh(proven_at: datetime, now: datetime) -> bool:
    """Whether what was proven then still counts, and is not from the future."""
    return -SKEW <= now - proven_at <= GOOD_FOR


def level_at(c: Conversation, now: datetime) -> int:
    """The level that counts now: the higher one falls back when its proof is no longer fresh."""
    if c.level == 2 and (c.proven_at is None or not fresh(c.proven_at, now)):
        return 1
    return c.level


def strengthened(c: Conversation, proof: Proof) -> Conversation:
    """The row after a proof of its own subscriber, or of the first one; as it was when that says nothing new."""
    if (proof.level, proof.proven_at or _NEVER) <= (c.level, c.proven_at or _NEVER):
        return c
    return replace(
        c, subscriber_id=proof.subscriber_id, level=proof.level, proven_at=proof.proven_at
    )


def taken(c: Conversation, replies: Iterable[BotReply], now: datetime) -> Conversation:
    """The row after the proofs among the assistant's replies. Raises ProofRefused."""
    for reply in replies:
        if isinstance(reply, Identified):
            c = strengthened(c, _checked(c, reply, now))
    return c


def _checked(c: Conversation, said: Identified, now: datetime) -> Proof:
    proven_at = _moment(said.proven_at)
    why: Why | None = None
    if c.subscriber_id not in {None, said.subscriber_id}:
        why = "another_subscriber"
    elif proven_at is None or not said.subscriber_id:
        why = "unreadable"
    elif not fresh(proven_at, now):
        why = "in_future" if proven_at > now else "too_old"
    if why is not None:
        raise ProofRefused(why, claimed=said.subscriber_id)
    return Proof(said.subscriber_id, said.level, proven_at)


def _moment(said: str) -> datetime | None:
    """The instant of an ISO time with its zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(said)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
