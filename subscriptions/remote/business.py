"""All use cases on a remote billing system: what it serves, and refusals for the rest.

Invariants: built once, safe to share between threads; the nouns are those of the port.
"""

from types import TracebackType
from typing import Any, cast

from subscriptions.model.base import Clock
from subscriptions.policy.limits import Limits
from subscriptions.port import Business
from subscriptions.provider import SimulatedProvider
from subscriptions.remote.client import RemoteApi, RemoteSettings
from subscriptions.remote.not_offered import NotOffered
from subscriptions.remote.nouns import (
    RemoteBilling,
    RemoteCancellation,
    RemoteIdentity,
    RemotePayments,
    RemotePlans,
)
from subscriptions.remote.overview import RemoteOverview
from subscriptions.remote.reads import Reader
from subscriptions.store.backing import Backing
from subscriptions.store.engine import ANSWERING, Patience, open_engine


class RemoteSubscriptions:
    """The nouns of the port on a remote system. Each answers what it can and refuses the rest by name."""

    def __init__(self, backing: Backing, api: RemoteApi) -> None:
        self._engine = backing.engine
        self._api = api
        reader = Reader(api)
        # A noun's missing use cases come from `NotOffered`, which no type checker can see.
        nothing: Any = NotOffered()
        self.billing: Any = RemoteBilling(backing, reader)
        self.payments: Any = RemotePayments(backing, reader)
        self.plans: Any = RemotePlans(backing, reader)
        self.cancellation: Any = RemoteCancellation(backing, reader)
        self.identity: Any = RemoteIdentity(backing, reader)
        self.overview = RemoteOverview(backing, reader)
        self.methods = self.profile = self.delivery = self.cases = self.privacy = (
            self.settlement
        ) = nothing

    def close(self) -> None:
        """Give connections back."""
        self._api.close()
        self._engine.dispose()

    def __enter__(self) -> "RemoteSubscriptions":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_remote(
    settings: RemoteSettings,
    database_url: str,
    clock: Clock,
    *,
    limits: Limits | None = None,
    patience: Patience = ANSWERING,
) -> Business:
    """Open the business on a remote system; the migrated local database holds keys, audit and catalogue."""
    backing = Backing(
        engine=open_engine(database_url, patience),
        clock=clock,
        provider=SimulatedProvider(),  # never asked: the remote system collects
        limits=limits or Limits(),
    )
    return cast("Business", RemoteSubscriptions(backing, RemoteApi(settings)))
