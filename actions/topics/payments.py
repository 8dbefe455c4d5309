"""Answers about failed payments: why each failed, and which ways out there are.

Invariants: the reason and the ways out are those that the business says, in its order; where only a person may
act, a person gets it at once.
"""

from collections.abc import Sequence

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.replies import Reply, answer
from actions.topics.named_invoices import names_an_invoice
from actions.topics.open_money import (
    Owed,
    failures,
    meant,
    needs_only_a_person,
    nothing_to_do,
    person_only,
    resting,
)
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card
from subscriptions.model.base import Level
from subscriptions.model.payments import Failure, WayOut

MOST_WAYS = 3  # buttons beside the person; more is no choice but a list
_MOST_TOLD = 4  # failures that are told one by one


class WhyPaymentFailed(BotAction):
    """The reason of the newest failure, or of the one that is named, in plain words; the others; the ways out."""

    intent = "why_payment_failed"
    needs = Level.IDENTIFIED

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        found = await failures(self.services, turn)
        if not found:
            return await nothing_to_do(self.services, turn, voice, "payments.none_failed")
        if any(map(needs_only_a_person, found)):
            return person_only(self.services, turn, voice)
        named = meant(self.services, turn, owed_failures(found))
        told = next((failure for failure in found if failure.invoice in named), found[0])
        rests = await resting(self.services, turn, voice, told.invoice)
        said = [_failed(voice, told), why(voice, told), _planned(voice, told), rests]
        if named and told.invoice not in named:
            said.insert(0, voice.text("payments.not_failed", invoice=named[0]))
        others = [failure for failure in found if failure is not told][: _MOST_TOLD - 1]
        if others:
            said.append(voice.text("payments.others_failed", count=str(len(found))))
        text = " ".join(part for part in (*said, voice.text("payments.ways")) if part)
        cards = [_failure_card(voice, told), *(_other_card(voice, other) for other in others)]
        return answer(voice, text, cards=cards, buttons=ways_out(voice, told))

    @override
    def amended_by(self, turn: Turn) -> bool:
        """ "No, the one of October": another failure is meant."""
        return names_an_invoice(turn)


def owed_failures(found: Sequence[Failure]) -> list[Owed]:
    """Failed payments as somebody may mean them."""
    return [Owed(failure.invoice, failure.amount, (failure.failed_on,)) for failure in found]


def _planned(voice: Voice, failure: Failure) -> str:
    if failure.scheduled_on is None:
        return ""
    return voice.text("payments.next_try", date=voice.day(failure.scheduled_on))


def ways_out(voice: Voice, failure: Failure) -> list[Button]:
    """The first permitted ways, best first, and a person: where the business puts one, else at the end."""
    person = voice.person_button()
    offered = [
        person if way is WayOut.PERSON else voice.topic_button(way, **_about(way, failure))
        for way in failure.ways[:MOST_WAYS]
    ]
    return offered if person in offered else [*offered, person]


def _about(way: WayOut, failure: Failure) -> dict[str, str]:
    """A try is one of this invoice; every other way is about all that is open."""
    return {"invoice": failure.invoice} if way is WayOut.RETRY else {}


def may_retry(failure: Failure) -> bool:
    """Whether another try may be offered: the class allows one and the cap leaves one."""
    return failure.retry_allowed and failure.retries_left > 0


def why(voice: Voice, failure: Failure) -> str:
    """The reason, and what there is to do."""
    said = [voice.words(words) for words in (failure.reason, failure.todo) if words]
    return " ".join(said)


def _failed(voice: Voice, failure: Failure) -> str:
    return voice.text(
        "payments.failed",
        amount=voice.money(failure.amount),
        date=voice.day(failure.failed_on),
        method=voice.method(failure.method),
    )


def _failure_card(voice: Voice, failure: Failure) -> Card:
    rows = [
        voice.row("card.amount", voice.money(failure.amount)),
        voice.row("card.invoice_number", failure.invoice),
        voice.row("card.failed_on", voice.day(failure.failed_on)),
        voice.row("card.method", voice.method(failure.method)),
    ]
    return Card(kind="payment", title=voice.text("card.open_payment"), rows=rows)


def _other_card(voice: Voice, failure: Failure) -> Card:
    """A further failure, with its reason on the card."""
    card = _failure_card(voice, failure)
    reason = [voice.words(failure.reason)] if failure.reason else []
    return card.model_copy(update={"points": reason})
