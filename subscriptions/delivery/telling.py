"""An interruption or redirection as it is told."""

from sqlalchemy import Connection

from subscriptions.entities.delivery import Suspension, covers
from subscriptions.model.base import Money
from subscriptions.model.delivery import SuspensionReceipt, SuspensionState
from subscriptions.policy.delivery import Printed, issues, next_issue
from subscriptions.store import addresses


def told(db: Connection, printed: Printed, suspension: Suspension) -> SuspensionReceipt:
    """The receipt of a suspension of a printed contract; of a withdrawn one no issue is left."""
    withdrawn = suspension.state is SuspensionState.WITHDRAWN
    touched = issues(printed, suspension.from_on, suspension.until_on)
    currency = printed.terms.plan.price.currency
    minor = suspension.credit_minor
    place = addresses.find(db, suspension.address) if suspension.address else None
    return SuspensionReceipt(
        reference=suspension.id,
        subscription=suspension.subscription,
        kind=suspension.kind,
        state=suspension.state,
        from_on=suspension.from_on,
        until_on=suspension.until_on,
        issues=sum(covers(suspension, day) for day in touched),
        credit=Money(minor, currency) if minor is not None else None,
        resumes_on=None if withdrawn else next_issue(printed, suspension.until_on),
        city=place.city if place else None,
    )
