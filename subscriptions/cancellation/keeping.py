"""What became of a declared end, and undoing one that has not come yet.

Invariants: only the subscriber's own declaration is taken back, never one for cause, never a withdrawal; who owes
something comes back as past due, who paused comes back paused; after a period that the end had cut, a full one
follows.
"""

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription, activate, fall_behind, pause
from subscriptions.entities.declarations import Declaration, DeclarationKind, Withdrawal
from subscriptions.entities.pauses import PauseState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.cancellation import EndingKind, EndingState, EndingStatus, TakenBack
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.access import require
from subscriptions.policy.calendar import anchor_after, business_date, current_period
from subscriptions.store import arrears, contracts, customers, declarations, pauses
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once


def status(backing: Backing, caller: Caller) -> tuple[EndingStatus, ...]:
    """Every declaration of the caller, newest first."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        theirs = {c.id: c for c in contracts.all_of(db, number)}
        today = business_date(now)
        found = [
            _of_declaration(db, d, theirs.get(d.subscription or ""), today)
            for d in declarations.of_customer(db, number)
        ]
        found += [
            _of_withdrawal(db, w, theirs.get(w.subscription or ""))
            for w in declarations.withdrawals_of(db, number)
        ]
    return tuple(sorted(found, key=lambda s: s.received_at, reverse=True))


def take_back(backing: Backing, caller: Caller, subscription: str | None, *, key: str) -> TakenBack:
    """Undo a scheduled end; raises NOTHING_TO_TAKE_BACK, WHICH_CONTRACT."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    body = {"subscription": subscription}
    order = Order("cancellation.take_back", caller, number, key, body, now)
    return write_once(
        backing.engine, order, TakenBack, lambda db: _take_back(db, order, subscription)
    )


def revive(
    db: Connection, contract: Subscription, declaration: Declaration, order: Order
) -> Subscription:
    """Take the scheduled end of a locked contract back, into the state that the facts say; stores both."""
    behind = arrears.owes(db, contract.id)
    revived = fall_behind(contract) if behind else activate(contract)
    anchor = anchor_after(revived.period.end, revived.anchor_day)
    revived = replace(revived, anchor_day=anchor)
    if any(p.state is PauseState.RUNNING for p in pauses.of(db, contract.id)):
        revived = pause(revived)
    facts = {"declaration": declaration.reference}
    happened = contracts.Happened("taken_back", order.caller.actor, order.at, facts)
    contracts.store(db, revived, happened)
    declarations.store(db, replace(declaration, taken_back_at=order.at))
    return revived


def still_reversible(
    db: Connection, contract: Subscription | None, today: date
) -> Declaration | None:
    """The declaration whose end may still be taken back; None if there is nothing to take back."""
    if contract is None or contract.state is not SubscriptionState.CANCEL_SCHEDULED:
        return None
    if contract.ends_on is None or contract.ends_on <= today:
        return None
    return declarations.standing(db, contract.id, DeclarationKind.ORDINARY)


def _take_back(db: Connection, order: Order, wanted: str | None) -> Done[TakenBack]:
    number, today = order.owner or "", business_date(order.at)
    customers.by_number(db, number)
    theirs = contracts.all_of(db, number, lock=True)
    open_ends = [
        (contract, declaration)
        for contract in theirs
        if wanted in {None, contract.id}
        and (declaration := still_reversible(db, contract, today)) is not None
    ]
    if not open_ends:
        raise SubscriptionError(Code.NOTHING_TO_TAKE_BACK)
    if len(open_ends) > 1:
        raise SubscriptionError(Code.WHICH_CONTRACT, contracts=len(open_ends))
    ((contract, declaration),) = open_ends
    revived = revive(db, contract, declaration, order)
    plan = contracts.plan(db, revived.plan)
    period = current_period(revived.period, plan.interval, revived.anchor_day, today)
    taken = TakenBack(
        reference=declaration.reference,
        subscription=revived.id,
        plan=plan,
        state=revived.state,
        renews_on=period.end,
        at=order.at,
    )
    facts = {"reference": declaration.reference, "subscription": revived.id}
    return Done(taken, number, facts, (Notice("contract", "cancellation_taken_back", facts),))


def _of_declaration(
    db: Connection, declaration: Declaration, contract: Subscription | None, today: date
) -> EndingStatus:
    standing = still_reversible(db, contract, today)
    return EndingStatus(
        reference=declaration.reference,
        kind=EndingKind(declaration.kind.value),
        received_at=declaration.received_at,
        state=_state(declaration, contract),
        plan=contracts.plan(db, declaration.plan) if declaration.plan else None,
        subscription=declaration.subscription,
        ends_on=declaration.ends_on,
        case=declaration.case_number,
        can_take_back=standing is not None and standing.reference == declaration.reference,
    )


def _state(declaration: Declaration, contract: Subscription | None) -> EndingState:
    if declaration.taken_back_at is not None:
        return EndingState.TAKEN_BACK
    if declaration.ends_on is None:
        return EndingState.WITH_PERSON
    over = contract is not None and contracts.is_over(contract)
    return EndingState.ENDED if over else EndingState.SCHEDULED


def _of_withdrawal(
    db: Connection, withdrawal: Withdrawal, contract: Subscription | None
) -> EndingStatus:
    done = bool(withdrawal.in_time)
    return EndingStatus(
        reference=withdrawal.reference,
        kind=EndingKind.WITHDRAWAL,
        received_at=withdrawal.received_at,
        state=EndingState.WITHDRAWN if done else EndingState.WITH_PERSON,
        plan=contracts.plan(db, contract.plan) if contract else None,
        subscription=withdrawal.subscription,
        ends_on=contract.ends_on if done and contract else None,
        case=withdrawal.case_number,
        can_take_back=False,
    )
