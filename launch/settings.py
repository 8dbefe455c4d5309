"""Settings of the launcher, from the environment, and the secrets it makes for one installation."""

import json
import os
import secrets
import socket
import stat
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
    code_secret: str
    payment_secret: str
    rasa_token: str
    actions_token: str
    demo_password: str


def read_settings() -> LaunchSettings:
    """The settings, or a sentence about the value that is wrong."""
    try:
        return LaunchSettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise Trouble(f"{name}={first['input']} cannot be used: {first['msg'].lower()}.") from None


def private_folder(var: Path) -> None:
    """Keep databases, logs and secrets from the machine's other users: what is there, and what this process and its
    children write from here on."""
    os.umask(0o077)
    var.mkdir(parents=True, exist_ok=True)
    if var.stat().st_mode & stat.S_IWOTH:
        raise Trouble(
            f"ABOLOTSE_VAR={var} can be written by everybody: choose a folder of its own."
        )
    for path in (var / "log", var / "run", *var.glob("*.db*"), *var.glob("secrets.json")):
        if path.exists():
            path.chmod(path.stat().st_mode & stat.S_IRWXU)


def secrets_of(var: Path) -> Secrets:
    """Read the installation's secrets; what is not there yet is made. Hexadecimal, so that none looks like an option."""
    path = var / "secrets.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    fresh = {
        "host_site_secret": secrets.token_hex(32),
        "session_secret": secrets.token_hex(32),
        "code_secret": secrets.token_hex(32),
        "payment_secret": secrets.token_hex(32),
        "rasa_token": secrets.token_hex(24),
        "actions_token": secrets.token_hex(24),
        "demo_password": secrets.token_hex(4),
    }
    kept = Secrets.model_validate(fresh | known)
    if known != kept.model_dump():
        # Written beside and renamed: never half a file, and never an old one's lax mode.
        beside = path.with_suffix(".new")
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(kept.model_dump(), file)
        beside.rename(path)
    return kept


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
