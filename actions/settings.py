"""Settings of the action server: frozen, from `ACTIONS_*`, loopback unless told otherwise.

Invariants: there is no token by default and no server without one; it never shows in `repr` or in an error.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent


class ActionSettings(BaseSettings):
    """What the process needs to know. Secret are `token`, which Rasa must show, the payment provider's keys,
    and the database's password."""

    model_config = SettingsConfigDict(
        env_prefix="ACTIONS_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    token: SecretStr = Field(min_length=1)
    host: str = "127.0.0.1"
    port: int = 5055
    database_url: str = "sqlite:///var/subscriptions.db"
    data_dir: Path = REPOSITORY / "data"
    timezone: str = "Europe/Berlin"
    payment_provider: Literal["simulator", "stripe"] = "simulator"
    payment_secret_key: SecretStr = SecretStr("")
    payment_webhook_secret: SecretStr = SecretStr("")
    payment_return_url: str = ""
