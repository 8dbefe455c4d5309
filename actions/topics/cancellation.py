"""The cancellation: a declaration, taken at once from anybody, with its receipt before anything else.

Invariants (§ 312k BGB): no question, offer, survey or sign-in stands before the receipt; a declaration
that arrives twice has one receipt; who cannot be matched is never turned away.
"""

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.packet import handoff
from actions.replies import Reply, say
from actions.services import ask
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card
from subscriptions.model.cancellation import CancellationReceipt


class CancelSubscription(BotAction):
    """Takes the declaration and hands out the receipt."""

    intent = "cancel_subscription"
    writes = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        receipt = await ask(
            self.services.subscriptions.cancellation.declare,
            turn.caller,
            _declaration(turn, voice),
            key=f"{turn.key}:cancel",
        )
        card = cancellation_card(voice, receipt)
        if not receipt.matched:
            says = (
                say(voice, voice.text("cancellation.received"), cards=[card]),
                say(voice, voice.text("cancellation.unmatched")),
            )
            return Reply(says, handoff=handoff(self.services, turn, "catalogue"))
        key = "cancellation.repeated" if receipt.repeated else "cancellation.received"
        # The receipt stands alone; the way back is a sentence of its own after it.
        return Reply(
            (
                say(voice, voice.text(key), cards=[card]),
                say(voice, voice.text("cancellation.take_back")),
            )
        )


def cancellation_card(voice: Voice, receipt: CancellationReceipt) -> Card:
    """The time-stamped receipt."""
    rows = [
        voice.row("card.reference", receipt.reference),
        voice.row("card.received_at", voice.moment(receipt.received_at)),
    ]
    if receipt.plan is not None:
        rows.append(voice.row("card.plan", voice.plan(receipt.plan)))
    if receipt.ends_on is not None:
        rows.append(voice.row("card.ends_on", voice.day(receipt.ends_on)))
    return Card(kind="receipt", title=voice.text("card.cancellation_receipt"), rows=rows)


def _declaration(turn: Turn, voice: Voice) -> str:
    """The subscriber's words; a pressed button has none, so its meaning is written down."""
    return turn.typed or voice.text("cancellation.by_button")
