"""A death, or a guardian from now on, reported by anybody: collection and messages stop at once, a person writes.

Invariants: never refused; everybody hears the same, whether or not the number exists; a report never ends a
contract and never marks a customer as deceased, only a person does.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from subscriptions.cancellation.matching import kept, known
from subscriptions.entities.holds import Hold, HoldKind
from subscriptions.model.base import Caller, Words
from subscriptions.model.cancellation import BereavementReceipt
from subscriptions.policy.access import identified
from subscriptions.store import cases, collection, holds, stopping
from subscriptions.store.backing import Backing
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Order, write_once

_WHY = Words(
    "Uns wurde ein Todesfall oder eine Betreuung gemeldet; ein Mensch kümmert sich.",
    "A death or a guardian was reported to us; a person takes care of it.",
)


@dataclass(frozen=True, slots=True)
class Reported:
    """What was reported: the words, the number of the customer if it was given, a guardian instead of a death."""

    text: str
    number: str | None = None
    guardian: bool = False


def report(backing: Backing, caller: Caller, reported: Reported, key: str) -> BereavementReceipt:
    """Take a report and confirm that a person reads it."""
    text = kept(reported.text, backing.limits)
    # Whoever is signed in may report somebody else: the number that was told counts before their own.
    told_number = reported.number or identified(caller) or ""
    number = kept(told_number, backing.limits).strip().upper()[:40]
    guardian = "yes" if reported.guardian else "no"
    body = {"text": text, "number": hashed(number), "guardian": guardian}
    order = Order(
        "cancellation.report_death", caller, identified(caller), key, body, backing.clock()
    )
    told = Reported(text, number, reported.guardian)
    return write_once(
        backing.engine, order, BereavementReceipt, lambda db: _report(db, order, told, backing)
    )


def _report(
    db: Connection, order: Order, told: Reported, backing: Backing
) -> Done[BereavementReceipt]:
    customer = known(db, told.number)
    reporter = "customer" if order.owner else "unidentified"
    concern = cases.Concern(
        kind="subscriber_deceased",
        skill="CMP",
        text=told.text,
        facts={
            "number": told.number,
            "reporter": reporter,
            "guardian": "yes" if told.guardian else "no",
        },
    )
    case = cases.open_case(db, customer, concern, at=order.at, limits=backing.limits)
    if customer is not None:
        _stop_all(db, order, (customer, case.number), guardian=told.guardian)
    receipt = BereavementReceipt(case.number, order.at, case.promised_at)
    return Done(receipt, customer, {"case": case.number, "matched": customer is not None})


def _stop_all(db: Connection, order: Order, who: tuple[str, str], *, guardian: bool) -> None:
    """A hold until a person releases it; no debit and no message leaves the house meanwhile."""
    customer, case = who
    kind = HoldKind.HARDSHIP if guardian else HoldKind.DECEASED
    standing = holds.standing(db, customer, order.at)
    if not any(h.kind is kind and h.invoice is None and h.until_at is None for h in standing):
        hold = Hold(cases.reference("H"), customer, kind, order.at, case_number=case)
        collection.place_hold(db, hold, _WHY)
    stopping.stop_messages(db, customer)
