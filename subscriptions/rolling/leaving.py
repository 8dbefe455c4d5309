"""The end of a contract whose day has come, and what goes back when more was paid for than it lasted.

Invariants: only a scheduled end comes here; what was paid for days after the end is credited to the cent and given
back by a person.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from subscriptions.daily.batches import ACTOR, Run
from subscriptions.entities.contracts import Subscription, end
from subscriptions.entities.invoices import InvoiceLifecycle
from subscriptions.entities.refunds import RefundReason
from subscriptions.policy.rollover import Due
from subscriptions.policy.withdrawal import correct, unused_rest
from subscriptions.store import cases, contracts, corrections, invoices
from subscriptions.store.write import Notice

Facts = Mapping[str, str | int | None]


def ended(
    db: Connection, run: Run, contract: Subscription, upcoming: Due
) -> tuple[Subscription, Facts]:
    """End a contract, credit the unused rest, and say so."""
    after = end(contract, upcoming.on)
    facts = {"ends_on": upcoming.on.isoformat()}
    contracts.store(db, after, contracts.Happened("ended", ACTOR, run.at, facts))
    back = _give_back(db, run, contract, upcoming)
    notice = Notice("contract", "contract_ended", {"subscription": contract.id, **facts})
    run.tell(db, contract.customer, notice)
    return after, {"back": back}


def _give_back(db: Connection, run: Run, contract: Subscription, upcoming: Due) -> int:
    """Correct the invoices that reach beyond the end; returns the cents that a person gives back."""
    issued = invoices.of_contract(db, contract.id)
    held = [i for i in issued if i.lifecycle is InvoiceLifecycle.FINAL]
    settled = corrections.settled(db, held)
    found = [
        correct(invoice, settled[invoice.number], keep)
        for invoice, keep in unused_rest(held, contract.period.end, upcoming.on)
    ]
    back = corrections.apply(db, found, RefundReason.UNUSED, run.at)
    if back.minor > 0:
        facts: Facts = {"subscription": contract.id, "refund": back.minor}
        concern = cases.Concern("refund", "BIL", facts=facts)
        limits = run.backing.limits
        cases.open_case(db, contract.customer, concern, at=run.at, limits=limits)
    return back.minor
