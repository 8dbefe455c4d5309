"""A copy of everything about a person: asked for, made in one transaction, opened by a token for some days.

Invariants: made once for a job; the token leaves through the outbox and is stored as a hash; a copy that could
not be made at once is made by the daily job.
"""

import json
import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from subscriptions.entities.parties import Customer
from subscriptions.entities.privacy import DataJob, JobKind, JobState, job_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.privacy import ExportFile, ExportReceipt
from subscriptions.outbox import Message
from subscriptions.policy.access import JOB, require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.contact import trusted_email
from subscriptions.policy.masking import mask_address
from subscriptions.store import audit, cases, contact_changes, data_jobs, identity, personal
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.posting import Post, write_and_send
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Notice, Order, note_view, write_once

AT_ONCE = 50
README = (
    "Amounts are in the smallest unit of the currency (cents), moments in UTC, days in Europe/Berlin. "
    "Betr\u00e4ge in Cent, Zeitpunkte in UTC, Tage in deutscher Zeit."
)


def export(backing: Backing, caller: Caller, key: str) -> ExportReceipt:
    """Ask for a copy, and make it right away where that works."""
    now = backing.clock()
    number = require(caller, Level.CONFIRMED, now)
    order = Order("privacy.export", caller, number, key, {}, now)
    receipt = write_once(backing.engine, order, ExportReceipt, lambda db: _ask(db, backing, order))
    try:
        _run(backing, receipt.job)
    except SubscriptionError as error:
        # It was promised and stays on the list: the daily job makes it.
        if error.code is not Code.STORE_UNAVAILABLE:
            raise
    return receipt


def _ask(db: Connection, backing: Backing, order: Order) -> Done[ExportReceipt]:
    number, limits = order.owner or "", backing.limits
    _, to = mailbox(db, backing, number)
    if data_jobs.requested(db, number, JobKind.EXPORT) is not None:
        raise SubscriptionError(Code.EXPORT_RUNNING, limit=limits.export_minutes)
    job = DataJob(cases.reference("E"), number, JobKind.EXPORT, order.at)
    data_jobs.add(db, job)
    receipt = ExportReceipt(job.id, mask_address(to), limits.export_minutes, limits.export_days)
    return Done(receipt, number, {"job": job.id}, (Notice("requested", "export_asked"),))


def mailbox(db: Connection, backing: Backing, number: str) -> tuple[Customer, str]:
    """The customer, locked, and where the link may go: after a break-in to the address before it."""
    found = contact_changes.locked_customer(db, number)
    login = identity.login(db, number)
    changes = contact_changes.of_customer(db, number)
    days = backing.limits.recent_change_days
    return found, trusted_email(found, login, changes, now=backing.clock(), days=days)


def run_waiting(backing: Backing) -> int:
    """Make the copies that wait."""
    with reading(backing.engine) as db:
        waiting = data_jobs.waiting(db, JobKind.EXPORT, AT_ONCE)
    for job in waiting:
        _run(backing, job)
    return len(waiting)


def _run(backing: Backing, job_id: str) -> None:
    """Make the copy of a job, once, and send its link."""
    order = Order("privacy.run_export", JOB, None, f"export:{job_id}", {}, backing.clock())

    def act(db: Connection, post: Post) -> Done[str]:
        job = data_jobs.find(db, job_id)
        if job is None:
            raise SubscriptionError(Code.NOT_FOUND)
        token = secrets.token_urlsafe(32)
        until = order.at + timedelta(days=backing.limits.export_days)
        done = replace(
            job_to(job, JobState.DONE, order.at),
            token_hash=hashed(token),
            expires_at=until,
            content={
                "customer": job.customer,
                "made_at": order.at.isoformat(),
                "readme": README,
                "tables": personal.everything(db, job.customer),
            },
        )
        data_jobs.store(db, done)
        person, to = mailbox(db, backing, job.customer)
        facts = {"until": business_date(until)}
        post(Message(to, "email", person.locale, "data_export", token, facts))
        notice = Notice("requested", "data_export", {"job": job.id})
        return Done(job.id, job.customer, {"job": job.id}, (notice,))

    write_and_send(backing, order, str, act)


def export_of(backing: Backing, token: str) -> ExportFile:
    """Open a copy; whoever opens it is written down."""
    now = backing.clock()
    with reading(backing.engine) as db:
        job = data_jobs.by_token(db, hashed(token))
    if job is None:
        raise SubscriptionError(Code.TOKEN_INVALID)
    if job.content is None or job.expires_at is None or job.expires_at <= now:
        raise SubscriptionError(Code.LINK_EXPIRED)
    note_view(
        backing.engine,
        audit.Entry(now, "link", "privacy.export_of", job.customer, {"job": job.id}),
    )
    content = json.dumps(job.content, ensure_ascii=False, indent=1).encode()
    return ExportFile(f"data-{job.customer}.json", "application/json", content)


def forget(backing: Backing) -> int:
    """Drop what nobody can open any more, once a day."""
    now = backing.clock()
    key = f"forget_exports:{business_date(now)}"
    order = Order("privacy.forget_exports", JOB, None, key, {}, now)

    def act(db: Connection) -> Done[int]:
        count = data_jobs.forget_expired(db, now)
        return Done(count, None, {"count": count})

    return write_once(backing.engine, order, int, act)
