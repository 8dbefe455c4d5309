"""What an account opens: the digital access of a printed subscription, and the devices that use it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from subscriptions.entities.identity import access_linked
from subscriptions.errors import Code, SubscriptionError
from subscriptions.identity.security_cases import security_case
from subscriptions.model.base import Caller, Level
from subscriptions.model.identity import AccessReceipt, Devices, DeviceShown, SignOutReceipt
from subscriptions.policy.access import require
from subscriptions.policy.contact import tidy
from subscriptions.store import audit, cases, contracts, customers, requests
from subscriptions.store import identity as rows
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, add_notice, write_once

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Linked:
    """How linking ended: the receipt, the case that a taken number made, or neither for an unknown one."""

    receipt: AccessReceipt | None = None
    case: str | None = None


def link(backing: Backing, caller: Caller, label: tuple[str, str], *, key: str) -> AccessReceipt:
    """See `Identity.link_access`."""
    customer = require(caller, Level.IDENTIFIED, backing.clock())
    number, postcode = (tidy(part).upper().replace(" ", "") for part in label)
    body = {"number": number, "postcode": requests.hashed(postcode)}
    order = Order("identity.link_access", caller, customer, key, body, backing.clock())

    def act(db: Connection) -> Done[_Linked]:
        customers.by_number(db, customer)
        return _link(db, backing, order, (number, postcode))

    # A refusal inside the write would take the case back with it, and the try that is counted.
    linked = write_once(backing.engine, order, _Linked, act)
    if linked.case is not None:
        raise SubscriptionError(Code.ACCESS_TAKEN, number=linked.case)
    if linked.receipt is None:
        raise SubscriptionError(Code.ACCESS_NUMBER_UNKNOWN)
    return linked.receipt


def _link(db: Connection, backing: Backing, order: Order, label: tuple[str, str]) -> Done[_Linked]:
    customer = order.owner or ""
    tries = audit.count_since(db, customer, order.action, order.at - HOUR)
    if tries >= backing.limits.access_tries_per_hour:
        raise SubscriptionError(Code.TOO_OFTEN)
    access = rows.access_number(db, *label)
    if access is None:
        return Done(_Linked(), customer, {"known": False})
    if access.linked_to not in {None, customer}:
        concern = cases.Concern("link_access", "SEC", facts={"number": access.number})
        case = security_case(db, backing, customer, order, concern=concern)
        return Done(_Linked(case=case.number), customer, {"case": case.number})
    first = access.linked_to is None
    access = access_linked(access, customer, order.at)
    (contract,) = contracts.by_ids(db, [access.subscription])
    notices: tuple[Notice, ...] = ()
    if first:
        rows.store_access(db, access)
        notices = (Notice("contract", "access_linked", {"number": access.number}),)
        if contract.customer != customer:  # whoever gets the paper hears of it
            add_notice(db, contract.customer, notices[0], order.at)
    receipt = AccessReceipt(access.number, contract.plan, access.linked_at or order.at)
    return Done(_Linked(receipt), customer, {"number": access.number, "new": first}, notices)


def devices(backing: Backing, caller: Caller) -> Devices:
    """See `Identity.devices`."""
    customer = require(caller, Level.IDENTIFIED, backing.clock())
    with reading(backing.engine) as db:
        customers.by_number(db, customer)
        shown = tuple(
            DeviceShown(device.id, device.name, device.kind, device.last_seen_at)
            for device in rows.devices(db, customer)
        )
        return Devices(shown, _limit(db, customer))


def sign_out(backing: Backing, caller: Caller, device: str | None, *, key: str) -> SignOutReceipt:
    """See `Identity.sign_out_devices`."""
    customer = require(caller, Level.IDENTIFIED, backing.clock())
    body = {"device": device}
    order = Order("identity.sign_out_devices", caller, customer, key, body, backing.clock())

    def act(db: Connection) -> Done[SignOutReceipt]:
        customers.by_number(db, customer)
        there = rows.devices(db, customer, lock=True)
        gone = tuple(one for one in there if device in {None, one.id})
        if device is not None and not gone:
            raise SubscriptionError(Code.DEVICE_UNKNOWN)
        rows.sign_out(db, gone, order.at)
        names = tuple(one.name for one in gone)
        receipt = SignOutReceipt(names, len(there) - len(gone), _limit(db, customer))
        notices = (Notice("requested", "devices_signed_out", {"devices": len(gone)}),)
        return Done(receipt, customer, {"devices": len(gone)}, notices)

    return write_once(backing.engine, order, SignOutReceipt, act)


def _limit(db: Connection, customer: str) -> int | None:
    """How many devices the best of the running plans allows."""
    plans = [c.plan for c in contracts.all_of(db, customer) if not contracts.is_over(c)]
    return max((contracts.plan(db, code).device_limit for code in plans), default=None)
