"""What the bot is asked: a claimed turn as the words and the metadata of one call.

Invariants: identity travels only in the metadata; typed text is never a command, a pressed button is.
"""

from handoff.contract import TurnMetadata
from handoff.conversations.ports import BotTurn
from handoff.conversations.storage import ClaimedTurn
from handoff.conversations.text import command_for_bot, for_bot


def bot_turn(claimed: ClaimedTurn) -> BotTurn:
    """The work for the bot; its `turn` is the root of every idempotency key the actions use."""
    c, event = claimed.conversation, claimed.event
    intent = event.private.get("intent")
    command = command_for_bot(intent) if intent else None
    return BotTurn(
        conversation=c.id,
        seq=event.seq,
        epoch=claimed.epoch,
        text=command or for_bot(event.body["text"]),
        metadata=TurnMetadata(
            turn=f"{c.id}:{event.seq}",
            subscriber_id=c.subscriber_id,
            level=c.level,
            proven_at=c.proven_at.isoformat() if c.proven_at else None,
            locale=c.locale,
            first_turn=claimed.first,
            handback=c.handback,
            pressed=event.private.get("pressed") if command else None,
        ),
        attempts=claimed.attempts,
    )
