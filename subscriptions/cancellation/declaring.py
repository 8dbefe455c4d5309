"""Ordinary declarations to cancel: accepted from anybody, confirmed at once, before anything else is said.

Invariants: no level is needed (§ 312k BGB) and nothing makes a declaration fail; the receipt carries a
reference and the moment; a repeated declaration gets the first receipt; card numbers never reach storage.
"""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from subscriptions.cancellation.matching import Meant, kept, known, meant
from subscriptions.entities.cases import CaseState, close
from subscriptions.entities.contracts import Subscription, can_end, end_sooner, schedule_end
from subscriptions.entities.declarations import Declaration, DeclarationKind
from subscriptions.model.base import Caller
from subscriptions.model.cancellation import CancellationReceipt, DeclarationOutcome
from subscriptions.policy.access import identified
from subscriptions.policy.calendar import business_date
from subscriptions.policy.ending import ends_on
from subscriptions.policy.limits import Limits
from subscriptions.store import cases, contracts, declarations
from subscriptions.store.backing import Backing
from subscriptions.store.write import Done, Notice, Order, write_once

_SETTLED = frozenset({DeclarationOutcome.SCHEDULED, DeclarationOutcome.ENDED_ALREADY})


@dataclass(frozen=True, slots=True)
class Said:
    """What a declaration says: the words, and the contract and the day if they were named."""

    text: str
    subscription: str | None = None
    wished: date | None = None


def declare(backing: Backing, caller: Caller, said: Said, key: str) -> CancellationReceipt:
    """Receive a declaration and confirm it."""
    said = replace(said, text=kept(said.text, backing.limits))
    wished = said.wished.isoformat() if said.wished else None
    body = {"text": said.text, "subscription": said.subscription, "wished": wished}
    order = Order("cancellation.declare", caller, identified(caller), key, body, backing.clock())
    return write_once(
        backing.engine,
        order,
        CancellationReceipt,
        lambda db: _declare(db, order, said, backing.limits),
    )


def _declare(db: Connection, order: Order, said: Said, limits: Limits) -> Done[CancellationReceipt]:
    customer = known(db, order.owner)
    found = meant(db, customer, said.subscription)
    waiting = _waiting(db, customer)
    first = _first(db, found, waiting)
    if first is not None and not _asks_for_sooner(found, said):
        receipt = replace(_receipt(db, first, found.outcome), repeated=True)
        return Done(receipt, customer, {"reference": receipt.reference, "repeated": True})
    new = Declaration(cases.reference("C"), customer, None, order.at, said.text, None, None)
    declaration = new
    if found.contract is not None:
        known_before = waiting if waiting and can_end(found.contract) else new
        declaration = replace(
            known_before, subscription=found.contract.id, plan=found.contract.plan
        )
    if found.outcome in _SETTLED and found.contract is not None:
        end = _end(db, found.contract, (order, said, declaration), limits)
        declaration = replace(declaration, ends_on=end)
        _settle(db, declaration, order)
    else:
        declaration = _with_case(db, declaration, found.outcome, limits)
    if declaration.reference == new.reference:
        declarations.add(db, declaration)
    else:
        declarations.store(db, declaration)
    receipt = _receipt(db, declaration, found.outcome)
    notice = Notice("contract", "cancellation_received", {"reference": receipt.reference})
    facts = {"reference": receipt.reference, "outcome": found.outcome.value, "case": receipt.case}
    return Done(receipt, customer, facts, (notice,) if customer else ())


def _waiting(db: Connection, customer: str | None) -> Declaration | None:
    """A declaration of the customer that a person still matches: its day of receipt counts."""
    first = declarations.unassigned(db, customer, DeclarationKind.ORDINARY) if customer else None
    case = cases.find(db, first.case_number) if first and first.case_number else None
    return first if case is not None and case.state is not CaseState.CLOSED else None


def _first(db: Connection, found: Meant, waiting: Declaration | None) -> Declaration | None:
    """The declaration that this one repeats."""
    if found.contract is None:
        return waiting
    if can_end(found.contract):
        return None
    return declarations.standing(db, found.contract.id, DeclarationKind.ORDINARY)


def _asks_for_sooner(found: Meant, said: Said) -> bool:
    """Whether a scheduled end is later than the one that is wished now."""
    contract = found.contract
    if found.outcome is not DeclarationOutcome.SCHEDULED or contract is None:
        return False
    scheduled = contract.ends_on
    return said.wished is not None and scheduled is not None and said.wished < scheduled


def _settle(db: Connection, declaration: Declaration, order: Order) -> None:
    """The question for a person which contract was meant is answered, unless somebody looks at it already."""
    number = declaration.case_number
    case = cases.find(db, number, lock=True) if number else None
    if case is not None and case.state is CaseState.OPEN and case.owner is None:
        outcome = f"{declaration.reference}: {declaration.subscription}"
        cases.store(db, close(case, outcome, order.at))


def _with_case(
    db: Connection, declaration: Declaration, outcome: DeclarationOutcome, limits: Limits
) -> Declaration:
    """Pass a declaration that nothing can be done about automatically to a person."""
    facts = {"declaration": declaration.reference, "outcome": outcome.value}
    concern = cases.Concern("cancel_subscription", "RET", declaration.text, facts)
    case = cases.open_case(
        db, declaration.customer, concern, at=declaration.received_at, limits=limits
    )
    return replace(declaration, case_number=case.number)


def _end(
    db: Connection,
    contract: Subscription,
    heard: tuple[Order, Said, Declaration],
    limits: Limits,
) -> date | None:
    """Schedule the end of a running contract and return it; the end that stands if it is not later."""
    order, said, declaration = heard
    if contracts.is_over(contract):
        return contract.ends_on
    last = ends_on(
        contract,
        contracts.plan(db, contract.plan),
        business_date(declaration.received_at),
        notice_days=limits.notice_days,
        wished=said.wished,
    )
    last = max(last, business_date(order.at))
    if can_end(contract):
        changed = schedule_end(contract, last)
    elif contract.ends_on is not None and last < contract.ends_on:
        changed = end_sooner(contract, last)
    else:
        return contract.ends_on
    facts = {"declaration": declaration.reference, "ends_on": last.isoformat()}
    happened = contracts.Happened("cancel_scheduled", order.caller.actor, order.at, facts)
    contracts.store(db, changed, happened)
    return last


def _receipt(
    db: Connection, declaration: Declaration, outcome: DeclarationOutcome
) -> CancellationReceipt:
    return CancellationReceipt(
        reference=declaration.reference,
        received_at=declaration.received_at,
        matched=declaration.customer is not None,
        plan=contracts.plan(db, declaration.plan) if declaration.plan else None,
        ends_on=declaration.ends_on,
        outcome=outcome,
        subscription=declaration.subscription,
        case=declaration.case_number,
    )
