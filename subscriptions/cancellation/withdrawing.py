"""Withdrawals from an order (§§ 355, 356a BGB): a receipt at once, and within 14 days the order is undone.

Invariants: no level is needed and nothing makes a withdrawal fail; it is never turned into a cancellation; what
cannot be undone automatically goes to a person; money goes back by a person, and no receipt promises money that a
debit under way has yet to bring.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from subscriptions.cancellation.matching import kept, known
from subscriptions.entities.cases import CaseState
from subscriptions.entities.contracts import Subscription, withdraw
from subscriptions.entities.declarations import Withdrawal
from subscriptions.entities.invoices import InvoiceStatus
from subscriptions.entities.refunds import Refund, RefundReason, RefundState
from subscriptions.model.base import Caller, Money
from subscriptions.model.cancellation import WithdrawalReceipt
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.access import identified
from subscriptions.policy.calendar import business_date
from subscriptions.policy.limits import Limits
from subscriptions.policy.withdrawal import is_in_time, last_day, ordered_lately, unwind
from subscriptions.store import (
    cases,
    contracts,
    corrections,
    customers,
    declarations,
    invoices,
    refunds,
)
from subscriptions.store.backing import Backing
from subscriptions.store.write import Done, Notice, Order, write_once


@dataclass(frozen=True, slots=True)
class _Found:
    """The contract that is meant if it is clear, and whether the withdrawal is in time (None: a person says)."""

    contract: Subscription | None
    in_time: bool | None


def withdraw_from(
    backing: Backing, caller: Caller, said: tuple[str, str | None], key: str
) -> WithdrawalReceipt:
    """Receive a withdrawal; `said` is the text and the contract if one was named."""
    text, subscription = kept(said[0], backing.limits), said[1]
    body = {"text": text, "subscription": subscription}
    action, now = "cancellation.withdraw", backing.clock()
    order = Order(action, caller, identified(caller), key, body, now)
    return write_once(
        backing.engine,
        order,
        WithdrawalReceipt,
        lambda db: _withdraw(db, order, (text, subscription), backing.limits),
    )


def _withdraw(
    db: Connection, order: Order, said: tuple[str, str | None], limits: Limits
) -> Done[WithdrawalReceipt]:
    customer = known(db, order.owner)
    if customer is not None:  # before the contract, as the day's run does
        customers.by_number(db, customer, lock=True)
    theirs = contracts.all_of(db, customer, lock=True) if customer else ()
    named = [c for c in theirs if said[1] in {None, c.id}]
    found = _find(db, named, business_date(order.at), limits.withdrawal_days)
    first = _said_before(db, customer, found)
    if first is not None:
        receipt = replace(_receipt(db, first, found.contract), repeated=True)
        return Done(receipt, customer, {"reference": receipt.reference, "repeated": True})
    contract_id = found.contract.id if found.contract else None
    received = Withdrawal(
        cases.reference("W"), customer, contract_id, order.at, said[0], found.in_time
    )
    if found.in_time and found.contract is not None:
        received = _undo(db, order, (found.contract, received), limits)
    else:
        received = _with_person(db, received, limits)
    declarations.add_withdrawal(db, received)
    receipt = _receipt(db, received, found.contract)
    facts = {"reference": received.reference, "case": received.case_number}
    audited = {**facts, "in_time": received.in_time, "refund": received.refund_minor}
    notice = Notice("contract", "withdrawal_received", facts)
    return Done(receipt, customer, audited, (notice,) if customer else ())


def _find(db: Connection, named: Sequence[Subscription], today: date, days: int) -> _Found:
    """The order that is meant: the only contract whose days to withdraw are not over yet."""
    withdrawn = [c for c in named if c.state is SubscriptionState.WITHDRAWN]
    running = [c for c in named if not contracts.is_over(c)]
    fresh = [c for c in running if is_in_time(c, today, days)]
    if len(fresh) == 1:
        return _Found(fresh[0], in_time=True)
    if fresh or not named:
        return _Found(None, None)
    if withdrawn and not running:
        return _Found(withdrawn[0], in_time=True)
    bought = any(ordered_lately(invoices.of_contract(db, c.id), today, days) for c in running)
    return _Found(named[0] if len(named) == 1 else None, None if bought else False)


def _said_before(db: Connection, customer: str | None, found: _Found) -> Withdrawal | None:
    """The withdrawal that undid this contract, or that a person still looks at."""
    if customer is None:
        return None
    contract = found.contract.id if found.contract else None
    for earlier in declarations.withdrawals_of(db, customer):
        if earlier.subscription != contract:
            continue
        case = cases.find(db, earlier.case_number) if earlier.case_number else None
        waits = case is not None and case.state is not CaseState.CLOSED
        if earlier.in_time or (waits and earlier.in_time == found.in_time):
            return earlier
    return None


def _undo(
    db: Connection, order: Order, found: tuple[Subscription, Withdrawal], limits: Limits
) -> Withdrawal:
    """End the contract as if it had never been ordered, correct its invoices, pass money back to a person."""
    contract, received = found
    today = business_date(order.at)
    last = last_day(contract.started_on, limits.withdrawal_days)
    facts = {"withdrawal": received.reference}
    happened = contracts.Happened("withdrawn", order.caller.actor, order.at, facts)
    contracts.store(db, withdraw(contract, today, last), happened)
    held = invoices.of_contract(db, contract.id)
    undone = unwind(
        held, corrections.settled(db, held), today, value_due=limits.withdrawal_value_due
    )
    back = corrections.apply(db, undone, RefundReason.WITHDRAWAL, order.at)
    received = replace(received, refund_minor=back.minor)
    return _with_person(db, received, limits) if back.minor > 0 else received


def _with_person(db: Connection, received: Withdrawal, limits: Limits) -> Withdrawal:
    """A person gives the money back (BIL), or finds the order and decides (CMP)."""
    facts = {
        "withdrawal": received.reference,
        "subscription": received.subscription,
        "refund": received.refund_minor,
    }
    skill = "BIL" if received.in_time else "CMP"
    concern = cases.Concern("withdraw_contract", skill, received.text, facts)
    case = cases.open_case(db, received.customer, concern, at=received.received_at, limits=limits)
    return replace(received, case_number=case.number)


def _receipt(
    db: Connection, received: Withdrawal, contract: Subscription | None
) -> WithdrawalReceipt:
    decided = contract is not None and received.refund_minor is not None
    refund, awaited = _going_back(db, contract) if contract and decided else (None, None)
    return WithdrawalReceipt(
        reference=received.reference,
        received_at=received.received_at,
        matched=received.customer is not None,
        in_time=received.in_time,
        plan=contracts.plan(db, contract.plan) if contract else None,
        refund=refund,
        case=received.case_number,
        awaited=awaited,
    )


def _going_back(db: Connection, contract: Subscription) -> tuple[Money, Money | None]:
    """What goes back of an undone order, and what does so only when the debit under way brings it."""
    held = {invoice.number: invoice for invoice in invoices.of_contract(db, contract.id)}
    cents = Counter[bool]()
    for refund in refunds.of_invoices(db, list(held)):
        if refund.reason is RefundReason.WITHDRAWAL and not _is_called_off(refund):
            under_way = held[refund.invoice or ""].status is InvoiceStatus.PROCESSING
            cents[under_way] += refund.amount.minor
    return Money(cents[False]), Money(cents[True]) if cents[True] else None


def _is_called_off(refund: Refund) -> bool:
    """Whether there was nothing to give back: a refund that failed on its way was known to the provider."""
    return refund.state is RefundState.FAILED and refund.provider_reference is None
