"""What became of a case: all of it for its subscriber, state and promise for whoever holds its number."""

from datetime import datetime

from sqlalchemy import Connection

from subscriptions.entities.cases import Callback, Case, promise_missed
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.cases import CallbackReceipt, CaseDetails, CaseStatus
from subscriptions.policy.access import identified, require
from subscriptions.policy.masking import mask_phone
from subscriptions.store import callbacks, cases
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading


def status(backing: Backing, caller: Caller, number: str | None) -> tuple[CaseStatus, ...]:
    """One case by its number, or the last ones of the caller."""
    now = backing.clock()
    if number is None:
        customer = require(caller, Level.IDENTIFIED, now)
        with reading(backing.engine) as db:
            return tuple(told(db, case, now) for case in cases.of_customer(db, customer))
    with reading(backing.engine) as db:
        case = cases.find(db, number.strip().upper())
        if case is None:
            raise SubscriptionError(Code.CASE_UNKNOWN)
        owner = identified(caller)
        mine = owner is not None and case.customer == owner
        return (told(db, case, now) if mine else outline(case, now),)


def promised_call(backing: Backing, number: str) -> CallbackReceipt:
    """A promised call by its id, which is the proof."""
    with reading(backing.engine) as db:
        call = callbacks.find(db, number)
    if call is None:
        raise SubscriptionError(Code.NOT_FOUND)
    return call_receipt(call)


def outline(case: Case, now: datetime) -> CaseStatus:
    """What its number alone opens."""
    return CaseStatus(case.number, case.state.value, case.promised_at, promise_missed(case, now))


def told(db: Connection, case: Case, now: datetime) -> CaseStatus:
    """What its subscriber and the desk may know."""
    calls = callbacks.of_case(db, case.number)
    details = CaseDetails(
        kind=case.kind,
        skill=case.skill,
        opened_at=case.opened_at,
        owner=case.owner.removeprefix("agent:") if case.owner else None,
        outcome=case.outcome,
        closed_at=case.closed_at,
        callback=call_receipt(calls[0]) if calls else None,
    )
    shown = outline(case, now)
    return CaseStatus(shown.number, shown.state, shown.promised_at, shown.missed, details)


def call_receipt(callback: Callback) -> CallbackReceipt:
    """A promised call with its number masked."""
    return CallbackReceipt(
        id=callback.id,
        case_number=callback.case,
        phone=mask_phone(callback.phone),
        from_at=callback.from_at,
        until_at=callback.until_at,
        state=callback.state.value,
    )
