"""The day of month on which is debited."""

from dataclasses import replace

from sqlalchemy import Connection

from subscriptions.entities.parties import Account
from subscriptions.methods.dates import next_debit
from subscriptions.model.base import Caller, Level
from subscriptions.model.methods import DebitDay
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.methods import check_debit_day, debit_day_from
from subscriptions.store import accounts, customers, methods
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once


def debit_day(backing: Backing, caller: Caller, wished: int | None) -> DebitDay:
    """The day of month, the next debit, and from when on the day may be changed; or all that with the wished day."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    today = business_date(now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        account = accounts.find(db, number) or Account(accounts.account_id(number), number)
        if wished is not None:
            check_debit_day(account, wished, today, backing.limits)
            account = replace(account, debit_day=wished, debit_day_changed_at=now)
        again, day = debit_day_from(account, backing.limits), account.debit_day
        changeable = again if again is not None and again > today else None
        return DebitDay(day, next_debit(db, methods.payable(db, number), day, today), changeable)


def change(backing: Backing, caller: Caller, day: int, *, key: str) -> DebitDay:
    """Store the wanted day, once for the key."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    order = Order("methods.change_debit_day", caller, number, key, {"day": day}, now)
    return write_once(backing.engine, order, DebitDay, lambda db: _change(db, backing, order, day))


def _change(db: Connection, backing: Backing, order: Order, day: int) -> Done[DebitDay]:
    number, today = order.owner or "", business_date(order.at)
    customers.by_number(db, number)
    account = accounts.of_holder(db, number, lock=True)
    check_debit_day(account, day, today, backing.limits)
    changed = replace(account, debit_day=day, debit_day_changed_at=order.at)
    accounts.store(db, changed)
    receipt = DebitDay(
        day,
        next_debit(db, methods.payable(db, number), day, today),
        debit_day_from(changed, backing.limits),
    )
    on = receipt.next_debit_on
    notice = Notice(
        "contract",
        "debit_day_changed",
        {"day": day, "next_debit_on": on.isoformat() if on else None},
    )
    return Done(receipt, number, {"day": day}, (notice,))
