"""Open money: a promise, a link to pay, and collection that rests.

Invariant: a link is given to the subscriber as a page of the gateway; who has it may pay, nothing else.
"""

from handoff.desk.approvals.action import Foreseen, Outcome
from handoff.desk.approvals.doing import Doing, Order, Seen, line, shown
from handoff.desk.approvals.wishes import Hold, PayLink, PromiseToPay
from handoff.desk.words import Words, day, put, same
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Money
from subscriptions.policy.calendar import business_date
from subscriptions.port import Business

_RESTS = Words(
    de="keine Mahnung und keine Abbuchung, bis das geprüft ist",
    en="no reminder and no debit until it was looked into",
)
_ALL_OPEN = Words(de="alles, was offen ist", en="everything that is open")


def _foresee_promise(business: Business, caller: Caller, wish: PromiseToPay) -> Seen:
    terms = business.payments.promise_terms(caller)
    if wish.on > terms.until:
        raise SubscriptionError(Code.PROMISE_TOO_LATE, until=terms.until)
    title = put("Zahlung versprochen bis {on}", "Payment promised by {on}", on=day(wish.on))
    lines = (
        line("Betrag", "Amount", shown(terms.amount)),
        line("Rechnungen", "Invoices", same(", ".join(terms.invoices))),
        line("Bis dahin", "Until then", _RESTS_UNTIL_PAID),
        line("Gebühr", "Fee", shown(terms.fee)),
    )
    return Seen(Foreseen(title=title, lines=lines))


_RESTS_UNTIL_PAID = Words(de="keine Mahnung und keine Abbuchung", en="no reminder and no debit")


def _promise(business: Business, caller: Caller, wish: PromiseToPay, order: Order) -> Outcome:
    made = business.payments.promise(caller, wish.on, key=order.key)
    told = put(
        "Vereinbart: {amount} bis {on}. Bis dahin ruht alles, es kostet nichts.",
        "Agreed: {amount} by {on}. Until then everything rests, and it costs nothing.",
        amount=shown(made.amount),
        on=day(made.on),
    )
    return Outcome(told=told)


def _open(business: Business, caller: Caller, invoices: tuple[str, ...]) -> Money:
    """What is still to be paid of these invoices, or of all; raises NOT_FOUND, NOTHING_DUE."""
    if not invoices:
        balance = business.billing.balance(caller)
        left = Money(balance.open.minor - balance.disputed.minor, balance.open.currency)
    else:
        parts = [business.billing.explain_charge(caller, number).unpaid for number in invoices]
        left = Money(sum(part.minor for part in parts), parts[0].currency)
    if left.minor <= 0:
        raise SubscriptionError(Code.NOTHING_DUE)
    return left


def _foresee_link(business: Business, caller: Caller, wish: PayLink) -> Seen:
    amount = _open(business, caller, wish.invoices)
    title = put("Zahlungslink über {amount}", "Pay link for {amount}", amount=shown(amount))
    about = same(", ".join(wish.invoices)) if wish.invoices else _ALL_OPEN
    lines = (
        line("Wofür", "What for", about),
        line("Wohin", "Where to", Words(de="in diesen Chat", en="into this chat")),
    )
    return Seen(Foreseen(title=title, lines=lines))


def _link(business: Business, caller: Caller, wish: PayLink, order: Order) -> Outcome:
    link = business.payments.pay_link(caller, wish.invoices or None, key=order.key)
    told = put(
        "Zahlungslink über {amount}, gültig bis {until}.",
        "A link to pay {amount}, good until {until}.",
        amount=shown(link.amount),
        until=day(business_date(link.expires_at)),
    )
    pay = Words(de="Jetzt zahlen", en="Pay now")
    return Outcome(told=told, link=pay, url=f"/pay/{link.token}")


def _foresee_hold(business: Business, caller: Caller, wish: Hold) -> Seen:
    if wish.why == "hardship":
        title = Words(
            de="Zahlung geht gerade nicht: alles ruht", en="Cannot pay now: everything rests"
        )
        about, amount = _ALL_OPEN, business.billing.balance(caller).open
    else:
        title = Words(de="Forderung bestritten: sie ruht", en="Claim disputed: it rests")
        charge = business.billing.explain_charge(caller, wish.invoice) if wish.invoice else None
        about = same(charge.invoice) if charge else _ALL_OPEN
        amount = charge.unpaid if charge else business.billing.balance(caller).open
    lines = (
        line("Was ruht", "What rests", about),
        line("Offen", "Open", shown(amount)),
        line("Das heißt", "That means", _RESTS),
    )
    return Seen(Foreseen(title=title, lines=lines))


def _hold(business: Business, caller: Caller, wish: Hold, order: Order) -> Outcome:
    if wish.why == "hardship":
        made = business.payments.hardship(caller, wish.text, key=order.key)
    else:
        made = business.payments.dispute(caller, wish.invoice, wish.text, key=order.key)
    told = put(
        "{what} ruht: keine Mahnung und keine Abbuchung, bis das geprüft ist. Vorgang {case}, Antwort bis {by}.",
        "{what} rests: no reminder and no debit until it was looked into. Case {case}, answer by {by}.",
        what=put("Rechnung {n}", "Invoice {n}", n=same(made.invoice)) if made.invoice else _ALL,
        case=same(made.case),
        by=day(business_date(made.promised_at)),
    )
    return Outcome(told=told)


_ALL = Words(de="Alles, was offen ist,", en="Everything that is open")

PROMISE = Doing(_foresee_promise, _promise)
PAY_LINK = Doing(_foresee_link, _link)
HOLD = Doing(_foresee_hold, _hold)
