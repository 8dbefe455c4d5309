"""The work of the desk on a case: taking it, waiting for an answer, closing it; and opening it again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from subscriptions.cases.asking import told
from subscriptions.entities.cases import (
    CallbackState,
    Case,
    CaseState,
    callback_to,
    case_to,
)
from subscriptions.entities.cases import close as closed
from subscriptions.entities.cases import reopen as reopened
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.cases import CaseStatus
from subscriptions.policy.access import is_agent, require, require_agent
from subscriptions.policy.words import needed
from subscriptions.store import callbacks, cases
from subscriptions.store.backing import Backing
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Notice, Order, write_once

LONGEST_OUTCOME = 300


def assign(
    backing: Backing, caller: Caller, number: str, owner: str | None, *, key: str
) -> CaseStatus:
    """Say who looks after it."""
    require_agent(caller)
    login = f"agent:{owner.strip()}" if owner and owner.strip() else None
    body = {"number": number, "owner": login}
    order = Order("cases.assign", caller, None, key, body, backing.clock())
    return _change(backing, order, number, lambda _, case: replace(case, owner=login))


def wait(backing: Backing, caller: Caller, number: str, *, key: str) -> CaseStatus:
    """It is the subscriber's turn."""
    require_agent(caller)
    order = Order("cases.wait_for_subscriber", caller, None, key, {"n": number}, backing.clock())
    return _change(
        backing,
        order,
        number,
        lambda _, case: case_to(case, CaseState.WAITING),
        template="case_waiting",
    )


def close(backing: Backing, caller: Caller, number: str, outcome: str, *, key: str) -> CaseStatus:
    """It is settled; a call about it is not needed any more."""
    require_agent(caller)
    words = needed(outcome, LONGEST_OUTCOME)
    body = {"number": number, "outcome": hashed(words)}
    order = Order("cases.close_case", caller, None, key, body, backing.clock())

    def step(db: Connection, case: Case) -> Case:
        for call in callbacks.of_case(db, case.number):
            if call.state is CallbackState.PROMISED:
                callbacks.store(db, callback_to(call, CallbackState.WITHDRAWN, order.at))
        return closed(case, words, order.at)

    return _change(backing, order, number, step, template="case_closed")


def reopen(backing: Backing, caller: Caller, number: str, *, key: str) -> CaseStatus:
    """It is not settled after all."""
    now = backing.clock()
    owner = None if is_agent(caller) else require(caller, Level.IDENTIFIED, now)
    order = Order("cases.reopen", caller, owner, key, {"number": number}, now)
    promised_at = now + timedelta(hours=backing.limits.case_hours)

    def step(_: Connection, case: Case) -> Case:
        if owner is not None and case.customer != owner:
            raise SubscriptionError(Code.CASE_UNKNOWN)
        return reopened(case, promised_at)

    return _change(backing, order, number, step, template="case_reopened")


def _change(
    backing: Backing,
    order: Order,
    number: str,
    step: Callable[[Connection, Case], Case],
    *,
    template: str | None = None,
) -> CaseStatus:
    """One step of a case; its subscriber is told of it when `template` says how."""

    def act(db: Connection) -> Done[CaseStatus]:
        found = cases.find(db, number.strip().upper(), lock=True)
        if found is None:
            raise SubscriptionError(Code.CASE_UNKNOWN)
        case = step(db, found)
        cases.store(db, case)
        facts = {"number": case.number}
        notice = Notice("requested", template, facts) if template and case.customer else None
        audited = {**facts, "state": case.state.value, "owner": case.owner}
        shown = told(db, case, order.at)
        return Done(shown, case.customer, audited, (notice,) if notice else ())

    return write_once(backing.engine, order, CaseStatus, act)
