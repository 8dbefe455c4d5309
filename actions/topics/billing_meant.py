"""Which invoice somebody means: by its number, month, day, amount, or "the one before".

Invariants: nothing is guessed between several that fit, except that an amount alone means the newest; what a message names
takes the place of what earlier messages named; a month or day that lies ahead is the last one of that name.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from actions.dialogue.fields import Choice, Facts, Field, Read, matching, value_of
from actions.services import Services, ask
from actions.topics.billing_words import is_difference, mistaken
from actions.topics.named_invoices import NAMES, day_named, month_named, number_named
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.model.billing import InvoiceSummary
from subscriptions.policy.calendar import business_date

NONE_FITS = "none_fits"
"""The fact that tells that something was named and no invoice fits."""

_SEVERAL = "several"
_MOST_OFFERED = 6
_BOOKED_WITHIN = timedelta(days=6)  # a debit shows on a bank statement some days after its invoice
_BEFORE = (
    r"\b(davor|vorherigen?|vorletzten?|previous|(?:the one )?before(?: that| this)?|last but one)\b"
)


def _named(name: str, read: Read) -> Field:
    """Something that may be said about an invoice; never asked for."""
    return Field(name, "billing.which_invoice", read=read, wanted=lambda _: False)


def _several(facts: Facts) -> bool:
    return _SEVERAL in facts


def _whole_amount(turn: Turn) -> str | None:
    """What an invoice came to; not by how much it was more or less than another."""
    return None if is_difference(turn.typed) else turn.value("amount")


INVOICE = Field(
    "invoice",
    "billing.which_invoice",
    read=number_named,
    wanted=_several,
    wrong="billing.no_such_choice",
)
MONTH, DAY = _named("month", value_of("month")), _named("date", value_of("date"))
PERIOD, BEFORE = _named("period", value_of("period")), _named("before", matching(_BEFORE))
AMOUNT = _named("amount", _whole_amount)
_NAMES = (*NAMES, "before")


async def resolved(services: Services, turn: Turn, facts: Facts, said: Mapping[str, str]) -> Facts:
    """The facts with the `invoice` that is meant, as far as it is clear.

    `said` is what this message names. Without anything named nothing is added; `NONE_FITS` when nothing fits.
    """
    known = _renewed(facts, said)
    wrong_one = mistaken(turn.typed) and not said
    if "invoice" in known or not (wrong_one or _SEVERAL in facts or _is_named(known)):
        return known
    fitting = await _fitting(services, turn, known)
    if not fitting:
        return {**known, NONE_FITS: "yes"}
    by_amount = {name for name in _NAMES if name in known} == {"amount"}
    if len(fitting) == 1 or by_amount:
        return {**known, "invoice": fitting[0].number}
    return {**known, _SEVERAL: "yes"}


async def to_choose(services: Services, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
    """The invoices that fit, newest first, to choose one of."""
    fitting = await _fitting(services, turn, facts)
    return [Choice(label(voice, each), each.number) for each in fitting[:_MOST_OFFERED]]


def buttons_of(
    voice: Voice, intent: str, invoices: Iterable[InvoiceSummary], **beside: str
) -> list[Button]:
    """A button for each invoice that raises the intent about it; `beside` are further values."""
    return [
        Button(title=label(voice, each), intent=intent, value={"invoice": each.number, **beside})
        for each in invoices
    ]


def label(voice: Voice, invoice: InvoiceSummary) -> str:
    """An invoice in a few words: day and amount."""
    day, total = voice.day(invoice.issued_on), voice.money(invoice.total)
    return voice.text("billing.invoice_label", date=day, total=total)


def meant(
    invoices: Sequence[InvoiceSummary], facts: Facts, today: date
) -> Sequence[InvoiceSummary]:
    """Those that fit everything named; an amount that fits none of a named month does not count against it."""
    if "before" in facts:
        return invoices[1:2]
    in_time = [each for each in invoices if _in_time(each, facts, today)]
    amount = facts.get("amount")
    if amount is None:
        return in_time
    exact = [each for each in in_time if each.total.minor == int(amount)]
    timed = any(name in facts for name in ("month", "date", "period"))
    return exact or (in_time if timed else [])


async def _fitting(services: Services, turn: Turn, facts: Facts) -> Sequence[InvoiceSummary]:
    every = await ask(services.subscriptions.billing.invoices, turn.caller)
    return meant(every, facts, business_date(services.clock()))


def _is_named(facts: Facts) -> bool:
    return any(name in facts for name in _NAMES)


def _renewed(facts: Facts, said: Mapping[str, str]) -> dict[str, str]:
    """Without what an earlier message named, if this one names something."""
    stale = set(_NAMES) if any(name in said for name in _NAMES) else set()
    stale |= {_SEVERAL, NONE_FITS}
    kept = {name: value for name, value in facts.items() if name not in stale}
    return {**kept, **{name: value for name, value in said.items() if name in _NAMES}}


def _in_time(invoice: InvoiceSummary, facts: Facts, today: date) -> bool:
    issued = invoice.issued_on
    if "period" in facts:
        first, last = (date.fromisoformat(day) for day in facts["period"].split("/"))
        # "Last week" is said of what was seen on the bank statement.
        around = _BOOKED_WITHIN if last - first <= _BOOKED_WITHIN else timedelta()
        if not first - around <= issued <= last + around:
            return False
    if "date" in facts:
        day = day_named(date.fromisoformat(facts["date"]), today)
        if not issued <= day <= issued + _BOOKED_WITHIN:
            return False
    return "month" not in facts or f"{issued:%Y-%m}" == month_named(facts["month"], today)
