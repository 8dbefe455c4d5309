"""The house gives something away: goodwill on the next invoice, money back.

Invariants: what we owe by our own error is no gift, so no limit of goodwill counts for it; what was foreseen as our error
is never given as a gift, so that two wishes that saw the same error give it back once.
"""

from handoff.desk.approvals.action import Foreseen, Outcome
from handoff.desk.approvals.doing import Doing, Order, Seen, line, shown
from handoff.desk.approvals.wishes import Credit, Refund
from handoff.desk.words import Words, day, put, same
from subscriptions.model.base import Caller, Money
from subscriptions.model.billing import RefundReceipt
from subscriptions.port import Business

_ERRORS = {
    "paid_twice": Words(de="doppelt gezahlt", en="paid twice"),
    "invoiced_twice": Words(de="doppelt berechnet", en="invoiced twice"),
    "charged_after_end": Words(de="nach dem Ende berechnet", en="charged after the end"),
    "wrong_amount": Words(de="falscher Betrag", en="wrong amount"),
}
_GOODWILL = Words(de="Kulanz", en="goodwill")


def _foresee_credit(business: Business, caller: Caller, wish: Credit) -> Seen:
    amount = Money(wish.minor, wish.currency)
    quote = business.billing.credit_quote(caller, amount, subscription=wish.subscription)
    title = put(
        "{amount} Gutschrift auf die nächste Rechnung",
        "{amount} credit on the next invoice",
        amount=shown(amount),
    )
    lines = (
        line("Nächste Rechnung", "Next invoice", day(quote.on)),
        line("Betrag bisher", "Amount so far", shown(quote.before)),
        line("Betrag danach", "Amount after", shown(quote.after)),
    )
    return Seen(
        Foreseen(title=title, lines=lines, minor=wish.minor, currency=wish.currency),
        {"subscription": quote.subscription},
    )


def _credit(business: Business, caller: Caller, wish: Credit, order: Order) -> Outcome:
    contract = order.prepared["subscription"]
    made = business.billing.credit(
        caller, Money(wish.minor, wish.currency), key=order.key, subscription=contract
    )
    told = put(
        "Gutschrift eingetragen: {amount} weniger auf der Rechnung vom {on}; zu zahlen sind dann {after}.",
        "Credit noted: {amount} off the invoice of {on}; {after} is to be paid then.",
        amount=shown(made.terms.amount),
        on=day(made.terms.on),
        after=shown(made.terms.after),
    )
    return Outcome(told=told)


def _foresee_refund(business: Business, caller: Caller, wish: Refund) -> Seen:
    asked = Money(wish.minor, wish.currency) if wish.minor is not None else None
    quote = business.billing.refund_quote(caller, wish.invoice, asked)
    ours = _ERRORS.get(quote.reason)
    title = put("Erstattung von {amount}", "Refund of {amount}", amount=shown(quote.amount))
    lines = (
        line("Rechnung", "Invoice", same(quote.invoice)),
        line("Grund", "Reason", ours or _GOODWILL),
    )
    foreseen = Foreseen(
        title=title,
        lines=lines,
        minor=0 if ours else quote.amount.minor,
        currency=quote.amount.currency,
    )
    prepared = {
        "minor": str(quote.amount.minor),
        "currency": quote.amount.currency,
        "reason": quote.reason,
    }
    return Seen(foreseen, prepared)


def _refund(business: Business, caller: Caller, wish: Refund, order: Order) -> Outcome:
    amount = Money(int(order.prepared["minor"]), order.prepared["currency"])
    reason = order.prepared["reason"]
    made = business.billing.refund(caller, wish.invoice, amount, reason=reason, key=order.key)
    return Outcome(told=_refund_words(made))


def _refund_words(made: RefundReceipt) -> Words:
    known = {"amount": shown(made.amount), "invoice": same(made.invoice)}
    if made.case is not None:
        return put(
            "{amount} zur Rechnung {invoice} werden zurückgegeben; das überweist jemand von uns (Vorgang {case}).",
            "{amount} for invoice {invoice} will be given back; one of us makes the transfer (case {case}).",
            case=same(made.case),
            **known,
        )
    if made.expected_on is None:
        return put(
            "{amount} zur Rechnung {invoice} gehen zurück.",
            "{amount} for invoice {invoice} is on its way back.",
            **known,
        )
    return put(
        "{amount} zur Rechnung {invoice} gehen zurück, auf dem Konto bis {on}.",
        "{amount} for invoice {invoice} is on its way back, on the account by {on}.",
        on=day(made.expected_on),
        **known,
    )


CREDIT = Doing(_foresee_credit, _credit)
REFUND = Doing(_foresee_refund, _refund)
