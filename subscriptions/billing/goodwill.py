"""Goodwill on the next invoice: a person at the desk takes an amount off what a contract will be charged.

Invariants: only a person gives it; never more than the next invoice comes to, so that nothing of it is lost; it is a
voucher of its own that fits this contract once, so invoices, tax and the customer's view know it already.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from subscriptions.billing.vouchers import billable
from subscriptions.entities.contracts import Subscription
from subscriptions.entities.vouchers import Redemption, Voucher, VoucherKind
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.billing import CreditQuote, CreditReceipt
from subscriptions.policy.access import require, require_agent
from subscriptions.policy.calendar import business_date
from subscriptions.policy.invoicing import period_invoice
from subscriptions.policy.rollover import terms_until
from subscriptions.rolling import bring_up_to_date
from subscriptions.store import cases, contracts, periods, vouchers
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once

Facts = dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class _Next:
    """The next invoice of a contract as the rules would make it now: its first day and what it comes to."""

    contract: Subscription
    on: date
    total: Money


def credit_quote(
    backing: Backing, caller: Caller, amount: Money, subscription: str | None
) -> CreditQuote:
    """What `credit` would take off; raises as `credit` does, changes nothing."""
    require_agent(caller)
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    bring_up_to_date(backing, number, now)
    with reading(backing.engine) as db:
        coming = _next(db, (number, subscription), business_date(now), lock=False)
    return _quote(coming, amount)


def credit(
    backing: Backing, caller: Caller, amount: Money, subscription: str | None, *, key: str
) -> CreditReceipt:
    """Take an amount off the next invoice of a contract, as goodwill.

    Raises IDENTITY_NEEDED for everybody but a person at the desk; BAD_INPUT (amount, with `most`) for no amount of
    money or more than the next invoice comes to; CONTRACT_MISSING, WHICH_CONTRACT, NOT_FOUND, SOLD_BY_PARTNER,
    PAID_BY_OTHER, ILLEGAL_STEP as a voucher does.
    """
    require_agent(caller)
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    bring_up_to_date(backing, number, now)
    body: Facts = {
        "amount": amount.minor,
        "currency": amount.currency,
        "subscription": subscription,
    }
    order = Order("billing.credit", caller, number, key, body, now)

    def act(db: Connection) -> Done[CreditReceipt]:
        coming = _next(db, (number, subscription), business_date(now), lock=True)
        return _given(db, order, coming.contract, _quote(coming, amount))

    return write_once(backing.engine, order, CreditReceipt, act)


def _next(db: Connection, meant: tuple[str, str | None], today: date, *, lock: bool) -> _Next:
    contract = contracts.running(db, *meant, lock=lock)
    start = billable(db, contract, today)
    terms = terms_until(periods.terms_of(db, contract, start), contract.ends_on)
    return _Next(contract, start, period_invoice(terms).total)


def _quote(coming: _Next, amount: Money) -> CreditQuote:
    most = coming.total
    if amount.currency != most.currency or not 0 < amount.minor <= most.minor:
        raise SubscriptionError(Code.BAD_INPUT, field="amount", most=most)
    after = Money(most.minor - amount.minor, most.currency)
    return CreditQuote(coming.contract.id, amount, coming.on, most, after)


def _given(
    db: Connection, order: Order, contract: Subscription, quote: CreditQuote
) -> Done[CreditReceipt]:
    voucher = Voucher(
        code=cases.reference("KULANZ"),
        kind=VoucherKind.AMOUNT,
        value=quote.amount.minor,
        valid_from=business_date(order.at),
        most=1,
    )
    vouchers.add(db, voucher)
    redeemed = Redemption(
        voucher, order.owner or "", contract.id, order.at, voucher.units, cases.reference("V")
    )
    vouchers.redeem(db, redeemed)
    receipt = CreditReceipt(redeemed.reference, voucher.code, quote, order.at)
    facts: Facts = {
        "reference": receipt.reference,
        "voucher": voucher.code,
        "amount": quote.amount.minor,
        "subscription": contract.id,
    }
    happened = contracts.Happened("credit_given", order.caller.actor, order.at, facts)
    contracts.note_event(db, contract, happened)
    return Done(receipt, order.owner, facts, (Notice("contract", "voucher_redeemed", facts),))
