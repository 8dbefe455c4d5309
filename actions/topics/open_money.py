"""What the dialogues about open money share: who only gets a person, which invoice or day is meant, what is under way.

Invariants: a day that is over is never taken for the day somebody wants; an invoice is picked only when the words
name it, its month or its amount; where only a person may act, nothing is said but that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts
from actions.dialogue.matter import Matter
from actions.dialogue.pending import Pending
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import Services, ask
from actions.turn import Turn
from actions.voice import Voice
from subscriptions.model.base import Level, Money
from subscriptions.model.billing import InvoiceSummary
from subscriptions.model.payments import Failure, WayOut
from subscriptions.policy.calendar import business_date

WAYS_TO_PAY = frozenset(
    {"retry_payment", "pay_now", "promise_to_pay", "instalments", "already_paid"}
)
"""One wish about open money takes the place of another."""

_OTHER_WISHES = WAYS_TO_PAY | {"financial_hardship", "dispute_claim", "dunning_letter"}
_SURE = 0.85
_UNPAID = frozenset({"open", "failed"})


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice that somebody may mean: its number, amount, and the days it is known by."""

    number: str
    amount: Money
    days: tuple[date, ...]


class MoneyMatter(Matter):
    """A matter about open money: of somebody identified, patient for one miss only, and one at a time."""

    needs = Level.IDENTIFIED
    patience = 1
    replaces: ClassVar[frozenset[str]] = WAYS_TO_PAY

    @override
    def takes(self, turn: Turn, pending: Pending) -> bool:
        """Another wish about the same money is no answer here, though it may hold a day or an amount."""
        other = turn.intent in _OTHER_WISHES and turn.intent != self.intent
        if other and (turn.confidence or 0.0) >= _SURE:
            return False
        return super().takes(turn, pending)

    def today(self) -> date:
        """The business day."""
        return business_date(self.services.clock())

    def with_day(self, turn: Turn, facts: Facts, name: str = "on") -> Facts:
        """The facts with the day that is wanted, if the message names one.

        Of several the last from today on; in the request itself a day that is over tells of the past.
        """
        said = turn.entities.get("date", ())
        if not said or name in turn.pressed:
            return facts
        ahead = [day for day in said if day >= self.today().isoformat()]
        if ahead:
            return {**facts, name: ahead[-1]}
        if turn.intent == self.intent:
            return {known: value for known, value in facts.items() if known != name}
        return {**facts, name: said[-1]}


async def failures(services: Services, turn: Turn) -> tuple[Failure, ...]:
    """Every payment that failed and is still open, the newest first."""
    newest = await ask(services.subscriptions.payments.why_failed, turn.caller)
    return (newest, *newest.others) if newest else ()


async def sealed(services: Services, turn: Turn, voice: Voice) -> Reply | None:
    """The passing to a person, for whoever has a payment that only a person may touch."""
    found = await failures(services, turn)
    return person_only(services, turn, voice) if any(map(needs_only_a_person, found)) else None


def needs_only_a_person(failure: Failure) -> bool:
    """Whether the bot may neither say nor offer anything but a person."""
    return failure.ways == (WayOut.PERSON,)


def person_only(services: Services, turn: Turn, voice: Voice) -> Reply:
    """For the classes in which the bot does nothing and says nothing but that a person will."""
    return to_person(services, turn, voice, "reason.person_only")


def to_person(services: Services, turn: Turn, voice: Voice, key: str, **facts: str) -> Reply:
    """These words, and a person because a rule says so."""
    words = say(voice, voice.text(key, **facts))
    return Reply((words,), handoff=handoff(services, turn, "policy"))


def asked_before(turn: Turn, intent: str) -> int:
    """How often this was answered in the last steps already."""
    return sum(1 for step in turn.steps if step.intent == intent)


async def invoices(services: Services, turn: Turn) -> tuple[InvoiceSummary, ...]:
    """The invoices that hold, newest first."""
    every = await ask(services.subscriptions.billing.invoices, turn.caller)
    return tuple(invoice for invoice in every if invoice.lifecycle == "final")


def unpaid(every: Sequence[InvoiceSummary]) -> list[InvoiceSummary]:
    """Those that may be paid: open or failed, and nobody disputes them."""
    return [i for i in every if i.status in _UNPAID and not i.disputed]


def meant(services: Services, turn: Turn, owed: Sequence[Owed]) -> tuple[str, ...]:
    """The invoices that the message names, by number, month, day or amount; none if it names none."""
    numbers = turn.entities.get("invoice", ())
    if numbers:
        return numbers
    today = business_date(services.clock()).isoformat()
    amounts = turn.entities.get("amount", ())
    said = (*turn.entities.get("month", ()), *turn.entities.get("date", ()))
    # "I want to pay today" names no invoice, nor does what lies ahead: then it is to be paid.
    days = [day for day in said if day < today]
    return tuple(
        each.number
        for each in owed
        if str(each.amount.minor) in amounts or any(_is_of(each, day) for day in days)
    )


def _is_of(owed: Owed, said: str) -> bool:
    """Whether a day, or a month, is one that the invoice is known by."""
    return any(day.isoformat().startswith(said) for day in owed.days)


def owed_of(every: Sequence[InvoiceSummary]) -> list[Owed]:
    """Invoices as somebody may mean them."""
    return [Owed(i.number, i.total, (i.issued_on, i.due_on)) for i in every]


def invoice_choices(voice: Voice, owed: Sequence[Owed]) -> list[Choice]:
    """A button for each invoice."""
    return [
        Choice(
            voice.text("payments.invoice_of", invoice=each.number, date=voice.day(each.days[-1])),
            each.number,
        )
        for each in owed
    ]


async def nothing_to_do(services: Services, turn: Turn, voice: Voice, key: str) -> Reply:
    """Nothing is open or failed: say so in these words, or that a payment is under way."""
    buttons = [voice.topic_button("balance_next_charge"), voice.person_button()]
    moving = [i for i in await invoices(services, turn) if i.status == "processing"]
    if not moving:
        return answer(voice, voice.text(key), buttons=buttons)
    newest = moving[0]
    text = voice.text("payments.under_way", invoice=newest.number, amount=voice.money(newest.total))
    return answer(voice, text, buttons=buttons)


async def resting(services: Services, turn: Turn, voice: Voice, invoice: str) -> str:
    """One sentence when collection of an invoice rests, else nothing."""
    status = await ask(services.subscriptions.payments.dunning_status, turn.caller)
    for hold in status.holds:
        if hold.invoice in (None, invoice):
            if hold.case:
                return voice.text("payments.resting_case", case=hold.case)
            return voice.text("payments.resting")
    return ""
