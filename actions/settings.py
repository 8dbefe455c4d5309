"""Settings of the action server: frozen, from `ACTIONS_*`, loopback unless told otherwise."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent


class ActionSettings(BaseSettings):
    """What the process needs to know; nothing here is secret except the database URL's password."""

    model_config = SettingsConfigDict(env_prefix="ACTIONS_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = 5055
    database_url: str = "sqlite:///var/subscriptions.db"
    data_dir: Path = REPOSITORY / "data"
    timezone: str = "Europe/Berlin"
