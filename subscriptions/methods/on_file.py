"""The ways to pay that are on file, and the kinds that can be had."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.methods import PaymentMethod
from subscriptions.model.base import Caller, Level
from subscriptions.model.methods import MethodOnFile, MethodsOnFile
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.provider import SetupKind
from subscriptions.store import customers, methods
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading

OFFERED = ("sepa", *(kind.value for kind in SetupKind))


def on_file(backing: Backing, caller: Caller) -> MethodsOnFile:
    """What is on file, the newest first."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        used: dict[str | None, list[str]] = {}
        for contract in methods.payable(db, number):
            used.setdefault(contract.method, []).append(contract.id)
        found = methods.of_customer(db, number)
        shown = (_shown(db, each, used.get(each.id, ()), business_date(now)) for each in found)
        return MethodsOnFile(tuple(shown), OFFERED)


def _shown(db: Connection, method: PaymentMethod, used: Iterable[str], today: date) -> MethodOnFile:
    mandate = customers.mandate_of(db, method.id)
    return MethodOnFile(
        id=method.id,
        kind=method.kind.value,
        label=method.label,
        expires_on=method.expires_on,
        expired=method.expires_on is not None and method.expires_on < today,
        active=method.active,
        contracts=tuple(used),
        mandate=mandate.reference if mandate else None,
        mandate_state=mandate.state.value if mandate else None,
    )
