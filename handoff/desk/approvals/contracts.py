"""The contract: a pause, another plan.

Invariant: what costs the subscriber something is ordered by them alone, by a button beside price and terms
(§ 312j(3) BGB); an agent only prepares it.
"""

from handoff.contract import Wire
from handoff.desk.approvals.action import Foreseen, Line, Outcome
from handoff.desk.approvals.doing import Doing, Order, Seen, line, shown
from handoff.desk.approvals.wishes import Pause, PlanChange
from handoff.desk.words import Words, day, put
from subscriptions.model.base import Caller
from subscriptions.model.catalogue import ChangeKind, Interval, Plan, Quote
from subscriptions.port import Business


def _name(plan: Plan) -> Words:
    return Words(de=plan.name_de, en=plan.name_en)


class OfferedPlan(Wire):
    """A plan that is sold."""

    code: str
    product: str
    name: Words
    price: Words


def offered(plan: Plan) -> OfferedPlan:
    """A plan with its list price for an interval."""
    return OfferedPlan(code=plan.code, product=plan.product, name=_name(plan), price=_price(plan))


def _price(plan: Plan) -> Words:
    return put("{a} im {i}", "{a} a {i}", a=shown(plan.price), i=_INTERVALS[plan.interval])


def _foresee_pause(business: Business, caller: Caller, wish: Pause) -> Seen:
    terms = business.plans.pause_quote(
        caller, wish.months, wish.from_on, subscription=wish.subscription
    )
    title = put(
        "Pause von {plan}: {months}",
        "Pause of {plan}: {months}",
        plan=_name(terms.plan),
        months=_months(terms.months),
    )
    lines = [
        line("Pausiert ab", "Paused from", day(terms.from_on)),
        line("Weiter ab", "On again from", day(terms.until_on)),
        line("Nächste Abbuchung", "Next debit", day(terms.next_debit_on)),
    ]
    if terms.fixed_until is not None:
        lines.append(line("Mindestlaufzeit bis", "Minimum term until", day(terms.fixed_until)))
    prepared = {"subscription": terms.subscription}
    return Seen(Foreseen(title=title, lines=tuple(lines)), prepared)


def _months(count: int) -> Words:
    one = count == 1
    return Words(
        de=f"{count} {'Monat' if one else 'Monate'}", en=f"{count} {'month' if one else 'months'}"
    )


def _pause(business: Business, caller: Caller, wish: Pause, order: Order) -> Outcome:
    made = business.plans.pause(
        caller,
        wish.months,
        wish.from_on,
        key=order.key,
        subscription=order.prepared["subscription"],
    )
    told = put(
        "{plan} pausiert vom {start} an und läuft ab {end} weiter. Nächste Abbuchung: {debit}.",
        "{plan} is paused from {start} and goes on from {end}. Next debit: {debit}.",
        plan=_name(made.terms.plan),
        start=day(made.terms.from_on),
        end=day(made.terms.until_on),
        debit=day(made.terms.next_debit_on),
    )
    return Outcome(told=told)


def _foresee_plan(business: Business, caller: Caller, wish: PlanChange) -> Seen:
    quote = business.plans.quote(caller, wish.plan, wish.subscription)
    paid = quote.kind is not ChangeKind.DOWNGRADE
    title = put(
        "Wechsel von {old} zu {new}",
        "Change from {old} to {new}",
        old=_name(quote.old),
        new=_name(quote.new),
    )
    foreseen = Foreseen(title=title, lines=tuple(_lines(quote)), customer=paid, order=paid)
    return Seen(foreseen, {"token": quote.token, "kind": quote.kind.value})


def _lines(quote: Quote) -> list[Line]:
    found = [
        line("Gilt ab", "Holds from", day(quote.effective_on)),
        line("Preis danach", "Price then", _price(quote.new)),
    ]
    if quote.kind is not ChangeKind.DOWNGRADE:
        found += [
            line("Rest des alten Tarifs", "Rest of the old plan", shown(quote.credit)),
            line(
                "Neuer Tarif bis Periodenende", "New plan to the period's end", shown(quote.charge)
            ),
            line("Jetzt zu zahlen", "Due now", shown(quote.due_now)),
        ]
    if quote.fixed_until is not None:
        found.append(line("Mindestlaufzeit bis", "Minimum term until", day(quote.fixed_until)))
    return found


_INTERVALS = {
    Interval.MONTH: Words(de="Monat", en="month"),
    Interval.YEAR: Words(de="Jahr", en="year"),
}


def _plan(business: Business, caller: Caller, _wish: PlanChange, order: Order) -> Outcome:
    token = order.prepared["token"]
    if order.prepared["kind"] == ChangeKind.DOWNGRADE.value:
        made = business.plans.schedule_downgrade(caller, token, key=order.key)
    else:
        made = business.plans.order(caller, token, key=order.key)
    told = put(
        "Tarifwechsel eingetragen: {new} gilt ab {on}.",
        "Change of plan noted: {new} holds from {on}.",
        new=_name(made.new),
        on=day(made.effective_on),
    )
    return Outcome(told=told)


PAUSE = Doing(_foresee_pause, _pause)
PLAN = Doing(_foresee_plan, _plan)
