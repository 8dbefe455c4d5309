"""The mandate: what was agreed to, and taking it back.

Invariants: a mandate that is revoked is never used again, and what was planned with it is called off at once.
"""

from sqlalchemy import Connection

from subscriptions.entities.methods import Mandate, MandateState, mandate_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.methods.dates import next_debit
from subscriptions.model.base import Caller, Level
from subscriptions.model.methods import MandateInfo, MandateRevoked
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.methods import USABLE, lapses_on
from subscriptions.store import accounts, customers, methods
from subscriptions.store.audit import Facts
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once


def mandate(backing: Backing, caller: Caller) -> MandateInfo:
    """The newest mandate, whether it may still be used or not."""
    number = require(caller, Level.IDENTIFIED, backing.clock())
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        found = methods.mandates_of(db, number)
        if not found:
            raise SubscriptionError(Code.MANDATE_MISSING)
        method = customers.method_of(db, found[0].method)
    return MandateInfo(
        reference=found[0].reference,
        state=found[0].state.value,
        creditor=backing.seller.name,
        creditor_id=backing.seller.creditor_id,
        label=method.label if method else "",
        signed_on=found[0].signed_on,
        text=found[0].text,
        last_used_on=found[0].last_used_on,
        lapses_on=lapses_on(found[0]),
    )


def revoke(backing: Backing, caller: Caller, *, key: str) -> MandateRevoked:
    """End the newest usable mandate, once for the key."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    order = Order("methods.revoke_mandate", caller, number, key, {}, now)
    return write_once(backing.engine, order, MandateRevoked, lambda db: _revoke(db, order, number))


def _revoke(db: Connection, order: Order, number: str) -> Done[MandateRevoked]:
    customers.by_number(db, number)
    paid = methods.payable(db, number, lock=True)
    found = _usable(db, number)
    today = business_date(order.at)
    methods.store_mandate(db, mandate_to(found, MandateState.REVOKED, today))
    method = customers.method_of(db, found.method)
    if method is not None:
        methods.close(db, method)
    called_off = methods.call_off(db, found.method)
    debited = [contract for contract in paid if contract.method == found.method]
    account = accounts.find(db, number)
    day = account.debit_day if account else None
    revoked = MandateRevoked(
        reference=found.reference,
        ended_on=today,
        contracts=tuple(contract.id for contract in debited),
        needed_by=next_debit(db, debited, day, today),
    )
    notice = Notice("contract", "mandate_revoked", {"mandate": found.reference})
    facts: Facts = {"mandate": found.reference, "called_off": called_off}
    return Done(revoked, number, facts, (notice,))


def _usable(db: Connection, number: str) -> Mandate:
    found = methods.mandates_of(db, number, lock=True)
    usable = next((each for each in found if each.state in USABLE), None)
    if usable is None:
        raise SubscriptionError(Code.MANDATE_MISSING)
    return usable
