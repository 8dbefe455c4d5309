"""Declarations that a person goes on with, and the withdrawal: for cause, within 14 days, after a death.

Invariants: what is declared or reported is received before anything else and from anybody; nothing is promised about
how a person decides; money is only called going back where the receipt says so; a stranger hears the same whether or not
a number exists.
"""

from typing import ClassVar

from typing_extensions import override

from actions.dialogue.contracts import contract_meant
from actions.dialogue.fields import Facts
from actions.dialogue.frame import BotAction
from actions.dialogue.matter import Shown
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.cancellation_cards import bereavement_card, cause_card, withdrawal_card
from actions.topics.cancellation_declared import negates, only_asks, withdraws
from actions.topics.cancellation_declaring import Declaring, nothing_ended, to_person
from actions.topics.cancellation_words import (
    asks_amount,
    cause_of,
    customer_number,
    is_guardianship,
)
from actions.turn import Turn
from actions.voice import Voice
from subscriptions.model.cancellation import WithdrawalReceipt


class CancelForCause(BotAction):
    """Keeps the declaration with its reason (§ 314 BGB); a person decides, always."""

    intent = "cancel_for_cause"
    writes = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if negates(turn):
            return nothing_ended(voice, "cancellation.not_wanted")
        if only_asks(turn):
            return to_person(self.services, turn, voice, voice.text("cause.only_asked"))
        receipt = await ask(
            self.services.subscriptions.cancellation.declare_for_cause,
            turn.caller,
            turn.typed or voice.text("cause.by_button"),
            reason=cause_of(turn.typed),
            key=f"{turn.key}:cause",
            subscription=await contract_meant(self.services, turn),
        )
        key = "cause.repeated" if receipt.repeated else "cause.received"
        said = say(voice, voice.text(key), cards=[cause_card(voice, receipt)])
        person = to_person(self.services, turn, voice, voice.text("cause.person_decides"))
        return Reply((said,)).then(person)


class WithdrawContract(Declaring):
    """Takes the withdrawal (§ 356a BGB) and says truly what goes back; never turned into a cancellation."""

    intent = "withdraw_contract"
    replaces = frozenset({"withdraw_contract", "cancel_subscription"})
    by_button: ClassVar[str] = "withdrawal.by_button"
    still_wanted: ClassVar[str] = "withdrawal.still_wanted"
    not_wanted: ClassVar[str] = "withdrawal.not_wanted"

    @override
    async def declare(self, turn: Turn, voice: Voice, facts: Facts, text: str) -> Reply:
        receipt = await ask(
            self.services.subscriptions.cancellation.withdraw,
            turn.caller,
            text,
            key=f"{turn.key}:withdraw",
            subscription=facts.get("subscription"),
        )
        key = "withdrawal.repeated" if receipt.repeated else "withdrawal.received"
        said = say(voice, voice.text(key), cards=[withdrawal_card(voice, receipt)])
        return Reply((said,)).then(self._after(turn, voice, receipt))

    @override
    def claims(self, turn: Turn) -> bool:
        return withdraws(turn)

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        if asks_amount(turn):
            return to_person(self.services, turn, voice, voice.text("withdrawal.amount_by_person"))
        return Shown(voice.text("withdrawal.how"), {})

    def _after(self, turn: Turn, voice: Voice, receipt: WithdrawalReceipt) -> Reply:
        if not receipt.matched:
            return to_person(self.services, turn, voice, voice.text("withdrawal.unmatched"))
        if receipt.in_time is None:
            return to_person(self.services, turn, voice, voice.text("withdrawal.person_finds"))
        if not receipt.in_time:
            buttons = [voice.topic_button("cancel_subscription"), voice.person_button()]
            return answer(voice, voice.text("error.withdrawal_late"), buttons=buttons)
        buttons = [voice.topic_button("refund"), voice.person_button()]
        return answer(voice, _going_back(voice, receipt), buttons=buttons)


class SubscriberDeceased(BotAction):
    """Takes the report at once; a person writes, always."""

    intent = "subscriber_deceased"
    writes = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        guardian = is_guardianship(turn.typed)
        receipt = await ask(
            self.services.subscriptions.cancellation.report_death,
            turn.caller,
            turn.typed or voice.text("bereavement.by_button"),
            key=f"{turn.key}:deceased",
            number=customer_number(turn.typed),
            guardian=guardian,
        )
        words = voice.text("bereavement.guardian" if guardian else "bereavement.condolence")
        said = say(voice, words, cards=[bereavement_card(voice, receipt)])
        rests = to_person(self.services, turn, voice, voice.text("bereavement.rests"))
        return Reply((said,)).then(rests)


def _going_back(voice: Voice, receipt: WithdrawalReceipt) -> str:
    """What goes back, and what only does so when the debit under way has brought it."""
    told = []
    if receipt.refund is not None and receipt.refund.minor:
        told.append(voice.text("withdrawal.goes_back", amount=voice.money(receipt.refund)))
    if receipt.awaited is not None:
        told.append(voice.text("withdrawal.awaited", amount=voice.money(receipt.awaited)))
    return " ".join([voice.text("withdrawal.done"), *(told or [voice.text("withdrawal.nothing")])])
