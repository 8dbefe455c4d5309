"""The compose file is valid, gives only the proxy a port and no secret a default; operators read about every variable."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from pydantic import ValidationError
from pydantic_settings import BaseSettings
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from actions.settings import ActionSettings
from handoff.__main__ import server_config
from handoff.settings import Settings
from handoff.web.draining import LAST_SECONDS, SPREAD_SECONDS
from subscriptions.connecting import BusinessSettings
from tests.production import PRODUCTION

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
OPERATIONS = ROOT / "docs" / "operations.md"
CHECKER = Path(sys.executable).parent / "check-jsonschema"
GUARDED = re.compile(r"\$\{([A-Z_]+):\?\}")
SPEAKS_OF_A_SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|REDISCLI_AUTH")
OURS = re.compile(r"\b(?:ACTIONS|HANDOFF|SUBSCRIPTIONS)_[A-Z0-9_]+\b")


def compose() -> dict[str, Any]:
    """The compose file with its anchors resolved and its variables as they stand."""
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return loaded


def valid(path: Path) -> bool:
    """Whether a file keeps to the Compose specification's schema (the copy that check-jsonschema carries)."""
    command = [str(CHECKER), "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_compose_file_keeps_to_the_specification(tmp_path: Path) -> None:
    assert valid(COMPOSE)
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.read_text().replace("healthcheck:", "healthchek:"))
    assert not valid(wrong)


def open_to_outside(services: Mapping[str, Any]) -> set[str]:
    """Names of the services that can be reached from outside of the private network."""
    return {
        name
        for name, service in services.items()
        if service.get("ports") or service.get("network_mode") == "host"
    }


def test_only_the_proxy_can_be_reached() -> None:
    services = compose()["services"]
    assert open_to_outside(services) == {"proxy"}
    leaky = {**services, "redis": {**services["redis"], "ports": ["6379:6379"]}}
    assert open_to_outside(leaky) == {"proxy", "redis"}


