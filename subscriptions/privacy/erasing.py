"""Erasure: asked for by the subscriber, carried out or declined by a person at the desk.

Invariants: nothing goes while a contract runs or an invoice is open; what goes and what stays is one transaction
and is said in the report; the confirmation goes to the address that is erased with it.
"""

from datetime import datetime

from sqlalchemy import Connection

from subscriptions.entities.cases import Case, close
from subscriptions.entities.privacy import DataJob, JobKind, JobState, job_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.privacy import ErasureReceipt, ErasureReport, Retention
from subscriptions.outbox import Message
from subscriptions.policy.access import require, require_agent
from subscriptions.policy.erasure import kept
from subscriptions.policy.limits import Limits
from subscriptions.policy.words import needed
from subscriptions.store import audit, cases, contact_changes, data_jobs, erasing
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.posting import Post, write_and_send
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Notice, Order, write_once

INTENT = "data_erasure"
LONGEST_REASON = 300


def erase(backing: Backing, caller: Caller, key: str) -> ErasureReceipt:
    """Write the wish down, and say what stays and what is in the way."""
    now = backing.clock()
    number = require(caller, Level.CONFIRMED, now)
    order = Order("privacy.erase", caller, number, key, {}, now)
    return write_once(
        backing.engine, order, ErasureReceipt, lambda db: _ask(db, order, backing.limits)
    )


def _ask(db: Connection, order: Order, limits: Limits) -> Done[ErasureReceipt]:
    number = order.owner or ""
    contact_changes.locked_customer(db, number)
    case = cases.open_of_kind(db, number, INTENT)
    repeated = case is not None
    if case is None:
        rules = {
            r.what: r.until.isoformat() if r.until else None for r in _kept(db, number, limits)
        }
        concern = cases.Concern(kind=INTENT, skill="PRV", facts=rules)
        case = cases.open_case(db, number, concern, at=order.at, limits=limits)
        job_id = cases.reference("E")
        data_jobs.add(
            db, DataJob(job_id, number, JobKind.ERASURE, order.at, case_number=case.number)
        )
    receipt = _receipt(db, case, limits, repeated=repeated)
    notice = Notice("requested", "erasure_asked", {"number": case.number})
    told: audit.Facts = {"number": case.number, "repeated": repeated}
    return Done(receipt, number, told, () if repeated else (notice,))


def _kept(db: Connection, customer: str, limits: Limits) -> tuple[Retention, ...]:
    return kept(limits, *erasing.last_days(db, customer))


def _receipt(db: Connection, case: Case, limits: Limits, *, repeated: bool) -> ErasureReceipt:
    customer = case.customer or ""
    return ErasureReceipt(
        case_number=case.number,
        promised_at=case.promised_at,
        kept=_kept(db, customer, limits),
        obstacles=erasing.obstacles(db, customer),
        repeated=repeated,
    )


def execute(backing: Backing, caller: Caller, number: str, key: str) -> ErasureReport:
    """Carry an erasure out."""
    require_agent(caller)
    order = Order("privacy.execute_erasure", caller, None, key, {"case": number}, backing.clock())
    return write_and_send(
        backing,
        order,
        ErasureReport,
        lambda db, post: _execute(db, order, (number, backing.limits), post),
    )


def _execute(
    db: Connection, order: Order, what: tuple[str, Limits], post: Post
) -> Done[ErasureReport]:
    number, limits = what
    case, job = _asked(db, number)
    done = job_to(job, JobState.DONE, order.at)
    person = contact_changes.locked_customer(db, job.customer)
    left = erasing.obstacles(db, job.customer)
    if left.stand:
        raise SubscriptionError(Code.ERASURE_BLOCKED, number=left.contracts, amount=left.open)
    stays = _kept(db, job.customer, limits)
    rows = erasing.erase(db, job.customer, person.email, order.at)
    report = ErasureReport(
        case_number=case.number,
        at=order.at,
        deleted=tuple(sorted(erasing.DELETED)),
        cleared=tuple(sorted(erasing.CLEARED)),
        kept=stays,
        rows=rows,
    )
    data_jobs.store(db, done)
    cleared = cases.find(db, case.number)
    if cleared is not None:
        cases.store(db, close(cleared, "erased", order.at))
    post(Message(person.email, "email", person.locale, "data_erased"))
    return Done(report, job.customer, {"case": case.number, "rows": rows})


def _asked(db: Connection, number: str) -> tuple[Case, DataJob]:
    """The case of an erasure and its job, both locked; CASE_UNKNOWN for any other case."""
    case = cases.find(db, number.strip().upper(), lock=True)
    job = data_jobs.of_case(db, case.number, case.customer) if case and case.customer else None
    if case is None or job is None:
        raise SubscriptionError(Code.CASE_UNKNOWN)
    return case, job


def erased_since(backing: Backing, since: datetime) -> tuple[str, ...]:
    """Who was erased at that moment or later; for whoever keeps something about them elsewhere."""
    with reading(backing.engine) as db:
        return data_jobs.done_since(db, JobKind.ERASURE, since)


def refuse(backing: Backing, caller: Caller, said: tuple[str, str], key: str) -> ErasureReceipt:
    """Decline an erasure; the reason is kept with the case."""
    require_agent(caller)
    number, reason = said
    words = needed(reason, LONGEST_REASON)
    body = {"case": number, "reason": hashed(words)}
    order = Order("privacy.refuse_erasure", caller, None, key, body, backing.clock())

    def act(db: Connection) -> Done[ErasureReceipt]:
        case, job = _asked(db, number)
        data_jobs.store(db, job_to(job, JobState.REFUSED, order.at))
        cases.store(db, close(case, words, order.at))
        notice = Notice("requested", "erasure_refused", {"number": case.number})
        receipt = _receipt(db, case, backing.limits, repeated=False)
        return Done(receipt, case.customer, {"case": case.number}, (notice,))

    return write_once(backing.engine, order, ErasureReceipt, act)
