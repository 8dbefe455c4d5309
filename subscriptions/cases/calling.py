"""Promises to call: made within the service hours, and ended as kept, broken or withdrawn."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from subscriptions.cases.asking import call_receipt
from subscriptions.entities.cases import (
    Callback,
    CallbackState,
    Case,
    CaseState,
    callback_to,
    reopen,
)
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller
from subscriptions.model.cases import CallbackReceipt
from subscriptions.policy.access import JOB, identified, require_agent
from subscriptions.policy.calling import callable_phone, check_hours, overdue_before
from subscriptions.policy.limits import Limits
from subscriptions.store import callbacks, cases, customers
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Notice, Order, write_once

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to call, between which moments, and about which case."""

    phone: str | None
    from_at: datetime
    until_at: datetime
    case: str | None


def call_back(backing: Backing, caller: Caller, wish: Wish, key: str) -> CallbackReceipt:
    """Promise a call."""
    now, owner = backing.clock(), identified(caller)
    check_hours(wish.from_at, wish.until_at, now, backing.limits)
    typed = callable_phone(wish.phone) if wish.phone is not None else None
    body = {
        "phone": hashed(typed) if typed else None,
        "from_at": wish.from_at.isoformat(),
        "until_at": wish.until_at.isoformat(),
        "case": wish.case,
    }
    order = Order("cases.call_back", caller, owner, key, body, now)
    return write_once(
        backing.engine,
        order,
        CallbackReceipt,
        lambda db: _promise(db, order, (wish, typed), backing.limits),
    )


def _promise(
    db: Connection, order: Order, asked: tuple[Wish, str | None], limits: Limits
) -> Done[CallbackReceipt]:
    wish, typed = asked
    phone = typed or _on_file(db, order.owner)
    case = _case(db, order, wish.case, limits)
    for older in callbacks.of_case(db, case.number):
        if older.state is CallbackState.PROMISED:
            callbacks.store(db, callback_to(older, CallbackState.WITHDRAWN, order.at))
    callback = Callback(
        id=cases.reference("T", 6),
        case=case.number,
        customer=case.customer,
        phone=phone,
        from_at=max(wish.from_at, order.at),
        until_at=wish.until_at,
        asked_at=order.at,
    )
    callbacks.add(db, callback)
    return _done(callback, "call_promised")


def _on_file(db: Connection, owner: str | None) -> str:
    phone = customers.by_number(db, owner).phone if owner else None
    if phone is None:
        raise SubscriptionError(Code.PHONE_INVALID)
    return callable_phone(phone)


def _case(db: Connection, order: Order, number: str | None, limits: Limits) -> Case:
    """The case the call is about: the named one, opened again if need be, or a new one."""
    if number is None:
        concern = cases.Concern(kind="request_human", skill="CMP")
        return cases.open_case(db, order.owner, concern, at=order.at, limits=limits)
    case = cases.find(db, number.strip().upper(), lock=True)
    foreign = case is not None and case.customer not in {None, order.owner}
    if case is None or foreign:
        raise SubscriptionError(Code.CASE_UNKNOWN)
    if case.state is CaseState.OPEN:
        return case
    case = reopen(case, order.at + timedelta(hours=limits.case_hours))
    cases.store(db, case)
    return case


def withdraw(backing: Backing, caller: Caller, number: str, key: str) -> CallbackReceipt:
    """The subscriber wants no call any more."""
    now, owner = backing.clock(), identified(caller)
    order = Order("cases.withdraw_call_back", caller, owner, key, {"id": number}, now)
    return _end(backing, order, number, CallbackState.WITHDRAWN)


def keep(backing: Backing, caller: Caller, number: str, key: str) -> CallbackReceipt:
    """Somebody called; a call before its time is kept as well."""
    require_agent(caller)
    order = Order("cases.keep_call_back", caller, None, key, {"id": number}, backing.clock())
    return _end(backing, order, number, CallbackState.KEPT)


def break_missed(backing: Backing) -> int:
    """End the promises whose time has passed; one write each, so that none holds up the others."""
    now = backing.clock()
    with reading(backing.engine) as db:
        missed = callbacks.overdue(db, overdue_before(now, backing.limits), AT_ONCE)
    return sum(_broken(backing, callback.id, now) for callback in missed)


def _broken(backing: Backing, number: str, now: datetime) -> bool:
    """Break one promise, unless somebody notes the call at this very moment."""
    order = Order("cases.break_call_back", JOB, None, f"broken:{number}", {}, now)
    try:
        _end(backing, order, number, CallbackState.BROKEN)
    except SubscriptionError as error:
        if error.code is not Code.ILLEGAL_STEP:
            raise
        return False
    return True


def _end(backing: Backing, order: Order, number: str, new: CallbackState) -> CallbackReceipt:
    def act(db: Connection) -> Done[CallbackReceipt]:
        callback = callbacks.find(db, number, lock=True)
        if callback is None or (new is CallbackState.WITHDRAWN and _foreign(callback, order)):
            raise SubscriptionError(Code.NOT_FOUND)
        ended = callback_to(callback, new, order.at)
        callbacks.store(db, ended)
        return _done(ended, _TEMPLATES[new])

    return write_once(backing.engine, order, CallbackReceipt, act)


def _foreign(callback: Callback, order: Order) -> bool:
    """Whether it belongs to another customer; a call of nobody's is proven by its id."""
    return callback.customer is not None and callback.customer != order.owner


# After a call that was made nothing needs to be written: they have just talked.
_TEMPLATES = {
    CallbackState.KEPT: None,
    CallbackState.WITHDRAWN: "call_withdrawn",
    CallbackState.BROKEN: "call_missed",
}


def _done(callback: Callback, template: str | None) -> Done[CallbackReceipt]:
    facts = {"id": callback.id, "case": callback.case}
    notice = Notice("requested", template, facts) if template and callback.customer else None
    return Done(
        call_receipt(callback),
        callback.customer,
        {**facts, "state": callback.state.value},
        (notice,) if notice else (),
    )
