"""Settings of the launcher, from the environment, and the secrets it makes for one installation."""

import json
import os
import secrets
import socket
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from launch.console import Trouble

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


class LaunchSettings(BaseSettings):
    """`PORT` is the gateway's port, `ABOLOTSE_VAR` the folder of databases, logs and secrets."""

    model_config = SettingsConfigDict(frozen=True)

    port: int = Field(default=8000, ge=1, le=65535)
    abolotse_var: Path = ROOT / "var"


class Secrets(BaseModel):
    """Random once per installation, kept in a file only its owner may read."""

    model_config = ConfigDict(frozen=True)

    host_site_secret: str
    session_secret: str
    rasa_token: str
    demo_password: str


def read_settings() -> LaunchSettings:
    """The settings, or a sentence about the value that is wrong."""
    try:
        return LaunchSettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise Trouble(f"{name}={first['input']} cannot be used: {first['msg'].lower()}.") from None


def secrets_of(var: Path) -> Secrets:
    """Read the installation's secrets, or make them at the first start."""
    path = var / "secrets.json"
    if path.exists():
        return Secrets.model_validate_json(path.read_text())
    made = Secrets(
        host_site_secret=secrets.token_urlsafe(32),
        session_secret=secrets.token_urlsafe(32),
        rasa_token=secrets.token_urlsafe(24),
        demo_password=secrets.token_urlsafe(6),
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(made.model_dump(), file)
    return made


def free_port() -> int:
    """A port on loopback nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def require_free(port: int) -> None:
    """Raise a sentence if somebody listens on the gateway's port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Trouble(
                f"Port {port} cannot be used ({error.strerror}): stop the program that listens there, "
                f"or choose another port, for example PORT={port + 1 if port < 65535 else 8000} make run"
            ) from None
