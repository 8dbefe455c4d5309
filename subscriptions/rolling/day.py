"""The day up to which time is caught up with, and how what happened is written down."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from subscriptions.policy.calendar import business_date
from subscriptions.policy.limits import Limits
from subscriptions.store import audit, holds
from subscriptions.store.write import Notice, add_notice

ACTOR = "schedule"


@dataclass(frozen=True, slots=True)
class Day:
    """The operator's limits and the moment at which what is due happens."""

    limits: Limits
    at: datetime

    @property
    def today(self) -> date:
        """The day of the moment in Germany."""
        return business_date(self.at)

    def entry(self, action: str, customer: str | None, facts: audit.Facts) -> audit.Entry:
        """What the audit keeps of one thing that was done."""
        return audit.Entry(self.at, ACTOR, f"daily.{action}", customer, facts)

    def tell(self, db: Connection, customer: str, notice: Notice) -> bool:
        """Write a message down, unless nothing may be sent to this customer now (a hold); says whether it was."""
        if holds.standing(db, customer, self.at):
            return False
        add_notice(db, customer, notice, self.at)
        return True
