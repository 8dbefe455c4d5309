"""Settings of the action server: frozen, from `ACTIONS_*`, loopback unless told otherwise.

Invariants: there is no token by default and no server without one; it never shows in `repr` or in an error.
"""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from subscriptions.connecting import BusinessSettings

REPOSITORY = Path(__file__).resolve().parent.parent


class ActionSettings(BaseSettings):
    """What the process needs to know; `token` is what Rasa must show. `business` is the same in all processes."""

    model_config = SettingsConfigDict(
        env_prefix="ACTIONS_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    token: SecretStr = Field(min_length=1)
    host: str = "127.0.0.1"
    port: int = 5055
    data_dir: Path = REPOSITORY / "data"
    timezone: str = "Europe/Berlin"
    business: BusinessSettings = Field(default_factory=BusinessSettings)
