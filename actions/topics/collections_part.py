"""A part of what is open now and the rest later: what that can be, for who asks for it.

Invariants: an invoice is paid as a whole, so no amount of somebody's own choice is ever promised; what is offered is
what the business allows today: single invoices, instalments, a promise for all of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.replies import Reply, answer
from actions.services import Services, ask
from actions.topics.open_money import asked_before, invoices, to_person, unpaid
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceSummary
from subscriptions.model.payments import InstalmentPart, PromiseTerms

_PART = re.compile(
    r"\b(?:rest(?:betrag|lichen?|liche[nrs]?)?|teil(?:betrag|zahlung|weise)?|anzahl(?:en|ung)|angezahlt"
    r"|part(?:ial(?:ly)?)?(?: of)?|the rest|the other half|remainder|deposit|down payment|hälfte|half)\b",
    re.IGNORECASE,
)
_NO_PROMISE = frozenset(
    {Code.NOTHING_DUE, Code.PROMISE_OPEN, Code.PROMISE_BROKEN, Code.PROMISE_CAP}
)
_MOST_SINGLE = 3


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What is open, and what may be arranged about it today."""

    total: Money
    single: Sequence[InvoiceSummary]
    plans: Sequence[Sequence[InstalmentPart]]
    promise: PromiseTerms | None


async def part_payment(services: Services, turn: Turn, voice: Voice) -> Reply | None:
    """The answer to who wants to pay a part of their own choice; None when that is not what is wanted."""
    if not turn.typed or turn.value("instalments"):
        return None
    open_ = unpaid(await invoices(services, turn))
    part = _part(turn, open_)
    if not open_ or (part is None and not _PART.search(turn.typed)):
        return None
    if turn.intent == "instalments" and asked_before(turn, "instalments"):
        return to_person(services, turn, voice, "part.again")
    return _told(voice, part, await _allowed(services, turn, open_))


def option(voice: Voice, parts: Sequence[InstalmentPart]) -> str:
    """`3 Raten zu 100,00 €`; where the last one differs it is named."""
    first, last = voice.money(parts[0].amount), voice.money(parts[-1].amount)
    key = "instalments.option" if first == last else "instalments.option_uneven"
    facts = {"parts": str(len(parts)), "amount": first}
    return voice.text(key, **facts) if first == last else voice.text(key, **facts, last=last)


def _part(turn: Turn, open_: Sequence[InvoiceSummary]) -> Money | None:
    """The amount that was named, if it is less than all and no invoice's own."""
    whole = {invoice.total.minor for invoice in open_}
    total = _total(open_)
    said = (int(amount) for amount in turn.entities.get("amount", ()) if amount.isdecimal())
    part = next((minor for minor in said if 0 < minor < total.minor and minor not in whole), None)
    return Money(part, total.currency) if part else None


def _total(open_: Sequence[InvoiceSummary]) -> Money:
    currency = open_[0].total.currency if open_ else "EUR"
    return Money(sum(invoice.total.minor for invoice in open_), currency)


async def _allowed(services: Services, turn: Turn, open_: Sequence[InvoiceSummary]) -> _Allowed:
    terms = await ask(services.subscriptions.payments.instalment_terms, turn.caller)
    return _Allowed(
        total=_total(open_),
        single=open_ if len(open_) > 1 else (),
        plans=terms.options,
        promise=await _promise(services, turn),
    )


async def _promise(services: Services, turn: Turn) -> PromiseTerms | None:
    """What a promise would be about, if one may be made today."""
    try:
        return await ask(services.subscriptions.payments.promise_terms, turn.caller)
    except SubscriptionError as refusal:
        if refusal.code not in _NO_PROMISE:
            raise
        return None


def _told(voice: Voice, part: Money | None, allowed: _Allowed) -> Reply:
    total = voice.money(allowed.total)
    if part is None:
        said = [voice.text("part.whole_only", open=total)]
    else:
        said = [voice.text("part.not_this", part=voice.money(part), open=total)]
    if allowed.single:
        said.append(voice.text("part.single"))
    if allowed.plans:
        said.append(voice.text("part.instalments", most=str(len(allowed.plans[-1]))))
    if allowed.promise:
        said.append(voice.text("part.promise", date=voice.day(allowed.promise.until)))
    return answer(voice, " ".join(said), buttons=_buttons(voice, allowed))


def _buttons(voice: Voice, allowed: _Allowed) -> list[Button]:
    """The permitted ways, the nearest to what was wanted first; all at once and a person at the end."""
    single = [
        Button(
            title=voice.text("payments.only_invoice", invoice=invoice.number),
            intent="pay_now",
            value={"invoices": invoice.number},
        )
        for invoice in allowed.single[:_MOST_SINGLE]
    ]
    plans = [
        Button(title=option(voice, plan), intent="instalments", value={"parts": str(len(plan))})
        for plan in allowed.plans
    ]
    promise = [voice.topic_button("promise_to_pay")] if allowed.promise else []
    return [*single, *plans, *promise, voice.topic_button("pay_now"), voice.person_button()]
