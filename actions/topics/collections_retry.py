"""Another try of a failed payment, now or on a day: proposed, corrected, executed once.

Invariants: nothing is collected without the yes; a try is only proposed where the business allows it, for a day that
it allows; what may not be tried again is said honestly, with the other ways, and who insists gets a person.
"""

from collections.abc import Sequence
from datetime import date

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, matching
from actions.dialogue.matter import Shown
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.named_invoices import number_named
from actions.topics.open_money import (
    MoneyMatter,
    asked_before,
    failures,
    invoice_choices,
    meant,
    needs_only_a_person,
    nothing_to_do,
    person_only,
    resting,
    to_person,
)
from actions.topics.payments import may_retry, owed_failures, ways_out, why
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card
from subscriptions.errors import Code
from subscriptions.model.payments import Failure, FailureClass, RetryOutcome
from subscriptions.policy.calendar import bank_days_after
from subscriptions.policy.collecting import check_day

_NOW, _NAMED = "now", "named"
_AT_ONCE = matching(
    r"\b(?:jetzt|sofort|gleich|umgehend|now|immediately|right away|straight away|at once)\b",
    form=lambda _: _NOW,
)
_TELLING = frozenset({"retry_payment", "inform", "deny"})
# Classes that may be retried in principle: for them "no" means that no attempt is left.
_LIMITED = frozenset(
    {
        FailureClass.SOFT_FUNDS,
        FailureClass.SOFT_BANK,
        FailureClass.SOFT_MASKED,
        FailureClass.TECH,
    }
)


def _wanted_invoice(turn: Turn) -> str | None:
    """Its number, or that one is meant by its month, day or amount."""
    other = any(kind in turn.entities for kind in ("month", "amount"))
    return number_named(turn) or (_NAMED if other else None)


def _wanted_day(turn: Turn) -> str | None:
    return turn.value("date") or (_AT_ONCE(turn) if turn.intent in _TELLING else None)


class RetryPayment(MoneyMatter):
    """Which invoice, which day, then the proposal; nothing is debited without the yes."""

    intent = "retry_payment"
    corrects = {Code.DATE_IN_PAST: "on", Code.DATE_TOO_FAR: "on"}
    fields = (
        Field(
            "invoice",
            "payments.which_retry",
            read=_wanted_invoice,
            wrong="payments.no_such_invoice",
        ),
        Field("on", "payments.ask_retry_day", read=_wanted_day, wanted=lambda _: False),
    )

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        found = await failures(self.services, turn)
        if not found:
            return await nothing_to_do(self.services, turn, voice, "payments.nothing_to_retry")
        if any(map(needs_only_a_person, found)):
            return person_only(self.services, turn, voice)
        named = meant(self.services, turn, owed_failures(found))
        known = dict(self.with_day(turn, facts))
        if len(named) == 1:
            known["invoice"] = named[0]
        elif known.get("invoice") == _NAMED:
            del known["invoice"]
        return {"invoice": found[0].invoice, **known} if len(found) == 1 else known

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        if name == "on":
            return [Choice(voice.text("payments.at_once"), _NOW)]
        found = await failures(self.services, turn)
        return invoice_choices(voice, owed_failures([f for f in found if may_retry(f)]))

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        found = await failures(self.services, turn)
        failure = next((f for f in found if f.invoice == facts["invoice"]), None)
        if failure is None:
            text = voice.text("payments.not_failed", invoice=facts["invoice"])
            buttons = [*_tries(voice, found), voice.person_button()]
            return answer(voice, text, buttons=buttons)
        if not may_retry(failure):
            return await self._no_retry(turn, voice, failure)
        method, day = voice.method(failure.method), self._day(facts)
        about = {
            "amount": voice.money(failure.amount),
            "invoice": failure.invoice,
            "method": method,
        }
        if day is None:
            text = voice.text("payments.retry_proposal", **about)
        else:
            check_day(day, self.today())
            text = _on_a_day(voice, day, about)
        if failure.scheduled_on:
            text += " " + voice.text("payments.instead", date=voice.day(failure.scheduled_on))
        return Shown(text, {"invoice": failure.invoice, "method": method})

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        """The same proposal again gives the same receipt."""
        retry = self.services.subscriptions.payments.retry
        outcome = await ask(retry, turn.caller, facts["invoice"], key=key, on=self._day(facts))
        card = _receipt_card(voice, outcome, facts["method"])
        found = await failures(self.services, turn)
        if outcome.succeeded or outcome.scheduled_on:
            others = _tries(voice, [f for f in found if f.invoice != outcome.invoice])
            return answer(voice, _done(voice, outcome), cards=[card], buttons=others)
        failure = next((f for f in found if f.invoice == outcome.invoice), None)
        failed = voice.text("payments.retry_failed")
        if failure is None:  # the same proposal once more, and the money has come meanwhile
            return answer(voice, failed, cards=[card], buttons=[voice.person_button()])
        if needs_only_a_person(failure):
            return person_only(self.services, turn, voice)
        text = f"{failed} {why(voice, failure)}"
        return answer(voice, text, cards=[card], buttons=ways_out(voice, failure))

    def _day(self, facts: Facts) -> date | None:
        """The day that is wanted; nothing for now."""
        on = facts.get("on", _NOW)
        if on == _NOW:
            return None
        day = date.fromisoformat(on)
        return None if day == self.today() else day

    async def _no_retry(self, turn: Turn, voice: Voice, failure: Failure) -> Reply:
        """Say honestly why not, and what is possible instead; a person where no try is left, or who insists."""
        rests = await resting(self.services, turn, voice, failure.invoice)
        if not rests and failure.retries_left <= 0 and failure.kind in _LIMITED:
            return to_person(self.services, turn, voice, "payments.retries_used_up")
        if not rests and asked_before(turn, self.intent):
            return to_person(self.services, turn, voice, "payments.no_retry_again")
        reason = rests or why(voice, failure)
        text = f"{voice.text('payments.no_retry')} {reason} {voice.text('payments.ways')}"
        return answer(voice, text, buttons=ways_out(voice, failure))


