"""Reading the provider's own list of debits that went back, from where the last reading ended.

Invariants: a span of time is read to its end before the place is kept, so that nothing is passed over; reading twice
changes nothing; what is not about a debit of ours that may still go back is left to the webhooks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from subscriptions.model.settlement import Outcome
from subscriptions.policy.calendar import add_months, business_date
from subscriptions.policy.looking import MONTHS
from subscriptions.provider import ProviderEvent
from subscriptions.settlement.telling import take
from subscriptions.store import looking
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading, writing

_SPAN = timedelta(days=7)
_AGAIN = timedelta(days=1)  # read once more: a list may show late what happened early


@dataclass
class Listing:
    """One reading; `read` takes the next page until `complete`."""

    backing: Backing
    now: datetime
    complete: bool = False
    _since: datetime | None = None
    _after: str | None = None

    def read(self) -> int:
        """Apply a page; returns how much of it was news. Raises ProviderUnavailableError."""
        since = self._since or self._begin()
        until = min(since + _SPAN, self.now)
        page = self.backing.provider.returns(since, until, self._after)
        changed = sum(self._apply(event) for event in page.events)
        self._since, self._after = since, page.after
        if page.after is None:
            self._since = until
            self.complete = until == self.now
            with writing(self.backing.engine) as db:
                looking.keep_read(db, self.backing.provider.name, until)
        return changed

    def _begin(self) -> datetime:
        with reading(self.backing.engine) as db:
            known = looking.read_until(db, self.backing.provider.name)
        if known is not None:
            return min(known, self.now) - _AGAIN
        first = add_months(business_date(self.now), -MONTHS)
        return self.now - (business_date(self.now) - first)

    def _apply(self, event: ProviderEvent) -> bool:
        with reading(self.backing.engine) as db:
            ours = looking.is_open(db, event)
        return ours and take(self.backing, event, self.now) is Outcome.APPLIED
