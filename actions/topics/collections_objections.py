"""Who cannot pay, or owes nothing: let it rest first, then a person.

Invariants: hardship is never refused and asks nothing before the hold; of somebody unknown nothing is confirmed; a
dispute rests before a word is asked; both always go to a person.
"""

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.packet import handoff
from actions.replies import Reply, say
from actions.services import ask
from actions.topics.named_invoices import number_named
from actions.turn import Turn
from actions.voice import Voice
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.payments import HoldReceipt


class FinancialHardship(BotAction):
    """The hold and the case first, then a person; nothing is asked."""

    intent = "financial_hardship"
    writes = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        hardship = self.services.subscriptions.payments.hardship
        text = turn.typed or voice.text("hardship.by_button")
        receipt = await ask(hardship, turn.caller, text, key=f"{turn.key}:hardship")
        words = voice.text(f"hardship.rests_{_how(receipt)}", **_facts(voice, receipt))
        return _with_person(self, turn, voice, words)


class DisputeClaim(BotAction):
    """The hold and the case first, then a person of those who decide about complaints."""

    intent = "dispute_claim"
    needs = Level.IDENTIFIED
    writes = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        dispute = self.services.subscriptions.payments.dispute
        text = turn.typed or voice.text("dispute.by_button")
        named, key = number_named(turn), f"{turn.key}:dispute"
        try:
            receipt = await ask(dispute, turn.caller, named, text, key=key)
        except SubscriptionError as refusal:
            if refusal.code is not Code.NOT_FOUND or named is None:
                raise
            # A number from a letter that is none of ours: then all that is open rests.
            receipt = await ask(dispute, turn.caller, None, text, key=f"{key}:all")
        words = voice.text(f"dispute.rests_{_how(receipt)}", **_facts(voice, receipt))
        return _with_person(self, turn, voice, words)


def _how(receipt: HoldReceipt) -> str:
    """What rests now: nothing of somebody unknown, what rested already, one invoice, or all."""
    if not receipt.resting:
        return "unknown"
    if receipt.repeated:
        return "already"
    return "one" if receipt.invoice else "all"


def _facts(voice: Voice, receipt: HoldReceipt) -> dict[str, str]:
    """The case; of a new one until when somebody answers, and the invoice if only that rests."""
    if receipt.repeated:
        return {"case": receipt.case}
    facts = {"case": receipt.case, "date": voice.minute(receipt.promised_at)}
    return {**facts, "invoice": receipt.invoice} if receipt.invoice else facts


def _with_person(action: BotAction, turn: Turn, voice: Voice, words: str) -> Reply:
    return Reply((say(voice, words),), handoff=handoff(action.services, turn, "catalogue"))
