"""What the environment says about the business, the same for every process that opens it; and opening it.

Invariants: secrets never show in `repr` or in an error; what cannot be used is refused at the start with a sentence.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from subscriptions import Connections, backing_of, open_subscriptions
from subscriptions.daily import Daily
from subscriptions.model.base import Clock
from subscriptions.outbox import close_outbox, open_outbox
from subscriptions.policy.limits import Limits
from subscriptions.policy.seller import read_seller
from subscriptions.port import Business
from subscriptions.provider import ProviderChoice, choose_provider
from subscriptions.remote import RemoteSettings, open_remote
from subscriptions.store.engine import PREPARING


class BusinessSettings(BaseSettings):
    """The variables that all processes share, each under its own prefix; see `docs/operations.md`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    payment_provider: Literal["simulator", "stripe"] = "simulator"
    payment_secret_key: SecretStr = SecretStr("")
    payment_webhook_secret: SecretStr = SecretStr("")
    payment_return_url: str = ""
    public_address: str = ""  # under which people reach the gateway, for links
    outbox: SecretStr = SecretStr("none")
    seller: str = ""  # JSON; who issues the invoices
    limits: str = ""  # JSON; where the operator is stricter or more generous than the defaults
    code_secret: SecretStr = SecretStr("")
    remote_url: str = ""  # a billing system of one's own; empty: the built-in store
    remote_user: str = ""
    remote_password: SecretStr = SecretStr("")
    remote_api_key: str = ""
    remote_api_secret: SecretStr = SecretStr("")

    def connections(self, clock: Clock) -> Connections:
        """What an operator connected; raises ValueError for what cannot be."""
        choice = ProviderChoice(
            name=self.payment_provider,
            secret_key=self.payment_secret_key.get_secret_value(),
            webhook_secret=self.payment_webhook_secret.get_secret_value(),
            return_url=self.payment_return_url,
        )
        return Connections(
            provider=choose_provider(choice, clock),
            outbox=open_outbox(self.outbox.get_secret_value(), self.public_address),
            limits=read_limits(self.limits),
            secret=self.code_secret.get_secret_value(),
            seller=read_seller(self.seller),
        )

    def remote(self) -> RemoteSettings | None:
        """The remote billing system, if the operator has one."""
        if not self.remote_url:
            return None
        return RemoteSettings(
            url=self.remote_url,
            user=self.remote_user,
            password=self.remote_password.get_secret_value(),
            api_key=self.remote_api_key,
            api_secret=self.remote_api_secret.get_secret_value(),
        )


class DailySettings(BusinessSettings):
    """`SUBSCRIPTIONS_*`, for the commands of the business."""

    model_config = SettingsConfigDict(env_prefix="SUBSCRIPTIONS_")


def read_limits(setting: str) -> Limits:
    """The limits from a JSON object with some of their names, the rest at its default; raises ValueError."""
    if not setting.strip():
        return Limits()
    given = json.loads(setting)
    known = {each.name: each.type for each in fields(Limits)}
    if not isinstance(given, dict) or set(given) - set(known):
        raise ValueError(f"limits are a JSON object with some of {', '.join(sorted(known))}")
    wrong = [name for name, value in given.items() if type(value) is not known[name]]
    if wrong:
        raise ValueError(f"limits are whole numbers, or true and false: {', '.join(wrong)}")
    return Limits(**given)


def open_business(
    database_url: str, settings: BusinessSettings, clock: Clock, connections: Connections
) -> Business:
    """The business: on the remote system if there is one, else on the built-in store."""
    remote = settings.remote()
    if remote is not None:
        return open_remote(remote, database_url, clock, limits=connections.limits)
    return open_subscriptions(database_url, clock, connections=connections)


@contextmanager
def opened_daily(database_url: str, clock: Clock, settings: DailySettings) -> Iterator[Daily]:
    """The day's run on a migrated database, patient with locks; raises ValueError for settings that cannot be."""
    connections = settings.connections(clock)
    backing = backing_of(database_url, clock, connections, PREPARING)
    try:
        yield Daily(backing)
    finally:
        close_outbox(connections.outbox)
        backing.engine.dispose()
