"""Objections (Art. 21 and 22 GDPR): advertising and profiling end at once, a decision is looked at by a person."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from subscriptions.entities.profile import ConsentState
from subscriptions.model.base import Caller
from subscriptions.model.privacy import ObjectionKind, ObjectionReceipt
from subscriptions.model.profile import ConsentPurpose
from subscriptions.policy.access import identified
from subscriptions.policy.consents import in_force
from subscriptions.policy.limits import Limits
from subscriptions.policy.words import kept, needed
from subscriptions.store import cases, contact_changes, objections, wishes
from subscriptions.store.backing import Backing
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Notice, Order, write_once

_ENDS: Mapping[ObjectionKind, frozenset[str]] = {
    ObjectionKind.ADVERTISING: frozenset({ConsentPurpose.NEWSLETTER, ConsentPurpose.OFFERS}),
    ObjectionKind.PROFILING: frozenset({ConsentPurpose.PROFILING}),
    ObjectionKind.DECISION: frozenset(),
}


def object_to(
    backing: Backing, caller: Caller, said: tuple[ObjectionKind, str], key: str
) -> ObjectionReceipt:
    """Take an objection down, and let it hold where it can."""
    now, owner = backing.clock(), identified(caller)
    kind, text = said
    words = (kept if owner else needed)(text, backing.limits.text_most)
    body = {"kind": kind.value, "text": hashed(words)}
    order = Order("privacy.object", caller, owner, key, body, now)
    return write_once(
        backing.engine,
        order,
        ObjectionReceipt,
        lambda db: _object(db, order, (kind, words), backing.limits),
    )


def _object(
    db: Connection, order: Order, said: tuple[ObjectionKind, str], limits: Limits
) -> Done[ObjectionReceipt]:
    kind, words = said
    objection = objections.Objection(cases.reference("W"), order.owner, kind.value, words, order.at)
    objections.add(db, objection)
    ended = _end_consents(db, order, kind) if order.owner else ()
    effective = order.owner is not None and kind is not ObjectionKind.DECISION
    receipt = ObjectionReceipt(objection.reference, kind, effective, ended)
    if not effective:
        facts = {"kind": kind.value, "reference": objection.reference}
        concern = cases.Concern(kind="data_objection", skill="PRV", text=words, facts=facts)
        case = cases.open_case(db, order.owner, concern, at=order.at, limits=limits)
        receipt = replace(receipt, case_number=case.number, promised_at=case.promised_at)
    notice = Notice("requested", "objection_received", {"reference": objection.reference})
    audited = {"reference": objection.reference, "kind": kind.value, "case": receipt.case_number}
    return Done(receipt, order.owner, audited, (notice,) if order.owner else ())


def _end_consents(db: Connection, order: Order, kind: ObjectionKind) -> tuple[str, ...]:
    """Withdraw everything that was agreed to, or asked for, and that this objection is about."""
    customer = order.owner or ""
    contact_changes.locked_customer(db, customer)
    holding = [
        entry
        for entry in in_force(wishes.consents(db, customer)).values()
        if entry.purpose in _ENDS[kind] and entry.state is not ConsentState.WITHDRAWN
    ]
    for entry in holding:
        wishes.add_consent(
            db,
            replace(
                entry,
                given=False,
                source="objection",
                at=order.at,
                token_hash=None,
                token_until=None,
            ),
        )
    return tuple(sorted({entry.purpose for entry in holding}))
