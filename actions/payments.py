"""Answers about failed payments: why, which ways out there are, and the retry that a yes executes once.

Invariants: a retry is only proposed where the business allows it; the ways out never name the method that
failed hard; nobody is told that a card is reported stolen; RISK and STOP_ALL go to a person at once.
"""

from collections.abc import Mapping

from typing_extensions import override

from actions.base import BotAction
from actions.packet import handoff
from actions.pending import Awaiting, Pending, subject_of
from actions.proposals import VALID_FOR, propose
from actions.replies import Reply, answer, say
from actions.services import Services, ask
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card
from subscriptions.model.base import Level
from subscriptions.model.payments import Failure, FailureClass, RetryOutcome

REASONS: Mapping[FailureClass, str] = {
    FailureClass.SOFT_FUNDS: "reason.soft_funds",
    FailureClass.SOFT_BANK: "reason.soft_bank",
    FailureClass.SOFT_MASKED: "reason.soft_masked",
    FailureClass.TECH: "reason.tech",
    FailureClass.NEEDS_SCA: "reason.needs_sca",
    FailureClass.UPDATE_METHOD: "reason.update_method",
    FailureClass.HARD_METHOD: "reason.hard_method",
    FailureClass.NEW_MANDATE: "reason.new_mandate",
    FailureClass.CUSTOMER_STOP: "reason.customer_stop",
    FailureClass.RISK: "reason.person_only",
    FailureClass.STOP_ALL: "reason.person_only",
    FailureClass.OWN_ERROR: "reason.own_error",
    FailureClass.UNKNOWN: "reason.unknown",
}

# Ways out beside a retry, best first (domain rules R2 and the table of failure classes).
WAYS_OUT: Mapping[FailureClass, tuple[str, ...]] = {
    FailureClass.SOFT_FUNDS: ("promise_to_pay", "change_payment_method"),
    FailureClass.SOFT_BANK: ("change_payment_method", "pay_now"),
    FailureClass.SOFT_MASKED: ("change_bank_account", "promise_to_pay"),
    FailureClass.TECH: ("pay_now", "change_payment_method"),
    FailureClass.NEEDS_SCA: ("pay_now", "change_payment_method"),
    FailureClass.UPDATE_METHOD: ("change_payment_method", "pay_now"),
    FailureClass.HARD_METHOD: ("change_payment_method", "pay_now"),
    FailureClass.NEW_MANDATE: ("change_payment_method", "pay_now"),
    FailureClass.CUSTOMER_STOP: ("change_payment_method", "cancel_subscription"),
    FailureClass.RISK: (),
    FailureClass.STOP_ALL: (),
    FailureClass.OWN_ERROR: ("pay_now", "change_payment_method"),
    FailureClass.UNKNOWN: ("change_payment_method", "pay_now"),
}
PERSON_ONLY = frozenset({FailureClass.RISK, FailureClass.STOP_ALL})


class WhyPaymentFailed(BotAction):
    """The reason of the last failure in plain words, and the ways out."""

    action = "action_why_payment_failed"
    needs = Level.IDENTIFIED

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        failure = await ask(self.services.subscriptions.payments.why_failed, turn.caller)
        if failure is None:
            return _nothing_failed(voice, "payments.none_failed")
        if failure.kind in PERSON_ONLY:
            return person_only(self.services, turn, voice)
        failed = _failed(voice, failure)
        text = f"{failed} {voice.text(REASONS[failure.kind])} {voice.text('payments.ways')}"
        return answer(
            voice, text, cards=[_failure_card(voice, failure)], buttons=ways_out(voice, failure)
        )


class RetryPayment(BotAction):
    """Proposes to debit once more; nothing is debited without the yes."""

    action = "action_retry_payment"
    needs = Level.IDENTIFIED

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        failure = await ask(self.services.subscriptions.payments.why_failed, turn.caller)
        if failure is None:
            return _nothing_failed(voice, "payments.nothing_to_retry")
        if failure.kind in PERSON_ONLY:
            return person_only(self.services, turn, voice)
        if not may_retry(failure):
            return _no_retry(voice, failure)
        pending = Pending(
            kind=Awaiting.RETRY_PAYMENT,
            subject=subject_of(turn.caller),
            key=f"{turn.key}:retry",
            until=self.services.clock() + VALID_FOR,
            facts={"invoice": failure.invoice, "method": voice.method(failure.method)},
        )
        text = voice.text(
            "payments.retry_proposal",
            amount=voice.money(failure.amount),
            invoice=failure.invoice,
            method=voice.method(failure.method),
        )
        return propose(voice, text, pending)


async def retry(services: Services, turn: Turn, voice: Voice, pending: Pending) -> Reply:
    """Execute the retry that was proposed; the same proposal again gives the same receipt."""
    outcome = await ask(
        services.subscriptions.payments.retry,
        turn.caller,
        pending.fact("invoice"),
        key=pending.key,
    )
    card = _receipt_card(voice, outcome, pending.fact("method"))
    if outcome.succeeded:
        return answer(voice, _succeeded(voice, outcome), cards=[card])
    if outcome.kind in PERSON_ONLY:
        return person_only(services, turn, voice)
    kind = outcome.kind or FailureClass.UNKNOWN
    text = f"{voice.text('payments.retry_failed')} {voice.text(REASONS[kind])}"
    buttons = [voice.topic_button(way) for way in WAYS_OUT[kind]]
    return answer(voice, text, cards=[card], buttons=[*buttons, voice.person_button()])


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
    """At least two permitted ways, and a person; the person first if the customer stopped the payment."""
    ways = list(WAYS_OUT[failure.kind])
    if may_retry(failure):
        ways.insert(0, "retry_payment")
    buttons = [voice.topic_button(way) for way in ways]
    person = voice.person_button()
    if failure.kind is FailureClass.CUSTOMER_STOP:
        return [person, *buttons]
    return [*buttons, person]


def may_retry(failure: Failure) -> bool:
    """Whether another try may be offered: the class allows one and the cap leaves one."""
    return failure.retry_allowed and failure.retries_left > 0


def _no_retry(voice: Voice, failure: Failure) -> Reply:
    """Say honestly why not, and what is possible instead."""
    used_up = failure.retries_left <= 0 and failure.kind in _LIMITED
    reason = "payments.retries_used_up" if used_up else REASONS[failure.kind]
    text = f"{voice.text('payments.no_retry')} {voice.text(reason)} {voice.text('payments.ways')}"
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
