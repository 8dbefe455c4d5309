"""Declarations to end a contract at once for a special reason (§ 314 BGB): received here, decided by a person.

Invariants: the receipt is immediate and needs no level; nothing ends, nothing is scheduled and nothing is refused
automatically; the contract itself does not change.
"""

from datetime import date

from sqlalchemy import Connection

from subscriptions.cancellation.matching import kept, known, meant
from subscriptions.entities.cases import Case, CaseState
from subscriptions.entities.contracts import Subscription
from subscriptions.entities.declarations import Declaration, DeclarationKind
from subscriptions.model.base import Caller
from subscriptions.model.cancellation import CauseReason, CauseReceipt
from subscriptions.policy.access import identified
from subscriptions.policy.calendar import add_months, business_date
from subscriptions.policy.limits import Limits
from subscriptions.store import cases, contracts, declarations, pricing
from subscriptions.store.backing import Backing
from subscriptions.store.write import Done, Notice, Order, write_once

_RISE_MONTHS = 3  # a rise that is older is hardly why somebody leaves now


def declare_for_cause(
    backing: Backing,
    caller: Caller,
    said: tuple[str, str | None],
    *,
    reason: CauseReason,
    key: str,
) -> CauseReceipt:
    """Receive a declaration for cause; `said` is the text and the contract if one was named."""
    text, subscription = kept(said[0], backing.limits), said[1]
    body = {"text": text, "subscription": subscription, "reason": reason.value}
    action, now = "cancellation.declare_for_cause", backing.clock()
    order = Order(action, caller, identified(caller), key, body, now)
    return write_once(
        backing.engine,
        order,
        CauseReceipt,
        lambda db: _declare(db, order, (text, subscription, reason), backing.limits),
    )


def _declare(
    db: Connection, order: Order, said: tuple[str, str | None, CauseReason], limits: Limits
) -> Done[CauseReceipt]:
    text, wanted, reason = said
    customer = known(db, order.owner)
    contract = meant(db, customer, wanted).contract
    first = _same_before(db, contract, reason)
    if first is not None:
        receipt = _receipt(db, *first, repeated=True)
        return Done(receipt, customer, {"reference": receipt.reference, "repeated": True})
    reference = cases.reference("C")
    facts = {"declaration": reference, "reason": reason.value, **_rise(db, contract, order)}
    concern = cases.Concern("cancel_for_cause", "CMP", text, facts)
    case = cases.open_case(db, customer, concern, at=order.at, limits=limits)
    declaration = Declaration(
        reference=reference,
        customer=customer,
        subscription=contract.id if contract else None,
        received_at=order.at,
        text=text,
        plan=contract.plan if contract else None,
        ends_on=None,
        kind=DeclarationKind.CAUSE,
        reason=reason.value,
        case_number=case.number,
    )
    declarations.add(db, declaration)
    notice = Notice("contract", "cause_received", {"reference": reference, "case": case.number})
    audited = {"reference": reference, "case": case.number, "reason": reason.value}
    receipt = _receipt(db, declaration, case)
    return Done(receipt, customer, audited, (notice,) if customer else ())


def _same_before(
    db: Connection, contract: Subscription | None, reason: CauseReason
) -> tuple[Declaration, Case] | None:
    """The same reason for the same contract, while a person still decides about it."""
    if contract is None:
        return None
    first = declarations.standing(db, contract.id, DeclarationKind.CAUSE)
    if first is None or first.reason != reason.value or first.case_number is None:
        return None
    case = cases.find(db, first.case_number)
    return (first, case) if case is not None and case.state is not CaseState.CLOSED else None


def _rise(db: Connection, contract: Subscription | None, order: Order) -> dict[str, str]:
    """The latest change of the price, announced or recent: who decides needs the day."""
    if contract is None:
        return {}
    since = add_months(business_date(order.at), -_RISE_MONTHS)
    plan = contracts.plan(db, contract.plan)
    days: list[date] = [p.valid_from for p in pricing.terms_of(db, plan).prices]
    newest = max(days, default=since)
    return {"price_since": newest.isoformat()} if newest > since else {}


def _receipt(
    db: Connection, declaration: Declaration, case: Case, *, repeated: bool = False
) -> CauseReceipt:
    return CauseReceipt(
        reference=declaration.reference,
        received_at=declaration.received_at,
        matched=declaration.customer is not None,
        reason=CauseReason(declaration.reason or CauseReason.OTHER),
        plan=contracts.plan(db, declaration.plan) if declaration.plan else None,
        case=case.number,
        promised_at=case.promised_at,
        repeated=repeated,
    )
