"""Settings of the action server: frozen, from `ACTIONS_*`, loopback unless told otherwise.

Invariants: there is no token by default and no server without one; it never shows in `repr` or in an error.
"""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from subscriptions.connecting import BusinessSettings
from subscriptions.outbox import check_outbox

REPOSITORY = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32


class ActionSettings(BusinessSettings):
    """What the process needs to know. Secret are `token`, which Rasa must show, the payment provider's keys,
    the key of one-time codes, and the passwords of database and mail server."""

    model_config = SettingsConfigDict(env_prefix="ACTIONS_")

    token: SecretStr = Field(min_length=1)
    host: str = "127.0.0.1"
    port: int = 5055
    database_url: str = "sqlite:///var/subscriptions.db"
    data_dir: Path = REPOSITORY / "data"
    timezone: str = "Europe/Berlin"

    @model_validator(mode="after")
    def _outbox_can_be_opened(self) -> Self:
        """Say at the start what would only show when somebody waits for a code."""
        check_outbox(self.outbox.get_secret_value(), self.public_address)
        return self

    @field_validator("code_secret")
    @classmethod
    def _refuse_a_weak_secret(cls, value: SecretStr) -> SecretStr:
        """Empty: a random one, which only this process knows and only until it ends."""
        if 0 < len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"a secret has at least {SHORTEST_SECRET} characters")
        return value
