"""What the command of the day's run is told by the environment: who collects, and how copies of data leave.

Invariants: secrets come by the environment, never on the command line, and show neither in `repr` nor in an error.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from subscriptions.daily import Daily
from subscriptions.model.base import Clock
from subscriptions.outbox import close_outbox, open_outbox
from subscriptions.provider import ProviderChoice, choose_provider
from subscriptions.store.backing import Backing
from subscriptions.store.engine import open_engine


class DailySettings(BaseSettings):
    """`SUBSCRIPTIONS_*`, with the same values as the gateway's and the actions' variables of the same names."""

    model_config = SettingsConfigDict(
        env_prefix="SUBSCRIPTIONS_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    payment_provider: Literal["simulator", "stripe"] = "simulator"
    payment_secret_key: SecretStr = SecretStr("")
    payment_webhook_secret: SecretStr = SecretStr("")
    payment_return_url: str = ""
    outbox: SecretStr = SecretStr("none")


@contextmanager
def opened(database_url: str, clock: Clock, settings: DailySettings) -> Iterator[Daily]:
    """The day's run on a migrated database, patient with locks; raises ValueError for settings that cannot be."""
    choice = ProviderChoice(
        name=settings.payment_provider,
        secret_key=settings.payment_secret_key.get_secret_value(),
        webhook_secret=settings.payment_webhook_secret.get_secret_value(),
        return_url=settings.payment_return_url,
    )
    provider = choose_provider(choice, clock)
    outbox = open_outbox(settings.outbox.get_secret_value())
    engine = open_engine(database_url)
    try:
        yield Daily(Backing(engine, clock, provider, outbox))
    finally:
        close_outbox(outbox)
        engine.dispose()
