"""News from the payment provider: webhooks and asking again, applied once each, in whatever order they come.

May import `subscriptions.store` and everything below it. Invariants: nothing is believed without a good
signature; an event is stored before it is applied, in the same transaction, and applied at most once; older
news never undoes newer; what is about something unknown is kept and tried again. Start at `Settlement`.
"""

from collections.abc import Mapping
from datetime import datetime

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.settlement import Outcome, PageAsked, Reconciled
from subscriptions.settlement.asking import reconcile
from subscriptions.settlement.pages import page_asked
from subscriptions.settlement.telling import take
from subscriptions.store.backing import Backing

__all__ = ["Settlement"]

MOST = 2000  # questions of a kind in one round: some minutes


class Settlement:
    """What a provider tells, told to the business. No person calls these: the gateway and the daily run do."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def receive(
        self, provider_name: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Outcome, ...]:
        """Apply a webhook (header names in lower case); one outcome for each event in it.

        Raises UntrustedEventError for a bad or old signature, NOT_FOUND for a provider that is not ours,
        STORE_UNAVAILABLE and PROVIDER_DOWN so that the provider tells it again.
        """
        provider = self._backing.provider
        if provider_name != provider.name:
            raise SubscriptionError(Code.NOT_FOUND)
        now = self._backing.clock()
        outcomes: list[Outcome] = []
        failures: list[SubscriptionError] = []
        for event in provider.verify(headers, body, now):
            try:
                outcomes.append(take(self._backing, event, now))
            except SubscriptionError as why:  # it holds up none of the others
                failures.append(why)
        if failures:
            raise failures[0]
        return tuple(outcomes)

    def page(self, reference: str) -> PageAsked | None:
        """What the page that the provider knows under this reference asks for; None when it is not ours.

        The reference cannot be guessed: whoever has it may see what is to be paid, and nothing else.
        """
        return page_asked(self._backing, reference, self._backing.clock())

    def reconcile(self, now: datetime, *, batch: int = 200, most: int = MOST) -> Reconciled:
        """Ask about what may still change and is due to be asked about: at most `most` of each kind, `batch` at a time.

        Debits that went back come from the provider's own list where it has one. Events that were unknown when they
        came are tried again first.
        """
        return reconcile(self._backing, now, batch, most)
