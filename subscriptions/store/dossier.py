"""Everything about one customer in five statements, for the 360° view.

Invariants: read only; every part is found by an index that begins with the customer or with what belongs to them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Table,
    bindparam,
    func,
    select,
)

from subscriptions.errors import Code, SubscriptionError
from subscriptions.policy.calendar import add_months, business_date
from subscriptions.store import tables as t
from subscriptions.store.together import Parts, read, together

ATTEMPTS = timedelta(days=400)  # a yearly contract was debited once in it
REPORTS = timedelta(days=30)
CAPS = timedelta(days=30)
CALLBACKS = timedelta(days=14)
USE_MONTHS = 12
LAST_INVOICES = 15  # a year of months and what was invoiced beside them
LAST_CONTACTS = 10
LAST_CASES = 10
LAST_FEW = 5
LAST_REFUNDS = 50  # enough for every invoice of a year

Found = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Dossier:
    """The records of one customer as of a moment, by the name of their part."""

    now: datetime
    parts: Found

    def all(self, part: str) -> list[dict[str, Any]]:
        """The records of a part."""
        return self.parts.get(part, [])

    def first(self, part: str) -> dict[str, Any] | None:
        """The first record of a part."""
        return next(iter(self.all(part)), None)

    @property
    def today(self) -> date:
        """The business day."""
        return business_date(self.now)


def dossier(db: Connection, number: str, now: datetime) -> Dossier:
    """Everything about a customer; raises NOT_FOUND."""
    given = values(number, now)
    found: dict[str, list[dict[str, Any]]] = {}
    for statement, needed in statements(db.dialect.name):
        found |= read(db, statement, {name: given[name] for name in needed})
        if "customer" not in found:
            raise SubscriptionError(Code.NOT_FOUND)
    return Dossier(now, found)


def values(number: str, now: datetime) -> dict[str, Any]:
    """What the statements ask about."""
    today = business_date(now)
    return {
        "who": number,
        "now": now,
        "use_since": add_months(today.replace(day=1), -USE_MONTHS),
        "tried_since": now - ATTEMPTS,
        "billed_since": business_date(now - ATTEMPTS),
        "reported_since": now - REPORTS,
        "sent_since": now - CAPS,
        "called_since": now - CALLBACKS,
    }


_WHO: Any = bindparam("who")
_NOW: Any = bindparam("now", type_=t.UtcMoment())


def _since(name: str) -> Any:
    return bindparam(name, type_=t.UtcMoment())


def _one_of(column: ColumnElement[Any], first: str, second: str) -> ColumnElement[bool]:
    """Written out, because a list is expanded anew for each execution and would keep the statement from being prepared."""
    return (column == first) | (column == second)


def _of(table: Table) -> Select[Any]:
    return select(table).where(table.c.customer == _WHO)


def _of_contracts(table: Table, *more: Any) -> Select[Any]:
    """Rows about the contracts of the customer."""
    s = t.subscriptions.c
    query = select(table, *more).join(t.subscriptions, s.id == table.c.subscription)
    return query.where(s.customer == _WHO)


def _about(table: Table) -> Select[Any]:
    """Rows about the invoices of the customer."""
    i = t.invoices.c
    return select(table).join(t.invoices, i.number == table.c.invoice).where(i.customer == _WHO)


def _party() -> Parts:
    use = bindparam("use_since", type_=t.usage_months.c.month.type)
    devices = select(func.count().label("count")).where(
        t.devices.c.customer == _WHO, t.devices.c.signed_out_at.is_(None)
    )
    return {
        "customer": select(t.customers).where(t.customers.c.number == _WHO),
        "account": select(t.accounts).where(t.accounts.c.holder == _WHO),
        "login": _of(t.logins),
        "preferences": _of(t.preferences),
        "holds": _of(t.holds).where(t.holds.c.released_at.is_(None)),
        "use": _of(t.usage_months).where(t.usage_months.c.month >= use),
        "consents": _of(t.consents).where(t.consents.c.purpose == "offers"),
        "objections": _of(t.objections),
        "devices": devices,
    }


def _contracts() -> Parts:
    s, r, b = t.subscriptions.c, t.voucher_redemptions, t.subscription_addons
    account = select(t.accounts.c.id).where(t.accounts.c.holder == _WHO).scalar_subquery()
    issues, d = _of_contracts(t.deliveries), t.deliveries.c
    return {
        "contracts": _of(t.subscriptions),
        "given": select(t.subscriptions).where(s.account == account, s.customer != _WHO),
        "addons": _of_contracts(b, *_named(t.addons, "addon_")).join(
            t.addons, t.addons.c.code == b.c.addon
        ),
        "pauses": _of_contracts(t.pauses),
        "suspensions": _of_contracts(t.suspensions),
        "reports": issues.where(d.reported_at >= _since("reported_since")),
        "credits": issues.where(d.remedy == "credit", d.credit_minor > d.credited_minor),
        "vouchers": _of_contracts(r, *_named(t.vouchers, "voucher_")).join(
            t.vouchers, t.vouchers.c.code == r.c.voucher
        ),
    }


def _named(table: Table, prefix: str) -> list[Any]:
    return [column.label(f"{prefix}{column.name}") for column in table.c]


def _catalogue() -> Parts:
    o = t.outages.c
    running = (o.started_at <= _NOW) & (o.ended_at.is_(None) | (o.ended_at > _NOW))
    return {
        "plans": select(t.plans),
        "prices": select(t.prices),
        "phases": select(t.phases),
        "outages": select(t.outages).where(running),
    }


def _money() -> Parts:
    i, m, a, d = t.invoices.c, t.payment_methods.c, t.attempts.c, t.dunning_cases.c
    issued = _of(t.invoices).where(i.lifecycle != "draft")
    newest = issued.order_by(i.issued_on.desc(), i.number.desc()).limit(LAST_INVOICES)
    unpaid = _one_of(i.status, "open", "failed") & (i.lifecycle == "final")
    recent = i.issued_on >= bindparam("billed_since", type_=i.issued_on.type)
    tried = select(t.attempts).join(t.invoices, i.number == a.invoice)
    mandates = select(t.mandates).join(t.payment_methods, m.id == t.mandates.c.method)
    actions = select(t.dunning_actions).join(t.dunning_cases, d.id == t.dunning_actions.c["case"])
    return {
        "unpaid": _of(t.invoices).where(unpaid),
        "lines": _about(t.invoice_lines).where(recent),
        "paid": _about(t.payments).where(unpaid | recent),
        "credited": _about(t.credit_notes).where(unpaid | recent),
        "latest": newest,
        "attempts": tried.where(i.customer == _WHO, a.at >= _since("tried_since")),
        "methods": _of(t.payment_methods).where(m.active),
        "mandates": mandates.where(m.customer == _WHO),
        "promises": _of(t.promises).order_by(t.promises.c.made_at.desc()).limit(LAST_FEW),
        "instalments": _of(t.instalments).where(t.instalments.c.state == "open"),
        "links": _of(t.payment_requests).where(
            t.payment_requests.c.state == "open", t.payment_requests.c.expires_at > _NOW
        ),
        "refunds": _of(t.refunds).order_by(t.refunds.c.asked_at.desc()).limit(LAST_REFUNDS),
        "dunning": _of(t.dunning_cases).where(d.state != "closed"),
        "actions": actions.where(d.customer == _WHO, d.state != "closed"),
    }


def _care() -> Parts:
    c, b = t.contacts.c, t.callbacks.c
    sent = _of(t.contacts).with_only_columns(c.reason, func.count().label("count"))
    open_cases = _of(t.cases).where(t.cases.c.state != "closed")
    return {
        "contacts": _of(t.contacts).order_by(c.at.desc(), c.id.desc()).limit(LAST_CONTACTS),
        "sent": sent.where(c.at >= _since("sent_since")).group_by(c.reason),
        "cases": open_cases.order_by(t.cases.c.opened_at.desc()).limit(LAST_CASES),
        "callbacks": _of(t.callbacks).where(
            _one_of(b.state, "promised", "broken"), b.until_at >= _since("called_since")
        ),
    }


_STATEMENTS: tuple[tuple[Callable[[], Parts], tuple[str, ...]], ...] = (
    (_party, ("who", "use_since")),
    (_contracts, ("who", "reported_since")),
    (_catalogue, ("now",)),
    (_money, ("who", "now", "tried_since", "billed_since")),
    (_care, ("who", "sent_since", "called_since")),
)


@lru_cache(maxsize=2)
def statements(dialect: str) -> tuple[tuple[CompoundSelect[Any], tuple[str, ...]], ...]:
    """The statements for a kind of database, each with the names of the values it needs."""
    return tuple((together(parts(), dialect), needed) for parts, needed in _STATEMENTS)
