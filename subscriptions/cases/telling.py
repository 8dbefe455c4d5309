"""What people tell us, and orders they miss: each becomes a case, unless there is nothing to look for."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.model.base import Caller
from subscriptions.model.cases import CaseReceipt, ConcernKind, OrderFound, OrderHelp
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.access import identified
from subscriptions.policy.calendar import business_date
from subscriptions.policy.limits import Limits
from subscriptions.policy.words import kept, needed
from subscriptions.store import cases, contracts, receipts
from subscriptions.store.backing import Backing
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Notice, Order, write_once

LONGEST_TOPIC = 60
RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody told us, and how it was meant."""

    text: str
    kind: ConcernKind
    about: str | None
    urgent: bool


def complain(backing: Backing, caller: Caller, said: Said, key: str) -> CaseReceipt:
    """Open the case of a complaint."""
    now, owner = backing.clock(), identified(caller)
    words = needed(said.text, backing.limits.text_most)
    about = kept(said.about or "", LONGEST_TOPIC) or None
    body = {
        "text": hashed(words),
        "kind": said.kind.value,
        "about": about,
        "urgent": said.urgent,
    }
    order = Order("cases.complain", caller, owner, key, body, now)
    facts = {"kind": said.kind.value, "about": about, "urgent": int(said.urgent)}
    # A question is no displeasure: nothing that rests while a complaint is open rests for it.
    kind = "request_human" if said.kind is ConcernKind.QUESTION else "complaint"
    concern = cases.Concern(kind=kind, skill="CMP", text=words, facts=facts)

    def act(db: Connection) -> Done[CaseReceipt]:
        case = cases.open_case(db, owner, concern, at=now, limits=backing.limits)
        receipt = CaseReceipt(case.number, case.promised_at, case.state.value, said.urgent)
        notice = Notice("requested", "case_opened", {"number": case.number})
        told = {"number": case.number, "kind": said.kind.value, "urgent": said.urgent}
        return Done(receipt, owner, told, (notice,) if owner else ())

    return write_once(backing.engine, order, CaseReceipt, act)


def order_help(backing: Backing, caller: Caller, text: str, key: str) -> OrderHelp:
    """Look for an order, as far as it may be known who asks."""
    now, owner = backing.clock(), identified(caller)
    check = kept if owner else needed
    words = check(text, backing.limits.text_most)
    order = Order("cases.order_help", caller, owner, key, {"text": hashed(words)}, now)

    def act(db: Connection) -> Done[OrderHelp]:
        found = _found(db, order) if owner else OrderHelp(OrderFound.UNKNOWN)
        if found.found is OrderFound.ARRIVED:
            return Done(found, owner, {"found": found.found.value})
        return _looked_for(db, order, (found, words), backing.limits)

    return write_once(backing.engine, order, OrderHelp, act)


def _found(db: Connection, order: Order) -> OrderHelp:
    """What there is of a recent order of an identified customer."""
    customer, today = order.owner or "", business_date(order.at)
    all_contracts = contracts.all_of(db, customer)
    begun = [c for c in all_contracts if c.state is SubscriptionState.PENDING]
    paid = receipts.of_customer(db, customer, order.at - RECENT)
    if begun or any(payment.invoice is None for payment in paid):
        return OrderHelp(OrderFound.WITHOUT_CONTRACT)
    new = [c for c in all_contracts if not contracts.is_over(c)]
    return _newest([c for c in new if c.started_on >= today - RECENT])


def _newest(new: list[Subscription]) -> OrderHelp:
    if not new:
        return OrderHelp(OrderFound.UNKNOWN)
    newest = max(new, key=lambda c: c.started_on)
    return OrderHelp(OrderFound.ARRIVED, newest.plan, newest.started_on)


def _looked_for(
    db: Connection, order: Order, about: tuple[OrderHelp, str], limits: Limits
) -> Done[OrderHelp]:
    """The case of an order that is not there: the open one of this customer, or a new one."""
    found, words = about
    facts = {"found": found.found.value}
    concern = cases.Concern(kind="order_help", skill="BIL", text=words, facts=facts)
    case = cases.open_of_kind(db, order.owner, "order_help") if order.owner else None
    if case is None:
        case = cases.open_case(db, order.owner, concern, at=order.at, limits=limits)
    result = OrderHelp(found.found, case_number=case.number, promised_at=case.promised_at)
    notice = Notice("requested", "case_opened", {"number": case.number})
    notices = (notice,) if order.owner else ()
    return Done(result, order.owner, {"number": case.number, **facts}, notices)