def environments(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every environment variable that any service gets."""
    for service in document["services"].values():
        yield from service.get("environment", {}).items()


def written_out(document: Mapping[str, Any]) -> set[str]:
    """Variables with a secret, or with an address that holds a password, that somebody wrote out."""
    found = set()
    for name, value in environments(document):
        credentials = re.search(r"://[^:/]*:([^@]*)@", value)
        secret = credentials.group(1) if credentials else value
        if (credentials or SPEAKS_OF_A_SECRET.search(name)) and not GUARDED.fullmatch(secret):
            found.add(name)
    return found


def unguarded(text: str) -> list[str]:
    """Variables of the reader's that the file takes without insisting on them; `$$` is the container's."""
    return [
        use for use in re.findall(r"(?<!\$)\$(?!\$)\{?[^\s}]*\}?", text) if not GUARDED.match(use)
    ]


def test_every_secret_must_be_given() -> None:
    assert written_out(compose()) == set()
    assert unguarded(COMPOSE.read_text()) == []


@pytest.mark.parametrize(
    "value", ["secret", "${X:-secret}", "${X}", "redis://:secret@redis/0", "redis://:${X}@redis/0"]
)
def test_a_secret_with_a_default_would_be_found(value: str) -> None:
    document = {"services": {"x": {"environment": {"X_TOKEN": value}}}}
    assert written_out(document) == {"X_TOKEN"}
    assert bool(unguarded(value)) == ("$" in value)


def test_the_head_of_the_compose_file_names_what_must_be_given() -> None:
    text = COMPOSE.read_text()
    head = text.partition("name:")[0]
    assert set(re.findall(r"\$\{([A-Z_]+):\?\}", text)) == set(re.findall(r"[A-Z]+_[A-Z_]+", head))


GIVEN = {
    "SITE_ORIGIN": "https://shop.example",
    "OUTBOX_URL": PRODUCTION["outbox"],
    "SELLER_JSON": PRODUCTION["seller"],
    "PAYMENT_PROVIDER": PRODUCTION["payment_provider"],
}


def environment_of(service: str, secret: str) -> dict[str, str]:
    """What a process reads when every variable without a value of its own holds this secret."""
    given = compose()["services"][service]["environment"]
    return {
        name: GUARDED.sub(lambda use: GIVEN.get(use.group(1), secret), value)
        for name, value in given.items()
    }


@pytest.mark.parametrize(
    ("service", "kind"),
    [("gateway", Settings), ("actions", ActionSettings), ("daily", BusinessSettings)],
)
def test_each_process_starts_with_what_compose_gives_it(
    monkeypatch: pytest.MonkeyPatch, service: str, kind: type[BaseSettings]
) -> None:
    for name, value in environment_of(service, "k" * 40).items():
        monkeypatch.setenv(name, value)
    settings = kind()
    business = getattr(settings, "business", settings)
    assert business.mode == "production"
    assert business.payment_secret_key.get_secret_value() == "k" * 40
    for name, value in environment_of(service, "short").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        kind()


def seen_by_the_gateway(peer: str, forwarded: str) -> tuple[str, str]:
    """Whom the gateway takes a request for, and by which scheme, when this peer forwards it."""
    seen: dict[str, Any] = {}

    async def probe(scope: Any, _receive: Any, _send: Any) -> None:
        seen.update(scope)

    config = server_config(FastAPI(), Settings(business=BusinessSettings(mode="development")))
    behind = ProxyHeadersMiddleware(probe, config.forwarded_allow_ips)  # type: ignore[arg-type]
    headers = [(b"x-forwarded-for", forwarded.encode()), (b"x-forwarded-proto", b"https")]
    scope = {"type": "http", "scheme": "http", "client": (peer, 1), "headers": headers}
    asyncio.run(behind(scope, None, None))  # type: ignore[arg-type]
    return seen["client"][0], seen["scheme"]


def test_visitors_behind_the_proxy_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    given = compose()["services"]["gateway"]["environment"]
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", given["FORWARDED_ALLOW_IPS"])
    assert seen_by_the_gateway("172.18.0.9", "203.0.113.7") == ("203.0.113.7", "https")
    forged = "198.51.100.1, 203.0.113.7"
    assert seen_by_the_gateway("172.18.0.9", forged) == ("203.0.113.7", "https")
    assert seen_by_the_gateway("203.0.113.7", "198.51.100.1") == ("203.0.113.7", "http")


def known(settings: type[BaseSettings]) -> set[str]:
    """The environment variables that settings are read from."""
    prefix = settings.model_config.get("env_prefix", "")
    return {f"{prefix}{name}".upper() for name in settings.model_fields if name != "business"}


KNOWN = known(Settings) | known(ActionSettings) | known(BusinessSettings)


def test_compose_sets_only_what_a_process_knows() -> None:
    ours = {name for name, _ in environments(compose()) if OURS.fullmatch(name)}
    assert ours <= KNOWN
    assert ours, "the pattern finds our variables"


def test_operators_read_about_every_variable_and_no_other() -> None:
    documented = set(OURS.findall(OPERATIONS.read_text()))
    assert documented == KNOWN
    assert OURS.findall("set `HANDOFF_NO_SUCH_THING` so") == ["HANDOFF_NO_SUCH_THING"]


def test_the_gateways_know_every_rasa_and_the_rasas_share_what_they_must() -> None:
    services = compose()["services"]
    rasas = {name: service for name, service in services.items() if name.startswith("rasa")}
    addresses = services["gateway"]["environment"]["HANDOFF_RASA_URL"].split(",")
    assert set(addresses) == {f"http://{name}:5005" for name in rasas}
    assert len(rasas) > 1
    told = [service["environment"] for service in rasas.values()]
    assert {one["RASA_LOCKS_URL"].partition(":")[0] for one in told} == {"redis"}
    assert {one["RASA_TRACKER_DB"].partition(":")[0] for one in told} == {"postgresql"}
    assert len({(one["RASA_LOCKS_URL"], one["RASA_TRACKER_DB"]) for one in told}) == 1


def test_a_gateway_has_time_to_leave_and_another_one_stays() -> None:
    gateway = compose()["services"]["gateway"]
    assert gateway["deploy"]["replicas"] > 1
    settings = Settings(business=BusinessSettings(mode="development"))
    requests = server_config(FastAPI(), settings).timeout_graceful_shutdown or 0
    grace = int(gateway["stop_grace_period"].removesuffix("s"))
    assert grace > SPREAD_SECONDS + LAST_SECONDS + requests
