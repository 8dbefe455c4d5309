"""The gateway's settings: frozen, from `HANDOFF_*` in the environment.

Invariants: secrets never show in `repr` or in an error; in production, which is the default, no secret is missing,
short or the default of development, and there is no demo.
"""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from subscriptions.connecting import (
    DEVELOPMENT_SECRET,
    SHORTEST_SECRET,
    BusinessSettings,
    weak,
)

Minor = Annotated[int, Field(ge=0, le=10_000_000)]
"""A limit in minor units; whoever types more than 100,000.00 has typed it wrong."""


class Settings(BaseSettings):
    """What an operator may set; see `docs/operations.md`. `business` is the same in all processes."""

    model_config = SettingsConfigDict(
        env_prefix="HANDOFF_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    database_url: str = "sqlite:///var/handoff.db"
    redis_url: str = ""
    rasa_url: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("http://127.0.0.1:5005",), min_length=1
    )
    rasa_token: SecretStr = SecretStr("")
    actions_url: str = "http://127.0.0.1:5055"
    host_site_secret: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    host_site_kid: str = "host-site-1"
    host_site_issuer: str = "host-site"
    session_secret: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    link_hosts: Annotated[tuple[str, ...], NoDecode] = ("checkout.stripe.com",)
    demo_password: SecretStr = SecretStr("")
    desk_opens: time = time(8)
    desk_closes: time = time(20)
    desk_zone: str = "Europe/Berlin"
    desk_credit_minor: Minor = 2000
    desk_refund_minor: Minor = 5000
    desk_supervisor_credit_minor: Minor = 10_000
    desk_supervisor_refund_minor: Minor = 20_000
    desk_approvers: Literal["supervisor", "anyone"] = "supervisor"
    desk_approval_hours: int = Field(default=24, ge=1, le=168)
    agent_grace: int = Field(default=45, ge=5, le=600)
    agent_idle: int = Field(default=900, ge=5)
    ping_seconds: int = Field(default=20, ge=1, le=120)
    business: BusinessSettings = Field(default_factory=BusinessSettings)

    @field_validator("allowed_origins", "link_hosts", "rasa_url", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """A comma list, as an environment variable holds it."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @property
    def development(self) -> bool:
        """Whether demo pages and demo logins exist."""
        return self.business.development

    @model_validator(mode="after")
    def _refuse_weak_secrets(self) -> Self:
        if self.development:
            return self
        secrets = {
            "HANDOFF_RASA_TOKEN": self.rasa_token,
            "HANDOFF_HOST_SITE_SECRET": self.host_site_secret,
            "HANDOFF_SESSION_SECRET": self.session_secret,
        }
        refused = [name for name, secret in secrets.items() if weak(secret)]
        if refused:
            raise ValueError(
                f"production needs own secrets of at least {SHORTEST_SECRET} characters: "
                + ", ".join(refused)
            )
        if self.demo_password.get_secret_value():
            raise ValueError("HANDOFF_DEMO_PASSWORD must be empty in production")
        return self


def read_settings() -> Settings:
    """The settings of this process; raises `ValidationError` naming each value that is wrong."""
    return Settings()
