"""The gateway's settings: frozen, from `HANDOFF_*` in the environment.

Invariants: secrets never show in `repr` or in an error; in production, which is the default, no secret is missing,
short or the default of development, and there is no demo.
"""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from subscriptions.connecting import BusinessSettings

DEVELOPMENT_SECRET = "development-only-secret-not-for-production"  # noqa: S105  # refused there
SHORTEST_SECRET = 32


class Settings(BusinessSettings):
    """What an operator may set; see `docs/operations.md`."""

    model_config = SettingsConfigDict(env_prefix="HANDOFF_")

    mode: Literal["development", "production"] = "production"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    database_url: str = "sqlite:///var/handoff.db"
    subscriptions_database_url: str = "sqlite:///var/subscriptions.db"
    redis_url: str = ""
    rasa_url: str = "http://127.0.0.1:5005"
    rasa_token: SecretStr = SecretStr("")
    actions_url: str = "http://127.0.0.1:5055"
    host_site_secret: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    host_site_kid: str = "host-site-1"
    host_site_issuer: str = "host-site"
    session_secret: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    demo_password: SecretStr = SecretStr("")
    desk_opens: time = time(8)
    desk_closes: time = time(20)
    desk_zone: str = "Europe/Berlin"
    code_secret: SecretStr = SecretStr(DEVELOPMENT_SECRET)

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """A comma list, as an environment variable holds it."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @property
    def development(self) -> bool:
        """Whether demo pages and demo logins exist."""
        return self.mode == "development"

    @model_validator(mode="after")
    def _refuse_weak_secrets(self) -> Self:
        if self.development:
            return self
        secrets = {
            "HANDOFF_RASA_TOKEN": self.rasa_token,
            "HANDOFF_HOST_SITE_SECRET": self.host_site_secret,
            "HANDOFF_SESSION_SECRET": self.session_secret,
            "HANDOFF_CODE_SECRET": self.code_secret,
        }
        weak = [name for name, secret in secrets.items() if _weak(secret.get_secret_value())]
        if weak:
            raise ValueError(
                f"production needs own secrets of at least {SHORTEST_SECRET} characters: "
                + ", ".join(weak)
            )
        if self.demo_password.get_secret_value():
            raise ValueError("HANDOFF_DEMO_PASSWORD must be empty in production")
        if self.outbox.get_secret_value().startswith("file:"):
            raise ValueError("HANDOFF_OUTBOX may be a file in development only: it holds codes")
        return self


def _weak(secret: str) -> bool:
    return secret == DEVELOPMENT_SECRET or len(secret) < SHORTEST_SECRET


def read_settings() -> Settings:
    """The settings of this process; raises `ValidationError` naming each value that is wrong."""
    return Settings()
