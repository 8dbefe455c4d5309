"""Answers about failed payments: why, which ways out there are, and the retry that a yes executes once.

Invariants: the reason and the ways out are those that the business says, in its order; a retry is only
proposed where the business allows it; where only a person may act, a person gets it at once.
"""

from typing_extensions import override

from actions.dialogue.fields import Facts
from actions.dialogue.frame import BotAction
from actions.dialogue.topic import Matter, Shown
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import Services, ask
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card
from subscriptions.model.base import Level
from subscriptions.model.payments import Failure, FailureClass, RetryOutcome, WayOut

MOST_WAYS = 3  # buttons beside the person; more is no choice but a list


class WhyPaymentFailed(BotAction):
    """The reason of the last failure in plain words, and the ways out."""

    intent = "why_payment_failed"
    needs = Level.IDENTIFIED

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        failure = await ask(self.services.subscriptions.payments.why_failed, turn.caller)
        if failure is None:
            return _nothing_failed(voice, "payments.none_failed")
        if _needs_only_a_person(failure):
            return person_only(self.services, turn, voice)
        failed = _failed(voice, failure)
        text = f"{failed} {_why(voice, failure)} {voice.text('payments.ways')}"
        return answer(
            voice, text, cards=[_failure_card(voice, failure)], buttons=ways_out(voice, failure)
        )


class RetryPayment(Matter):
    """Proposes to debit once more; nothing is debited without the yes."""

    intent = "retry_payment"
    needs = Level.IDENTIFIED
    patience = 1

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        failure = await ask(self.services.subscriptions.payments.why_failed, turn.caller)
        if failure is None:
            return _nothing_failed(voice, "payments.nothing_to_retry")
        if _needs_only_a_person(failure):
            return person_only(self.services, turn, voice)
        if not may_retry(failure):
            return _no_retry(voice, failure)
        method = voice.method(failure.method)
        text = voice.text(
            "payments.retry_proposal",
            amount=voice.money(failure.amount),
            invoice=failure.invoice,
            method=method,
        )
        return Shown(text, {"invoice": failure.invoice, "method": method})

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        """The same proposal again gives the same receipt."""
        outcome = await ask(
            self.services.subscriptions.payments.retry, turn.caller, facts["invoice"], key=key
        )
        card = _receipt_card(voice, outcome, facts["method"])
        if outcome.succeeded:
            return answer(voice, _succeeded(voice, outcome), cards=[card])
        failure = await _failure_of(self.services, turn, outcome.invoice)
        if failure is None:  # the same proposal once more, and the money has come meanwhile
            buttons = [voice.person_button()]
            failed = voice.text("payments.retry_failed")
            return answer(voice, failed, cards=[card], buttons=buttons)
        if _needs_only_a_person(failure):
            return person_only(self.services, turn, voice)
        text = f"{voice.text('payments.retry_failed')} {_why(voice, failure)}"
        return answer(voice, text, cards=[card], buttons=ways_out(voice, failure))


async def _failure_of(services: Services, turn: Turn, invoice: str) -> Failure | None:
    """What the business says about the failed payment of one invoice now."""
    newest = await ask(services.subscriptions.payments.why_failed, turn.caller)
    every = (newest, *newest.others) if newest else ()
    return next((failure for failure in every if failure.invoice == invoice), None)


def _succeeded(voice: Voice, outcome: RetryOutcome) -> str:
    """A direct debit that was accepted is not money yet, and is not called paid."""
    if outcome.final:
        return voice.text("payments.retry_done")
    if outcome.settles_on is None:
        return voice.text("payments.retry_submitted_undated")
    return voice.text("payments.retry_submitted", date=voice.day(outcome.settles_on))


def _nothing_failed(voice: Voice, key: str) -> Reply:
    """No payment failed: say so in these words, and offer what is open instead."""
    buttons = [voice.topic_button("balance_next_charge"), voice.person_button()]
    return answer(voice, voice.text(key), buttons=buttons)


def person_only(services: Services, turn: Turn, voice: Voice) -> Reply:
    """For the classes in which the bot does nothing and says nothing but that a person will."""
    words = say(voice, voice.text("reason.person_only"))
    return Reply((words,), handoff=handoff(services, turn, "policy"))


def ways_out(voice: Voice, failure: Failure) -> list[Button]:
    """The first permitted ways, best first, and a person: where the business puts one, else at the end."""
    person = voice.person_button()
    offered = [
        person if way is WayOut.PERSON else voice.topic_button(way)
        for way in failure.ways[:MOST_WAYS]
    ]
    return offered if person in offered else [*offered, person]


def may_retry(failure: Failure) -> bool:
    """Whether another try may be offered: the class allows one and the cap leaves one."""
    return failure.retry_allowed and failure.retries_left > 0


def _needs_only_a_person(failure: Failure) -> bool:
    """Whether the bot may neither say nor offer anything but a person."""
    return failure.ways == (WayOut.PERSON,)


def _why(voice: Voice, failure: Failure) -> str:
    """The reason, and what there is to do."""
    said = [voice.words(words) for words in (failure.reason, failure.todo) if words]
    return " ".join(said)


def _no_retry(voice: Voice, failure: Failure) -> Reply:
    """Say honestly why not, and what is possible instead."""
    used_up = failure.retries_left <= 0 and failure.kind in _LIMITED
    reason = voice.text("payments.retries_used_up") if used_up else _why(voice, failure)
    text = f"{voice.text('payments.no_retry')} {reason} {voice.text('payments.ways')}"
    return answer(voice, text, buttons=ways_out(voice, failure))


# Classes that may be retried in principle: for them "no" means that the attempts are used up.
_LIMITED = frozenset(
    {
        FailureClass.SOFT_FUNDS,
        FailureClass.SOFT_BANK,
        FailureClass.SOFT_MASKED,
        FailureClass.TECH,
    }
)


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


def _receipt_card(voice: Voice, outcome: RetryOutcome, method: str) -> Card:
    result = "card.not_succeeded"
    if outcome.succeeded:
        result = "card.succeeded" if outcome.final else "card.submitted"
    rows = [
        voice.row("card.result", voice.text(result)),
        voice.row("card.amount", voice.money(outcome.amount)),
        voice.row("card.invoice_number", outcome.invoice),
        voice.row("card.method", method),
        voice.row("card.reference", outcome.reference),
        voice.row("card.time", voice.moment(outcome.at)),
    ]
    return Card(kind="receipt", title=voice.text("card.payment_receipt"), rows=rows)