def _on_a_day(voice: Voice, day: date, about: dict[str, str]) -> str:
    """The proposal for a day; a direct debit goes out on the next day on which banks work."""
    text = voice.text("payments.retry_proposal_on", date=voice.day(day), **about)
    bank_day = bank_days_after(day.fromordinal(day.toordinal() - 1), 1)
    if bank_day == day:
        return text
    return f"{text} {voice.text('payments.bank_day', date=voice.day(bank_day))}"


def _tries(voice: Voice, found: Sequence[Failure]) -> list[Button]:
    """A button for each failed payment that may be tried again."""
    return [
        Button(
            title=voice.text("payments.retry_other", invoice=failure.invoice),
            intent="retry_payment",
            value={"invoice": failure.invoice},
        )
        for failure in found
        if may_retry(failure)
    ]


def _done(voice: Voice, outcome: RetryOutcome) -> str:
    """A direct debit that was accepted is not money yet, and is not called paid."""
    if outcome.scheduled_on:
        return voice.text("payments.retry_planned", date=voice.day(outcome.scheduled_on))
    if outcome.final:
        return voice.text("payments.retry_done")
    if outcome.settles_on is None:
        return voice.text("payments.retry_submitted_undated")
    return voice.text("payments.retry_submitted", date=voice.day(outcome.settles_on))


def _result(outcome: RetryOutcome) -> str:
    if outcome.scheduled_on:
        return "payments.planned"
    if not outcome.succeeded:
        return "card.not_succeeded"
    return "card.succeeded" if outcome.final else "card.submitted"


def _receipt_card(voice: Voice, outcome: RetryOutcome, method: str) -> Card:
    rows = [
        voice.row("card.result", voice.text(_result(outcome))),
        voice.row("card.amount", voice.money(outcome.amount)),
        voice.row("card.invoice_number", outcome.invoice),
        voice.row("card.method", method),
        voice.row("card.reference", outcome.reference),
        voice.row("card.time", voice.moment(outcome.at)),
    ]
    if outcome.scheduled_on:
        rows.insert(1, voice.row("payments.planned_for", voice.day(outcome.scheduled_on)))
    return Card(kind="receipt", title=voice.text("card.payment_receipt"), rows=rows)
